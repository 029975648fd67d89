#include "client/visible.h"

void visible(char *bytes, size_t count)
{
	unsigned char before = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)bytes[i];
		/* Behind another lead they are part of a character. */
		int alone = before < 0x80 || before == 0xc2;

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ||
		    (c >= 0x80 && c < 0xa0 && alone))
			bytes[i] = '?';
		before = c;
	}
}
