/*
 * b.x + x.A.x / 2 + c in the order of model/quadratic.c: a row of A is added up by one
 * work-item from its first entry to its last, in the dtype; the rest is added in double
 * and rounded, from the first parameter to the last. A is symmetric, so that rows may be
 * read as columns.
 */
#include "kernels/kernel.h"
#include "optbench/device/step.h"

/* The gradient of parameter i, and what it adds to the value. */
OB_DEVFN void quadratic_row(const OB_GLOBAL real *a, const OB_GLOBAL real *b, ob_u64 n,
                            const OB_GLOBAL real *theta, ob_u64 i, OB_GLOBAL real *grad,
                            OB_GLOBAL real *term)
{
    real product = R(0.0);
    for (ob_u64 j = 0; j < n; j++)
        product = product + a[j * n + i] * theta[j];
    term[i] = theta[i] * (real)((double)b[i] + (double)product / 2);
    if (grad)
        grad[i] = (real)((double)b[i] + (double)product);
}

/* By one work-item. */
OB_DEVFN void quadratic_sum(const OB_GLOBAL real *c, ob_u64 n, const OB_GLOBAL real *term,
                            OB_GLOBAL double *out)
{
    real sum = R(0.0);
    for (ob_u64 i = 0; i < n; i++)
        sum = (real)((double)sum + (double)term[i]);
    out[OB_PLACED_LOSS] = (double)(real)((double)sum + (double)c[0]);
    out[OB_PLACED_CLAMPED] = 0;
    out[OB_PLACED_CORRECT] = -1;
}

OB_KERNEL void quadratic_rows(const OB_GLOBAL real *a, const OB_GLOBAL real *b, ob_u64 n,
                              const OB_GLOBAL real *theta, const OB_GLOBAL ob_u64 *now,
                              OB_GLOBAL real *grad, OB_GLOBAL real *term)
{
    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;
    if (i < n && now[OB_NOW_HALTED] == 0)
        quadratic_row(a, b, n, theta, i, grad, term);
}

OB_KERNEL void quadratic_end(const OB_GLOBAL real *c, ob_u64 n,
                             const OB_GLOBAL ob_u64 *now, const OB_GLOBAL real *term,
                             OB_GLOBAL double *out, ob_u64 out_at)
{
    if (OB_LANE == 0 && now[OB_NOW_HALTED] == 0)
        quadratic_sum(c, n, term, out + out_at);
}

/* One group that does it all, as a kernel and as what a kernel of more may call. */
OB_DEVFN void quadratic_solo(const OB_GLOBAL real *a, const OB_GLOBAL real *b,
                             const OB_GLOBAL real *c, ob_u64 n,
                             const OB_GLOBAL real *theta, const OB_GLOBAL ob_u64 *now,
                             OB_GLOBAL real *grad, OB_GLOBAL real *term,
                             OB_GLOBAL double *out, ob_u64 out_at)
{
    const ob_u64 halted = now[OB_NOW_HALTED];
    if (OB_LANE < n && halted == 0)
        quadratic_row(a, b, n, theta, OB_LANE, grad, term);
    OB_BARRIER();
    if (OB_LANE == 0 && halted == 0)
        quadratic_sum(c, n, term, out + out_at);
    OB_BARRIER();
}

OB_KERNEL void quadratic_alone(const OB_GLOBAL real *a, const OB_GLOBAL real *b,
                               const OB_GLOBAL real *c, ob_u64 n,
                               const OB_GLOBAL real *theta, const OB_GLOBAL ob_u64 *now,
                               OB_GLOBAL real *grad, OB_GLOBAL real *term,
                               OB_GLOBAL double *out, ob_u64 out_at)
{
    quadratic_solo(a, b, c, n, theta, now, grad, term, out, out_at);
}
