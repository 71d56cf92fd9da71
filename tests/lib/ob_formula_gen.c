#include "ob_formula_gen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

#define LARGE 20.0

/* How tightly the text is bound. */
enum { SUM, PRODUCT, SIGN, POWER, ATOM };

/* A formula, its values lie within [low, high]. */
struct part {
    char *text; /* owned */
    int level;
    double low, high;
};

struct maker {
    struct ob_formula_gen *g;
    bool columns; /* may be used here */
    int deep;     /* sums over an index around this */
    double index; /* its last value */
};

static size_t roll(struct maker *m, size_t n)
{
    return (size_t)ob_rng_below(&m->g->rng, n);
}

static struct part make(struct maker *m, unsigned size);

static struct part part(char *text, int level, double low, double high)
{
    return (struct part){ text, level, low, high };
}

/* The text, in parentheses where it is bound more loosely, or now and then for nothing.
 */
static const char *bind(struct maker *m, struct part *p, int level)
{
    if (p->level < level || roll(m, 16) == 0) {
        char *text = ob_xasprintf(roll(m, 4) ? "(%s)" : "( %s )", p->text);
        free(p->text);
        p->text = text;
        p->level = ATOM;
    }
    return p->text;
}

static double size_of(struct part p)
{
    return fmax(fabs(p.low), fabs(p.high));
}

static struct part number(struct maker *m, double low, double high)
{
    char text[OB_NUMBER_MAX];
    double v = low + (high - low) * ob_rng_uniform(&m->g->rng);
    if (roll(m, 2))
        v = ceil(v * 4) / 4;
    ob_number_write(text, v);
    if (roll(m, 8) == 0 && v > 0)
        snprintf(text, sizeof text, "%.3fe-1", v * 10);
    return part(ob_xstrdup(text), v < 0 ? SIGN : ATOM, v - 1e-2, v + 1e-2);
}

/* A function of one argument whose values are known; takes a. */
static struct part call(struct maker *m, const char *name, struct part a, double low,
                        double high)
{
    char *text = ob_xasprintf("%s(%s)", name, bind(m, &a, SUM));
    free(a.text);
    return part(text, ATOM, low, high);
}

static struct part leaf(struct maker *m)
{
    struct ob_formula_gen *g = m->g;
    double box = OB_GEN_BOX;
    size_t n = g->params + g->vector + (m->columns ? 2 * g->columns : 0) + 1;
    size_t i = roll(m, n);
    if (m->deep && roll(m, 3) == 0) {
        bool element = g->vector && roll(m, 2);
        char *text = ob_xasprintf(element ? "v[%c]" : "%c", 'h' + m->deep);
        return element ? part(text, ATOM, -box, box) : part(text, ATOM, 1, m->index);
    }
    if (i < g->params)
        return part(ob_xasprintf("p%zu", i + 1), ATOM, -box, box);
    i -= g->params;
    if (i < g->vector)
        return part(ob_xasprintf("v[%zu]", i + 1), ATOM, -box, box);
    i -= g->vector;
    if (i < (m->columns ? 2 * g->columns : 0))
        return part(ob_xasprintf("x%zu", i / 2 + 1), ATOM, -box, box);
    return number(m, 0.1, 3);
}

/* Brought to at most `most` in size. */
static struct part bounded(struct maker *m, struct part a, double most)
{
    static const char *const squash[] = { "sin", "cos", "tanh" };
    if (size_of(a) <= most)
        return a;
    if (most < 1 || roll(m, 2)) {
        double by = ceil(size_of(a) / most);
        char *text = ob_xasprintf("%s/%.0f", bind(m, &a, PRODUCT), by);
        free(a.text);
        return part(text, PRODUCT, a.low / by, a.high / by);
    }
    return call(m, squash[roll(m, OB_COUNT(squash))], a, -1, 1);
}

static struct part join(struct part a, struct part b, char *text, int level, double low,
                        double high)
{
    free(a.text);
    free(b.text);
    return part(text, level, low, high);
}

