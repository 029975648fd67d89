#include "lib/base64.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
			     "opqrstuvwxyz0123456789+/";

/* One to three bytes become four characters. */
static void put_group(const unsigned char *in, size_t bytes, char *out)
{
	unsigned bits = (unsigned)in[0] << 16;

	if (bytes > 1)
		bits |= (unsigned)in[1] << 8;
	if (bytes > 2)
		bits |= in[2];
	out[0] = digits[bits >> 18];
	out[1] = digits[bits >> 12 & 63];
	out[2] = bytes > 1 ? digits[bits >> 6 & 63] : '=';
	out[3] = bytes > 2 ? digits[bits & 63] : '=';
}

void base64_encode(const void *data, size_t bytes, char *text)
{
	const unsigned char *in = data;

	for (; bytes >= 3; bytes -= 3, in += 3, text += 4)
		put_group(in, 3, text);
	if (bytes) {
		put_group(in, bytes, text);
		text += 4;
	}
	*text = '\0';
}

int base64_copy(FILE *in, FILE *out)
{
	unsigned char three[3];
	char four[4];
	size_t n;

	while ((n = fread(three, 1, 3, in)) > 0) {
		put_group(three, n, four);
		fwrite(four, 1, 4, out);
	}
	return ferror(in) || ferror(out) ? -1 : 0;
}

/* Returns how many bytes four characters stand for, or 0 if for none. */
static size_t take_group(const char *text, unsigned char *out)
{
	size_t chars = text[3] != '=' ? 4 : text[2] != '=' ? 3 : 2;
	uint32_t bits = 0;

	for (size_t i = 0; i < chars; i++) {
		const char *digit = memchr(digits, text[i], 64);

		if (!digit)
			return 0;
		bits |= (uint32_t)(digit - digits) << (18 - 6 * i);
	}
	/* Bits beyond the last byte must be zero. */
	if (bits & (0xffffff >> 8 * (chars - 1)))
		return 0;
	for (size_t i = 0; i + 1 < chars; i++)
		out[i] = (unsigned char)(bits >> (16 - 8 * i));
	return chars - 1;
}

ssize_t base64_decode(const char *text, void *data)
{
	size_t chars = strlen(text);
	unsigned char *out = data;

	for (size_t i = 0; i < chars; i += 4) {
		size_t n = chars - i < 4 ? 0 : take_group(text + i, out);

		if (n == 0 || (n < 3 && i + 4 < chars)) {
			errno = EINVAL;
			return -1;
		}
		out += n;
	}
	return out - (unsigned char *)data;
}
