#include <config.h>

#include "optbench/base/suggest.h"

#include <string.h>

#define LONGEST 64

/* Letters that people mix up without noticing count as the same. */
static char folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t ob_text_distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    size_t row[3][LONGEST + 1]; /* of the dynamic programme: i - 2, i - 1, i */
    size_t *before = row[0], *above = row[1], *here = row[2];
    if (na > LONGEST || nb > LONGEST)
        return (size_t)-1;
    for (size_t j = 0; j <= nb; j++) {
        before[j] = 0;
        above[j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        here[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            here[j] = least(above[j - 1] + (x != y), least(above[j], here[j - 1]) + 1);
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && y == folded(a[i - 2]))
                here[j] = least(here[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = here;
        here = spare;
    }
    return above[nb];
}

void ob_suggest_init(struct ob_suggest *s, const char *word)
{
    *s = (struct ob_suggest){ .word = word };
}

void ob_suggest_offer(struct ob_suggest *s, const char *candidate)
{
    if (!candidate)
        return;
    size_t distance = ob_text_distance(s->word, candidate);
    size_t n = strlen(s->word), m = strlen(candidate);
    size_t allowed = (n > m ? n : m) / 3;
    if (distance > (allowed ? allowed : 1) || distance >= (n < m ? n : m))
        return;
    if (s->best && s->distance <= distance)
        return;
    s->best = candidate;
    s->distance = distance;
}

const char *ob_text_suggest(const char *word, const char *const *list)
{
    struct ob_suggest s;
    ob_suggest_init(&s, word);
    for (; *list; list++)
        ob_suggest_offer(&s, *list);
    return s.best;
}
