/* The optima of a problem that are known, found once: its closed form, or what the
 * literature says of a function. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "shared.h"

/* Beyond this the closed form would take longer than the run it judges, or more memory.
 */
static bool too_large(const struct ob_problem *p)
{
    double entries = (double)p->rows * (double)p->n;
    return entries > 2e7 || entries * (double)p->n > 4e9;
}

/* Penalties move what is published of the bare function. */
static size_t find_published(struct ob_problem *p)
{
    const struct ob_problem_type *t = p->type;
    if (!t->optima || p->l1 > 0 || p->l2 > 0)
        return 0;
    p->ref_theta = ob_xcalloc(OB_OPTIMA_MAX * p->n, sizeof *p->ref_theta);
    size_t count = t->optima(p, OB_OPTIMA_MAX, p->ref_theta, &p->ref_loss);
    OB_REQUIRE(count <= OB_OPTIMA_MAX);
    if (count > 0)
        p->ref_theta = ob_xreallocarray(p->ref_theta, count * p->n, sizeof *p->ref_theta);
    return count;
}

static size_t find_closed(struct ob_problem *p)
{
    const struct ob_problem_type *t = p->type;
    if (!t->reference_point || (t->has_reference && !t->has_reference(p)) || too_large(p))
        return 0;
    free(p->ref_theta);
    p->ref_theta = ob_xcalloc(p->n, sizeof *p->ref_theta);
    shared_ask(p, &(const struct shared_call){ .verb = SHARED_REFERENCE });
    return t->reference_point(p, p->ref_theta, &p->ref_loss);
}

static size_t find(struct ob_problem *p)
{
    if (!p->ref_asked) {
        p->ref_asked = true;
        p->ref_count = find_published(p);
        if (p->ref_count == 0)
            p->ref_count = find_closed(p);
    }
    return p->ref_count;
}

bool ob_problem_reference(struct ob_problem *p, double *theta, double *loss)
{
    if (find(p) == 0)
        return false;
    if (theta)
        memcpy(theta, p->ref_theta, p->n * sizeof *theta);
    *loss = p->ref_loss;
    return true;
}

size_t ob_problem_optima(struct ob_problem *p, size_t most, double *theta, double *loss)
{
    size_t count = find(p) < most ? p->ref_count : most;
    if (count > 0) {
        memcpy(theta, p->ref_theta, count * p->n * sizeof *theta);
        *loss = p->ref_loss;
    }
    return count;
}

double ob_problem_distance(struct ob_problem *p, const void *theta)
{
    double nearest = INFINITY;
    if (find(p) == 0)
        return NAN;
    for (size_t k = 0; k < p->ref_count; k++) {
        double squares = 0;
        for (size_t i = 0; i < p->n; i++) {
            double d = ob_at(p->dtype, theta, i) - p->ref_theta[k * p->n + i];
            squares += d * d;
        }
        /* Written so that NaN stays NaN. */
        nearest = nearest <= squares ? nearest : squares;
    }
    return sqrt(nearest);
}
