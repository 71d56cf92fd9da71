/*
 * A look at every column of a table, used or not: what it holds, how it is spread, how it
 * begins, and what one could try first with it. For the setup form and `optbench data`.
 *
 * A file is read up to 8 MiB, so that a look is quick whatever its size; `whole` tells
 * whether that was all of it. Figures are those of the rows that were read. What the
 * experiment itself would trip over is reported as by ob_dataset_load(), in the same
 * words and with the same lines, as far as the file was read. One thread.
 */
#ifndef OB_DATA_SURVEY_H
#define OB_DATA_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "optbench/data/csv.h"
#include "optbench/data/dataset.h"
#include "optbench/data/source.h"

struct ob_json;

enum { OB_SURVEY_BINS = 16, OB_SURVEY_CELLS = 10 };

enum ob_survey_type {
    OB_SURVEY_EMPTY,    /* no cell has a value */
    OB_SURVEY_NUMBER,   /* nearly all are numbers; `odd` says how many are not */
    OB_SURVEY_CATEGORY, /* words that come again and again */
    OB_SURVEY_TEXT,     /* words that do not */
};

struct ob_survey_column {
    char *name; /* owned */
    bool unnamed;
    enum ob_survey_type type;
    enum ob_role role; /* OB_ROLE_NONE where there is no experiment */
    size_t missing;
    size_t distinct; /* different values, up to a limit ... */
    bool distinct_more;
    bool counts;                  /* each number is the one above it and one */
    struct ob_column_facts facts; /* NAN unless a number */
    size_t bin[OB_SURVEY_BINS];   /* numbers in each sixteenth of min .. max; of words how
                                     often each of the first sixteen comes */
    char *
        word[OB_SURVEY_BINS]; /* [words] those that `bin` counts, cut where long; owned */
    size_t words;
    char *cell[OB_SURVEY_CELLS]; /* [cells] as the file has them, cut where long; owned */
    size_t cells;
    size_t odd;        /* cells of a column of numbers that are none, not missing */
    unsigned odd_line; /* of the first */
    char *odd_text;    /* the first, cut; owned, NULL = none */
};

/* What to try first. Names are lent from the columns. */
struct ob_proposal {
    const char *target; /* NULL = no column is fit */
    size_t *feature;    /* [features] places of columns, owned */
    size_t features;
    bool all;          /* that is every column but the target */
    const char *model; /* "linear", "logistic" */
    const char *scale, *missing;
    double lr; /* a rate at which plain gradient descent is stable; NAN without a target
                  or features */
    char *lr_why;   /* half a sentence, owned; NULL with NAN */
    double adam_lr; /* a rate with which Adam arrives in some hundred steps, or NAN */
    char *adam_lr_why;
    char *why; /* a sentence or two, owned; raw */
};

struct ob_survey {
    char *origin;                    /* owned; the file, or "inline" */
    struct ob_survey_column *column; /* [columns], owned */
    size_t columns;
    size_t rows;      /* of the table; an estimate unless whole */
    size_t rows_read; /* that were looked at */
    bool whole;
    size_t part_rows[OB_DATA_PARTS]; /* as the experiment splits them, test_path left out;
                                   0 where it cannot be told */
    char delimiter, decimal;         /* of a file, as read; else those of a new one */
    struct ob_proposal proposal;
};

/* Looks at what [data] names. Fills a zeroed *out as far as it gets; false where there
 * was something to report. A file that cannot be read as [data] says is shown with the
 * delimiter and decimal sign that fit it, if those are others. */
bool ob_survey_source(const struct ob_source_type *source, const void *opts,
                      const struct ob_data_opts *common, struct ob_survey *out,
                      struct ob_diags *diags);

/* Looks at a file without an experiment: guesses delimiter and decimal sign. `target` is
 * the column to propose, NULL = guess; it must exist (OB_EUSAGE). */
bool ob_survey_file(const struct ob_csv_input *in, const char *target,
                    struct ob_survey *out, struct ob_diags *diags);

void ob_survey_finish(struct ob_survey *s);

/* "number", "category", ... */
const char *ob_survey_type_name(enum ob_survey_type t);

/* Appends the members rows_read, whole, columns, columns_more and suggest of an
 * object that is open. */
void ob_survey_json(const struct ob_survey *s, struct ob_json *out);

/* The same for people, at most 80 columns wide. */
void ob_survey_print(const struct ob_survey *s, FILE *out);

#endif