/* Brought above 0.1. */
static struct part positive(struct maker *m, struct part a)
{
    char *text;
    if (a.low >= 0.1)
        return a;
    switch (roll(m, 3)) {
    case 0:
        text = ob_xasprintf("sigmoid(%s) + 0.5", bind(m, &a, SUM));
        free(a.text);
        return part(text, SUM, 0.5, 1.5);
    case 1:
        a = bounded(m, a, 2);
        return call(m, "exp", a, exp(a.low), exp(a.high));
    default:
        a = bounded(m, a, 3);
        text = ob_xasprintf("1 + %s^2", bind(m, &a, ATOM));
        free(a.text);
        return part(text, SUM, 1, 1 + size_of(a) * size_of(a));
    }
}

static struct part smooth(struct maker *m, struct part a)
{
    switch (roll(m, 11)) {
    case 0:
        a = bounded(m, a, 2.5);
        return call(m, "exp", a, exp(a.low), exp(a.high));
    case 1:
        a = bounded(m, a, 2.5);
        return call(m, "expm1", a, exp(a.low) - 1, exp(a.high) - 1);
    case 2:
        a = positive(m, a);
        return call(m, "log", a, log(a.low), log(a.high));
    case 3:
        a = positive(m, a);
        return call(m, "log1p", a, 0, log(1 + a.high));
    case 4:
        a = positive(m, a);
        return call(m, "sqrt", a, sqrt(a.low), sqrt(a.high));
    case 5:
        return call(m, "sin", bounded(m, a, 6), -1, 1);
    case 6:
        return call(m, "cos", bounded(m, a, 6), -1, 1);
    case 7:
        a = bounded(m, a, 1);
        return call(m, "tan", a, tan(a.low), tan(a.high));
    case 8:
        return call(m, "tanh", a, -1, 1);
    case 9:
        return call(m, "sigmoid", a, 0, 1);
    default:
        return call(m, "softplus", a, 0, fmax(a.high, 0) + 0.7);
    }
}

static struct part kinked(struct maker *m, struct part a)
{
    switch (roll(m, 4)) {
    case 0:
        return call(m, "abs", a, 0, size_of(a));
    case 1:
        return call(m, "relu", a, 0, fmax(a.high, 0));
    case 2:
        return call(m, "sign", a, -1, 1);
    default:
        return call(m, "step", a, 0, 1);
    }
}

static struct part add(struct maker *m, struct part a, struct part b)
{
    const char *space = roll(m, 2) ? " " : "", *left = bind(m, &a, SUM);
    if (roll(m, 2))
        return join(a, b,
                    ob_xasprintf("%s%s-%s%s", left, space, space, bind(m, &b, PRODUCT)),
                    SUM, a.low - b.high, a.high - b.low);
    return join(a, b, ob_xasprintf("%s%s+%s%s", left, space, space, bind(m, &b, PRODUCT)),
                SUM, a.low + b.low, a.high + b.high);
}

static struct part multiply(struct maker *m, struct part a, struct part b)
{
    double most = size_of(a) * size_of(b);
    const char *left = bind(m, &a, PRODUCT);
    return join(a, b, ob_xasprintf("%s*%s", left, bind(m, &b, SIGN)), PRODUCT, -most,
                most);
}

static struct part divide(struct maker *m, struct part a, struct part b)
{
    b = positive(m, b);
    double most = size_of(a) / b.low;
    const char *left = bind(m, &a, PRODUCT);
    return join(a, b, ob_xasprintf("%s/%s", left, bind(m, &b, SIGN)), PRODUCT, -most,
                most);
}

static struct part whole_power(struct maker *m, struct part a)
{
    int n = 2 + (int)roll(m, 4);
    bool minus = roll(m, 4) == 0;
    a = bounded(m, a, 2);
    a = minus ? positive(m, a) : a;
    double most = pow(minus ? 1 / a.low : size_of(a), n);
    char *text = ob_xasprintf("%s^%s%d", bind(m, &a, ATOM), minus ? "-" : "", n);
    free(a.text);
    return part(text, POWER, n % 2 || minus ? -most : 0, most);
}

