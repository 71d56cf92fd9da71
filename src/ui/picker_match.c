#include "picker_match.h"

#include <string.h>
#include <strings.h>

struct ob_picker_entry ob_picker_entry_at(const struct ob_picker_list *l, size_t i)
{
    return l->entry ? l->entry[i] : (struct ob_picker_entry){ .name = l->name[i] };
}

/* How well an entry fits what was typed, the best first. */
enum rank { NAME_BEGINS, NAME_HOLDS, WORD_BEGINS, HOLDS, RANKS, NONE = RANKS };

static bool holds(const char *text, const char *word, size_t n)
{
    for (; text && *text; text++)
        if (strncasecmp(text, word, n) == 0)
            return true;
    return false;
}

/* Whether a word of the text begins so. */
static bool has_word(const char *text, const char *word, size_t n)
{
    bool start = true;
    for (; text && *text; text++) {
        if (start && strncasecmp(text, word, n) == 0)
            return true;
        start = *text == ' ';
    }
    return false;
}

static enum rank rank_of_word(const struct ob_picker_entry *e, const char *word, size_t n)
{
    if (strncasecmp(e->name, word, n) == 0)
        return NAME_BEGINS;
    if (holds(e->name, word, n))
        return NAME_HOLDS;
    if (has_word(e->title, word, n) || has_word(e->summary, word, n))
        return WORD_BEGINS;
    return holds(e->title, word, n) || holds(e->summary, word, n) ? HOLDS : NONE;
}

/* That of the word that fits worst. */
static enum rank rank_of(const struct ob_picker *p, const struct ob_picker_list *l,
                         size_t i)
{
    const struct ob_picker_entry e = ob_picker_entry_at(l, i);
    const char *word = p->filter.text;
    enum rank worst = NAME_BEGINS;
    for (;;) {
        word += strspn(word, " ");
        size_t n = strcspn(word, " ");
        if (n == 0)
            return worst;
        enum rank rank = rank_of_word(&e, word, n);
        worst = rank > worst ? rank : worst;
        word += n;
    }
}

static void to_match(const struct ob_picker *p, const struct ob_picker_list *l,
                     struct ob_picker_walk *w)
{
    for (; w->rank < RANKS; w->rank++, w->i = 0)
        for (; w->i < l->n; w->i++)
            if (rank_of(p, l, w->i) == (enum rank)w->rank)
                return;
    w->i = l->n;
}

struct ob_picker_walk ob_picker_first(const struct ob_picker *p,
                                      const struct ob_picker_list *l)
{
    struct ob_picker_walk w = { .i = 0 };
    to_match(p, l, &w);
    return w;
}

void ob_picker_next(const struct ob_picker *p, const struct ob_picker_list *l,
                    struct ob_picker_walk *w)
{
    w->i++;
    to_match(p, l, w);
}

size_t ob_picker_matches(const struct ob_picker *p, const struct ob_picker_list *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        n += rank_of(p, l, i) != NONE;
    return n;
}

size_t ob_picker_selected(const struct ob_picker *p, const struct ob_picker_list *l)
{
    struct ob_picker_walk w = ob_picker_first(p, l);
    for (size_t k = 0; k < p->at && w.i < l->n; k++)
        ob_picker_next(p, l, &w);
    return w.i;
}
