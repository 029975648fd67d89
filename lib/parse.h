#ifndef LIB_PARSE_H
#define LIB_PARSE_H

/*
 * Strict parsing of what people type. The whole string must be the value: no
 * white space, sign, or trailing characters.
 *
 * Every function returns 0, or -1 with, in `why`, what is wrong and what
 * would be right, to be printed after the value ("not a whole number; give 1
 * to 65535"). *out is then unchanged.
 */

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { PARSE_WHY = 160 };

/* A whole decimal number in [min, max]. */
int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out,
	      char why[PARSE_WHY]);

/*
 * A duration: a decimal number and a unit of ns, us, ms, s, m or h ("250ms",
 * "1.5s"); in nanoseconds, in [min_ns, max_ns].
 */
int parse_duration(const char *text, uint64_t min_ns, uint64_t max_ns,
		   uint64_t *out_ns, char why[PARSE_WHY]);

/* A size: a whole number of bytes, or with a unit of K, M or G (of 1024). */
int parse_size(const char *text, uint64_t min, uint64_t max,
	       uint64_t *out_bytes, char why[PARSE_WHY]);

/* A positive decimal number ("0.5", "1000"), in [min, max]. */
int parse_rate(const char *text, double min, double max, double *out,
	       char why[PARSE_WHY]);

/* One of a NULL-terminated list of names; *out is its index. */
int parse_choice(const char *text, const char *const names[], size_t *out,
		 char why[PARSE_WHY]);

/* An address a socket can be bound or connected to. */
struct address {
	struct sockaddr_storage storage;
	socklen_t bytes;
};

/*
 * A numeric IPv4 or IPv6 address. The port is left 0. Of IPv6 an interface may
 * follow, which link-local addresses need: "fe80::1%eth0".
 */
int parse_address(const char *text, struct address *out, char why[PARSE_WHY]);

/* A port in [min, 65535], into *address. */
int parse_port(const char *text, uint16_t min, struct address *address,
	       char why[PARSE_WHY]);

/*
 * The two operands ADDRESS and PORT, of `count` given: a numeric address, and
 * a port in [min_port, 65535]. Here why is a whole sentence that has the value.
 */
enum { PARSE_ENDPOINT_WHY = PARSE_WHY + 80 };
int parse_endpoint(char *const operands[], int count, uint16_t min_port,
		   struct address *out, char why[PARSE_ENDPOINT_WHY]);

#endif
