/*
 * "Did you mean ...?": finds the word of a list that a mistyped word is nearest to.
 *
 * Distance: insertions, deletions, substitutions and swaps of neighbours, each letter
 * in at most one swap (Damerau 1964, the restricted form), letters compared without
 * case, '-' and '_' alike. A candidate counts only where the distance is at most a third
 * of the longer word (at least 1) and less than the shorter one, so that "lr" never
 * becomes "bias".
 */
#ifndef OB_BASE_SUGGEST_H
#define OB_BASE_SUGGEST_H

#include <stddef.h>

/* Collects candidates one by one; filled by ob_suggest_init(). */
struct ob_suggest {
    const char *word; /* borrowed until the last offer */
    const char *best; /* the nearest so far, borrowed from its offer; NULL = none */
    size_t distance;  /* of best */
};

void ob_suggest_init(struct ob_suggest *s, const char *word);

/* Looks at one candidate; the first of equally near ones stays. NULL is ignored. */
void ob_suggest_offer(struct ob_suggest *s, const char *candidate);

/* The nearest word of a list that ends with NULL, or NULL where none is near enough. */
const char *ob_text_suggest(const char *word, const char *const *list);

/* The distance itself; words above 64 bytes count as far from everything. */
size_t ob_text_distance(const char *a, const char *b);

#endif
