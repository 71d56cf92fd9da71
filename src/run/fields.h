/*
 * Members of a JSON object into plain C members, with the patience that files from
 * outside need: what is missing or of another kind leaves the default. Private to run.
 */
#ifndef OB_RUN_FIELDS_H
#define OB_RUN_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/base/json.h"

/* Copies the text of v.key, cut to cap; "" where it is none. */
void ob_field_text(const struct ob_json_value *v, const char *key, char *out, size_t cap);

/* The number v.key, NAN where it is none. */
double ob_field_num(const struct ob_json_value *v, const char *key);

/* The whole number v.key where it lies in 0 .. max, else 0. */
uint64_t ob_field_count(const struct ob_json_value *v, const char *key, uint64_t max);

/* Write "key":value; NAN as null, which reads back as NAN ("not known"). */
void ob_field_put_text(struct ob_json *j, const char *key, const char *text);
void ob_field_put_num(struct ob_json *j, const char *key, double v);
void ob_field_put_int(struct ob_json *j, const char *key, int64_t v);
void ob_field_put_count(struct ob_json *j, const char *key, uint64_t v);
void ob_field_put_flag(struct ob_json *j, const char *key, bool v);

/* A list of exactly n texts as owned copies, which the caller frees with their array;
 * NULL where it is no such list. */
char **ob_field_names(const struct ob_json_value *list, size_t n);

#endif
