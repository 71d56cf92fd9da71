/* A line chart as text on stdout, for commands; for src/cli alone. */
#ifndef OB_CLI_TEXT_CHART_H
#define OB_CLI_TEXT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"

/* What is drawn: [n] places that never fall, and a value at each. */
struct text_chart {
    const char *title; /* safe text */
    const double *x, *y;
    size_t n;
    const double *y2;  /* [n] a second line, NULL = none */
    const char *along; /* what x is, NULL = steps */
    double log_from;   /* > 0: x evenly by its logarithm, from about there on */
    int cols, rows;    /* of characters */
};

/* Appends the rows; braille where the locale's characters are UTF-8, else ASCII. */
void text_chart(const struct text_chart *c, struct ob_buf *out);

#endif
