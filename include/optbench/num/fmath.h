/*
 * Elementary functions from + - * / and integer operations alone, in float (_f32) and
 * double (_f64): the same bits on every CPU, in every vector width and on every device
 * with IEEE arithmetic, where libm and vendors' libraries differ in the last place. Used
 * as OB_FN(ob_exp)(x) by code written once; include real.h with OB_REAL_BITS first. May
 * be included once per OB_REAL_BITS.
 *
 * All are free of branches so that loops over them vectorise, keep denormals, propagate
 * NaN, give the limits at infinity and keep the sign of zero where the function does.
 * Largest errors found in 3e6 points each against long double libm, in units of the last
 * place of float and of double; tests/unit/num/test_fmath.c holds bounds just above them:
 *
 *   exp      0.95 0.96    expm1    1.43 1.48    log      0.80 0.83    log1p    0.82 0.84
 *   tanh     2.39 2.37    sigmoid  2.27 2.29    softplus 1.64 1.65    sin, cos 1.50 1.61
 *   sin2pi, cos2pi 1.96 1.82    sin, cos beyond |x| = 4: 2.5 2.4    tan 4.0 4.0
 *   logaddexp 1.5 1.5, of the larger of |a|, |b| and the result    pow: fpow.h
 *
 * Methods: argument reduction after Cody and Waite (Software Manual for the Elementary
 * Functions, 1980); log by the series in s = f / (2 + f); polynomials by Remez exchange,
 * tests/reference/minimax.py.
 */
#include "optbench/num/real.h"

#if (OB_REAL_BITS == 32 && !defined(OB_NUM_FMATH_F32)) ||                                \
    (OB_REAL_BITS == 64 && !defined(OB_NUM_FMATH_F64))

#    undef OB_INT
#    undef OB_UINT
#    undef OB_MANTISSA
#    undef OB_BIAS
#    undef OB_SIGN
#    undef OB_INF
#    undef OB_NAN
#    undef OB_MAGIC
#    undef OB_LOG2E
#    undef OB_LN2_HI
#    undef OB_LN2_LO
#    undef OB_TWO_OVER_PI
#    undef OB_PI_1
#    undef OB_PI_2
#    undef OB_PI_3
#    undef OB_PI_4
#    undef OB_HALF_PI
#    undef OB_SQRT_HALF
#    undef OB_LEAST_NORMAL
#    undef OB_EXP_MIN
#    undef OB_EXP_MAX
#    undef OB_EXPM1_MIN
#    undef OB_TANH_MAX
#    undef OB_TRIG_MAX
#    undef OB_EXP_POLY
#    undef OB_LOG_POLY
#    undef OB_SIN_POLY
#    undef OB_COS_POLY

/* OB_MAGIC is 1.5 * 2^(mantissa bits): adding it rounds to an integer, which then stands
 * in the low bits. LN2 and PI are constants cut into parts whose products with the
 * integers that occur are exact. The polynomials are exp  (e^r - 1 - r) / r^2 |r| <= ln 2
 * / 2 log  (log((1+s)/(1-s)) / s - 2) / z  z = s^2, (sqrt 2 - 1) / (sqrt 2 + 1) >= s sin
 * (sin r / r - 1) / z             z = r^2, |r| <= pi / 4 cos  (cos r - 1 + z / 2) / z^2
 */
#    if OB_REAL_BITS == 32
#        define OB_NUM_FMATH_F32
#        define OB_INT          ob_i32
#        define OB_UINT         ob_u32
#        define OB_MANTISSA     23
#        define OB_BIAS         127
#        define OB_SIGN         0x80000000u
#        define OB_INF          0x7f800000u
#        define OB_NAN          0x7fc00000u
#        define OB_MAGIC        0x1.8p+23f
#        define OB_LOG2E        0x1.715476p+0f
#        define OB_LN2_HI       0x1.62e4p-1f
#        define OB_LN2_LO       0x1.7f7d1cp-20f
#        define OB_TWO_OVER_PI  0x1.45f306p-1f
#        define OB_PI_1         0x1.92p+0f
#        define OB_PI_2         0x1.fbp-12f
#        define OB_PI_3         0x1.51p-22f
#        define OB_PI_4         0x1.0b4612p-34f
#        define OB_HALF_PI      0x1.921fb6p+0f
#        define OB_SQRT_HALF    0x3f3504f3u
#        define OB_LEAST_NORMAL 0x1p-126f
#        define OB_EXP_MIN      -104.0f
#        define OB_EXP_MAX      89.0f
#        define OB_EXPM1_MIN    -30.0f
#        define OB_TANH_MAX     10.0f
#        define OB_TRIG_MAX     0x1p+14f
#        define OB_EXP_POLY(r)                                                           \
            (0.5f + r * (0x1.555554p-3f +                                                \
                         r * (0x1.55554ap-5f +                                           \
                              r * (0x1.11137ep-7f +                                      \
                                   r * (0x1.6cafc8p-10f + r * 0x1.a1c59ep-13f)))))
