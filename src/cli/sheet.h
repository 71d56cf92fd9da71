/*
 * Rows of a table that may be long, for people and for programs alike: as a table of any
 * form, or as a list of JSON objects. Columns come first, then row by row each value in
 * the order of the columns. For src/cli alone; one thread.
 */
#ifndef OB_CLI_SHEET_H
#define OB_CLI_SHEET_H

#include <math.h>

#include "optbench/base/json.h"
#include "optbench/cli/command.h"
#include "optbench/report/tabular.h"

enum ob_sheet_form {
    OB_SHEET_TEXT,
    OB_SHEET_CSV,
    OB_SHEET_JSON,
    OB_SHEET_MARKDOWN,
    OB_SHEET_LATEX,
    OB_SHEET_HTML,
    OB_SHEET_FORMS
};

/* The table entries of the forms, and the one that was chosen: false, and it was said,
 * where there are two. */
#define OB_SHEET_OPTIONS                                                                 \
    { .name = "csv", .help = "values in full as CSV" },                                  \
        { .name = "json", .letter = 'j', .help = "all of it as one object" },            \
        { .name = "markdown", .help = "a table of GitHub's Markdown" },                  \
        { .name = "latex", .help = "a table for LaTeX with booktabs" },                  \
    {                                                                                    \
        .name = "html", .help = "a table of HTML"                                        \
    }
bool ob_sheet_form_of(const struct ob_args *args, enum ob_sheet_form *form);

struct ob_sheet {
    enum ob_sheet_form form;
    struct ob_buf *out; /* lent */
    struct ob_json json;

    /* Private to sheet.c. */
    struct ob_tabular table;
    size_t next; /* column of the row that is filled next */
    bool begun;  /* the first rows were written */
    char *last;  /* text of the cell that was filled last */
};

/* With JSON what is put before the first row are members of the object around the rows,
 * which the caller begins and ends: sheet.json. */
void ob_sheet_begin(struct ob_sheet *s, enum ob_sheet_form form, struct ob_buf *out);
void ob_sheet_column(struct ob_sheet *s, const char *name, enum ob_tabular_align align);

/* With JSON the key of the list of rows; ends the columns. */
void ob_sheet_rows(struct ob_sheet *s, const char *key);
void ob_sheet_row(struct ob_sheet *s);

/* NULL and NAN are missing. A word that is a number is one in JSON. */
void ob_sheet_text(struct ob_sheet *s, const char *text);
void ob_sheet_word(struct ob_sheet *s, const char *text);
void ob_sheet_number(struct ob_sheet *s, double v);
void ob_sheet_best(struct ob_sheet *s); /* what was put last is the best */

/* Ends the rows, and writes what was not written yet. */
void ob_sheet_end(struct ob_sheet *s);

#endif
