/*
 * The elementary functions against libm in long double: the error bounds that fmath.h
 * states, the special values, and the formulas of the losses against their definitions.
 */
#include <config.h>

#define OB_REAL_BITS 32
#include "optbench/num/formulas.h"
#include "optbench/num/fpow.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "optbench/num/formulas.h"
#include "optbench/num/fpow.h"

#include <float.h>

#include "num_test.h"
#include "optbench/base/compiler.h"

typedef long double real80;
static const real80 pi = 3.14159265358979323846264338327950288L;

static real80 sigmoid_exact(real80 x)
{
    return 1 / (1 + expl(-x));
}

static real80 softplus_exact(real80 x)
{
    return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x));
}

/* Reduced to a quarter turn first, where long double has digits to spare. */
static real80 sin2pi_exact(real80 x)
{
    x -= rintl(x);
    x = x > 0.25L ? 0.5L - x : x < -0.25L ? -0.5L - x : x;
    return sinl(2 * pi * x);
}

static real80 cos2pi_exact(real80 x)
{
    x = fabsl(x - rintl(x));
    return x < 0.125L ? cosl(2 * pi * x) : sinl(2 * pi * (0.25L - x));
}

/* On [low, high], half of the points crowding at zero; bounds in units of the last place.
 */
struct range {
    const char *name;
    float (*f32)(float);
    double (*f64)(double);
    real80 (*exact)(real80);
    double low32, high32, low64, high64;
    double bound32, bound64;
};

#define F(name, exact) #name, ob_##name##_f32, ob_##name##_f64, exact
static const struct range ranges[] = {
    { F(exp, expl), -104, 88.7, -746, 709.7, 1.0, 1.0 },
    { F(exp, expl), -1, 1, -1, 1, 1.0, 1.0 },
    { F(expm1, expm1l), -25, 88.7, -40, 709.7, 1.5, 1.5 },
    { F(expm1, expm1l), -1.2, 1.2, -1.2, 1.2, 1.5, 1.5 },
    { F(log, logl), 0, 3, 0, 3, 0.9, 0.9 },
    { F(log, logl), 0, 3e38, 0, 1e308, 0.9, 0.9 },
    { F(log1p, log1pl), -1, 2, -1, 2, 0.9, 0.9 },
    { F(log1p, log1pl), 0, 1e9, 0, 1e18, 0.9, 0.9 },
    { F(tanh, tanhl), -10, 10, -22, 22, 2.6, 2.6 },
    { F(tanh, tanhl), -1, 1, -1, 1, 2.6, 2.6 },
    { F(sigmoid, sigmoid_exact), -104, 40, -745, 40, 2.3, 2.3 },
    { F(sigmoid, sigmoid_exact), -3, 3, -3, 3, 2.3, 2.3 },
    { F(softplus, softplus_exact), -104, 40, -745, 40, 1.8, 1.8 },
    { F(softplus, softplus_exact), -3, 3, -3, 3, 1.8, 1.8 },
    { F(sin, sinl), -4, 4, -4, 4, 1.7, 1.7 },
    { F(cos, cosl), -4, 4, -4, 4, 1.7, 1.7 },
    { F(sin, sinl), -5000, 5000, -1e6, 1e6, 2.6, 2.6 },
    { F(cos, cosl), -5000, 5000, -1e6, 1e6, 2.6, 2.6 },
    { F(tan, tanl), -4, 4, -4, 4, 4.1, 4.1 },
    { F(tan, tanl), -5000, 5000, -1e6, 1e6, 4.1, 4.1 },
    { F(sin2pi, sin2pi_exact), -2, 2, -2, 2, 2.0, 2.0 },
    { F(cos2pi, cos2pi_exact), -2, 2, -2, 2, 2.0, 2.0 },
};

static double error(real80 got, real80 want, int digits, int least)
{
    int exponent;
    if (got == want)
        return 0;
    frexpl(want, &exponent);
    return (double)(fabsl(got - want) /
                    ldexpl(1, (exponent < least ? least : exponent) - digits));
}