#        define OB_LOG_POLY(z)                                                           \
            (0x1.55557ap-1f + z * (0x1.995ed4p-2f + z * 0x1.31e0d8p-2f))
#        define OB_SIN_POLY(z)                                                           \
            (-0x1.555546p-3f + z * (0x1.110778p-7f + z * -0x1.9954p-13f))
#        define OB_COS_POLY(z)                                                           \
            (0x1.55554ep-5f + z * (-0x1.6c0e3p-10f + z * 0x1.9a685cp-16f))
#    else
#        define OB_NUM_FMATH_F64
#        define OB_INT          ob_i64
#        define OB_UINT         ob_u64
#        define OB_MANTISSA     52
#        define OB_BIAS         1023
#        define OB_SIGN         0x8000000000000000u
#        define OB_INF          0x7ff0000000000000u
#        define OB_NAN          0x7ff8000000000000u
#        define OB_MAGIC        0x1.8p+52
#        define OB_LOG2E        0x1.71547652b82fep+0
#        define OB_LN2_HI       0x1.62e42feep-1
#        define OB_LN2_LO       0x1.a39ef35793c76p-33
#        define OB_TWO_OVER_PI  0x1.45f306dc9c883p-1
#        define OB_PI_1         0x1.921fb54p+0
#        define OB_PI_2         0x1.10b461p-30
#        define OB_PI_3         0x1.a62633p-58
#        define OB_PI_4         0x1.45c06e0e68948p-86
#        define OB_HALF_PI      0x1.921fb54442d18p+0
#        define OB_SQRT_HALF    0x3fe6a09e667f3bcdu
#        define OB_LEAST_NORMAL 0x1p-1022
#        define OB_EXP_MIN      -746.0
#        define OB_EXP_MAX      710.0
#        define OB_EXPM1_MIN    -60.0
#        define OB_TANH_MAX     22.0
#        define OB_TRIG_MAX     0x1p+26
#        define OB_EXP_POLY(r)                                                           \
            (0.5 +                                                                       \
             r * (0x1.5555555555558p-3 +                                                 \
                  r * (0x1.5555555555551p-5 +                                            \
                       r * (0x1.111111110fa3bp-7 +                                       \
                            r * (0x1.6c16c16c28702p-10 +                                 \
                                 r * (0x1.a01a01af6da8dp-13 +                            \
                                      r * (0x1.a01a001beea25p-16 +                       \
                                           r * (0x1.71ddf508406d7p-19 +                  \
                                                r * (0x1.27eab83ad825ep-22 +             \
                                                     r * (0x1.af6eb40be394ap-26 +        \
                                                          r * 0x1.1369dec720677p-29))))))))))
#        define OB_LOG_POLY(z)                                                           \
            (0x1.555555555557cp-1 +                                                      \
             z * (0x1.999999998573ep-2 +                                                 \
                  z * (0x1.2492493de0eb9p-2 +                                            \
                       z * (0x1.c71c54e16ac6bp-3 +                                       \
                            z * (0x1.7465ba4c4d1bp-3 +                                   \
                                 z * (0x1.39add7ea67ea8p-3 +                             \
                                      z * 0x1.2e951990359d3p-3))))))
#        define OB_SIN_POLY(z)                                                           \
            (-0x1.555555555554cp-3 +                                                     \
             z * (0x1.111111110fbdcp-7 +                                                 \
                  z * (-0x1.a01a019c646d7p-13 +                                          \
                       z * (0x1.71de35b204656p-19 +                                      \
                            z * (-0x1.ae5e8cbdf1787p-26 + z * 0x1.5d9caeff31c6bp-33)))))
#        define OB_COS_POLY(z)                                                           \
            (0x1.5555555555553p-5 +                                                      \
             z * (-0x1.6c16c16c15eb1p-10 +                                               \
                  z * (0x1.a01a019dcd0cdp-16 +                                           \
                       z * (-0x1.27e4f8be11c97p-22 +                                     \
                            z * (0x1.1eea59a405282p-29 + z * -0x1.8fe23d913e0fbp-37)))))
#    endif

