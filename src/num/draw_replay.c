#include <config.h>

#include "draw_replay.h"

#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"

enum {
    NUMBERS_MAX = 3,
    NORMALS_SMALL = 16, /* fewer of them are made one by one */
};

/* More than any notebook throws away; a second or two of drawing. */
#define WORDS_MAX 1e9

/* One call with its numbers; each function draws and forgets. */
struct call {
    const struct word *word;
    double number[NUMBERS_MAX];
};

static void skip(struct ob_draw *d, double words)
{
    for (uint64_t i = (uint64_t)words; i > 0; i--)
        ob_torch_u32(&d->u.torch);
}

/* Words of a value of the dtype. */
static double width(const struct ob_draw *d)
{
    return d->dtype == OB_F64 ? 2 : 1;
}

static void randn(struct ob_draw *d, const double *number)
{
    double few[NORMALS_SMALL], n = number[0];
    if (n < NORMALS_SMALL)
        ob_draw_normal(d, (size_t)n, 0, 1, few);
    else
        skip(d, width(d) * (n + ((uint64_t)n % NORMALS_SMALL ? NORMALS_SMALL : 0)));
}

static void uniforms(struct ob_draw *d, const double *number)
{
    skip(d, width(d) * number[0]);
}

static void random64(struct ob_draw *d, const double *number)
{
    skip(d, 2 * number[0]);
}

static void randperm(struct ob_draw *d, const double *number)
{
    skip(d, number[0] > 0 ? number[0] - 1 : 0);
}

static void linear(struct ob_draw *d, const double *number)
{
    skip(d, width(d) * (number[0] * number[1] + number[1]));
}

static void randint(struct ob_draw *d, const double *number)
{
    skip(d, (number[1] - number[0] < 0x1p32 ? 1 : 2) * number[2]);
}

/* A word, how many numbers stand behind it, what they are called, and whether they count
 * something, which every number but the ends of randint does. */
static const struct word {
    const char *name, *numbers;
    size_t least, most;
    void (*draw)(struct ob_draw *d, const double *number);
} words[] = {
    { "randn", "how many numbers", 1, 1, randn },
    { "rand", "how many numbers", 1, 1, uniforms },
    { "random64", "how many numbers, or nothing for one", 0, 1, random64 },
    { "randperm", "how many elements", 1, 1, randperm },
    { "linear", "how many inputs and outputs", 2, 2, linear },
    { "randint", "its two ends and how many numbers", 3, 3, randint },
};

static const struct word *find(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(words); i++)
        if (!strcmp(words[i].name, name))
            return &words[i];
    return NULL;
}

static bool unknown(const char *name, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (size_t i = 0; i < OB_COUNT(words); i++)
        ob_suggest_offer(&s, words[i].name);
    if (s.best)
        return ob_fail(err, OB_ECONFIG, "unknown call '%s'; did you mean '%s'?", name,
                       s.best);
    return ob_fail(err, OB_ECONFIG,
                   "'%s' is no call that can be repeated: there are randn, rand, "
                   "random64, randperm, linear and randint",
                   name);
}

static bool is_number(const char *text, double *out)
{
    return ob_number_parse(text, strlen(text), out);
}

/* What the numbers of a call must be beside whole. */
static bool check_numbers(const struct call *c, struct ob_err *err)
{
    const double *number = c->number;
    bool ends = c->word->draw == randint;
    if (ends && !(number[0] < number[1]))
        return ob_fail(err, OB_ECONFIG, "randint needs its lower end first");
    for (size_t i = ends ? 2 : 0; i < c->word->most; i++)
        if (number[i] < 0)
            return ob_fail(err, OB_ECONFIG, "%s cannot draw fewer than none",
                           c->word->name);
    double drawn = c->word->draw == linear ? number[0] * number[1] + number[1]
                                           : number[c->word->most - 1];
    if (drawn > WORDS_MAX)
        return ob_fail(err, OB_ECONFIG, "%s draws more than 1e9 numbers", c->word->name);
    return true;
}

/* Reads the call at *i and moves behind it. */
static bool read_call(const struct ob_texts *t, size_t *i, struct call *out,
                      struct ob_err *err)
{
    const struct word *w = find(t->item[*i]);
    size_t n = 0;
    double x;
    if (!w)
        return unknown(t->item[*i], err);
    *out = (struct call){ .word = w, .number = { 1, 1, 1 } };
    for (++*i; *i < t->n && is_number(t->item[*i], &x); ++*i, n++) {
        if (n == w->most)
            break;
        if (!(x >= -0x1p53 && x <= 0x1p53) || x != (double)(int64_t)x)
            return ob_fail(err, OB_ECONFIG, "%s: '%s' is not a whole number", w->name,
                           t->item[*i]);
        out->number[n] = x;
    }
    if (n < w->least || (*i < t->n && is_number(t->item[*i], &x)))
        return ob_fail(err, OB_ECONFIG, "%s needs %s behind it", w->name, w->numbers);
    return check_numbers(out, err);
}

bool ob_draw_check(const struct ob_texts *before, struct ob_err *err)
{
    struct call c;
    for (size_t i = 0; i < before->n;)
        if (!read_call(before, &i, &c, err))
            return false;
    return true;
}

void draw_replay(struct ob_draw *d, const struct ob_texts *before)
{
    struct call c;
    for (size_t i = 0; i < before->n && read_call(before, &i, &c, NULL);)
        c.word->draw(d, c.number);
}
