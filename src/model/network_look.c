/* What is asked of a network beside its loss: over all rows, nothing left out. */
#include <math.h>
#include <stdlib.h>

#include "entry.h"
#include "network.h"
#include "optbench/base/mem.h"
#include "shared.h"

/* ---- predictions ---- */

static bool is_probability(const struct network *net)
{
    return net->target.loss == OB_BLOCK_CROSS_ENTROPY ||
           net->target.loss == OB_BLOCK_BCE_LOGITS;
}

static void put_outputs(void *ctx, const struct net_task *t, void *z)
{
    double *out = ctx;
    struct ob_block b = net_shape(t, t->net->layers - 1);
    if (is_probability(t->net))
        ob_block_probabilities(t->pool, &b, z);
    for (size_t i = 0; i < b.rows; i++)
        for (size_t u = 0; u < b.units; u++)
            out[(t->rows.first + i) * b.units + u] = ob_at(b.dtype, z, u * b.ld + i);
}

bool net_predict(struct ob_problem *p, const void *theta, double *out, struct ob_err *err)
{
    (void)err;
    net_each_block(p, theta, SIZE_MAX, put_outputs, out);
    return true;
}

/* ---- confusion ---- */

struct confusion {
    uint64_t *count;
    size_t classes;
};

static void count_block(void *ctx, const struct net_task *t, void *z)
{
    struct confusion *c = ctx;
    struct ob_block b = net_shape(t, t->net->layers - 1);
    uint32_t best[OB_CHUNK];
    ob_block_best(&b, z, best);
    for (size_t i = 0; i < b.rows; i++)
        c->count[(size_t)ob_at(b.dtype, t->rows.y, i) * c->classes + best[i]]++;
}

bool net_confusion(struct ob_problem *p, const void *theta, uint64_t *count,
                   struct ob_err *err)
{
    struct confusion c = { count, p->classes };
    (void)err;
    const size_t cells = p->classes * p->classes;
    for (size_t i = 0; i < cells; i++)
        count[i] = 0;
    net_each_block(p, theta, SIZE_MAX, count_block, &c);
    for (size_t i = 0; p->share && i < cells; i++) {
        double sum = (double)count[i]; /* a whole number below 2^53 */
        ob_share_sum(p->share, OB_F64, 1, &sum);
        count[i] = (uint64_t)sum;
    }
    return true;
}

/* ---- dead units ---- */

struct units {
    size_t *dead;
    bool *alive; /* [widest] */
};

/* The units of a layer whose derivative is not 0 for some row. */
static void find_slopes(const struct net_task *t, size_t l, bool *alive)
{
    struct ob_block b = net_shape(t, l);
    void *g = t->room->g[0];
    for (size_t i = 0; i < b.units; i++)
        for (size_t k = 0; k < b.rows; k++)
            ob_put(b.dtype, g, i * b.ld + k, 1);
    ob_layer_backward(t->pool, &b, t->net->layer[l].activation, t->room->kept[l], g);
    ob_layer_alive(&b, g, alive);
}

/* Whoever is 0 everywhere may yet learn: tanh at 0 does, relu does not. */
static void find_dead(void *ctx, const struct net_task *t, void *z)
{
    struct units *u = ctx;
    (void)z;
    for (size_t l = 0; l + 1 < t->net->layers; l++) {
        const struct net_layer *layer = &t->net->layer[l];
        struct ob_block b = net_shape(t, l);
        size_t dead = 0;
        for (size_t i = 0; i < b.units; i++)
            u->alive[i] = false;
        ob_layer_alive(&b, t->room->out[l], u->alive);
        find_slopes(t, l, u->alive);
        for (size_t i = 0; i < b.units; i++)
            dead += !u->alive[i];
        u->dead[layer->tensor] = dead;
    }
}

bool net_units(struct ob_problem *p, const void *theta, size_t *dead, struct ob_err *err)
{
    const struct network *net = p->state;
    struct units u = { dead, ob_alloc(net->widest, sizeof(bool), err) };
    if (!u.alive)
        return false;
    for (size_t i = 0; i < p->layout.count; i++)
        dead[i] = OB_UNITS_NONE;
    net_each_block(p, theta, 1, find_dead, &u);
    free(u.alive);
    return true;
}

/* ---- metrics ---- */

static double accuracy(struct ob_problem *p, const void *theta)
{
    return (double)net_correct(p, theta) / (double)p->rows;
}

/* The sum over the rows of what the predictions lack, in row order. */
struct misfit {
    double (*of)(double z, double y);
    double sum;
    struct shared_terms terms; /* in the place of the sum where rows are shared out */
};

static void add_block(void *ctx, const struct net_task *t, void *z)
{
    struct misfit *m = ctx;
    for (size_t i = 0; i < t->rows.n; i++) {
        double term = m->of(ob_at(t->p->dtype, z, i), ob_at(t->p->dtype, t->rows.y, i));
        if (t->p->share)
            shared_terms_add(&m->terms, t->rows.first + i, term);
        else
            m->sum += term;
    }
}

static double mean_of(struct ob_problem *p, const void *theta,
                      double (*of)(double z, double y))
{
    struct misfit m = { .of = of };
    if (p->share)
        shared_done(p, shared_terms_begin(&m.terms, p->share, p->rows), NULL);
    net_each_block(p, theta, SIZE_MAX, add_block, &m);
    if (p->share)
        m.sum = shared_terms_end(&m.terms);
    return m.sum / (double)p->rows;
}

static double square(double z, double y)
{
    return (z - y) * (z - y);
}

static double absolute(double z, double y)
{
    return fabs(z - y);
}

static double target(double z, double y)
{
    (void)z;
    return y;
}

static double mse(struct ob_problem *p, const void *theta)
{
    return mean_of(p, theta, square);
}

static double mae(struct ob_problem *p, const void *theta)
{
    return mean_of(p, theta, absolute);
}

struct scatter {
    const struct network *net;
    double middle;
};

static double square_at(const void *ctx, size_t i)
{
    const struct scatter *s = ctx;
    struct net_rows rows = net_block(s->net, &s->net->full, i / OB_CHUNK);
    return square(ob_at(s->net->dtype, rows.y, i % OB_CHUNK), s->middle);
}

/* 1 - SS_residual / SS_total; NaN where the target is constant. */
static double r2(struct ob_problem *p, const void *theta)
{
    const struct scatter s = { p->state, mean_of(p, theta, target) };
    const double total = shared_rows(p, square_at, &s);
    return total > 0 ? 1 - mse(p, theta) * (double)p->rows / total : NAN;
}

static const char *lacks_classes(const struct ob_problem *p)
{
    return p->classes ? NULL : "it counts classes, and this target has none";
}

static const char *lacks_numbers(const struct ob_problem *p)
{
    if (p->classes)
        return "it compares numbers, and this target has classes";
    return is_probability(p->state)
               ? "it compares numbers, and the loss bce_logits shares"
               : NULL;
}

const struct ob_metric net_class_metrics[] = {
    { "accuracy", "share of rows whose class is found", accuracy, lacks_classes },
    { 0 },
};

const struct ob_metric net_metrics[] = {
    { "accuracy", "share of rows whose class is found", accuracy, lacks_classes },
    { "mse", "mean squared error", mse, lacks_numbers },
    { "mae", "mean absolute error", mae, lacks_numbers },
    { "r2", "share of the variance explained", r2, lacks_numbers },
    { 0 },
};