#    if defined(__OPENCL_VERSION__) && OB_REAL_BITS == 32
OB_DEVFN OB_UINT OB_FN(ob_bits)(real x)
{
    return as_uint(x);
}

OB_DEVFN real OB_FN(ob_from_bits)(OB_UINT u)
{
    return as_float(u);
}
#    elif defined(__OPENCL_VERSION__)
OB_DEVFN OB_UINT OB_FN(ob_bits)(real x)
{
    return as_ulong(x);
}

OB_DEVFN real OB_FN(ob_from_bits)(OB_UINT u)
{
    return as_double(u);
}
#    elif defined(__CUDACC__) && OB_REAL_BITS == 32
OB_DEVFN OB_UINT OB_FN(ob_bits)(real x)
{
    return __float_as_uint(x);
}

OB_DEVFN real OB_FN(ob_from_bits)(OB_UINT u)
{
    return __uint_as_float(u);
}
#    elif defined(__CUDACC__)
OB_DEVFN OB_UINT OB_FN(ob_bits)(real x)
{
    return (OB_UINT)__double_as_longlong(x);
}

OB_DEVFN real OB_FN(ob_from_bits)(OB_UINT u)
{
    return __longlong_as_double((long long)u);
}
#    else
OB_DEVFN OB_UINT OB_FN(ob_bits)(real x)
{
    OB_UINT u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}

OB_DEVFN real OB_FN(ob_from_bits)(OB_UINT u)
{
    real x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}
#    endif

OB_DEVFN real OB_FN(ob_abs)(real x)
{
    return OB_FN(ob_from_bits)(OB_FN(ob_bits)(x) & ~OB_SIGN);
}

/* |x| with the sign of s. */
OB_DEVFN real OB_FN(ob_copysign)(real x, real s)
{
    return OB_FN(ob_from_bits)((OB_FN(ob_bits)(x) & ~OB_SIGN) |
                               (OB_FN(ob_bits)(s) & OB_SIGN));
}

/* yes ? a : b, made of bits: where one side is a constant, compilers otherwise split the
 * code behind the choice into branches, and a loop around it no longer vectorises. */
OB_DEVFN real OB_FN(ob_pick)(int yes, real a, real b)
{
    OB_UINT mask = (OB_UINT)0 - (OB_UINT)(yes != 0);
    return OB_FN(ob_from_bits)((OB_FN(ob_bits)(a) & mask) | (OB_FN(ob_bits)(b) & ~mask));
}

/* The one operation that is the hardware's: IEEE prescribes its last bit. */
OB_DEVFN real OB_FN(ob_sqrt)(real x)
{
#    if defined(__OPENCL_VERSION__) || defined(__CUDACC__)
    return sqrt(x);
#    elif OB_REAL_BITS == 32
    return __builtin_sqrtf(x);
#    else
    return __builtin_sqrt(x);
#    endif
}

/* 2^n for an integer n in the range of normal exponents. */
OB_DEVFN real OB_FN(ob_exp2_int)(real n)
{
    return OB_FN(ob_from_bits)(OB_FN(ob_bits)(n + (OB_MAGIC + OB_BIAS)) << OB_MANTISSA);
}

OB_DEVFN real OB_FN(ob_exp)(real x)
{
    real y = OB_FN(ob_pick)(x > OB_EXP_MAX, OB_EXP_MAX, x);
    y = OB_FN(ob_pick)(y < OB_EXP_MIN, OB_EXP_MIN, y);
    real n = (y * OB_LOG2E + OB_MAGIC) - OB_MAGIC;
    real r = (y - n * OB_LN2_HI) - n * OB_LN2_LO;
    real p = R(1.0) + (r + r * r * OB_EXP_POLY(r));
    /* Two factors, so that results near overflow and denormal ones round once. */
    real first = (n * R(0.5) + OB_MAGIC) - OB_MAGIC;
    return p * OB_FN(ob_exp2_int)(first) * OB_FN(ob_exp2_int)(n - first);
}

OB_DEVFN real OB_FN(ob_expm1)(real x)
{
    real y = OB_FN(ob_pick)(x > OB_EXP_MAX, OB_EXP_MAX, x);
    y = OB_FN(ob_pick)(y < OB_EXPM1_MIN, OB_EXPM1_MIN, y);
    real n = (y * OB_LOG2E + OB_MAGIC) - OB_MAGIC;
    real high = y - n * OB_LN2_HI, low = n * OB_LN2_LO;
    real r = high - low;
    real c = (high - r) - low;
    real q = r + (r * r * OB_EXP_POLY(r) + c);
    /* 2^n (1 + q) - 1, halved so that 2^n is in range at the upper end. */
    real t = OB_FN(ob_exp2_int)(n - R(1.0));
    real e = (t * q + (t - R(0.5))) * R(2.0);
    return OB_FN(ob_pick)(OB_FN(ob_abs)(x) < OB_LEAST_NORMAL * R(4.0), x, e);
}

