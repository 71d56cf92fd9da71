/*
 * Texts that occur again and again, each kept once and called by a number: the lines of
 * ten thousand configs are a few hundred different ones. One struct, one thread.
 */
#ifndef OB_BASE_TEXTS_H
#define OB_BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ob_texts;

/* Never NULL. */
struct ob_texts *ob_texts_create(void);
void ob_texts_destroy(struct ob_texts *t);

/* The number of s[0..n), from 0 without gaps; a text that is new is copied. */
uint32_t ob_texts_add(struct ob_texts *t, const char *s, size_t n);

/* The number of a text that is there; false where it is not. */
bool ob_texts_find(const struct ob_texts *t, const char *s, size_t n, uint32_t *out);

/* The text of a number that was given out; stays where it is. */
const char *ob_texts_at(const struct ob_texts *t, uint32_t i);

uint32_t ob_texts_count(const struct ob_texts *t);

#endif
