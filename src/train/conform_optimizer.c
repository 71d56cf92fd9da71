#include <config.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform.h"
#include "optbench/base/mem.h"
#include "optbench/num/pool.h"
#include "optbench/num/reduce.h"

enum { STEPS = 60, CUT = 23, FEW = 5, SMALL = 30, LARGE = 40000, ROWS = 5, COLS = 7 };

/* ---- telling ---- */

void conform_tell(struct conform *c, const char *demand, const char *why, ...)
{
    char text[256] = "", name[96];
    va_list ap;
    va_start(ap, why);
    if (why)
        vsnprintf(text, sizeof text, why, ap);
    va_end(ap);
    c->broken = c->broken || why;
    if (c->quiet && !why)
        return;
    snprintf(name, sizeof name, "%s (%s)", demand, ob_dtype_name(c->dtype));
    c->hear(c->ctx, name, why ? OB_CONFORM_BROKEN : OB_CONFORM_KEPT, text);
}

void conform_idle(struct conform *c, const char *demand, const char *why)
{
    char name[96];
    snprintf(name, sizeof name, "%s (%s)", demand, ob_dtype_name(c->dtype));
    c->hear(c->ctx, name, OB_CONFORM_IDLE, why);
}

/* ---- the quadratic: sum c_i (x_i - 1)^2 / 2 with c between 1/2 and 2 ---- */

struct bowl {
    int64_t n; /* of the vector; a matrix of ROWS x COLS stands before it */
};

static const struct ob_param bowl_params[] = {
    OB_INTEGER(struct bowl, n, .fallback = SMALL, .min = 1, .max = LARGE,
               .help = "elements"),
    { 0 },
};

static double steepness(size_t i)
{
    return 0.5 + 1.5 * (double)(i % 17) / 16;
}

static double get(enum ob_dtype dtype, const void *v, size_t i)
{
    return dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

static void put(enum ob_dtype dtype, void *v, size_t i, double x)
{
    if (dtype == OB_F32)
        ((float *)v)[i] = (float)x;
    else
        ((double *)v)[i] = x;
}

static bool bowl_start(struct ob_problem *p, const struct ob_dataset *d,
                       struct ob_err *err)
{
    const struct bowl *b = p->opts;
    const size_t matrix[] = { ROWS, COLS }, vector[] = { (size_t)b->n };
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "matrix", 2, matrix);
    ob_layout_add(&p->layout, "vector", 1, vector);
    return true;
}

static void bowl_eval(struct ob_problem *p, const void *theta, void *grad,
                      struct ob_eval *out)
{
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        double d = get(p->dtype, theta, i) - 1;
        sum += steepness(i) * d * d / 2;
        if (grad)
            put(p->dtype, grad, i, steepness(i) * d);
    }
    *out = (struct ob_eval){ .loss = sum };
}

static bool bowl_hessian(struct ob_problem *p, const void *theta, double *h,
                         struct ob_err *err)
{
    (void)theta;
    (void)err;
    memset(h, 0, p->n * p->n * sizeof *h);
    for (size_t i = 0; i < p->n; i++)
        h[i * p->n + i] = steepness(i);
    return true;
}

static bool bowl_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                     struct ob_err *err)
{
    (void)theta;
    (void)err;
    for (size_t i = 0; i < p->n; i++)
        put(p->dtype, out, i, steepness(i) * get(p->dtype, v, i));
    return true;
}

static bool bowl_curvature(struct ob_problem *p, const void *theta, const void *dir,
                           double *out, struct ob_err *err)
{
    (void)theta;
    (void)err;
    *out = 0;
    for (size_t i = 0; i < p->n; i++)
        *out += steepness(i) * get(p->dtype, dir, i) * get(p->dtype, dir, i);
    return true;
}

static const struct ob_problem_type bowl = {
    .name = "bowl",
    .title = "Bowl",
    .summary = "a convex quadratic",
    .reference = "none",
    .opts_size = sizeof(struct bowl),
    .params = bowl_params,
    .start = bowl_start,
    .eval = bowl_eval,
    .hessian = bowl_hessian,
    .hvp = bowl_hvp,
    .curvature = bowl_curvature,
};

