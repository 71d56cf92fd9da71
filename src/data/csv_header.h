/*
 * Is the first row a header? Part of the CSV reader (csv_rows.c), split off because it
 * is the part with opinions.
 */
#ifndef OB_SRC_DATA_CSV_HEADER_H
#define OB_SRC_DATA_CSV_HEADER_H

#include "csv_rows.h"

/* Decides from the saved rows and the format. False after a report: a header was asked
 * for and the row is all numbers, or the row is half names, half numbers. */
bool ob_csv_header_decide(struct ob_csv_rows *r, bool *header);

/* Creates the table's columns and the sinks. False after a report: names occur twice,
 * an unnamed column is wanted, or the delimiter is another one. */
bool ob_csv_header_columns(struct ob_csv_rows *r, bool header);

/* A whole cell as a number, by the file's decimal sign; not necessarily finite. */
bool ob_csv_number(const struct ob_csv_format *format, const char *s, size_t n,
                   double *out);

/* Whether it would be one with the other decimal sign. */
bool ob_csv_other_number(const struct ob_csv_format *format, const char *s, size_t n);

/* Whether a cell says that there is no value. */
bool ob_csv_missing(const char *s, size_t n);

#endif
