#ifndef BENCH_STUDY_FACTOR_H
#define BENCH_STUDY_FACTOR_H

/*
 * What experiments vary, as a table: how a level is written, and what it sets.
 * A new factor that is an option of the server or a count of the load is one
 * row here; one that is a new option of the server is also a word in its argv
 * (study/subject).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum factor {
	FACTOR_NONE,	    /* of an experiment without a series */
	FACTOR_MODE,	    /* the subject: one of echod's reap modes */
	FACTOR_SUBJECT,	    /* the subject: any server */
	FACTOR_OPERATION,   /* the subject: one of bench/primitive */
	FACTOR_BALLAST,	    /* memory that the parent has touched */
	FACTOR_PAGES,	    /* what that memory consists of */
	FACTOR_DESCRIPTORS, /* files that the parent has open */
	FACTOR_MAPPINGS,    /* mappings that it has */
	FACTOR_CONCURRENCY, /* sessions at once */
	FACTOR_RATE,	    /* sessions begun, of what churn reached */
	FACTOR_HELD,	    /* sessions held, then all closed at once */
	FACTOR_BACKLOG,	    /* of listen() */
	FACTORS,
};

/* How levels are written in a list. */
enum level_words {
	WORDS_MODES,	  /* of `choices`, or "all": the subject */
	WORDS_OPERATIONS, /* likewise */
	WORDS_SERVERS,	  /* any servers: the subject */
	WORDS_CHOICES,	  /* of `choices`, handed on as they are */
	WORDS_SIZES,	  /* "0", "16MiB" */
	WORDS_COUNTS,	  /* "64" */
	WORDS_PERCENT,	  /* "80%", or "80" */
};

/* Of a load; also at once, and as warm-up. */
enum { SESSIONS_MOST = 1000000 };

/* What one run of the load generator is asked for. */
struct load {
	uint64_t sessions; /* that are counted; held ones: all at once */
	uint64_t warm;	   /* sessions served before those, and not counted */
	uint64_t concurrency;
	/*
	 * The open model: sessions begin on a schedule, at so many per cent of
	 * so many a second. 0: the closed model.
	 */
	uint64_t rate_pct, reference_per_s;
	uint64_t burst; /* of the open model: all begin at once; or 0 */
	bool hold;	/* all open, one echo each, then closed at once */
	bool rst;	/* sessions end by RST, not by FIN */
};

/* The counts of a load, as a table: struct load's members. */
enum load_count {
	LOAD_NONE,
	LOAD_SESSIONS,
	LOAD_WARM,
	LOAD_CONCURRENCY,
	LOAD_RATE,
	LOAD_REFERENCE,
	LOAD_BURST,
	LOAD_COUNTS,
};

struct load_count_kind {
	const char *name;     /* a key of run.json */
	size_t offset;	      /* in struct load, of an uint64_t */
	uint64_t least, most; /* 0 at least: an older run.json may lack it */
};

extern const struct load_count_kind load_counts[LOAD_COUNTS];

uint64_t load_get(const struct load *l, enum load_count count);
void load_set(struct load *l, enum load_count count, uint64_t value);

/* "fin", "rst": by load.rst; NULL-terminated. */
extern const char *const load_close_names[];

/* A load of another size: held sessions and those at once follow it. */
void load_fit(struct load *l);

struct factor_kind {
	const char *name, *unit; /* "reap mode", ""; "ballast", "MiB" */
	const char *grows; /* for an axis: "that the parent has touched" */
	enum level_words words;
	bool ordered;		    /* levels are numbers: a curve */
	const char *const *choices; /* of some words, NULL-terminated */
	double scale;		    /* of the unit: bytes of a MiB */
	uint64_t most;		    /* in what is set: bytes */
	const char *most_words;	    /* the same, for people */
	/* What a level sets, but the subject: */
	const char *place;    /* "{ballast}" of the server's argv, or NULL */
	enum load_count load; /* a count of the load, or LOAD_NONE */
	/* A slope is told by a larger unit: "GiB" of 1024 MiB. */
	const char *larger;
	double larger_scale;
};

extern const struct factor_kind factors[FACTORS];

/* Whether a word in braces, without them, is what some factor sets. */
bool factor_is_place(const char *word, size_t bytes);

#endif
