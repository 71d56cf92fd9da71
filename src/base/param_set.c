#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "param_priv.h"

/* A number in a message need not be longer. */
#define QUOTED "'%.200s'"

/* The limits of integers are doubles in the table; up to here these are exact. */
#define EXACT_INTEGERS 9007199254740992.0

static bool refuse(const struct ob_param *p, const char *text, const char *what,
                   struct ob_err *err)
{
    struct ob_buf allowed = { 0 };
    ob_param_allowed(p, &allowed);
    ob_fail(err, OB_ECONFIG, QUOTED " is %s %s", text, what, ob_buf_text(&allowed));
    ob_buf_finish(&allowed);
    return false;
}

static bool check_range(const struct ob_param *p, double v, const char *text,
                        struct ob_err *err)
{
    if (ob_param_in_range(p, v))
        return true;
    if (!ob_param_is_limited(p))
        return ob_fail(err, OB_ECONFIG, QUOTED " is not a finite number", text);
    return refuse(p, text, "outside", err);
}

static bool is_zero_word(const struct ob_param *p, const char *text)
{
    return p->zero_word && strcmp(p->zero_word, text) == 0;
}

static bool set_real(const struct ob_param *p, double *out, const char *text,
                     struct ob_err *err)
{
    double v = 0;
    if (!is_zero_word(p, text)) {
        if (!ob_number_parse(text, strlen(text), &v) || isnan(v))
            return ob_fail(err, OB_ECONFIG, QUOTED " is not a number", text);
        if (!check_range(p, v, text, err))
            return false;
    }
    *out = v;
    return true;
}

/* "1e5" and "10.0" are whole numbers, too. */
static bool read_integer(const char *text, int64_t *out)
{
    double v;
    size_t n = strlen(text);
    if (ob_integer_parse(text, n, out))
        return true;
    if (!ob_number_parse(text, n, &v) || !(fabs(v) <= EXACT_INTEGERS) || v != floor(v))
        return false;
    *out = (int64_t)v;
    return true;
}

static bool set_integer(const struct ob_param *p, int64_t *out, const char *text,
                        struct ob_err *err)
{
    int64_t v = 0;
    double real;
    if (!is_zero_word(p, text)) {
        if (!read_integer(text, &v)) {
            bool number = ob_number_parse(text, strlen(text), &real);
            if (number && ob_param_is_limited(p) && !ob_param_in_range(p, real))
                return refuse(p, text, "outside", err);
            return ob_fail(err, OB_ECONFIG, QUOTED " is not a whole number%s", text,
                           number && real == floor(real) ? " that fits" : "");
        }
        if (!check_range(p, (double)v, text, err))
            return false;
    }
    *out = v;
    return true;
}

static bool set_boolean(bool *out, const char *text, struct ob_err *err)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
    for (size_t i = 0; i < OB_COUNT(words); i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i % 2;
            return true;
        }
    return ob_fail(err, OB_ECONFIG, QUOTED " is neither yes nor no", text);
}

static bool set_choice(const struct ob_param *p, int *out, const char *text,
                       struct ob_err *err)
{
    for (int i = 0; p->choices[i]; i++)
        if (strcmp(p->choices[i], text) == 0) {
            *out = i;
            return true;
        }
    refuse(p, text, "not", err);
    const char *near = ob_text_suggest(text, p->choices);
    if (near && err) {
        struct ob_err plain = *err;
        ob_fail(err, OB_ECONFIG, "%.400s; did you mean '%s'?", plain.text, near);
    }
    return false;
}

/* The word at s, quotes taken off; s is left behind it. NULL where a quote stays open. */
static char *take_word(const char **at)
{
    struct ob_buf word = { 0 };
    const char *s = *at;
    if (*s != '"') {
        size_t n = strcspn(s, " \t\r\n,");
        *at = s + n;
        return ob_xstrndup(s, n);
    }
    for (s++; *s != '"' || s[1] == '"'; s++) {
        if (*s == '\0') {
            ob_buf_finish(&word);
            return NULL;
        }
        ob_buf_addc(&word, *s);
        s += *s == '"';
    }
    *at = s + 1;
    return ob_buf_take(&word);
}

/* Words separated by blanks or by one comma each; "a b" in quotes is one word. */
static bool set_texts(struct ob_texts *out, const char *text, struct ob_err *err)
{
    static const char blanks[] = " \t\r\n";
    struct ob_texts t = { 0 };
    const char *s = text + strspn(text, blanks);
    while (*s) {
        const char *start = s;
        char *word = take_word(&s);
        if (!word) {
            ob_fail(err, OB_ECONFIG, "a quote is not closed in " QUOTED, start);
            goto fail;
        }
        if (s == start) {
            free(word);
            ob_fail(err, OB_ECONFIG, "an item is empty in " QUOTED, text);
            goto fail;
        }
        t.item = ob_xreallocarray(t.item, t.n + 1, sizeof *t.item);
        t.item[t.n++] = word;
        s += strspn(s, blanks);
        if (*s == ',') {
            s += 1 + strspn(s + 1, blanks);
            if (*s == '\0') {
                ob_fail(err, OB_ECONFIG, "the last item is empty in " QUOTED, text);
                goto fail;
            }
        }
    }
    ob_texts_finish(out);
    *out = t;
    return true;
fail:
    ob_texts_finish(&t);
    return false;
}

static bool set_reals(const struct ob_param *p, struct ob_reals *out, const char *text,
                      struct ob_err *err)
{
    struct ob_texts words = { 0 };
    struct ob_reals r = { 0 };
    bool ok = set_texts(&words, text, err);
    if (ok && words.n)
        r.item = ob_xcalloc(words.n, sizeof *r.item);
    for (; ok && r.n < words.n; r.n++)
        ok = set_real(p, &r.item[r.n], words.item[r.n], err);
    ob_texts_finish(&words);
    if (!ok) {
        free(r.item);
        return false;
    }
    free(out->item);
    *out = r;
    return true;
}

static bool set_text(char **out, const char *text)
{
    char *copy = ob_xstrdup(text);
    free(*out);
    *out = copy;
    return true;
}

bool ob_param_set(const struct ob_param *p, void *opts, const char *text,
                  struct ob_err *err)
{
    void *m = ob_param_member(p, opts);
    switch (p->kind) {
    case OB_PARAM_REAL:
        return set_real(p, m, text, err);
    case OB_PARAM_INTEGER:
        return set_integer(p, m, text, err);
    case OB_PARAM_BOOLEAN:
        return set_boolean(m, text, err);
    case OB_PARAM_CHOICE:
        return set_choice(p, m, text, err);
    case OB_PARAM_TEXT:
    case OB_PARAM_PATH:
        return set_text(m, text);
    case OB_PARAM_TEXTS:
        return set_texts(m, text, err);
    case OB_PARAM_REALS:
        return set_reals(p, m, text, err);
    case OB_PARAM_NONE:
        break;
    }
    OB_REQUIRE(p->kind != OB_PARAM_NONE);
    return false;
}
