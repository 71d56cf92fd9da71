/*
 * Whether a problem gives the same bits on a device as here: value, gradient and clamped
 * rows at random points, with and without the gradient, over all rows and over batches.
 */
#ifndef OB_PLACED_TEST_H
#define OB_PLACED_TEST_H

#include "../../lib/ob_toy.h"
#include "../device/device_test.h"
#include "../num/num_test.h"
#include "optbench/model/placed.h"

enum { PLACED_POINTS = 3, PLACED_BATCHES = 3 };

struct placed_seen {
    double loss[2];
    size_t clamped;
    void *grad; /* [n] */
};

/* Parameters in [-span, span], rows of batches; the same for the same seed. */
struct placed_look {
    struct ob_problem *p;
    struct dice dice;
    double span;
    size_t batch; /* rows; 0 = all of them, always */
    const char *name;
};

static inline void placed_eval(struct placed_look *l, const void *theta,
                               struct placed_seen *s)
{
    struct ob_eval e[2];
    s->grad = ob_xcalloc(l->p->n, ob_dtype_size(l->p->dtype));
    ob_problem_eval(l->p, theta, s->grad, &e[0]);
    ob_problem_eval(l->p, theta, NULL, &e[1]);
    assert_int_equal(e[0].clamped, e[1].clamped);
    s->clamped = e[0].clamped;
    s->loss[0] = e[0].loss;
    s->loss[1] = e[1].loss;
}

/* What the problem says, where it is. seen [PLACED_POINTS * (1 + PLACED_BATCHES)] */
static inline void placed_walk(struct placed_look l, struct placed_seen *seen)
{
    const enum ob_dtype dtype = l.p->dtype;
    void *theta = ob_xcalloc(l.p->n, ob_dtype_size(dtype));
    uint32_t *row = ob_xcalloc(l.batch + 1, sizeof *row);
    for (size_t k = 0; k < PLACED_POINTS; k++)
        for (size_t b = 0; b <= (l.batch ? PLACED_BATCHES : 0); b++) {
            /* The last batch is shorter, as that of an epoch is. */
            size_t n = b == 0 ? 0 : b == PLACED_BATCHES ? (l.batch + 1) / 2 : l.batch;
            for (size_t i = 0; i < l.p->n; i++) {
                double x = roll_real(&l.dice, -l.span, l.span);
                if (dtype == OB_F32)
                    ((float *)theta)[i] = (float)x;
                else
                    ((double *)theta)[i] = x;
            }
            for (size_t i = 0; i < n; i++)
                row[i] = (uint32_t)(roll(&l.dice) % l.p->rows);
            if (l.batch)
                assert_true(ob_problem_batch(l.p, n ? row : NULL, n, NULL));
            placed_eval(&l, theta, seen++);
        }
    if (l.batch)
        assert_true(ob_problem_batch(l.p, NULL, 0, NULL));
    free(theta);
    free(row);
}

/* Equal, or both NaN. */
static inline bool placed_equal(enum ob_dtype dtype, const void *a, const void *b,
                                size_t i)
{
    if (dtype == OB_F32) {
        const float *x = a, *y = b;
        return memcmp(x + i, y + i, sizeof *x) == 0 || (x[i] != x[i] && y[i] != y[i]);
    }
    const double *x = a, *y = b;
    return memcmp(x + i, y + i, sizeof *x) == 0 || (x[i] != x[i] && y[i] != y[i]);
}

static inline void placed_compare(const struct placed_look *l,
                                  const struct placed_seen *here,
                                  const struct placed_seen *there, size_t at)
{
    const char *bits = ob_dtype_name(l->p->dtype);
    for (size_t i = 0; i < 2; i++)
        if (!placed_equal(OB_F64, here->loss, there->loss, i))
            fail_msg("%s, %s, look %zu: the loss is %a, there %a", l->name, bits, at,
                     here->loss[i], there->loss[i]);
    if (here->clamped != there->clamped)
        fail_msg("%s, %s, look %zu: %zu rows clamped, there %zu", l->name, bits, at,
                 here->clamped, there->clamped);
    for (size_t i = 0; i < l->p->n; i++)
        if (!placed_equal(l->p->dtype, here->grad, there->grad, i))
            fail_msg("%s, %s, look %zu: entry %zu of the gradient differs", l->name, bits,
                     at, i);
}

static inline void placed_same_bits(struct ob_device *d, struct placed_look l)
{
    enum { LOOKS = PLACED_POINTS * (1 + PLACED_BATCHES) };
    struct placed_seen here[LOOKS] = { 0 }, there[LOOKS] = { 0 };
    struct ob_err err = { 0 };
    const uint64_t before = ob_device_used(d);
    placed_walk(l, here);
    const char *lacks = ob_problem_unplaced(l.p);
    if (lacks)
        fail_msg("%s: %s", l.name, lacks);
    if (!ob_problem_place(l.p, d, l.batch, &err))
        fail_msg("%s: %s", l.name, err.text);
    /* What was told, the two records, and whole words. */
    const uint64_t told = ob_placed_bytes(l.p, l.batch);
    assert_in_range(ob_device_used(d) - before, told,
                    told + 8 * (OB_NOW_WORDS + OB_PLACED_OUT) + 16 * 8);
    placed_walk(l, there);
    if (l.p->placed->failed.code != OB_OK)
        fail_msg("%s: %s", l.name, l.p->placed->failed.text);
    ob_problem_unplace(l.p);
    assert_int_equal(ob_device_used(d), before);
    for (size_t k = 0; k < LOOKS; k++) {
        if (here[k].grad)
            placed_compare(&l, &here[k], &there[k], k);
        free(here[k].grad);
        free(there[k].grad);
    }
}

#endif