static void errors_are_bounded(void **state)
{
    (void)state;
    enum { POINTS = 40000 };
    struct dice dice = { 21 };
    for (size_t k = 0; k < OB_COUNT(ranges); k++) {
        const struct range *r = &ranges[k];
        for (int i = 0; i < POINTS; i++) {
            double u = roll_real(&dice, 0, 1);
            double v = i % 2 ? ldexp(u, -(int)(roll(&dice) % 40)) : u;
            double x = i % 4 == 1   ? r->high64 * v
                       : i % 4 == 3 ? r->low64 * v
                                    : r->low64 + (r->high64 - r->low64) * v;
            double e = error((real80)r->f64(x), r->exact((real80)x), 53, -1021);
            if (!(e <= r->bound64))
                fail_msg("%s(%a) = %a, %.3f ulp away", r->name, x, r->f64(x), e);
            float y = (float)(i % 4 == 1   ? r->high32 * v
                              : i % 4 == 3 ? r->low32 * v
                                           : r->low32 + (r->high32 - r->low32) * v);
            e = error((real80)r->f32(y), r->exact((real80)y), 24, -125);
            if (!(e <= r->bound32))
                fail_msg("%s(%a) = %a, %.3f ulp away", r->name, (double)y,
                         (double)r->f32(y), e);
        }
    }
}

/* Same value, sign of zero included; any NaN is NaN. */
static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

static void special_values(void **state)
{
    (void)state;
    const double inf = (double)INFINITY, nan = (double)NAN;
    static const char *const names[] = { "exp",     "expm1",    "log", "log1p", "tanh",
                                         "sigmoid", "softplus", "sin", "cos",   "tan" };
    /* At -inf, -1, -0, +0, inf, nan; the place of -1 is nan where it tells nothing. */
    const double at[] = { -inf, -1, -0.0, 0.0, inf, nan };
    const double want[][6] = {
        { 0, nan, 1, 1, inf, nan },         { -1, nan, -0.0, 0, inf, nan },
        { nan, nan, -inf, -inf, inf, nan }, { nan, -inf, -0.0, 0, inf, nan },
        { -1, nan, -0.0, 0, 1, nan },       { 0, nan, 0.5, 0.5, 1, nan },
        { 0, nan, -nan, -nan, inf, nan },   { nan, nan, -0.0, 0, nan, nan },
        { nan, nan, 1, 1, nan, nan },       { nan, nan, -0.0, 0, nan, nan },
    };
    for (size_t n = 0; n < OB_COUNT(names); n++)
        for (size_t k = 0; k < OB_COUNT(ranges); k++)
            for (size_t i = 0; i < 6 && strcmp(ranges[k].name, names[n]) == 0; i++) {
                if (isnan(want[n][i]) && !isnan(at[i]) && isfinite(at[i]))
                    continue;
                double d = ranges[k].f64(at[i]), f = (double)ranges[k].f32((float)at[i]);
                if (!same(d, want[n][i]) || !same(f, want[n][i]))
                    fail_msg("%s(%g) = %g, %g, not %g", names[n], at[i], d, f,
                             want[n][i]);
            }
    assert_true(isnan(ob_log_f64(-1)) && isnan(ob_log1p_f32(-2)));
    assert_true(isnan(ob_sin_f64(1e9)) && isnan(ob_cos_f32(20000)));
}

static void denormals_and_limits(void **state)
{
    (void)state;
    const double tiny = 0x1p-1074;
    assert_true(ob_exp_f64(-745) == tiny && ob_exp_f32(-103) == 0x1p-149f);
    assert_true(ob_exp_f64(710) == (double)INFINITY && ob_exp_f32(88.73f) == INFINITY);
    assert_true(ob_exp_f64(709.78) < (double)INFINITY && ob_exp_f32(88.72f) < INFINITY);
    assert_true(ob_expm1_f64(tiny) == tiny && ob_expm1_f32(-0x1p-149f) == -0x1p-149f);
    assert_true(ob_log1p_f64(-tiny) == -tiny && ob_tanh_f64(3 * tiny) == 3 * tiny);
    assert_true(ob_sin_f32(0x1p-149f) == 0x1p-149f);
    assert_true(ob_sigmoid_f64(-745) == tiny && ob_softplus_f32(-103) == 0x1p-149f);
    ob_assert_near(ob_log_f64(tiny), -744.4400719213812, 1e-12);
    assert_true(ob_sin2pi_f64(0.5) == 0 && ob_cos2pi_f64(0.25) == 0);
    assert_true(ob_sin2pi_f32(0.25f) == 1 && ob_cos2pi_f32(-0.5f) == -1);
    assert_true(ob_sqrt_f64(2) == sqrt(2.0) && ob_copysign_f32(-2, 1) == 2);
}

