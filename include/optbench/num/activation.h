/*
 * The activations of networks: value, first and second derivative, written once for the
 * CPU loops and the GPU kernels. Include real.h with OB_REAL_BITS first; may be included
 * once per OB_REAL_BITS.
 *
 * ob_act_NAME(z) is the output h; the derivatives _d1 and _d2 take what is kept of a
 * layer (ob_activation_keeps_output(), layer_ops.h): h where they can be had from it,
 * else z. At a kink they are those of the left side, as in torch; leaky_relu has the
 * slope 0.01 and elu the scale 1, torch's defaults. gelu: Hendrycks and Gimpel, "Gaussian
 * error linear units", 2016; silu: the same, section 4; elu: Clevert et al., 2015.
 *
 * ob_normal_cdf() is within 3.7 units of the last place of 1 to |z| = 3, relative to its
 * value; further left the rounding of z^2 / 2 comes on top, at most z^2 units. The values
 * of the activations are within 6 + z^2 (tests/unit/num/test_activation.c).
 */
#include "optbench/num/fmath.h"

#if (OB_REAL_BITS == 32 && !defined(OB_NUM_ACTIVATION_F32)) ||                           \
    (OB_REAL_BITS == 64 && !defined(OB_NUM_ACTIVATION_F64))

#    undef OB_CDF_END
#    undef OB_GELU_END

/* (1 + 2 x) e^(x^2) erfc(x) as a polynomial in t = (x - 3) / (x + 3): Shepherd and
 * Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf",
 * 1981; coefficients by tests/reference/minimax.py. Beyond OB_CDF_END the tail is 0. */
#    if OB_REAL_BITS == 32
#        define OB_NUM_ACTIVATION_F32
#        define OB_CDF_END  15.0f
#        define OB_GELU_END 12.0f
#    else
#        define OB_NUM_ACTIVATION_F64
#        define OB_CDF_END  40.0
#        define OB_GELU_END 24.0
#    endif

OB_DEVFN real OB_FN(ob_cdf_poly)(real t)
{
#    if OB_REAL_BITS == 32
    real p = -0x1.84299ep-14f + t * 0x1.44433ep-14f;
    p = 0x1.eb8a6ep-10f + t * (-0x1.7cdef6p-11f + t * p);
    p = -0x1.8557aap-6f + t * (0x1.479072p-9f + t * p);
    p = -0x1.e88d3p-4f + t * (0x1.17d31ep-4f + t * p);
    p = -0x1.85a112p-5f + t * (0x1.0982dap-3f + t * p);
    return 0x1.40c522p+0f + t * (-0x1.15c08p-3f + t * p);
#    else
    real p =
        -0x1.1a5abb05ab70ap-27 + t * (0x1.0f1968e597de2p-30 + t * 0x1.cd7350f20acf7p-31);
    p = 0x1.60bcb894e79c8p-25 + t * (-0x1.c96dae03284b5p-27 + t * p);
    p = -0x1.2dabcbdb3b405p-23 + t * (0x1.b56217b9146ccp-24 + t * p);
    p = 0x1.7dfecd6d595a2p-22 + t * (-0x1.4b09042715313p-21 + t * p);
    p = -0x1.885c4173e8117p-21 + t * (0x1.d20dc1d6f2168p-19 + t * p);
    p = 0x1.4c228d0f252afp-18 + t * (-0x1.513b2bf2e7a13p-16 + t * p);
    p = -0x1.b912639d3c363p-14 + t * (0x1.065a32b51fa50p-13 + t * p);
    p = 0x1.ef1bdd0e61218p-10 + t * (-0x1.98db50c1995dap-11 + t * p);
    p = -0x1.8574c40b69c6ap-6 + t * (0x1.4b884e411d2b0p-9 + t * p);
    p = -0x1.e88b803a4a881p-4 + t * (0x1.17ca2877f2e0ap-4 + t * p);
    p = -0x1.85a15c58aa4f5p-5 + t * (0x1.098366a5b4640p-3 + t * p);
    return 0x1.40c522d7e4987p+0 + t * (-0x1.15c084bb9e8f2p-3 + t * p);
#    endif
}

/* |z|, at most `end`. */
OB_DEVFN real OB_FN(ob_act_within)(real z, real end)
{
    real a = OB_FN(ob_abs)(z);
    return OB_FN(ob_pick)(a > end, end, a);
}

