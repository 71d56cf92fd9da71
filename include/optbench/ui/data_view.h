/*
 * What `optbench data --json` said about a table: every column of it, whether it is used
 * or not, and what an experiment on it might be. Plain data of the UI thread; filled by
 * the feed, drawn by ui/data_pane.h, offered in the form. A zeroed struct is the answer
 * to nothing.
 */
#ifndef OB_UI_DATA_VIEW_H
#define OB_UI_DATA_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/ui/check.h"

enum ob_data_type { OB_DATA_EMPTY, OB_DATA_NUMBER, OB_DATA_CATEGORY, OB_DATA_TEXT };
enum ob_data_role { OB_DATA_UNUSED, OB_DATA_FEATURE, OB_DATA_TARGET };
enum { OB_DATA_BINS = 16, OB_DATA_CELLS = 10 };

/* One column of the table. */
struct ob_data_column {
    char *name;  /* owned; as the file has it, bytes that are not UTF-8 as U+FFFD */
    char *label; /* owned; the same, safe to show */
    enum ob_data_type type;
    enum ob_data_role role;
    size_t missing;              /* cells without a value */
    size_t distinct;             /* different values, as far as they were counted */
    bool distinct_more;          /* there are more than that */
    double min, mean, max, std;  /* of a column of numbers, else NAN */
    unsigned bins[OB_DATA_BINS]; /* how many values in each sixteenth of min .. max; of
                                    words: how often each of the first sixteen comes */
    char *word[OB_DATA_BINS];    /* [words] those that bins counts, safe to show; owned */
    size_t words;
    char *cell[OB_DATA_CELLS]; /* [cells] the first ones, safe to show; owned */
    size_t cells;
    size_t odd;        /* cells of a column of numbers that are none, nor missing */
    unsigned odd_line; /* of the first */
    char *odd_text;    /* the first, safe to show; owned, NULL = none */
};

/* What the engine would try first with such a table. */
struct ob_data_suggest {
    bool known;
    char *target;   /* owned, as `name` of the column; NULL where none is fit */
    char **feature; /* [features], owned */
    size_t features;
    bool all;        /* the features are all columns but the target */
    char *model;     /* "linear", "logistic"; owned */
    char *scale;     /* value of data.scale; owned */
    char *missing;   /* value of data.missing; owned */
    char *delimiter; /* value of data.delimiter; owned */
    char *decimal;   /* value of data.decimal; owned */
    double lr;       /* a rate at which plain gradient descent is stable on standardised
                        features; NAN = none */
    char *lr_why;    /* half a sentence, safe to show; owned */
    double adam_lr; /* a rate with which Adam arrives in some hundred steps; NAN = none */
    char *adam_lr_why;
    char *why; /* a sentence for people, safe to show; owned */
};

struct ob_data_view {
    bool known;   /* an answer is there */
    bool ok;      /* nothing is wrong with what was looked at */
    char *origin; /* owned; the file, or "inline"; safe to show */
    size_t rows;  /* of the whole table; an estimate unless `whole` */
    size_t rows_read;
    size_t part[3]; /* rows to train, to validate and to test with; 0 = not known */
    bool whole;     /* all rows were looked at */
    struct ob_data_column *column; /* [columns], in the order of the file; owned */
    size_t columns;
    size_t columns_more; /* behind those; a table this wide is cut */
    struct ob_faults problems;
    struct ob_data_suggest suggest;
};

void ob_data_view_finish(struct ob_data_view *v);

/* Fills a zeroed struct from what the program printed. OB_EDATA where that is no such
 * answer; *v is as it was then. */
bool ob_data_view_read(struct ob_data_view *v, const char *json, size_t n,
                       struct ob_err *err);

/* The column of that name, or NULL; "number", "target", ... for people. */
const struct ob_data_column *ob_data_view_column(const struct ob_data_view *v,
                                                 const char *name);
const char *ob_data_type_name(enum ob_data_type t);
const char *ob_data_role_name(enum ob_data_role r);

#endif