/* Derivatives against central differences of the value, where nothing is clamped. */
static void losses_have_their_derivatives(void **state)
{
    (void)state;
    struct dice dice = { 22 };
    static const struct {
        double (*l)(double, double), (*d1)(double, double), (*d2)(double, double);
    } f[] = {
        { ob_half_squared_f64, ob_half_squared_d1_f64, ob_half_squared_d2_f64 },
        { ob_squared_f64, ob_squared_d1_f64, ob_squared_d2_f64 },
        { ob_bce_logits_f64, ob_bce_logits_d1_f64, ob_bce_logits_d2_f64 },
        { ob_bce_f64, ob_bce_d1_f64, ob_bce_d2_f64 },
    };
    for (int i = 0; i < 4000; i++) {
        double z = roll_real(&dice, -6, 6), y = (double)(roll(&dice) & 1), h = 1e-4;
        for (size_t k = 0; k < OB_COUNT(f); k++) {
            double d1 = (f[k].l(z + h, y) - f[k].l(z - h, y)) / (2 * h);
            double d2 = (f[k].d1(z + h, y) - f[k].d1(z - h, y)) / (2 * h);
            ob_assert_near(f[k].d1(z, y), d1, 2e-7);
            ob_assert_near(f[k].d2(z, y), d2, 2e-7);
        }
        ob_assert_near(ob_bce_f64(z, y), ob_bce_logits_f64(z, y), 1e-12);
        assert_int_equal(ob_bce_clamped_f64(z, y), 0);
    }
}

/* What torch's BCELoss gives behind a sigmoid, also where it has saturated. */
static void bce_saturates_as_torch(void **state)
{
    (void)state;
    assert_true(ob_bce_f32(50, 0) == 100 && ob_bce_clamped_f32(50, 0) == 1);
    assert_true(ob_bce_d1_f32(50, 0) == 0 && ob_bce_d2_f32(50, 0) == 0);
    assert_true(ob_bce_f32(50, 1) == 0 && ob_bce_clamped_f32(50, 1) == 0);
    assert_true(ob_bce_f32(-200, 1) == 100 && ob_bce_clamped_f32(-200, 1) == 1);
    assert_true(ob_bce_d1_f32(-200, 1) == 0);
    assert_true(ob_bce_f64(-1000, 1) == 100 && ob_bce_clamped_f64(-1000, 1) == 1);
    /* The stable form knows better. */
    assert_true(ob_bce_logits_f32(50, 0) == 50 && ob_bce_logits_d1_f32(50, 0) == 1);
    assert_true(ob_bce_logits_f64(-1000, 1) == 1000);
}

/* Bases at all magnitudes, near 1 and of the everyday size, exponents up to where the
 * power overflows. */
static void powers_are_bounded(void **state)
{
    (void)state;
    struct dice dice = { 23 };
    for (int i = 0; i < 300000; i++) {
        double x = i % 3 == 0   ? roll_real(&dice, 0, 4)
                   : i % 3 == 1 ? ldexp(roll_real(&dice, 0.5, 1),
                                        (int)roll_size(&dice, 0, 2000) - 1000)
                                : roll_real(&dice, 0.9, 1.1);
        double most = i % 5 ? 740 / fabs(log(x)) : 5;
        double y = roll_real(&dice, -most, most);
        double e = error((real80)ob_pow_f64(x, y), powl((real80)x, (real80)y), 53, -1021);
        if (powl((real80)x, (real80)y) < (real80)DBL_MAX && !(e <= 0.8))
            fail_msg("%a ^ %a = %a, %.3f ulp away", x, y, ob_pow_f64(x, y), e);
        float u = (float)(i % 3 == 1 ? ldexp(roll_real(&dice, 0.5, 1),
                                             (int)roll_size(&dice, 0, 250) - 125)
                                     : x);
        float v = (float)(i % 5 ? y / most * 102 / fabs(log((double)u)) : y);
        real80 want = powl((real80)u, (real80)v);
        e = error((real80)ob_pow_f32(u, v), want, 24, -125);
        if (want < (real80)FLT_MAX && !(e <= 0.8))
            fail_msg("%a ^ %a = %a, %.3f ulp away", (double)u, (double)v,
                     (double)ob_pow_f32(u, v), e);
    }
}

