/*
 * Parameter tables: the one description of what a plug-in or a section can be told.
 *
 * A table is a static array of `struct ob_param`, ended by an empty entry. Each entry
 * points into an options struct by offset. INI checking, the resolved config, live
 * editing, forms, `optbench explain`, `optbench list`, the man page and completion all
 * read the same table, so a key is described in exactly one place.
 *
 * Options structs hold only the member types named below. Text and lists are owned by
 * the options struct and released by ob_params_finish(); everything else is plain.
 */
#ifndef OB_BASE_PARAM_H
#define OB_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

enum ob_param_kind {
    OB_PARAM_NONE,    /* ends a table */
    OB_PARAM_REAL,    /* double */
    OB_PARAM_INTEGER, /* int64_t */
    OB_PARAM_BOOLEAN, /* bool */
    OB_PARAM_CHOICE,  /* int: index into `choices` */
    OB_PARAM_TEXT,    /* char *, NULL = not set */
    OB_PARAM_PATH,    /* char *, expanded and made absolute by the reader of the config */
    OB_PARAM_TEXTS,   /* struct ob_texts: a list of words */
    OB_PARAM_REALS,   /* struct ob_reals: a list of numbers */
};

struct ob_texts {
    char **item; /* [n] */
    size_t n;
};

struct ob_reals {
    double *item; /* [n] */
    size_t n;
};

struct ob_param {
    const char *name;
    enum ob_param_kind kind;
    size_t offset;              /* of the member in the options struct */
    double fallback;            /* default of real, integer, boolean and choice */
    const char *fallback_text;  /* default of text, path and lists, as written in an INI;
                                   NULL = not set */
    double min, max;            /* of reals, integers and every item of a list of reals;
                                   both 0 = no limit */
    bool above_min, below_max;  /* the limit itself is not allowed */
    const char *const *choices; /* of a choice, all there are; of a text, words that are
                                   usual for it, NULL = none. Ends with NULL */
    const char *zero_word; /* a word that stands for 0, e.g. "full", "auto"; of a path,
                              one that is no path and stays as it is; NULL none */
    const char *unit;      /* "steps", "seconds"; NULL = a plain number */
    const char *help;      /* one sentence, lower case, no full stop */
    bool live;             /* may change while a run is under way */
    bool required;         /* has no default: leaving it out is an error */
};

/* The second term is zero; it makes the compiler check the member's type. */
#define OB_FIELD(T, f, c) (offsetof(T, f) + 0 * sizeof((c *)0 == &((T *)0)->f))

#define OB_REAL(T, f, ...)                                                               \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_REAL, .offset = OB_FIELD(T, f, double), __VA_ARGS__ \
    }
#define OB_INTEGER(T, f, ...)                                                            \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_INTEGER, .offset = OB_FIELD(T, f, int64_t),         \
        __VA_ARGS__                                                                      \
    }
#define OB_BOOLEAN(T, f, ...)                                                            \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_BOOLEAN, .offset = OB_FIELD(T, f, bool),            \
        __VA_ARGS__                                                                      \
    }
#define OB_CHOICE(T, f, ...)                                                             \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_CHOICE, .offset = OB_FIELD(T, f, int), __VA_ARGS__  \
    }
#define OB_TEXT(T, f, ...)                                                               \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_TEXT, .offset = OB_FIELD(T, f, char *), __VA_ARGS__ \
    }
#define OB_PATH(T, f, ...)                                                               \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_PATH, .offset = OB_FIELD(T, f, char *), __VA_ARGS__ \
    }
#define OB_TEXTS(T, f, ...)                                                              \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_TEXTS, .offset = OB_FIELD(T, f, struct ob_texts),   \
        __VA_ARGS__                                                                      \
    }
#define OB_REALS(T, f, ...)                                                              \
    {                                                                                    \
        .name = #f, .kind = OB_PARAM_REALS, .offset = OB_FIELD(T, f, struct ob_reals),   \
        __VA_ARGS__                                                                      \
    }

/* Number of entries before the end of the table (NULL counts 0). */
size_t ob_params_count(const struct ob_param *table);

/* The entry of that name, or NULL. */
const struct ob_param *ob_param_find(const struct ob_param *table, const char *name);

/* Fills a zeroed options struct with the defaults of the table. Asserts that every
 * default lies within its own limits. */
void ob_params_reset(const struct ob_param *table, void *opts);

/* Releases texts and lists and zeroes them. */
void ob_params_finish(const struct ob_param *table, void *opts);

/* Copies one options struct into another that was never filled (deep). */
void ob_params_copy(const struct ob_param *table, void *to, const void *from);

/*
 * Reads `text` into the member of `p`: yes/no/true/false/on/off; numbers as in C with
 * inf where the limits allow it; lists by commas or blanks, a word in double quotes may
 * hold both, and "" inside quotes is one quote. Fails with OB_ECONFIG and a
 * text that names the offending word and what is allowed, without the key's name (the
 * caller says where): "'2' is outside 0 <= momentum < 1". NaN is never allowed.
 * The member is unchanged on failure.
 */
bool ob_param_set(const struct ob_param *p, void *opts, const char *text,
                  struct ob_err *err);

/* Appends the member's value so that ob_param_set() reads back the same value; reals by
 * the shortest text that does. An unset text appends nothing and returns false. */
bool ob_param_write(const struct ob_param *p, const void *opts, struct ob_buf *out);

/* The same for the default. */
bool ob_param_write_default(const struct ob_param *p, struct ob_buf *out);

/* The numeric value of a real, integer, boolean or choice member. */
double ob_param_number(const struct ob_param *p, const void *opts);

/* Appends what is allowed, for people: "0 < lr <= 10", "one of sgd, adam", "yes or no".
 */
void ob_param_allowed(const struct ob_param *p, struct ob_buf *out);

#endif
