#include "server/ballast.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/kernel_file.h"

enum {
	PAGE = 4096,
	HUGE = 2 << 20,
	/* Open files that the daemon needs besides. */
	SPARE_DESCRIPTORS = 64,
};

const char *const ballast_pages_names[] = { "small", "huge", "shared", "dirty",
					    NULL };

static char *memory;
static uint64_t dirty_bytes, phase_bytes;

__attribute__((format(printf, 2, 3))) static int
refuse(char why[BALLAST_WHY], const char *sentence, ...)
{
	va_list arguments;

	va_start(arguments, sentence);
	vsnprintf(why, BALLAST_WHY, sentence, arguments);
	va_end(arguments);
	return -1;
}

/* The word in brackets, as of "always [madvise] never", is what holds. */
static bool huge_pages_are_off(void)
{
	char text[64];

	return !kernel_line("/sys/kernel/mm/transparent_hugepage/enabled", text,
			    sizeof(text)) ||
	       strstr(text, "[never]");
}

static int load_memory(const struct ballast *b, char why[BALLAST_WHY])
{
	bool huge = b->pages == BALLAST_HUGE;
	/* Room to begin at a border of huge pages. */
	uint64_t room = b->bytes + (huge ? HUGE : 0);
	int kind = b->pages == BALLAST_SHARED ? MAP_SHARED : MAP_PRIVATE;

	if (huge && huge_pages_are_off())
		return refuse(why, "--ballast-pages huge: this kernel gives "
				   "none; "
				   "echo madvise >/sys/kernel/mm/"
				   "transparent_hugepage/enabled, or give "
				   "small");
	memory = mmap(NULL, room, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED)
		return refuse(why,
			      "--ballast %" PRIu64 ": cannot be had: %s; give "
			      "less",
			      b->bytes, strerror(errno));
	if (huge)
		memory += -(uintptr_t)memory % HUGE;
	/* A kernel that has no huge pages has no call to do without them. */
	if (madvise(memory, b->bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) <
		    0 &&
	    huge)
		return refuse(why, "--ballast-pages huge: %s; give small",
			      strerror(errno));
	memset(memory, 1, b->bytes);
	dirty_bytes = b->pages == BALLAST_DIRTY ? b->bytes : 0;
	return 0;
}

void ballast_dirty(void)
{
	const uint64_t step = BALLAST_STRIDE * PAGE;

	if (!dirty_bytes)
		return;
	for (uint64_t at = phase_bytes; at < dirty_bytes; at += step)
		memory[at]++;
	phase_bytes = (phase_bytes + PAGE) % step;
}

/* Files of their own, as connections would be, and no copies of one. */
static int load_descriptors(const struct ballast *b, char why[BALLAST_WHY])
{
	uint64_t wanted = b->descriptors + SPARE_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
		if (limit.rlim_max < wanted)
			return refuse(why,
				      "--descriptors %" PRIu64 ": the limit of "
				      "open files (RLIMIT_NOFILE) is %" PRIu64
				      "; ulimit -n %" PRIu64 ", or give less",
				      b->descriptors, (uint64_t)limit.rlim_max,
				      wanted);
		limit.rlim_cur = wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	for (uint64_t i = 0; i < b->descriptors; i++)
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			return refuse(why,
				      "--descriptors %" PRIu64 ": cannot open "
				      "more than %" PRIu64 ": %s; give less",
				      b->descriptors, i, strerror(errno));
	return 0;
}

/*
 * Every second page is left out of core dumps, so that the kernel cannot merge
 * it with its neighbours. All are written to, as those of a program would be.
 */
static int load_mappings(const struct ballast *b, char why[BALLAST_WHY])
{
	uint64_t bytes = b->mappings * PAGE, at = PAGE;
	char *first = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	while (first != MAP_FAILED && at < bytes &&
	       madvise(first + at, PAGE, MADV_DONTDUMP) == 0)
		at += 2 * (uint64_t)PAGE;
	if (first == MAP_FAILED || at < bytes)
		return refuse(why,
			      "--mappings %" PRIu64 ": cannot be had: %s; "
			      "sysctl vm.max_map_count=%" PRIu64 ", or give "
			      "less",
			      b->mappings, strerror(errno), b->mappings + 1024);
	memset(first, 1, bytes);
	return 0;
}

int ballast_load(const struct ballast *b, char why[BALLAST_WHY])
{
	if (b->bytes && load_memory(b, why) < 0)
		return -1;
	if (b->mappings && load_mappings(b, why) < 0)
		return -1;
	return load_descriptors(b, why);
}