static struct part power(struct maker *m, struct part a, struct part b)
{
    a = positive(m, a);
    b = bounded(m, b, 1.5);
    double most = pow(fmax(a.high, 1 / a.low), size_of(b));
    const char *left = bind(m, &a, roll(m, 2) ? ATOM : SUM);
    if (a.level < ATOM)
        return join(a, b, ob_xasprintf("pow(%s, %s)", left, b.text), ATOM, 1 / most,
                    most);
    return join(a, b, ob_xasprintf("%s^%s", left, bind(m, &b, SIGN)), POWER, 1 / most,
                most);
}

static struct part binary(struct maker *m, unsigned size)
{
    unsigned left = size > 1 ? (unsigned)roll(m, size) : 0;
    struct part a = make(m, left), b = make(m, size - left);
    double low = fmin(a.low, b.low), high = fmax(a.high, b.high);
    bool list = roll(m, 2);
    const char *name = roll(m, 2) ? "max" : "min";
    switch (roll(m, m->g->kinks ? 12 : 10)) {
    case 0:
    case 1:
    case 2:
        return add(m, a, b);
    case 3:
    case 4:
    case 5:
        return multiply(m, a, b);
    case 6:
    case 7:
        return divide(m, a, b);
    case 8:
        return power(m, a, b);
    case 9:
        return join(a, b, ob_xasprintf("logaddexp(%s, %s)", a.text, b.text), ATOM, low,
                    high + 0.7);
    case 10:
        return join(a, b, ob_xasprintf("greater(%s, %s)", a.text, b.text), ATOM, 0, 1);
    default:
        return join(
            a, b,
            ob_xasprintf(list ? "%s([%s, %s])" : "%s(%s, %s)", name, a.text, b.text),
            ATOM, low, high);
    }
}

/* Two parts as the elements of vectors. */
static struct part vector(struct maker *m, unsigned size)
{
    struct part a = make(m, size / 2), b = make(m, size - size / 2);
    double x = size_of(a), y = size_of(b);
    const char *s = a.text, *t = b.text;
    switch (roll(m, m->g->vector ? 9 : 7)) {
    case 0:
        return join(a, b, ob_xasprintf("sum([%s, %s])", s, t), ATOM, -x - y, x + y);
    case 1:
        return join(a, b, ob_xasprintf("mean([%s, %s, 1])", s, t), ATOM, -x - y - 1,
                    x + y + 1);
    case 2:
        return join(a, b, ob_xasprintf("norm2([%s, 1, %s])", s, t), ATOM, 1,
                    sqrt(x * x + y * y + 1));
    case 3:
        return join(a, b, ob_xasprintf("[%s, 2] @ [-1, %s]", s, t), PRODUCT, -x - 2 * y,
                    x + 2 * y);
    case 4:
        return join(a, b, ob_xasprintf("dot([%s, %s], [2, -3])", s, t), ATOM,
                    -2 * x - 3 * y, 2 * x + 3 * y);
    case 5:
        return join(a, b, ob_xasprintf("prod([%s, %s])", s, t), ATOM, -x * y, x * y);
    case 6:
        return join(a, b, ob_xasprintf("([[%s, 1], [2, %s]] @ [1, 2])[2]", s, t), ATOM,
                    -2 - 2 * y, 2 + 2 * y);
    case 7:
        x = m->g->vector * OB_GEN_BOX * (x + y);
        return join(a, b, ob_xasprintf("sum(v*(%s)) + dot(v, v*(%s))", s, t), SUM, -x,
                    x + m->g->vector * OB_GEN_BOX * OB_GEN_BOX * y);
    default:
        return join(a, b, ob_xasprintf("%s + (%s)/size(v)", s, t), SUM, a.low - y,
                    a.high + y);
    }
}