/* ---- a run on it ---- */

struct side {
    struct ob_pool *pool;
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    double loss; /* before the last step */
    uint64_t k;
    bool ended; /* a step that says it can do no more */
};

struct plan {
    const struct ob_optimizer_type *type;
    const void *opts;
    size_t n; /* of the vector */
    unsigned threads;
    bool groups;
};

static bool begin(struct side *s, const struct conform *c, const struct plan *p,
                  struct ob_err *err)
{
    const struct bowl size = { (int64_t)p->n };
    const struct ob_group group = {
        .name = "own", .offset = 0, .n = ROWS * COLS, .opts = p->opts
    };
    const struct ob_optimizer_setup setup = {
        .type = p->type, .opts = p->opts, .group = &group, .groups = p->groups, .seed = 7
    };
    *s = (struct side){ .pool = p->threads > 1 ? ob_pool_create(p->threads, err) : NULL };
    const struct ob_problem_common common = { .dtype = c->dtype, .pool = s->pool };
    s->problem = ob_problem_create(&bowl, &size, &common, NULL, err);
    s->optimizer = s->problem ? ob_optimizer_create(&setup, s->problem, err) : NULL;
    if (!s->optimizer || !ob_vec_init(&s->theta, c->dtype, s->problem->n, err) ||
        !ob_vec_init(&s->grad, c->dtype, s->problem->n, err))
        return false;
    for (size_t i = 0; i < s->problem->n; i++)
        ob_vec_set(&s->theta, i, 3 - (double)(i % 11) / 4);
    return true;
}

static void finish(struct side *s)
{
    ob_optimizer_destroy(s->optimizer);
    ob_problem_destroy(s->problem);
    ob_vec_finish(&s->theta);
    ob_vec_finish(&s->grad);
    ob_pool_destroy(s->pool);
}

static void walk(struct side *s, uint64_t last)
{
    while (s->k < last && !s->ended) {
        struct ob_eval e;
        ob_problem_eval(s->problem, s->theta.data, s->grad.data, &e);
        s->loss = e.loss;
        struct ob_iterate it = { .problem = s->problem,
                                 .theta = &s->theta,
                                 .grad = &s->grad,
                                 .loss = e.loss,
                                 .k = ++s->k };
        s->ended = ob_optimizer_step(s->optimizer, &it) != OB_STEP_OK;
    }
}

static double loss_of(struct side *s)
{
    struct ob_eval e;
    ob_problem_eval(s->problem, s->theta.data, s->grad.data, &e);
    return e.loss;
}

static bool same(const struct side *a, const struct side *b)
{
    return a->theta.n == b->theta.n &&
           !memcmp(a->theta.data, b->theta.data,
                   a->theta.n * ob_dtype_size(a->theta.dtype));
}

/* What a checkpoint would bring back. */
static void take_up(struct side *to, const struct side *from)
{
    ob_vec_copy(&to->theta, &from->theta);
    to->k = from->k;
    to->ended = from->ended;
    for (unsigned i = 0; i < from->optimizer->type->slots; i++)
        ob_vec_copy(&to->optimizer->slot[i], &from->optimizer->slot[i]);
    memcpy(to->optimizer->counter, from->optimizer->counter,
           sizeof to->optimizer->counter);
    for (size_t i = 0; i < from->optimizer->arrays; i++)
        ob_vec_copy(&to->optimizer->array[i]->vec, &from->optimizer->array[i]->vec);
}

/* ---- demands ---- */

