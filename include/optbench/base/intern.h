/*
 * Texts that occur again and again, each kept once and called by a number: the lines of
 * ten thousand configs are a few hundred different ones. One struct, one thread.
 */
#ifndef OB_BASE_INTERN_H
#define OB_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ob_intern;

/* Never NULL. */
struct ob_intern *ob_intern_create(void);
void ob_intern_destroy(struct ob_intern *t);

/* The number of s[0..n), from 0 without gaps; a text that is new is copied. */
uint32_t ob_intern_add(struct ob_intern *t, const char *s, size_t n);

/* The number of a text that is there; false where it is not. */
bool ob_intern_find(const struct ob_intern *t, const char *s, size_t n, uint32_t *out);

/* The text of a number that was given out; stays where it is. */
const char *ob_intern_at(const struct ob_intern *t, uint32_t i);

uint32_t ob_intern_count(const struct ob_intern *t);

#endif
