/*
 * Shampoo (Gupta, Koren, Singer 2018, "Shampoo: Preconditioned stochastic tensor
 * optimization"): for a matrix W with gradient G, algorithm 1,
 *
 *   L_t = L_t-1 + G G'    R_t = R_t-1 + G' G    from L_0 = R_0 = epsilon I      (lines 6,
 * 7) W = W - lr L_t^(-1/4) G R_t^(-1/4)                                          (line 8)
 *
 * and for a tensor of order k, algorithm 2, the exponent -1/(2 k) at each of its sides:
 * vectors and scalars have one side and -1/2, which is AdaGrad with its full matrix.
 * Ports that take -1/k, or that gather L and R from gradients that are already
 * preconditioned, are other algorithms. Neither blocks nor grafting.
 *
 * As in the authors' experiments: roots made anew every update_freq steps, the diagonal
 * alone at a side that is too long, and momentum, which averages the gradient that is
 * preconditioned and not those that L and R are of.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kron.h"
#include "optbench/base/mem.h"
#include "optbench/num/spectral.h"

struct opts {
    double lr, momentum, weight_decay, epsilon;
    int64_t update_freq, max_precond_dim;
};

struct factors {
    struct kron_side left, right; /* the sums */
    struct kron_sides root;
    double *condition; /* [1] kept, for the gauge */
};

struct state {
    struct factors *of;  /* [pieces] */
    double *g, *scratch; /* [most elements] */
    double *a, *work;    /* of the longest side that has a whole matrix */
};

static const char *const slots[] = { "momentum_buffer" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "precond_condition", "condition number of the preconditioner", true },
    { NULL, NULL, false },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 0.1, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, momentum, .min = 0, .max = 1, .below_max = true, .live = true,
            .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_REAL(struct opts, epsilon, .fallback = 1e-4, .min = 0, .above_min = true,
            .max = INFINITY, .below_max = true,
            .help = "what the sums begin with, on their diagonals"),
    OB_INTEGER(struct opts, update_freq, .fallback = 1, .min = 1, .max = INFINITY,
               .live = true, .unit = "steps",
               .help = "how often the roots are made anew"),
    OB_INTEGER(struct opts, max_precond_dim, .fallback = 1200, .min = 0, .max = INFINITY,
               .help = "sides longer than this have their diagonal alone"),
    { 0 },
};

/* One side of piece i, of n: its sum at the beginning, and room for the root. */
static bool start_side(struct ob_optimizer *o, size_t i, bool right, size_t n,
                       struct ob_err *err)
{
    struct factors *f = &((struct state *)o->state)->of[i];
    const struct opts *opts = o->group_opts[o->piece[i].group];
    bool diagonal = n > (size_t)opts->max_precond_dim;
    struct kron_side *sum = right ? &f->right : &f->left;
    struct kron_side *root = right ? &f->root.right : &f->root.left;
    size_t size;
    if (__builtin_mul_overflow(n, diagonal ? 1 : n, &size))
        return ob_fail(err, OB_ENOMEM, "out of memory: matrix of order %zu", n);
    *sum = *root = (struct kron_side){ .n = n, .diagonal = diagonal };
    sum->x = kron_keep(o, right ? "right" : "left", i, size, err);
    if (!sum->x)
        return false;
    for (size_t j = 0; j < n; j++)
        sum->x[diagonal ? j : j * n + j] = opts->epsilon;
    root->x = kron_keep(o, right ? "right_root" : "left_root", i, size, err);
    return root->x != NULL;
}

