#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "curve_report.h"
#include "optbench/base/number.h"

enum { DIGITS = 6 };

struct number {
    char text[40];
};

static struct number show(double v, int digits)
{
    struct number n;
    ob_number_show(n.text, sizeof n.text, v, digits);
    return n;
}

#define SHOWN(v) show((v), DIGITS).text

/* ---- vectors ---- */

size_t curve_components(size_t n, const double *x, size_t out[static CURVE_WHOLE])
{
    size_t k = n <= CURVE_WHOLE ? n : CURVE_LARGEST, found = 0;
    if (n <= CURVE_WHOLE) {
        for (size_t i = 0; i < n; i++)
            out[i] = i;
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = found < k ? found++ : k;
        for (; at > 0 && fabs(x[i]) > fabs(x[out[at - 1]]); at--)
            if (at < k)
                out[at] = out[at - 1];
        if (at < k)
            out[at] = i;
    }
    return k;
}

void curve_vector(const struct curve_report *r, const double *x, struct ob_buf *out)
{
    size_t n = r->point.problem->n, at[CURVE_WHOLE];
    size_t k = curve_components(n, x, at);
    double noise = 0; /* what is left of components that cancel is 0 */
    for (size_t i = 0; i < n; i++)
        noise = fmax(noise, 1e-14 * fabs(x[i]));
    if (n <= 8) {
        for (size_t i = 0; i < n; i++)
            ob_buf_addf(out, "%s%s", i ? ", " : "(",
                        SHOWN(fabs(x[i]) <= noise ? 0 : x[i]));
        ob_buf_adds(out, ")");
        return;
    }
    for (size_t i = 0; i < k && i < 3; i++) {
        char name[OB_COLUMN_NAME_MAX];
        ob_layout_column_name(&r->point.problem->layout, at[i], name);
        ob_buf_addf(out, "%s%s %s", i ? ", " : "(", name, show(x[at[i]], 3).text);
    }
    ob_buf_adds(out, ", ...)");
}

/* The factor that makes whole numbers of x, 0 = none up to 99 does. */
static double whole_factor(size_t n, const double *x)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (fabs(x[i]) > 1e-7)
            least = fmin(least, fabs(x[i]));
    for (int m = 1; m <= 12; m++) {
        double factor = m / least;
        bool whole = true;
        for (size_t i = 0; i < n && whole; i++)
            whole = fabs(factor * x[i] - round(factor * x[i])) < 1e-5 &&
                    fabs(factor * x[i]) < 99.5;
        if (whole)
            return factor;
    }
    return 0;
}

