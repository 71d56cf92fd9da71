/*
 * ob_pow, in the manner of fmath.h, which it includes: x^y = e^(y log x), the logarithm
 * and its product with y carried as sums of two reals, because an error of one unit in
 * the last place of a logarithm near 700 would be one of ten digits' worth in the power.
 *
 * Largest errors found, as in fmath.h: 0.77 0.77. Special values are those of C99,
 * F.9.4.4; powers that are exact numbers come out exact.
 *
 * Methods: products and sums of two reals after Dekker (A floating-point technique for
 * extending the available precision, 1971), without fused operations; log m as
 * 2 artanh((m - 1) / (m + 1)) = 2 s + s z (2/3 + z Q(z)), z = s^2, Q by Remez exchange,
 * tests/reference/minimax.py.
 */
#include "optbench/num/fmath.h"

#if (OB_REAL_BITS == 32 && !defined(OB_NUM_FPOW_F32)) ||                                 \
    (OB_REAL_BITS == 64 && !defined(OB_NUM_FPOW_F64))

#    undef OB_HALF_DIGITS
#    undef OB_TWO_THIRDS
#    undef OB_TWO_THIRDS_LO
#    undef OB_POW_POLY
#    undef OB_POW_MOST
#    undef OB_ALL_WHOLE

/* OB_HALF_DIGITS are the bits that go to the lower half of a split; from OB_ALL_WHOLE on
 * every number is whole; an exponent of OB_POW_MOST overflows or vanishes for every base
 * but 1. */
#    if OB_REAL_BITS == 32
#        define OB_NUM_FPOW_F32
#        define OB_HALF_DIGITS   0xfffu
#        define OB_TWO_THIRDS    0x1.555556p-1f
#        define OB_TWO_THIRDS_LO -0x1.555556p-26f
#        define OB_POW_MOST      0x1p+33f
#        define OB_ALL_WHOLE     0x1p+23f
#        define OB_POW_POLY(z)                                                           \
            (0x1.9999d8p-2f + z * (0x1.245ff2p-2f + z * 0x1.dd70fep-3f))
#    else
#        define OB_NUM_FPOW_F64
#        define OB_HALF_DIGITS   0x7ffffffu
#        define OB_TWO_THIRDS    0x1.5555555555555p-1
#        define OB_TWO_THIRDS_LO 0x1.5555555555555p-55
#        define OB_POW_MOST      0x1p+66
#        define OB_ALL_WHOLE     0x1p+52
#        define OB_POW_POLY(z)                                                           \
            (0x1.9999999999999p-2 +                                                      \
             z * (0x1.249249249291dp-2 +                                                 \
                  z * (0x1.c71c71c636d16p-3 +                                            \
                       z * (0x1.745d17e680f08p-3 +                                       \
                            z * (0x1.3b13748eb0b35p-3 +                                  \
                                 z * (0x1.111e4e8e2eeaep-3 +                             \
                                      z * (0x1.de8bd0a5ab246p-4 +                        \
                                           z * 0x1.e87023d62811bp-4)))))))
#    endif

OB_DEVFN real OB_FN(ob_upper)(real x)
{
    return OB_FN(ob_from_bits)(OB_FN(ob_bits)(x) & ~(OB_UINT)OB_HALF_DIGITS);
}

/* a b - p, p being the rounded product. */
OB_DEVFN real OB_FN(ob_lost)(real a, real b, real p)
{
    real ah = OB_FN(ob_upper)(a), bh = OB_FN(ob_upper)(b);
    real al = a - ah, bl = b - bh;
    return (((ah * bh - p) + ah * bl) + al * bh) + al * bl;
}