/* log(2^k (1 + f)) + c, 1 + f in [sqrt 1/2, sqrt 2). */
OB_DEVFN real OB_FN(ob_log_core)(real k, real f, real c)
{
    real s = f / (R(2.0) + f);
    real z = s * s;
    real h = R(0.5) * f * f;
    real t = s * (h + z * OB_LOG_POLY(z)) + (k * OB_LN2_LO + c);
    return k * OB_LN2_HI - ((h - t) - f);
}

/* The exponent k of a normal x > 0 as a real, x = 2^k m with m in [sqrt 1/2, sqrt 2). */
OB_DEVFN real OB_FN(ob_log_exponent)(real x)
{
    OB_UINT biased =
        (OB_FN(ob_bits)(x) + (((OB_UINT)OB_BIAS << OB_MANTISSA) - OB_SQRT_HALF)) >>
        OB_MANTISSA;
    OB_UINT magic = (OB_UINT)(OB_MANTISSA + OB_BIAS) << OB_MANTISSA;
    return OB_FN(ob_from_bits)(magic | biased) - (OB_FN(ob_from_bits)(magic) + (OB_BIAS));
}

OB_DEVFN real OB_FN(ob_log_mantissa)(real x)
{
    OB_UINT shifted =
        OB_FN(ob_bits)(x) + (((OB_UINT)OB_BIAS << OB_MANTISSA) - OB_SQRT_HALF);
    return OB_FN(ob_from_bits)((shifted & (((OB_UINT)1 << OB_MANTISSA) - 1u)) +
                               OB_SQRT_HALF);
}

OB_DEVFN real OB_FN(ob_log)(real x)
{
    real lifted = x * (real)(R(4.0) * ((OB_UINT)1 << OB_MANTISSA));
    real y = OB_FN(ob_pick)(x < OB_LEAST_NORMAL, lifted, x);
    real k = OB_FN(ob_log_exponent)(y) -
             OB_FN(ob_pick)(x < OB_LEAST_NORMAL, OB_MANTISSA + R(2.0), R(0.0));
    real l = OB_FN(ob_log_core)(k, OB_FN(ob_log_mantissa)(y) - R(1.0), R(0.0));
    l = OB_FN(ob_pick)(x == OB_FN(ob_from_bits)(OB_INF), x, l);
    l = OB_FN(ob_pick)(x == R(0.0), -OB_FN(ob_from_bits)(OB_INF), l);
    return OB_FN(ob_pick)(x >= R(0.0), l, OB_FN(ob_from_bits)(OB_NAN));
}

OB_DEVFN real OB_FN(ob_log1p)(real x)
{
    real u = R(1.0) + x;
    real lost = OB_FN(ob_pick)(x >= R(1.0), R(1.0) - (u - x),
                               x - (u - R(1.0))); /* 1 + x - u, exactly */
    real l = OB_FN(ob_log_core)(OB_FN(ob_log_exponent)(u),
                                OB_FN(ob_log_mantissa)(u) - R(1.0), lost / u);
    l = OB_FN(ob_pick)((x == OB_FN(ob_from_bits)(OB_INF)) | (x == R(0.0)), x, l);
    l = OB_FN(ob_pick)(u == R(0.0), -OB_FN(ob_from_bits)(OB_INF), l);
    return OB_FN(ob_pick)(u >= R(0.0), l, OB_FN(ob_from_bits)(OB_NAN));
}

OB_DEVFN real OB_FN(ob_tanh)(real x)
{
    real a = OB_FN(ob_abs)(x);
    real m = OB_FN(ob_expm1)(R(2.0) * OB_FN(ob_pick)(a > OB_TANH_MAX, OB_TANH_MAX, a));
    return OB_FN(ob_copysign)(m / (m + R(2.0)), x);
}

/* 1 / (1 + e^-x); small values keep their digits down to the denormals. */
OB_DEVFN real OB_FN(ob_sigmoid)(real x)
{
    real e = OB_FN(ob_exp)(-OB_FN(ob_abs)(x));
    return OB_FN(ob_pick)(x < R(0.0), e, R(1.0)) / (R(1.0) + e);
}

