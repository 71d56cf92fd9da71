#include "micro.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/model/placed.h"
#include "optbench/num/kernels.h"
#include "shared.h"

void ob_problem_accumulate(struct ob_problem *p, size_t rows)
{
    p->micro = rows;
    shared_ask(p, &(const struct shared_call){ .verb = SHARED_ACCUMULATE, .n = rows });
}

/* ---- the rows ---- */

static bool make_room(struct ob_problem *p, size_t rows, struct ob_err *err)
{
    if (!p->micro_sum)
        p->micro_sum = ob_alloc(p->n, ob_dtype_size(p->dtype), err);
    if (rows > p->micro_room) {
        free(p->micro_row);
        p->micro_row = ob_alloc(rows, sizeof *p->micro_row, err);
        p->micro_room = p->micro_row ? rows : 0;
    }
    return p->micro_sum && p->micro_row;
}

/* On the device, too, where the problem is on one: second derivatives stay here. */
static bool choose(struct ob_problem *p, const uint32_t *row, size_t n,
                   struct ob_err *err)
{
    return p->type->batch(p, row, n, err) &&
           (!p->placed || ob_placed_batch(p->placed, row, n, err));
}

static void evaluate(struct ob_problem *p, const void *theta, void *grad,
                     struct ob_eval *out)
{
    if (p->placed)
        ob_placed_value(p->placed, theta, grad, out);
    else
        p->type->eval(p, theta, grad, out);
}

bool micro_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err)
{
    p->micro_rows = 0;
    if (p->micro == 0 || n <= p->micro)
        return choose(p, row, n, err);
    if (!make_room(p, n, err))
        return false;
    memcpy(p->micro_row, row, n * sizeof *row);
    p->micro_rows = n;
    return choose(p, row, p->micro, err); /* the largest: no other needs room */
}

static size_t pieces(const struct ob_problem *p)
{
    return p->micro_rows ? (p->micro_rows + p->micro - 1) / p->micro : 1;
}

/* Piece i becomes the batch of the type. */
static void take(struct ob_problem *p, size_t i)
{
    if (p->micro_rows == 0)
        return;
    size_t at = i * p->micro, left = p->micro_rows - at;
    bool done = choose(p, p->micro_row + at, left < p->micro ? left : p->micro, NULL);
    OB_REQUIRE(done); /* micro_batch() has had the largest */
}

/* ---- what is asked of them ---- */

static void add(const struct ob_problem *p, void *sum)
{
    ob_kernels(p->dtype)->axpy(p->n, 1, p->micro_sum, sum);
}

static void divide(const struct ob_problem *p, void *sum)
{
    ob_kernels(p->dtype)->scale(p->n, 1 / (double)pieces(p), sum);
}

void micro_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    const size_t n = pieces(p);
    double loss = 0;
    size_t clamped = 0;
    for (size_t i = 0; i < n; i++) {
        take(p, i);
        evaluate(p, theta, grad && i ? p->micro_sum : grad, out);
        if (grad && i)
            add(p, grad);
        loss += out->loss;
        clamped += out->clamped;
    }
    if (n == 1)
        return;
    if (grad)
        divide(p, grad);
    out->loss = ob_dtype_round(p->dtype, loss / (double)n);
    out->clamped = clamped;
}

bool micro_matrix(struct ob_problem *p, micro_matrix_fn *fn, const void *theta, double *h,
                  struct ob_err *err)
{
    const size_t n = pieces(p), size = p->n * p->n;
    double *one = n > 1 ? ob_alloc(size, sizeof *one, err) : NULL;
    bool done = n == 1 || one;
    for (size_t i = 0; done && i < n; i++) {
        take(p, i);
        done = fn(p, theta, i ? one : h, err);
        for (size_t k = 0; done && i && k < size; k++)
            h[k] += one[k];
    }
    for (size_t k = 0; done && n > 1 && k < size; k++)
        h[k] /= (double)n;
    free(one);
    return done;
}

bool micro_product(struct ob_problem *p, micro_product_fn *fn, const void *theta,
                   const void *v, void *out, struct ob_err *err)
{
    const size_t n = pieces(p);
    for (size_t i = 0; i < n; i++) {
        take(p, i);
        if (!fn(p, theta, v, i ? p->micro_sum : out, err))
            return false;
        if (i)
            add(p, out);
    }
    if (n > 1)
        divide(p, out);
    return true;
}

bool micro_curvature(struct ob_problem *p, const void *theta, const void *dir,
                     double *out, struct ob_err *err)
{
    const size_t n = pieces(p);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        take(p, i);
        if (!p->type->curvature(p, theta, dir, out, err))
            return false;
        sum += *out;
    }
    *out = sum / (double)n;
    return true;
}
