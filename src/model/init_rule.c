#include "optbench/model/init_rule.h"

#include <math.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"

/* A word, how many numbers may stand behind it, and what they are where left out. */
static const struct word {
    const char *name;
    enum ob_init_kind kind;
    size_t least, most;
    double number[2];
} words[] = {
    { "auto", OB_INIT_AUTO, 0, 0, { 0, 0 } },
    { "torch", OB_INIT_TORCH, 0, 0, { 0, 0 } },
    { "zeros", OB_INIT_CONSTANT, 0, 0, { 0, 0 } },
    { "constant", OB_INIT_CONSTANT, 1, 1, { 0, 0 } },
    { "normal", OB_INIT_NORMAL, 0, 2, { 0, 1 } },
    { "uniform", OB_INIT_UNIFORM, 0, 2, { 0, 1 } },
    { "xavier_uniform", OB_INIT_XAVIER_UNIFORM, 0, 1, { 1, 0 } },
    { "xavier_normal", OB_INIT_XAVIER_NORMAL, 0, 1, { 1, 0 } },
    { "kaiming_uniform", OB_INIT_KAIMING_UNIFORM, 0, 1, { 1.4142135623730951, 0 } },
    { "kaiming_normal", OB_INIT_KAIMING_NORMAL, 0, 1, { 1.4142135623730951, 0 } },
};

bool ob_init_needs_fans(const struct ob_init_rule *r)
{
    return r->kind == OB_INIT_TORCH || r->kind >= OB_INIT_XAVIER_UNIFORM;
}

static bool unknown(const char *key, const char *word, struct ob_err *err)
{
    struct ob_suggest s;
    double x;
    if (ob_number_parse(word, strlen(word), &x))
        return ob_fail(err, OB_ECONFIG,
                       "%s: a layer takes a word, such as constant %s, and no numbers "
                       "alone",
                       key, word);
    ob_suggest_init(&s, word);
    for (size_t i = 0; i < OB_COUNT(words); i++)
        ob_suggest_offer(&s, words[i].name);
    if (s.best)
        return ob_fail(err, OB_ECONFIG, "%s: unknown word '%s'; did you mean '%s'?", key,
                       word, s.best);
    return ob_fail(
        err, OB_ECONFIG,
        "%s: '%s' is neither auto, torch, zeros, constant, normal, uniform, "
        "xavier_uniform, xavier_normal, kaiming_uniform or kaiming_normal nor a "
        "number",
        key, word);
}

static bool check_count(const char *key, const struct word *w, size_t n,
                        struct ob_err *err)
{
    static const char *const most[] = { "no numbers", "one number",
                                        "at most two numbers" };
    if (n >= w->least && n <= w->most)
        return true;
    return ob_fail(err, OB_ECONFIG, "%s: %s takes %s%s, not %zu", key, w->name,
                   w->most == 1 && w->least == 0 ? "at most " : "", most[w->most], n);
}

static bool check_numbers(const char *key, const struct ob_init_rule *r,
                          struct ob_err *err)
{
    if (r->kind == OB_INIT_UNIFORM && r->number[0] > r->number[1])
        return ob_fail(err, OB_ECONFIG, "%s: uniform needs its lower end first", key);
    if (r->kind == OB_INIT_NORMAL && r->number[1] < 0)
        return ob_fail(err, OB_ECONFIG, "%s: a deviation cannot be negative", key);
    if (r->kind >= OB_INIT_XAVIER_UNIFORM && r->number[0] < 0)
        return ob_fail(err, OB_ECONFIG, "%s: a gain cannot be negative", key);
    return true;
}

/* The numbers behind the word. One alone is the deviation, or the half-width. */
static bool read_numbers(const char *key, const struct ob_texts *t, const struct word *w,
                         struct ob_init_rule *out, struct ob_err *err)
{
    size_t n = t->n - 1;
    if (!check_count(key, w, n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        double x, *to = &out->number[n == 1 && w->most == 2 ? 1 : i];
        const char *text = t->item[1 + i];
        if (!ob_number_parse(text, strlen(text), &x) || !(x - x == 0))
            return ob_fail(err, OB_ECONFIG, "%s: '%s' is not a finite number", key, text);
        *to = x;
    }
    if (out->kind == OB_INIT_UNIFORM && n == 1)
        out->number[0] = -out->number[1];
    return check_numbers(key, out, err);
}

bool ob_init_rule_read(const char *key, const struct ob_texts *texts,
                       struct ob_init_rule *out, struct ob_err *err)
{
    const struct word *w = words;
    *out = (struct ob_init_rule){ .kind = OB_INIT_AUTO };
    if (texts->n == 0)
        return true;
    while (w < words + OB_COUNT(words) && strcmp(w->name, texts->item[0]) != 0)
        w++;
    if (w == words + OB_COUNT(words))
        return unknown(key, texts->item[0], err);
    *out = (struct ob_init_rule){ w->kind, { w->number[0], w->number[1] } };
    return read_numbers(key, texts, w, out, err);
}

/* ---- drawing ---- */

static void around_zero(struct ob_draw *d, size_t n, double half, double *out)
{
    ob_draw_uniform(d, n, -half, half, out);
}

static void constant(size_t n, double value, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

/* The deviation of xavier and kaiming, as torch.nn.init computes it. */
static double spread(const struct ob_init_rule *r, const struct ob_init_tensor *t)
{
    double gain = r->number[0], in = (double)t->fan_in;
    bool xavier = r->kind == OB_INIT_XAVIER_UNIFORM || r->kind == OB_INIT_XAVIER_NORMAL;
    return xavier ? gain * sqrt(2.0 / (in + (double)t->fan_out)) : gain / sqrt(in);
}

void ob_init_fill(const struct ob_init_rule *r, const struct ob_init_tensor *t,
                  struct ob_draw *d, double *out)
{
    const double *number = r->number;
    OB_REQUIRE(r->kind != OB_INIT_AUTO);
    if (r->kind == OB_INIT_CONSTANT)
        constant(t->size, number[0], out);
    else if (r->kind == OB_INIT_NORMAL)
        ob_draw_normal(d, t->size, number[0], number[1], out);
    else if (r->kind == OB_INIT_UNIFORM)
        ob_draw_uniform(d, t->size, number[0], number[1], out);
    else if (r->kind == OB_INIT_TORCH)
        around_zero(d, t->size,
                    t->bias ? ob_torch_linear_bias(t->fan_in)
                            : ob_torch_linear_weight(t->fan_in),
                    out);
    else if (t->bias)
        constant(t->size, 0, out);
    else if (r->kind == OB_INIT_XAVIER_UNIFORM || r->kind == OB_INIT_KAIMING_UNIFORM)
        around_zero(d, t->size, sqrt(3.0) * spread(r, t), out);
    else
        ob_draw_normal(d, t->size, 0, spread(r, t), out);
}
