#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "optbench/base/number.h"
#include "param_priv.h"

/* Choices that are named in messages: all of them, or the first ones of more. */
enum { CHOICES_ALL = 16, CHOICES_SHOWN = 8 };

static void add_number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_buf_add(out, text, ob_number_write(text, v));
}

static void write_real(const struct ob_param *p, double v, struct ob_buf *out)
{
    if (v == 0 && p->zero_word)
        ob_buf_adds(out, p->zero_word);
    else
        add_number(out, v);
}

static void write_integer(const struct ob_param *p, int64_t v, struct ob_buf *out)
{
    if (v == 0 && p->zero_word)
        ob_buf_adds(out, p->zero_word);
    else
        ob_buf_addf(out, "%" PRId64, v);
}

/* ';' and '#' begin comments in the file that the word goes to. */
static void write_word(const char *word, struct ob_buf *out)
{
    if (*word && !strpbrk(word, " \t\r\n,\";#")) {
        ob_buf_adds(out, word);
        return;
    }
    ob_buf_addc(out, '"');
    for (; *word; word++) {
        if (*word == '"')
            ob_buf_addc(out, '"');
        ob_buf_addc(out, *word);
    }
    ob_buf_addc(out, '"');
}

static bool write_texts(const struct ob_texts *t, struct ob_buf *out)
{
    for (size_t i = 0; i < t->n; i++) {
        if (i)
            ob_buf_adds(out, ", ");
        write_word(t->item[i], out);
    }
    return t->n > 0;
}

static bool write_reals(const struct ob_param *p, const struct ob_reals *r,
                        struct ob_buf *out)
{
    for (size_t i = 0; i < r->n; i++) {
        if (i)
            ob_buf_adds(out, ", ");
        write_real(p, r->item[i], out);
    }
    return r->n > 0;
}

bool ob_param_write(const struct ob_param *p, const void *opts, struct ob_buf *out)
{
    const void *m = ob_param_peek(p, opts);
    switch (p->kind) {
    case OB_PARAM_REAL:
        write_real(p, *(const double *)m, out);
        return true;
    case OB_PARAM_INTEGER:
        write_integer(p, *(const int64_t *)m, out);
        return true;
    case OB_PARAM_BOOLEAN:
        ob_buf_adds(out, *(const bool *)m ? "yes" : "no");
        return true;
    case OB_PARAM_CHOICE:
        ob_buf_adds(out, p->choices[*(const int *)m]);
        return true;
    case OB_PARAM_TEXT:
    case OB_PARAM_PATH:
        if (*(char *const *)m)
            ob_buf_adds(out, *(char *const *)m);
        return *(char *const *)m != NULL;
    case OB_PARAM_TEXTS:
        return write_texts(m, out);
    case OB_PARAM_REALS:
        return write_reals(p, m, out);
    case OB_PARAM_NONE:
        break;
    }
    return false;
}

bool ob_param_write_default(const struct ob_param *p, struct ob_buf *out)
{
    if (p->required)
        return false;
    switch (p->kind) {
    case OB_PARAM_REAL:
        write_real(p, p->fallback, out);
        return true;
    case OB_PARAM_INTEGER:
        write_integer(p, (int64_t)p->fallback, out);
        return true;
    case OB_PARAM_BOOLEAN:
        ob_buf_adds(out, p->fallback != 0 ? "yes" : "no");
        return true;
    case OB_PARAM_CHOICE:
        ob_buf_adds(out, p->choices[(int)p->fallback]);
        return true;
    default:
        if (p->fallback_text)
            ob_buf_adds(out, p->fallback_text);
        return p->fallback_text != NULL;
    }
}

/* A limit: a large round one as 1e15, of which nobody has to count the zeros. */
static void add_limit(struct ob_buf *out, double v)
{
    int zeros = 0;
    double left = v;
    for (; left >= 10 && fmod(left, 10) == 0; left /= 10)
        zeros++;
    if (zeros > 6 && left == 1)
        ob_buf_addf(out, "1e%d", zeros);
    else
        add_number(out, v);
}

/* "0 < lr <= 10", with the sides left out that are infinite. */
static void allowed_number(const struct ob_param *p, const char *any, struct ob_buf *out)
{
    bool low = ob_param_is_limited(p) && !isinf(p->min);
    bool high = ob_param_is_limited(p) && !isinf(p->max);
    if (low && high) {
        add_limit(out, p->min);
        ob_buf_addf(out, " %s ", p->above_min ? "<" : "<=");
    }
    ob_buf_adds(out, low || high ? p->name : any);
    if (low && !high) {
        ob_buf_addf(out, " %s ", p->above_min ? ">" : ">=");
        add_limit(out, p->min);
    }
    if (high) {
        ob_buf_addf(out, " %s ", p->below_max ? "<" : "<=");
        add_limit(out, p->max);
    }
    if (p->zero_word)
        ob_buf_addf(out, " or %s", p->zero_word);
}

/* A long list is known by its first words; `optbench list` has all of them. */
static void allowed_choices(const char *const *choices, struct ob_buf *out)
{
    size_t n = 0;
    while (choices[n])
        n++;
    size_t shown = n > CHOICES_ALL ? CHOICES_SHOWN : n;
    for (size_t i = 0; i < shown; i++) {
        ob_buf_adds(out, i ? ", " : "one of ");
        ob_buf_adds(out, choices[i]);
    }
    if (shown < n)
        ob_buf_adds(out, " and others");
}

static void allowed_text(const char *const *usual, struct ob_buf *out)
{
    ob_buf_adds(out, usual ? "such as " : "text");
    for (size_t i = 0; usual && usual[i]; i++)
        ob_buf_addf(out, "%s%s", i ? ", " : "", usual[i]);
}

void ob_param_allowed(const struct ob_param *p, struct ob_buf *out)
{
    switch (p->kind) {
    case OB_PARAM_REAL:
        allowed_number(p, "any number", out);
        break;
    case OB_PARAM_INTEGER:
        allowed_number(p, "any whole number", out);
        break;
    case OB_PARAM_BOOLEAN:
        ob_buf_adds(out, "yes or no");
        break;
    case OB_PARAM_CHOICE:
        allowed_choices(p->choices, out);
        break;
    case OB_PARAM_TEXT:
        allowed_text(p->choices, out);
        break;
    case OB_PARAM_PATH:
        ob_buf_adds(out, "a path");
        break;
    case OB_PARAM_TEXTS:
        ob_buf_adds(out, "a list of words");
        break;
    case OB_PARAM_REALS:
        allowed_number(p, "any numbers", out);
        break;
    case OB_PARAM_NONE:
        break;
    }
}
