#include "bench/plain.h"

#include <stddef.h>
#include <stdint.h>

static bool is_shown(uint32_t code)
{
	if (code < ' ' || (code >= 0x7f && code < 0xa0)) /* C0, DEL, C1 */
		return false;
	if (code == 0x200e || code == 0x200f) /* marks of direction */
		return false;
	if (code >= 0x2028 && code <= 0x202e) /* ends of line, embeddings */
		return false;
	if (code >= 0x2066 && code <= 0x2069) /* isolates */
		return false;
	if (code >= 0xd800 && code <= 0xdfff) /* surrogates */
		return false;
	return (code & 0xfffe) != 0xfffe && code <= 0x10ffff;
}

/* Bytes of the character that begins there; 0 if it is not to be shown. */
static size_t shown_bytes(const char *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)*at;
	size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t code = bytes == 1 ? lead : lead & (0xffU >> (bytes + 1));

	if ((lead >= 0x80 && lead < 0xc0) || lead >= 0xf8)
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code >= least[bytes] && is_shown(code) ? bytes : 0;
}

void plain_text(char *text)
{
	while (*text) {
		size_t bytes = shown_bytes(text);

		if (!bytes) {
			*text = '?';
			bytes = 1;
		}
		text += bytes;
	}
}

bool plain_is(const char *text)
{
	size_t bytes;

	while ((bytes = *text ? shown_bytes(text) : 0))
		text += bytes;
	return !*text;
}