static void check_descent(struct conform *c, const struct plan *p)
{
    struct side s;
    struct ob_err err = { 0 };
    if (!begin(&s, c, p, &err)) {
        conform_tell(c, "it can be created", "%s", err.text);
        finish(&s);
        return;
    }
    conform_tell(c, "it can be created", NULL);
    double first = loss_of(&s);
    walk(&s, STEPS);
    size_t at = ob_first_nonfinite(&s.theta);
    double last = loss_of(&s);
    if (at < s.theta.n)
        conform_tell(c, "every step is finite", "parameter %zu is none after %d steps",
                     at, (int)s.k);
    else
        conform_tell(c, "every step is finite", NULL);
    if (last < first)
        conform_tell(c, "the loss of a convex quadratic falls", NULL);
    else
        conform_tell(c, "the loss of a convex quadratic falls",
                     "%g after %d steps, from %g", last, (int)s.k, first);
    struct ob_buf text = { 0 };
    const struct ob_update u = { .before = 1,
                                 .after = ob_vec_get(&s.theta, 0),
                                 .k = s.k };
    if (!s.ended)
        ob_optimizer_explain(s.optimizer, &u, &text);
    if (s.ended || text.len)
        conform_tell(c, "a step is explained", NULL);
    else
        conform_tell(c, "a step is explained", "explain wrote nothing");
    ob_buf_finish(&text);
    finish(&s);
}

/* Two runs of so many steps, which must not differ. */
static void check_same(struct conform *c, const struct plan *a, const struct plan *b,
                       uint64_t steps, const char *demand)
{
    struct side x, y = { 0 };
    struct ob_err err = { 0 };
    if (!begin(&x, c, a, &err) || !begin(&y, c, b, &err)) {
        conform_tell(c, demand, "%s", err.text);
    } else {
        walk(&x, steps);
        walk(&y, steps);
        if (same(&x, &y))
            conform_tell(c, demand, NULL);
        else
            conform_tell(c, demand, "the parameters differ after %d steps", (int)steps);
    }
    finish(&x);
    finish(&y);
}

static void check_resume(struct conform *c, const struct plan *p)
{
    static const char demand[] = "taken up in the middle it has the same bits";
    struct side a, b = { 0 };
    struct ob_err err = { 0 };
    if (!begin(&a, c, p, &err) || !begin(&b, c, p, &err)) {
        conform_tell(c, demand, "%s", err.text);
    } else {
        walk(&a, CUT);
        take_up(&b, &a);
        walk(&a, STEPS);
        walk(&b, STEPS);
        if (same(&a, &b))
            conform_tell(c, demand, NULL);
        else
            conform_tell(c, demand,
                         "something that later steps depend on is in no slot, counter or "
                         "kept array");
    }
    finish(&a);
    finish(&b);
}

/* Why the quadratic is no task for it; NULL = it is one. */
static const char *unfit(const struct ob_optimizer_type *t)
{
    if (t->needs & OB_NEEDS_ROWS)
        return "it needs rows of data";
    if (t->needs & OB_NEEDS_LEAST_SQUARES)
        return "it needs a sum of squares";
    return t->usual_search ? "it goes along lines that a line search finds" : NULL;
}

bool ob_conform_optimizer(const struct ob_optimizer_type *t, const void *opts,
                          ob_conform_fn *hear, void *ctx)
{
    struct conform c = { .hear = hear, .ctx = ctx };
    bool whole = t->needs & OB_WHOLE_VECTOR;
    for (c.dtype = OB_F32; c.dtype <= OB_F64; c.dtype++) {
        const struct plan plain = { .type = t, .opts = opts, .n = SMALL, .threads = 1 };
        struct plan wide = plain, pooled, grouped = plain;
        struct ob_err err = { 0 };
        wide.n = whole || (t->needs & OB_NEEDS_HESSIAN) ? SMALL : LARGE;
        pooled = wide;
        pooled.threads = 3;
        grouped.groups = true;
        if (t->check && !t->check(opts, &err)) {
            conform_tell(&c, "its options are accepted", "%s", err.text);
            continue;
        }
        if (unfit(t)) {
            conform_idle(&c, "a convex quadratic", unfit(t));
            continue;
        }
        check_descent(&c, &plain);
        check_same(&c, &wide, &pooled, FEW, "three threads give the same bits as one");
        check_resume(&c, &plain);
        if (whole)
            conform_idle(&c, "groups", "it treats all parameters together");
        else
            check_same(&c, &plain, &grouped, STEPS,
                       "groups of the same options change nothing");
    }
    return !c.broken;
}