void curve_direction(const struct curve_report *r, const double *x, struct ob_buf *out)
{
    size_t n = r->point.problem->n;
    double factor = n <= 8 ? whole_factor(n, x) : 0, squares = 0;
    if (!(factor > 0)) {
        curve_vector(r, x, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double whole = round(factor * x[i]) + 0.0;
        ob_buf_addf(out, "%s%.0f", i ? ", " : "(", whole);
        squares += whole * whole;
    }
    ob_buf_adds(out, ")");
    if (squares != 1)
        ob_buf_addf(out, "/sqrt(%.0f)", squares);
}

/* ---- the facts ---- */

struct facts {
    const struct curve_report *r;
    struct curve_fact *item;
    size_t n;
    struct ob_buf text;
};

/* What stands in the text becomes a fact. */
static void put(struct facts *f, const char *name, const char *label,
                enum curve_mood mood)
{
    struct curve_fact *fact = &f->item[f->n++];
    OB_REQUIRE(f->n <= CURVE_FACTS);
    *fact = (struct curve_fact){ .name = name, .label = label, .mood = mood };
    snprintf(fact->text, sizeof fact->text, "%s", ob_buf_text(&f->text));
    ob_buf_clear(&f->text);
}

/* Outside of the domain derivatives may be numbers all the same, so the term is named. */
static void put_loss(struct facts *f)
{
    const struct curve_report *r = f->r;
    struct ob_buf why = { 0 };
    if (!isfinite(r->c.loss) || !isfinite(r->c.grad_norm))
        ob_problem_trouble(r->point.problem, r->point.theta, &why);
    ob_buf_addf(&f->text, "%s, gradient of length %s%s%s", SHOWN(r->c.loss),
                SHOWN(r->c.grad_norm), why.len ? ": " : "", ob_buf_text(&why));
    put(f, "loss", "loss", why.len ? CURVE_BAD : CURVE_PLAIN);
    ob_buf_finish(&why);
}

/* Whether the quadratic's stationary point is here: nearer than one can tell. */
static bool arrived(const struct curve_report *r)
{
    double size = 0;
    for (size_t i = 0; i < r->c.n; i++)
        size = hypot(size, r->point.theta[i]);
    return r->c.step_norm <= 1e-6 * (1 + size);
}

static void put_shape(struct facts *f)
{
    const struct ob_curvature *c = &f->r->c;
    const char *name = ob_definite_name(c->definite);
    bool here =
        (c->newton == OB_NEWTON_EXISTS || c->newton == OB_NEWTON_LINE) && arrived(f->r);
    enum curve_mood mood = CURVE_PLAIN;
    switch (c->definite) {
    case OB_DEFINITE_POSITIVE:
        ob_buf_addf(&f->text, "%s: %s", name,
                    here ? "this is a minimum" : "it curves up in every direction");
        mood = CURVE_GOOD;
        break;
    case OB_DEFINITE_NEGATIVE:
        ob_buf_addf(&f->text, "%s: %s", name,
                    here ? "this is a maximum" : "it curves down in every direction");
        mood = CURVE_BAD;
        break;
    case OB_DEFINITE_MIXED:
        ob_buf_addf(&f->text, "%s: %s", name, here ? "this is a saddle point, " : "");
        if (c->exact)
            ob_buf_addf(&f->text, "up in %zu direction%s, down in %zu%s", c->positive,
                        c->positive == 1 ? "" : "s", c->negative,
                        c->zero ? ", flat in others" : "");
        else
            ob_buf_adds(&f->text, "up in some directions, down in others");
        mood = CURVE_BAD;
        break;
    case OB_DEFINITE_FLAT_UP:
    case OB_DEFINITE_FLAT_DOWN:
        ob_buf_addf(&f->text, "%s: %s", name, c->positive ? "up" : "down");
        if (c->exact)
            ob_buf_addf(&f->text, " in %zu, flat in %zu", c->rank, c->zero);
        else
            ob_buf_adds(&f->text, " in some directions, flat in others");
        break;
    case OB_DEFINITE_ZERO:
        ob_buf_adds(&f->text, "zero: flat in every direction");
        break;
    case OB_DEFINITE_UNKNOWN:
        ob_buf_adds(&f->text, "not known: the ends of the spectrum have not converged");
        break;
    }
    put(f, "shape", "shape", mood);
}

static void put_spectrum(struct facts *f)
{
    const struct ob_curvature *c = &f->r->c;
    if (c->exact)
        ob_buf_addf(&f->text, "%zu x %zu, exact; rank %zu", c->n, c->n, c->rank);
    else
        ob_buf_addf(&f->text, "%zu x %zu, its two ends by Lanczos: %s%zu products", c->n,
                    c->n, c->converged ? "" : "not converged after ", c->products);
    if (c->zero)
        ob_buf_addf(&f->text, " (below %s is 0 for %s)", show(c->threshold, 2).text,
                    ob_dtype_name((enum ob_dtype)f->r->point.spec.experiment.dtype));
    put(f, "hessian", "Hessian", c->converged ? CURVE_PLAIN : CURVE_BAD);
    if (isnan(c->condition))
        return;
    if (isinf(c->condition))
        ob_buf_adds(&f->text, "infinite: singular");
    else
        ob_buf_adds(&f->text, SHOWN(c->condition));
    put(f, "condition", "condition", isinf(c->condition) ? CURVE_BAD : CURVE_PLAIN);
}

static void put_rates(struct facts *f)
{
    const struct ob_curvature *c = &f->r->c;
    if (isinf(c->lr_limit))
        ob_buf_adds(&f->text, "no limit: nothing curves up here");
    else
        ob_buf_addf(&f->text, "%sbelow 2/lambda_max = %s",
                    c->high_sure ? "" : "at most, ", SHOWN(c->lr_limit));
    if (isfinite(c->lr_best))
        ob_buf_addf(&f->text, "; best 2/(lambda_min + lambda_max) = %s",
                    SHOWN(c->lr_best));
    put(f, "rates", "stable rates", CURVE_PLAIN);
}

/* How fast: "98 % of the distance is left after each step, a tenth after 124 steps". */
static void add_pace(struct facts *f, double growth)
{
    double steps = log(10) / -log(growth);
    if (growth <= 0 || !(growth < 1))
        return;
    ob_buf_addf(&f->text,
                " (slowest direction: a tenth of the distance is left after %s "
                "steps)",
                show(ceil(steps), 4).text);
}

/* Why there is no verdict; NULL = there is nothing to say. */
static const char *no_verdict(const struct curve_report *r)
{
    const struct ob_spec *s = &r->point.spec;
    if (s->optimizer.type->needs & OB_NEEDS_HESSIAN)
        return "takes its step from the Hessian: no such limit";
    if (!s->optimizer.type->rate_limit)
        return "scales each parameter by itself: 2/lambda_max is no limit for it";
    if (isnan(r->lr) && s->groups)
        return "has groups with settings of their own: no one rate to compare";
    if (isnan(r->lr))
        return "goes with a line search, which finds its rates";
    if (!r->c.positive)
        return NULL;
    return "has no stable rate with these settings";
}

static void put_verdict(struct facts *f)
{
    const struct curve_report *r = f->r;
    const struct ob_spec *s = &r->point.spec;
    const char *why = r->verdict == CURVE_NO_VERDICT ? no_verdict(r) : NULL;
    bool stable = r->verdict != CURVE_DIVERGES;
    if (r->verdict == CURVE_NO_VERDICT) {
        if (!why)
            return;
        ob_buf_addf(&f->text, "%s %s", s->optimizer.type->name, why);
        put(f, "verdict", "rate", CURVE_PLAIN);
        return;
    }
    ob_buf_addf(&f->text, "lr %s is %s %s = %s: %s ", SHOWN(r->lr),
                stable ? "below" : "not below", r->limit.formula, SHOWN(r->limit.lr),
                r->limit.rule);
    if (r->verdict == CURVE_CONVERGES) {
        ob_buf_adds(&f->text, "converges near here");
        add_pace(f, r->growth);
    } else if (r->verdict == CURVE_LEAVES) {
        ob_buf_adds(&f->text, r->c.negative ? "is stable where it curves up, and leaves "
                                              "along what curves down"
                                            : "is stable where it curves up, and slides "
                                              "without end along the null vector");
    } else {
        ob_buf_addf(
            &f->text,
            "diverges where it curves like this: each step multiplies the distance by %s",
            SHOWN(r->growth));
    }
    if ((uint64_t)s->batch.size && (uint64_t)s->batch.size < r->point.data.rows)
        ob_buf_adds(&f->text, "; the noise of its batches stays");
    put(f, "verdict", "rate", stable ? CURVE_GOOD : CURVE_BAD);
}

static const char *many(size_t zero)
{
    return zero == 1   ? "a flat direction: a whole line of stationary points"
           : zero == 2 ? "two flat directions: a whole plane of stationary points"
                       : "flat directions: a whole space of stationary points";
}

static void put_newton(struct facts *f)
{
    const struct ob_curvature *c = &f->r->c;
    enum curve_mood mood = CURVE_PLAIN;
    if (c->newton == OB_NEWTON_UNKNOWN && c->exact) {
        ob_buf_adds(&f->text, "none: the gradient is not finite here");
        mood = CURVE_BAD;
    } else if (c->newton == OB_NEWTON_UNKNOWN) {
        ob_buf_addf(&f->text, "not computed beyond %d parameters", OB_CURVATURE_EXACT);
    } else if (c->newton == OB_NEWTON_NONE) {
        ob_buf_addf(&f->text,
                    "singular: no stationary point, and no Newton step; the gradient has "
                    "a part of %s along the flat direction%s",
                    SHOWN(c->null_slope), c->zero == 1 ? "" : "s");
        mood = CURVE_BAD;
    } else if (arrived(f->r)) {
        ob_buf_adds(&f->text, "none to go: the stationary point is here");
        if (c->zero)
            ob_buf_addf(&f->text, "; %s", many(c->zero));
    } else {
        if (c->zero)
            ob_buf_addf(&f->text, "%s; the nearest is at ", many(c->zero));
        curve_vector(f->r, c->step, &f->text);
        ob_buf_addf(&f->text, " from here, length %s; ", SHOWN(c->step_norm));
        if (c->negative && !c->positive)
            ob_buf_adds(&f->text, "it leads to a maximum");
        else if (c->negative)
            ob_buf_adds(&f->text, "it leads to a saddle point");
        else
            ob_buf_addf(&f->text, "the quadratic loses %s by it", SHOWN(c->step_gain));
        mood = c->negative ? CURVE_BAD : CURVE_PLAIN;
    }
    put(f, "newton", "Newton step", mood);
}

static void put_null(struct facts *f)
{
    const struct ob_curvature *c = &f->r->c;
    if (!c->exact || !c->zero || c->zero == c->n)
        return;
    for (size_t i = 0; i < c->zero && i < 2; i++) {
        ob_buf_adds(&f->text, i ? ", " : "");
        curve_direction(f->r, c->vector + (c->negative + i) * c->n, &f->text);
    }
    if (c->zero > 2)
        ob_buf_addf(&f->text, " and %zu more", c->zero - 2);
    put(f, "null", c->zero == 1 ? "null vector" : "null vectors", CURVE_PLAIN);
}

static void put_check(struct facts *f)
{
    const struct curve_report *r = f->r;
    static const double tolerance = 1e-5;
    bool ok = r->grad_error <= tolerance && !(r->hess_error > tolerance);
    if (!r->checked)
        return;
    ob_buf_addf(&f->text, "%s: largest error of the gradient %s", ok ? "ok" : "WRONG",
                show(r->grad_error, 2).text);
    if (!ok && r->worst[0])
        ob_buf_addf(&f->text, " (%s)", r->worst);
    if (!isnan(r->hess_error))
        ob_buf_addf(&f->text, ", of the Hessian %s", show(r->hess_error, 2).text);
    put(f, "check", "derivatives", ok ? CURVE_GOOD : CURVE_BAD);
}

size_t curve_facts(const struct curve_report *r,
                   struct curve_fact out[static CURVE_FACTS])
{
    struct facts f = { .r = r, .item = out };
    put_loss(&f);
    if (r->c.finite) {
        put_spectrum(&f);
        put_shape(&f);
        put_rates(&f);
        put_verdict(&f);
        put_newton(&f);
        put_null(&f);
    } else {
        ob_buf_adds(&f.text, "the Hessian is not finite here");
        put(&f, "shape", "shape", CURVE_BAD);
    }
    put_check(&f);
    if (r->point.other_data) {
        ob_buf_adds(&f.text, "the data have changed since this run was trained");
        put(&f, "note", "note", CURVE_BAD);
    }
    ob_buf_finish(&f.text);
    return f.n;
}