/* A sum or a product over an index, i, j, k from outside. */
static struct part indexed(struct maker *m, unsigned size)
{
    size_t most = m->g->vector ? m->g->vector : 3;
    size_t to = 1 + roll(m, most < 3 ? most : 3);
    double before = m->index;
    bool product = roll(m, 3) == 0;
    m->deep++;
    m->index = (double)to;
    struct part a = bounded(m, make(m, size), product ? 2 : 6);
    m->index = before;
    m->deep--;
    char index = (char)('i' + m->deep);
    double large =
        product ? pow(fmax(size_of(a), 1), (double)to) : size_of(a) * (double)to;
    char *text =
        ob_xasprintf("%s(%c, 1, %zu, %s)", product ? "prod" : "sum", index, to, a.text);
    free(a.text);
    return part(text, ATOM, -large, large);
}

static struct part unary(struct maker *m, unsigned size)
{
    struct part a = make(m, size);
    size_t kind = roll(m, 8);
    if (kind == 0) {
        char *text = ob_xasprintf("-%s", bind(m, &a, SIGN));
        free(a.text);
        return part(text, SIGN, -a.high, -a.low);
    }
    if (kind == 1)
        return whole_power(m, a);
    return kind == 2 && m->g->kinks ? kinked(m, a) : smooth(m, a);
}

static struct part make(struct maker *m, unsigned size)
{
    struct part p;
    size_t kind = roll(m, 12);
    if (size == 0)
        return leaf(m);
    if (kind < 4)
        p = unary(m, size - 1);
    else if (kind < 10)
        p = binary(m, size - 1);
    else if (kind == 10)
        p = vector(m, size - 1);
    else if (m->deep < 2)
        p = indexed(m, size - 1);
    else
        p = unary(m, size - 1);
    return bounded(m, p, LARGE);
}

void ob_formula_gen_init(struct ob_formula_gen *g, uint64_t seed)
{
    ob_rng_init(&g->rng, seed, 0);
}

void ob_formula_gen_scope(const struct ob_formula_gen *g, struct ob_scope *s)
{
    char name[16];
    for (unsigned i = 0; i < g->params; i++) {
        snprintf(name, sizeof name, "p%u", i + 1);
        OB_REQUIRE(ob_scope_param(s, name, (struct ob_shape){ 0 }, NULL));
    }
    if (g->vector)
        OB_REQUIRE(ob_scope_param(s, "v", (struct ob_shape){ g->vector, 0 }, NULL));
    for (unsigned i = 0; i < g->columns; i++) {
        snprintf(name, sizeof name, "x%u", i + 1);
        OB_REQUIRE(ob_scope_column(s, name, i, NULL));
    }
}

static void append(struct part p, struct ob_buf *out)
{
    ob_buf_adds(out, p.text);
    free(p.text);
}

void ob_formula_gen_row(struct ob_formula_gen *g, unsigned size, struct ob_buf *out)
{
    append(make(&(struct maker){ .g = g, .columns = g->columns > 0 }, size), out);
}

void ob_formula_gen_number(struct ob_formula_gen *g, unsigned size, struct ob_buf *out)
{
    struct maker all = { .g = g }, each = { .g = g, .columns = true };
    static const char *const reductions[][2] = {
        { "mean(x1 + ", ")" },
        { "sum(x1*(", "))/rows()" },
        { "dot(x1, ", ")/rows()" },
        { "norm2(2 + sigmoid(x1 + ", "))" },
    };
    unsigned part = g->columns ? size / 3 : size;
    append(make(&all, part), out);
    if (!g->columns)
        return;
    for (size_t i = 0; i < 2; i++) {
        const char *const *around = reductions[roll(&all, OB_COUNT(reductions))];
        ob_buf_addf(out, " %c %s", i ? '-' : '+', around[0]);
        append(make(&each, part), out);
        ob_buf_adds(out, around[1]);
    }
}
