/*
 * What the files of survey.h share: survey.c reads, survey_column.c gathers the figures
 * of one column, propose.c draws conclusions.
 */
#ifndef OB_SRC_DATA_SURVEY_PRIV_H
#define OB_SRC_DATA_SURVEY_PRIV_H

#include <stdint.h>

#include "optbench/data/survey.h"

/* Different values are told apart up to this many. */
enum { OB_DISTINCT_MAX = 1000 };

/* A set of byte strings with how often each came, in the order of appearance. */
struct ob_distinct {
    struct ob_distinct_item {
        char *text; /* [n] and a NUL, owned */
        size_t n, times;
        uint64_t hash;
    } * item;       /* [n] */
    uint16_t *slot; /* [slots] place in item + 1, 0 = free; open addressing */
    size_t n, slots;
    bool more; /* there were others */
};

/* A column while it is read. */
struct ob_gather {
    double *value; /* [numbers], owned */
    size_t numbers, words, missing;
    size_t seen; /* cells */
    struct ob_distinct word, number;
    bool counts;
    char *cell[OB_SURVEY_CELLS];
    char *odd_text; /* the first cell that is a word */
    unsigned odd_line;
};

/* One more cell, trimmed; v is its value where it is a number. */
void ob_gather_number(struct ob_gather *g, double v);
void ob_gather_word(struct ob_gather *g, const char *s, size_t n, unsigned line);
void ob_gather_missing(struct ob_gather *g);

/* Keeps the cell as text, while there are few. */
void ob_gather_cell(struct ob_gather *g, const char *s, size_t n);

/* Draws the sum into a column that has name and role; empties *g. */
void ob_gather_end(struct ob_gather *g, struct ob_survey_column *out);
void ob_gather_finish(struct ob_gather *g);

/* Fills s->proposal; `target` NULL = guess. */
void ob_propose(struct ob_survey *s, const char *target);

#endif
