/*
 * The operations of graph.h in the common subset of real.h, each with its own rounding:
 * programs, emitted kernels and the search for trouble compute with these and no others.
 * Define OB_REAL_BITS first; may be included once per OB_REAL_BITS.
 *
 * max and min give NaN where an operand is NaN, and their second operand where the two
 * are equal.
 */
#include "optbench/num/fpow.h"

#ifndef OB_FORMULA_OPS_H
#    define OB_FORMULA_OPS_H

/* X(identifier of the operation, name of its function) */
#    define OB_UNARY_OPS(X)                                                              \
        X(NEG, neg)                                                                      \
        X(ABS, abs)                                                                      \
        X(SIGN, sign)                                                                    \
        X(STEP, step)                                                                    \
        X(RELU, relu)                                                                    \
        X(EXP, exp)                                                                      \
        X(EXPM1, expm1)                                                                  \
        X(LOG, log)                                                                      \
        X(LOG1P, log1p)                                                                  \
        X(SQRT, sqrt)                                                                    \
        X(SIN, sin)                                                                      \
        X(COS, cos)                                                                      \
        X(TAN, tan)                                                                      \
        X(TANH, tanh)                                                                    \
        X(SIGMOID, sigmoid)                                                              \
        X(SOFTPLUS, softplus)

#    define OB_BINARY_OPS(X)                                                             \
        X(ADD, add)                                                                      \
        X(SUB, sub)                                                                      \
        X(MUL, mul)                                                                      \
        X(DIV, div)                                                                      \
        X(POW, pow)                                                                      \
        X(MAX, max)                                                                      \
        X(MIN, min)                                                                      \
        X(GREATER, greater)                                                              \
        X(LOGADDEXP, logaddexp)
#endif

#if (OB_REAL_BITS == 32 && !defined(OB_FORMULA_OPS_F32)) ||                              \
    (OB_REAL_BITS == 64 && !defined(OB_FORMULA_OPS_F64))
#    if OB_REAL_BITS == 32
#        define OB_FORMULA_OPS_F32
#    else
#        define OB_FORMULA_OPS_F64
#    endif

OB_DEVFN real OB_FN(ob_neg)(real a)
{
    return -a;
}

/* A zero and NaN are their own sign. */
OB_DEVFN real OB_FN(ob_sign)(real a)
{
    real s = OB_FN(ob_pick)(a < R(0.0), -R(1.0), a);
    return OB_FN(ob_pick)(a > R(0.0), R(1.0), s);
}

OB_DEVFN real OB_FN(ob_step)(real a)
{
    return OB_FN(ob_pick)(a > R(0.0), R(1.0), R(0.0));
}

OB_DEVFN real OB_FN(ob_relu)(real a)
{
    return OB_FN(ob_pick)(a <= R(0.0), R(0.0), a);
}

OB_DEVFN real OB_FN(ob_add)(real a, real b)
{
    return a + b;
}

OB_DEVFN real OB_FN(ob_sub)(real a, real b)
{
    return a - b;
}

OB_DEVFN real OB_FN(ob_mul)(real a, real b)
{
    return a * b;
}

OB_DEVFN real OB_FN(ob_div)(real a, real b)
{
    return a / b;
}

OB_DEVFN real OB_FN(ob_max)(real a, real b)
{
    return OB_FN(ob_pick)(a > b, a, OB_FN(ob_pick)(a <= b, b, a + b));
}

OB_DEVFN real OB_FN(ob_min)(real a, real b)
{
    return OB_FN(ob_pick)(a < b, a, OB_FN(ob_pick)(a >= b, b, a + b));
}

OB_DEVFN real OB_FN(ob_greater)(real a, real b)
{
    return OB_FN(ob_pick)(a > b, R(1.0), OB_FN(ob_pick)(a == b, R(0.5), R(0.0)));
}

#endif