/* e^(-z^2 / 2), which is 0 from OB_CDF_END on. */
OB_DEVFN real OB_FN(ob_normal_bell)(real z)
{
    real a = OB_FN(ob_act_within)(z, OB_CDF_END);
    return OB_FN(ob_exp)(R(-0.5) * (a * a));
}

/* The normal distribution function, erfc(-z / sqrt 2) / 2; keeps its digits in the left
 * tail. */
OB_DEVFN real OB_FN(ob_normal_cdf)(real z)
{
    real x = OB_FN(ob_act_within)(z, OB_CDF_END) * R(0x1.6a09e667f3bcdp-1);
    real p = OB_FN(ob_cdf_poly)((x - R(3.0)) / (x + R(3.0)));
    real tail = p * OB_FN(ob_normal_bell)(z) / (R(2.0) + R(4.0) * x);
    return OB_FN(ob_pick)(z > R(0.0), R(1.0) - tail, tail);
}

OB_DEVFN real OB_FN(ob_act_identity)(real z)
{
    return z;
}

OB_DEVFN real OB_FN(ob_act_identity_d1)(real h)
{
    (void)h;
    return R(1.0);
}

OB_DEVFN real OB_FN(ob_act_identity_d2)(real h)
{
    (void)h;
    return R(0.0);
}

OB_DEVFN real OB_FN(ob_act_relu)(real z)
{
    return OB_FN(ob_pick)(z <= R(0.0), R(0.0), z);
}

OB_DEVFN real OB_FN(ob_act_relu_d1)(real h)
{
    return OB_FN(ob_pick)(h > R(0.0), R(1.0), R(0.0));
}

OB_DEVFN real OB_FN(ob_act_relu_d2)(real h)
{
    (void)h;
    return R(0.0);
}

OB_DEVFN real OB_FN(ob_act_leaky_relu)(real z)
{
    return OB_FN(ob_pick)(z > R(0.0), z, R(0.01) * z);
}

OB_DEVFN real OB_FN(ob_act_leaky_relu_d1)(real h)
{
    return OB_FN(ob_pick)(h > R(0.0), R(1.0), R(0.01));
}

OB_DEVFN real OB_FN(ob_act_leaky_relu_d2)(real h)
{
    (void)h;
    return R(0.0);
}

OB_DEVFN real OB_FN(ob_act_elu)(real z)
{
    return OB_FN(ob_pick)(z > R(0.0), z, OB_FN(ob_expm1)(z));
}

OB_DEVFN real OB_FN(ob_act_elu_d1)(real h)
{
    return OB_FN(ob_pick)(h > R(0.0), R(1.0), h + R(1.0));
}

OB_DEVFN real OB_FN(ob_act_elu_d2)(real h)
{
    return OB_FN(ob_pick)(h > R(0.0), R(0.0), h + R(1.0));
}

OB_DEVFN real OB_FN(ob_act_gelu)(real z)
{
    return z * OB_FN(ob_normal_cdf)(z);
}

/* 0x1.9884533d43651p-2 is 1 / sqrt(2 pi). */
OB_DEVFN real OB_FN(ob_act_gelu_d1)(real z)
{
    real bell = OB_FN(ob_normal_bell)(z) * R(0x1.9884533d43651p-2);
    return OB_FN(ob_normal_cdf)(z) + z * bell;
}

OB_DEVFN real OB_FN(ob_act_gelu_d2)(real z)
{
    real a = OB_FN(ob_act_within)(z, OB_CDF_END);
    return OB_FN(ob_normal_bell)(z) * R(0x1.9884533d43651p-2) * (R(2.0) - a * a);
}

/* (1 + tanh u) / 2 is sigmoid(2 u), which keeps its digits: w = 2 u
 * = sqrt(8 / pi) (z + 0.044715 z^3) and its derivatives. From OB_GELU_END on the sigmoid
 * of -|w| is 0, and nothing needs to grow further. */
OB_DEVFN real OB_FN(ob_gelu_w)(real z)
{
    real a = OB_FN(ob_copysign)(OB_FN(ob_act_within)(z, OB_GELU_END), z);
    return R(0x1.9884533d43651p+0) * (a + R(0.044715) * (a * a * a));
}

