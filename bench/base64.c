#include "bench/base64.h"

#include <stddef.h>

int base64_copy(FILE *in, FILE *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				     "opqrstuvwxyz0123456789+/";
	unsigned char three[3];
	size_t n;

	while ((n = fread(three, 1, 3, in)) > 0) {
		unsigned bits = (unsigned)three[0] << 16;

		if (n > 1)
			bits |= (unsigned)three[1] << 8;
		if (n > 2)
			bits |= three[2];
		fputc(digits[bits >> 18], out);
		fputc(digits[bits >> 12 & 63], out);
		fputc(n > 1 ? digits[bits >> 6 & 63] : '=', out);
		fputc(n > 2 ? digits[bits & 63] : '=', out);
	}
	return ferror(in) || ferror(out) ? -1 : 0;
}