/* C99, F.9.4.4, by way of libm, and powers that are whole numbers. */
static void powers_are_exact_where_they_can_be(void **state)
{
    (void)state;
    const double inf = (double)INFINITY, nan = (double)NAN;
    const double at[] = { -inf,      -1e300,     -0x1p53,     -3,  -2.5,   -1,
                          -0.5,      -0.0,       0.0,         0.5, 1,      2,
                          2.5,       3,          inf,         nan, 0x1p52, 1e300,
                          0x1p-1074, 0x1p52 + 1, 0x1p51 + 0.5 };
    for (size_t i = 0; i < OB_COUNT(at); i++)
        for (size_t j = 0; j < OB_COUNT(at); j++) {
            double got = ob_pow_f64(at[i], at[j]), want = pow(at[i], at[j]);
            if (!same(got, want) && !(fabs(got - want) <= 0x1p-52 * fabs(want)))
                fail_msg("%g ^ %g = %g, not %g", at[i], at[j], got, want);
            float x = (float)at[i], y = (float)at[j];
            got = (double)ob_pow_f32(x, y);
            want = (double)powf(x, y);
            if (!same(got, want) && !(fabs(got - want) <= 0x1p-23 * fabs(want)))
                fail_msg("%g ^ %g = %g, not %g", (double)x, (double)y, got, want);
        }
    for (int base = 2; base < 100; base++) {
        double power = base;
        for (int k = 1; power < 0x1p53; k++, power *= base) {
            assert_true(ob_pow_f64(base, k) == power);
            assert_true(power >= 0x1p24 ||
                        ob_pow_f32((float)base, (float)k) == (float)power);
        }
        assert_true(ob_pow_f64(base * base, 0.5) == base);
    }
}

/* In units of the last place of the largest number that takes part. */
static void sums_of_exponentials(void **state)
{
    (void)state;
    struct dice dice = { 24 };
    const double inf = (double)INFINITY, nan = (double)NAN;
    for (int i = 0; i < 100000; i++) {
        float u = (float)roll_real(&dice, -50, 50);
        float v = u + (float)roll_real(&dice, -40, 40);
        real80 most = fmaxl(u, v), want = most + log1pl(expl(-fabsl((real80)u - v)));
        real80 scale = fmaxl(fmaxl(fabsl(u), fabsl(v)), fabsl(want));
        int exponent;
        frexpl(scale, &exponent);
        assert_true(fabsl(ob_logaddexp_f64(u, v) - want) <= ldexpl(1.5L, exponent - 53));
        assert_true(fabsl(ob_logaddexp_f32(u, v) - want) <= ldexpl(1.5L, exponent - 24));
    }
    assert_true(ob_logaddexp_f64(-inf, -inf) == -inf &&
                ob_logaddexp_f32(-INFINITY, 3) == 3);
    assert_true(ob_logaddexp_f64(inf, inf) == inf && ob_logaddexp_f64(-inf, inf) == inf);
    assert_true(isnan(ob_logaddexp_f64(nan, 1)) && isnan(ob_logaddexp_f64(1, nan)));
    assert_true(ob_logaddexp_f64(1000, 1000) == 1000 + ob_log_f64(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_bounded),
        cmocka_unit_test(special_values),
        cmocka_unit_test(denormals_and_limits),
        cmocka_unit_test(powers_are_bounded),
        cmocka_unit_test(powers_are_exact_where_they_can_be),
        cmocka_unit_test(sums_of_exponentials),
        cmocka_unit_test(losses_have_their_derivatives),
        cmocka_unit_test(bce_saturates_as_torch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