/* The logarithm of a finite x > 0; *lo is what the result lacks. */
OB_DEVFN real OB_FN(ob_log_wide)(real x, real *lo)
{
    real lifted = x * (real)(R(4.0) * ((OB_UINT)1 << OB_MANTISSA));
    real y = OB_FN(ob_pick)(x < OB_LEAST_NORMAL, lifted, x);
    real k = OB_FN(ob_log_exponent)(y) -
             OB_FN(ob_pick)(x < OB_LEAST_NORMAL, OB_MANTISSA + R(2.0), R(0.0));
    real f = OB_FN(ob_log_mantissa)(y) - R(1.0);

    real d = R(2.0) + f, dl = f - (d - R(2.0));
    real s = f / d, sd = s * d;
    real sl = (((f - sd) - OB_FN(ob_lost)(s, d, sd)) - s * dl) / d;

    real z = s * s;
    real zl = OB_FN(ob_lost)(s, s, z) + R(2.0) * s * sl;
    real t = z * OB_POW_POLY(z);
    real p = OB_TWO_THIRDS + t;
    real pl = ((OB_TWO_THIRDS - p) + t) + OB_TWO_THIRDS_LO;
    real w = s * z;
    real wl = OB_FN(ob_lost)(s, z, w) + (s * zl + sl * z);
    real v = w * p;
    real vl = OB_FN(ob_lost)(w, p, v) + (w * pl + wl * p);

    real a = k * OB_LN2_HI, b = R(2.0) * s;
    real ab = a + b, sum = ab + v;
    real abl = b - (ab - a), suml = v - (sum - ab);
    real rest = (abl + suml) + (k * OB_LN2_LO + (R(2.0) * sl + vl));
    real l = sum + rest;
    *lo = rest - (l - sum);
    return l;
}

/* e^(x + lo) */
OB_DEVFN real OB_FN(ob_exp_wide)(real x, real lo)
{
    real y = OB_FN(ob_pick)(x > OB_EXP_MAX, OB_EXP_MAX, x);
    y = OB_FN(ob_pick)(y < OB_EXP_MIN, OB_EXP_MIN, y);
    real n = (y * OB_LOG2E + OB_MAGIC) - OB_MAGIC;
    real high = y - n * OB_LN2_HI, low = n * OB_LN2_LO;
    real r = high - low;
    real c = ((high - r) - low) + OB_FN(ob_pick)(x == y, lo, R(0.0));
    real one = R(1.0) + r, more = r * r * OB_EXP_POLY(r);
    real p = one + (((R(1.0) - one) + r) + (more + c * (one + more)));
    real first = (n * R(0.5) + OB_MAGIC) - OB_MAGIC;
    return p * OB_FN(ob_exp2_int)(first) * OB_FN(ob_exp2_int)(n - first);
}

/* Whether y is whole; and, given that, odd. */
OB_DEVFN int OB_FN(ob_whole)(real y)
{
    real a = OB_FN(ob_abs)(y);
    return (a >= OB_ALL_WHOLE) | (((a + OB_ALL_WHOLE) - OB_ALL_WHOLE) == a);
}

OB_DEVFN int OB_FN(ob_odd)(real y)
{
    real a = OB_FN(ob_abs)(y);
    real units = OB_FN(ob_pick)(a < OB_ALL_WHOLE, a + OB_ALL_WHOLE, a);
    return ((OB_FN(ob_bits)(units) & 1u) != 0u) & (a < R(2.0) * OB_ALL_WHOLE);
}

OB_DEVFN real OB_FN(ob_pow)(real x, real y)
{
    real inf = OB_FN(ob_from_bits)(OB_INF);
    real a = OB_FN(ob_abs)(x), lo;
    real l = OB_FN(ob_log_wide)(a, &lo);
    real q = OB_FN(ob_pick)(y > OB_POW_MOST, OB_POW_MOST, y);
    q = OB_FN(ob_pick)(q < -OB_POW_MOST, -OB_POW_MOST, q);
    real e = q * l;
    real r = OB_FN(ob_exp_wide)(e, OB_FN(ob_lost)(q, l, e) + q * lo);

    r = OB_FN(ob_pick)((a == R(0.0)) | (a == inf),
                       OB_FN(ob_pick)((a == R(0.0)) == (y < R(0.0)), inf, R(0.0)), r);
    r = OB_FN(ob_pick)((x < R(0.0)) & (OB_FN(ob_whole)(y) == 0) & (a < inf),
                       OB_FN(ob_from_bits)(OB_NAN), r);
    real turned = OB_FN(ob_copysign)(r, x);
    r = OB_FN(ob_pick)(OB_FN(ob_whole)(y) & OB_FN(ob_odd)(y), turned, r);
    r = OB_FN(ob_pick)((x == x) & (y == y), r, OB_FN(ob_from_bits)(OB_NAN));
    return OB_FN(ob_pick)((y == R(0.0)) | (x == R(1.0)), R(1.0), r);
}

#endif