/* The longest side that has a whole matrix. */
static size_t longest(const struct state *s, size_t pieces)
{
    size_t most = 1;
    for (size_t i = 0; i < pieces; i++) {
        const struct kron_side *side[] = { &s->of[i].left, &s->of[i].right };
        for (size_t k = 0; k < 2; k++)
            if (side[k]->x && !side[k]->diagonal && side[k]->n > most)
                most = side[k]->n;
    }
    return most;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    size_t most = kron_most(o).n;
    s->of = ob_xcalloc(o->pieces + 1, sizeof *s->of);
    if (!(s->g = ob_alloc(most, sizeof *s->g, err)) ||
        !(s->scratch = ob_alloc(most, sizeof *s->scratch, err)))
        return false;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        struct factors *f = &s->of[i];
        f->root =
            (struct kron_sides){ .rows = v.rows, .cols = v.cols, .scratch = s->scratch };
        if (!start_side(o, i, false, v.rows, err) ||
            (v.matrix && !start_side(o, i, true, v.cols, err)) ||
            !(f->condition = kron_keep(o, "condition", i, 1, err)))
            return false;
    }
    size_t side = longest(s, o->pieces);
    return (s->a = ob_alloc(side * side, sizeof *s->a, err)) &&
           (s->work = ob_alloc(ob_spectral_work(side), sizeof *s->work, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    free(s->of);
    free(s->g);
    free(s->scratch);
    free(s->a);
    free(s->work);
    memset(s, 0, sizeof *s);
}

/* root = sum^(-1/p), NaN where the sum holds what is no number; returns the condition
 * number of the root. */
static double take_root(struct state *s, struct ob_pool *pool,
                        const struct kron_side *sum, const struct kron_side *root,
                        unsigned p, double epsilon)
{
    struct ob_root r = {
        .n = sum->n, .p = p, .least = epsilon, .a = s->a, .out = root->x, .work = s->work
    };
    if (!sum->diagonal) {
        memcpy(s->a, sum->x, sum->n * sum->n * sizeof *s->a);
        if (!ob_inverse_root(&r, pool)) {
            for (size_t i = 0; i < sum->n * sum->n; i++)
                root->x[i] = NAN;
            return NAN;
        }
        return ob_inverse_power(fmax(r.lowest, epsilon) / fmax(r.highest, epsilon), p);
    }
    double lowest = INFINITY, highest = 0;
    for (size_t i = 0; i < sum->n; i++) {
        root->x[i] = ob_inverse_power(sum->x[i], p);
        lowest = fmin(lowest, sum->x[i]);
        highest = fmax(highest, sum->x[i]);
    }
    return ob_inverse_power(lowest / highest, p);
}

static void gather(struct ob_pool *pool, const struct kron_view *v, const double *g,
                   bool right, struct kron_side sum)
{
    kron_gram(pool, &(struct kron_gram){ g, v->rows, v->cols, right, sum, 1, 1 });
}

static void update_factors(struct ob_optimizer *o, struct ob_pool *pool,
                           const struct kron_view *v, struct factors *f)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    unsigned p = v->matrix ? 4 : 2;
    gather(pool, v, s->g, false, f->left);
    if (v->matrix)
        gather(pool, v, s->g, true, f->right);
    if ((o->counter[0] - 1) % (uint64_t)opts->update_freq != 0)
        return;
    *f->condition = take_root(s, pool, &f->left, &f->root.left, p, opts->epsilon);
    if (v->matrix)
        *f->condition *= take_root(s, pool, &f->right, &f->root.right, p, opts->epsilon);
}

static void step_piece(struct ob_optimizer *o, const struct ob_iterate *it,
                       const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    struct ob_pool *pool = it->problem->pool;
    struct factors *f = &s->of[v->piece];
    ob_vec_read(it->grad, v->offset, v->n, s->g);
    for (size_t i = 0; opts->weight_decay != 0 && i < v->n; i++)
        s->g[i] += opts->weight_decay * ob_vec_get(it->theta, v->offset + i);
    update_factors(o, pool, v, f);
    for (size_t i = 0; opts->momentum != 0 && i < v->n; i++) {
        double mean = ob_vec_get(&o->slot[0], v->offset + i) * opts->momentum +
                      (1 - opts->momentum) * s->g[i];
        ob_vec_set(&o->slot[0], v->offset + i, mean);
        s->g[i] = mean;
    }
    kron_apply(pool, &f->root, false, s->g);
    for (size_t i = 0; i < v->n; i++)
        ob_vec_set(it->theta, v->offset + i,
                   ob_vec_get(it->theta, v->offset + i) - v->lr * s->g[i]);
    o->gauge[0][v->tensor] = *f->condition;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[0]++;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, it);
        kron_say_rate(it, o, i, v.lr);
        step_piece(o, it, &v);
    }
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_shampoo = {
    .name = "shampoo",
    .title = "Shampoo",
    .summary = "a matrix at each side of a tensor, from all gradients so far",
    .reference = "Gupta, Koren, Singer 2018, Shampoo, algorithms 1 and 2",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .equations = "L = L + G G'; R = R + G' G, from epsilon I\n"
                 "theta = theta - lr L^(-1/4) G R^(-1/4)\n"
                 "of a vector: L = L + g g'; theta = theta - lr L^(-1/2) g",
    .step = step,
    .start = start,
    .finish = finish,
};
