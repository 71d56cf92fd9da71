/*
 * The per-sample losses of loss.h as functions of the score z and the target y: value,
 * first and second derivative with respect to z, written once for the CPU loops and the
 * GPU kernels. Include real.h with OB_REAL_BITS first; may be included once per
 * OB_REAL_BITS.
 *
 * *_clamped says whether a logarithm in the value was clamped: only `bce` can.
 */
#include "optbench/num/fmath.h"

#if (OB_REAL_BITS == 32 && !defined(OB_NUM_FORMULAS_F32)) ||                             \
    (OB_REAL_BITS == 64 && !defined(OB_NUM_FORMULAS_F64))
#    if OB_REAL_BITS == 32
#        define OB_NUM_FORMULAS_F32
#    else
#        define OB_NUM_FORMULAS_F64
#    endif

/* (z - y)^2 / 2 and (z - y)^2. */
OB_DEVFN real OB_FN(ob_half_squared)(real z, real y)
{
    real e = z - y;
    return R(0.5) * e * e;
}

OB_DEVFN real OB_FN(ob_half_squared_d1)(real z, real y)
{
    return z - y;
}

OB_DEVFN real OB_FN(ob_half_squared_d2)(real z, real y)
{
    (void)z, (void)y;
    return R(1.0);
}

OB_DEVFN int OB_FN(ob_half_squared_clamped)(real z, real y)
{
    (void)z, (void)y;
    return 0;
}

OB_DEVFN real OB_FN(ob_squared)(real z, real y)
{
    real e = z - y;
    return e * e;
}

OB_DEVFN real OB_FN(ob_squared_d1)(real z, real y)
{
    return R(2.0) * (z - y);
}

OB_DEVFN real OB_FN(ob_squared_d2)(real z, real y)
{
    (void)z, (void)y;
    return R(2.0);
}

OB_DEVFN int OB_FN(ob_squared_clamped)(real z, real y)
{
    (void)z, (void)y;
    return 0;
}

/* Binary cross entropy of sigmoid(z) in the form that never overflows:
 * max(z, 0) - z y + log(1 + e^-|z|). */
OB_DEVFN real OB_FN(ob_bce_logits)(real z, real y)
{
    real l = OB_FN(ob_log1p)(OB_FN(ob_exp)(-OB_FN(ob_abs)(z)));
    return (OB_FN(ob_pick)(z > R(0.0), z, R(0.0)) - z * y) + l;
}

OB_DEVFN real OB_FN(ob_bce_logits_d1)(real z, real y)
{
    return OB_FN(ob_sigmoid)(z) - y;
}

OB_DEVFN real OB_FN(ob_bce_logits_d2)(real z, real y)
{
    real e = OB_FN(ob_exp)(-OB_FN(ob_abs)(z));
    real q = R(1.0) + e;
    (void)y;
    return e / (q * q);
}

OB_DEVFN int OB_FN(ob_bce_logits_clamped)(real z, real y)
{
    (void)z, (void)y;
    return 0;
}

/* log x, at least -100; the bound under which torch.nn.BCELoss keeps its logarithms. */
OB_DEVFN real OB_FN(ob_log_clamped)(real x)
{
    real l = OB_FN(ob_log)(x);
    return OB_FN(ob_pick)(l < R(-100.0), R(-100.0), l);
}

/* torch.nn.BCELoss after a sigmoid: the same loss where p = sigmoid(z) is inside (0, 1),
 * and 100 where p has rounded to the wrong end. p is taken as 1 / (1 + e^-z), as there:
 * log p and log(1 - p) see the rounded p. */
OB_DEVFN real OB_FN(ob_bce_p)(real z)
{
    return R(1.0) / (R(1.0) + OB_FN(ob_exp)(-z));
}

OB_DEVFN real OB_FN(ob_bce)(real z, real y)
{
    real p = OB_FN(ob_bce_p)(z);
    return (y - R(1.0)) * OB_FN(ob_log_clamped)(R(1.0) - p) -
           y * OB_FN(ob_log_clamped)(p);
}

/* The product of torch's two backward formulas, (p - y) / max((1 - p) p, 1e-12) and
 * p (1 - p): p - y in the middle, exactly zero where the sigmoid has saturated. */
OB_DEVFN real OB_FN(ob_bce_d1)(real z, real y)
{
    real p = OB_FN(ob_bce_p)(z);
    real v = (R(1.0) - p) * p;
    return (p - y) / OB_FN(ob_pick)(v < R(1e-12), R(1e-12), v) * v;
}

OB_DEVFN real OB_FN(ob_bce_d2)(real z, real y)
{
    real p = OB_FN(ob_bce_p)(z);
    (void)y;
    return (R(1.0) - p) * p;
}

/* A weight of zero takes its logarithm out of the loss, clamped or not. */
OB_DEVFN int OB_FN(ob_bce_clamped)(real z, real y)
{
    real p = OB_FN(ob_bce_p)(z);
    int low = (y > R(0.0)) & (OB_FN(ob_log)(p) < R(-100.0));
    int high = (y < R(1.0)) & (p == R(1.0));
    return low | high;
}

#endif
