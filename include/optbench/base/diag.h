/*
 * A list of problems found in the user's files, so that one look at a config or a table
 * tells all of them at once instead of the first. Whoever reads adds; whoever was asked
 * by the user sorts and prints. A zeroed struct is an empty list. Not for use by two
 * threads at once.
 */
#ifndef OB_BASE_DIAG_H
#define OB_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "optbench/base/err.h"

struct ob_diag {
    enum ob_code code;
    char *file;    /* as the user named it; NULL = about no file */
    unsigned line; /* from 1; 0 = about the file as a whole */
    char *text;    /* one line, as in struct ob_err */
};

struct ob_diags {
    struct ob_diag *item; /* [n] */
    size_t n, cap;
};

void ob_diags_finish(struct ob_diags *d);

/* Appends one problem (file NULL: about no file; line 0: none) and returns false, so
 * that a reader can end with `return ob_diags_add(...)`. The strings are copied. */
bool ob_diags_add(struct ob_diags *d, enum ob_code code, const char *file, unsigned line,
                  const char *format, ...) OB_PRINTF(5, 6);

/* The same with the code and text of *err. */
bool ob_diags_add_err(struct ob_diags *d, const char *file, unsigned line,
                      const struct ob_err *err);

/* Orders by file (files stay in the order of their first problem), then by line; equal
 * places keep the order in which they were added. Problems without a file come where
 * the first of them was added. */
void ob_diags_sort(struct ob_diags *d);

/* One line each, made safe for a terminal: "optbench: F:L: text", "optbench: F: text"
 * without a line, "optbench: text" without a file. */
void ob_diags_print(const struct ob_diags *d, FILE *to);

/* Exit status that belongs to the first problem; 0 where there is none. */
int ob_diags_exit(const struct ob_diags *d);

#endif