OB_DEVFN real OB_FN(ob_gelu_w1)(real z)
{
    real a = OB_FN(ob_act_within)(z, OB_GELU_END);
    return R(0x1.9884533d43651p+0) * (R(1.0) + R(0.134145) * (a * a));
}

OB_DEVFN real OB_FN(ob_gelu_w2)(real z)
{
    real a = OB_FN(ob_copysign)(OB_FN(ob_act_within)(z, OB_GELU_END), z);
    return R(0x1.9884533d43651p+0) * (R(0.26829) * a);
}

OB_DEVFN real OB_FN(ob_act_gelu_tanh)(real z)
{
    return z * OB_FN(ob_sigmoid)(OB_FN(ob_gelu_w)(z));
}

OB_DEVFN real OB_FN(ob_act_gelu_tanh_d1)(real z)
{
    real w = OB_FN(ob_gelu_w)(z), s = OB_FN(ob_sigmoid)(w), r = OB_FN(ob_sigmoid)(-w);
    return s * (R(1.0) + z * (r * OB_FN(ob_gelu_w1)(z)));
}

OB_DEVFN real OB_FN(ob_act_gelu_tanh_d2)(real z)
{
    real w = OB_FN(ob_gelu_w)(z), s = OB_FN(ob_sigmoid)(w), r = OB_FN(ob_sigmoid)(-w);
    real w1 = OB_FN(ob_gelu_w1)(z), w2 = OB_FN(ob_gelu_w2)(z);
    return s * r * (R(2.0) * w1 + z * ((r - s) * (w1 * w1) + w2));
}

OB_DEVFN real OB_FN(ob_act_silu)(real z)
{
    return z * OB_FN(ob_sigmoid)(z);
}

OB_DEVFN real OB_FN(ob_act_silu_d1)(real z)
{
    real s = OB_FN(ob_sigmoid)(z);
    return s * (R(1.0) + z * OB_FN(ob_sigmoid)(-z));
}

OB_DEVFN real OB_FN(ob_act_silu_d2)(real z)
{
    real s = OB_FN(ob_sigmoid)(z), r = OB_FN(ob_sigmoid)(-z);
    return s * r * (R(2.0) + z * (r - s));
}

OB_DEVFN real OB_FN(ob_act_sigmoid)(real z)
{
    return OB_FN(ob_sigmoid)(z);
}

OB_DEVFN real OB_FN(ob_act_sigmoid_d1)(real h)
{
    return h * (R(1.0) - h);
}

OB_DEVFN real OB_FN(ob_act_sigmoid_d2)(real h)
{
    return h * (R(1.0) - h) * (R(1.0) - R(2.0) * h);
}

OB_DEVFN real OB_FN(ob_act_tanh)(real z)
{
    return OB_FN(ob_tanh)(z);
}

OB_DEVFN real OB_FN(ob_act_tanh_d1)(real h)
{
    return (R(1.0) - h) * (R(1.0) + h);
}

OB_DEVFN real OB_FN(ob_act_tanh_d2)(real h)
{
    return R(-2.0) * h * ((R(1.0) - h) * (R(1.0) + h));
}

OB_DEVFN real OB_FN(ob_act_softplus)(real z)
{
    return OB_FN(ob_softplus)(z);
}

OB_DEVFN real OB_FN(ob_act_softplus_d1)(real z)
{
    return OB_FN(ob_sigmoid)(z);
}

OB_DEVFN real OB_FN(ob_act_softplus_d2)(real z)
{
    return OB_FN(ob_sigmoid)(z) * OB_FN(ob_sigmoid)(-z);
}

/* Half the square of the error, a line where it is larger than delta. */
OB_DEVFN real OB_FN(ob_huber)(real z, real y, real delta)
{
    real e = z - y, a = OB_FN(ob_abs)(e);
    return OB_FN(ob_pick)(a <= delta, R(0.5) * e * e, delta * (a - R(0.5) * delta));
}

OB_DEVFN real OB_FN(ob_huber_d1)(real z, real y, real delta)
{
    real e = z - y;
    return OB_FN(ob_pick)(OB_FN(ob_abs)(e) > delta, OB_FN(ob_copysign)(delta, e), e);
}

OB_DEVFN real OB_FN(ob_huber_d2)(real z, real y, real delta)
{
    return OB_FN(ob_pick)(OB_FN(ob_abs)(z - y) <= delta, R(1.0), R(0.0));
}

#endif