/* log(1 + e^x) */
OB_DEVFN real OB_FN(ob_softplus)(real x)
{
    real l = OB_FN(ob_log1p)(OB_FN(ob_exp)(-OB_FN(ob_abs)(x)));
    return OB_FN(ob_pick)(x > R(0.0), x + l, l);
}

/* log(e^a + e^b). Absolute errors are those of the larger of |a|, |b| and log 2: where
 * the sum is near 1 there is no more to know. */
OB_DEVFN real OB_FN(ob_logaddexp)(real a, real b)
{
    real most = OB_FN(ob_pick)(a > b, a, b);
    real gap = OB_FN(ob_abs)(a - b);
    gap = OB_FN(ob_pick)(a == b, R(0.0), gap); /* infinities, too */
    return most + OB_FN(ob_log1p)(OB_FN(ob_exp)(-gap));
}

/* sin (quadrant 0) and its turns by quarters, from r in [-pi/4, pi/4] and the integer
 * number of quarters in the low bits of t = n + OB_MAGIC. */
OB_DEVFN real OB_FN(ob_sin_quadrant)(real r, OB_UINT quarter)
{
    real z = r * r;
    real s = r + r * (z * OB_SIN_POLY(z));
    real c = R(1.0) - (R(0.5) * z - z * z * OB_COS_POLY(z));
    real v = OB_FN(ob_pick)((quarter & 1u) != 0u, c, s);
    return OB_FN(ob_pick)((quarter & 2u) != 0u, -v, v);
}

/* sin(x + shift pi / 2), |x| <= OB_TRIG_MAX, NaN beyond. */
OB_DEVFN real OB_FN(ob_sin_shifted)(real x, OB_UINT shift)
{
    real t = x * OB_TWO_OVER_PI + OB_MAGIC;
    real n = t - OB_MAGIC;
    real r = (((x - n * OB_PI_1) - n * OB_PI_2) - n * OB_PI_3) - n * OB_PI_4;
    real v = OB_FN(ob_sin_quadrant)(r, OB_FN(ob_bits)(t) + shift);
    return OB_FN(ob_pick)(OB_FN(ob_abs)(x) <= OB_TRIG_MAX, v,
                          OB_FN(ob_from_bits)(OB_NAN));
}

/* Accurate for |x| <= 2^14 (f32) or 2^26 (f64); NaN beyond, infinities included. */
OB_DEVFN real OB_FN(ob_sin)(real x)
{
    return OB_FN(ob_pick)(x == R(0.0), x, OB_FN(ob_sin_shifted)(x, 0));
}

OB_DEVFN real OB_FN(ob_cos)(real x)
{
    return OB_FN(ob_sin_shifted)(x, 1);
}

/* On the same domain. */
OB_DEVFN real OB_FN(ob_tan)(real x)
{
    real t = x * OB_TWO_OVER_PI + OB_MAGIC;
    real n = t - OB_MAGIC;
    real r = (((x - n * OB_PI_1) - n * OB_PI_2) - n * OB_PI_3) - n * OB_PI_4;
    real z = r * r;
    real s = r + r * (z * OB_SIN_POLY(z));
    real c = R(1.0) - (R(0.5) * z - z * z * OB_COS_POLY(z));
    int odd = (OB_FN(ob_bits)(t) & 1u) != 0u;
    real v = OB_FN(ob_pick)(odd, -c, s) / OB_FN(ob_pick)(odd, s, c);
    v = OB_FN(ob_pick)(x == R(0.0), x, v);
    return OB_FN(ob_pick)(OB_FN(ob_abs)(x) <= OB_TRIG_MAX, v,
                          OB_FN(ob_from_bits)(OB_NAN));
}

/* sin(2 pi (x + shift / 4)): the reduction is exact. */
OB_DEVFN real OB_FN(ob_sin_turn)(real x, OB_UINT shift)
{
    real t = x * R(4.0) + OB_MAGIC;
    real r = (x * R(4.0) - (t - OB_MAGIC)) * OB_HALF_PI;
    real v = OB_FN(ob_sin_quadrant)(r, OB_FN(ob_bits)(t) + shift);
    return OB_FN(ob_pick)(OB_FN(ob_abs)(x) <= OB_TRIG_MAX, v,
                          OB_FN(ob_from_bits)(OB_NAN));
}

/* sin and cos of 2 pi x, on the same domain. */
OB_DEVFN real OB_FN(ob_sin2pi)(real x)
{
    return OB_FN(ob_pick)(x == R(0.0), x, OB_FN(ob_sin_turn)(x, 0));
}

OB_DEVFN real OB_FN(ob_cos2pi)(real x)
{
    return OB_FN(ob_sin_turn)(x, 1);
}

#endif
