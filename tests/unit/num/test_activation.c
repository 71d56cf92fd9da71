/*
 * The activations against their definitions in long double: values to units of the last
 * place, derivatives against differences, float against double, and their ends.
 */
#include <config.h>

#define OB_REAL_BITS 32
#include "optbench/num/activation.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "optbench/num/activation.h"

#include <float.h>

#include "num_test.h"
#include "optbench/base/compiler.h"

typedef long double real80;

static real80 cdf80(real80 z)
{
    return erfcl(-z * sqrtl(0.5L)) / 2;
}

static real80 identity80(real80 z)
{
    return z;
}

static real80 relu80(real80 z)
{
    return z > 0 ? z : 0;
}

static real80 leaky_relu80(real80 z)
{
    return z > 0 ? z : 0.01L * z;
}

static real80 elu80(real80 z)
{
    return z > 0 ? z : expm1l(z);
}

static real80 gelu80(real80 z)
{
    return z * cdf80(z);
}

static real80 gelu_tanh80(real80 z)
{
    real80 u = sqrtl(2 / 3.14159265358979323846264338327950288L);
    return z / 2 * (1 + tanhl(u * (z + 0.044715L * z * z * z)));
}

static real80 silu80(real80 z)
{
    return z / (1 + expl(-z));
}

static real80 sigmoid80(real80 z)
{
    return 1 / (1 + expl(-z));
}

static real80 softplus80(real80 z)
{
    return z > 0 ? z + log1pl(expl(-z)) : log1pl(expl(z));
}

struct row {
    const char *name;
    float (*f32[3])(float);
    double (*f64[3])(double);
    real80 (*exact)(real80);
    bool from_output;
};

#define ROW(name, exact, from_output)                                                    \
    {                                                                                    \
#        name, { ob_act_##name##_f32, ob_act_##name##_d1_f32, ob_act_##name##_d2_f32 },  \
                 { ob_act_##name##_f64, ob_act_##name##_d1_f64,                          \
                   ob_act_##name##_d2_f64 },                                             \
                   exact, from_output                                                    \
    }
static const struct row rows[] = {
    ROW(identity, identity80, true),
    ROW(relu, relu80, true),
    ROW(leaky_relu, leaky_relu80, true),
    ROW(elu, elu80, true),
    ROW(gelu, gelu80, false),
    ROW(gelu_tanh, gelu_tanh80, false),
    ROW(silu, silu80, false),
    ROW(sigmoid, sigmoid80, true),
    ROW(tanh, tanhl, true),
    ROW(softplus, softplus80, false),
};

static real80 away(real80 got, real80 want, real80 eps)
{
    return fabsl(got - want) / (eps * fmaxl(fabsl(want), 1e-3L));
}

/* First and second derivative by differences of the fourth order. */
static void differences(real80 (*f)(real80), real80 z, real80 out[2])
{
    real80 h = 2e-3L, a = f(z - 2 * h), b = f(z - h), c = f(z), d = f(z + h),
           e = f(z + 2 * h);
    out[0] = (a - 8 * b + 8 * d - e) / (12 * h);
    out[1] = (-a + 16 * b - 30 * c + 16 * d - e) / (12 * h * h);
}

static void agrees(const struct row *r, double z)
{
    double kept = r->from_output ? r->f64[0](z) : z;
    float z32 = (float)z, kept32 = r->from_output ? r->f32[0](z32) : z32;
    real80 d[2];
    if (away(r->f64[0](z), r->exact(z), DBL_EPSILON) > 6 + z * z)
        fail_msg("%s(%.17g) = %.17g, not %.21Lg", r->name, z, r->f64[0](z), r->exact(z));
    differences(r->exact, z, d);
    ob_assert_near(r->f64[1](kept), (double)d[0], 1e-9);
    ob_assert_near(r->f64[2](kept), (double)d[1], 1e-8);
    for (int k = 0; k < 3; k++) {
        double at = (double)(k && r->from_output ? kept32 : z32);
        double want = r->f64[k](at);
        ob_assert_near((double)r->f32[k](k ? kept32 : z32), want,
                       8 * (double)FLT_EPSILON * fmax(1, fabs(want)));
    }
}

static void values_and_derivatives(void **state)
{
    (void)state;
    struct dice dice = { 3 };
    for (size_t i = 0; i < OB_COUNT(rows); i++)
        for (int t = 0; t < 4000; t++) {
            double z = roll_real(&dice, -7, 7);
            if (fabs(z) > 0.01) /* there are the kinks */
                agrees(&rows[i], z);
        }
}

/* Relative to the value, also where it is tiny. */
static void normal_cdf(void **state)
{
    (void)state;
    struct dice dice = { 4 };
    real80 worst32 = 0, worst64 = 0;
    for (int t = 0; t < 100000; t++) {
        double z = roll_real(&dice, -3, 3);
        real80 e32 = cdf80((float)z), e64 = cdf80(z);
        worst32 = fmaxl(worst32, fabsl((real80)ob_normal_cdf_f32((float)z) / e32 - 1));
        worst64 = fmaxl(worst64, fabsl((real80)ob_normal_cdf_f64(z) / e64 - 1));
        z = roll_real(&dice, -37, -3);
        real80 bend = DBL_EPSILON * (4 + z * z);
        if (fabsl((real80)ob_normal_cdf_f64(z) / cdf80(z) - 1) > bend)
            fail_msg("cdf(%.17g) = %.17g", z, ob_normal_cdf_f64(z));
    }
    assert_true(worst32 < 3.7L * FLT_EPSILON && worst64 < 3.7L * DBL_EPSILON);
    assert_true(ob_normal_cdf_f64(0) == 0.5 && ob_normal_cdf_f32(0) == 0.5F);
    assert_true(ob_normal_cdf_f64(INFINITY) == 1 && ob_normal_cdf_f64(-INFINITY) == 0);
    assert_true(ob_normal_cdf_f32(1e30F) == 1 && ob_normal_cdf_f32(-1e30F) == 0);
    assert_true(isnan(ob_normal_cdf_f64(NAN)));
}

/* Numbers of any size give numbers, and none is taken for a kink. */
static void ends(void **state)
{
    (void)state;
    static const double far[] = {
        -1e300, -1e30, -800, -40, -13, 13, 40, 800, 1e30, 1e300
    };
    for (size_t i = 0; i < OB_COUNT(rows); i++) {
        for (size_t k = 0; k < OB_COUNT(far); k++) {
            double z = far[k], kept = rows[i].from_output ? rows[i].f64[0](z) : z;
            ob_assert_near(rows[i].f64[0](z) / fmax(1, fabs(z)),
                           (double)(rows[i].exact(z) / fmaxl(1, fabsl(z))), 1e-15);
            assert_true(isfinite(rows[i].f64[1](kept)) && isfinite(rows[i].f64[2](kept)));
        }
        assert_true(isnan(rows[i].f64[0](NAN)) && isnan(rows[i].f32[0](NAN)));
    }
    assert_true(ob_act_relu_d1_f64(0) == 0 && ob_act_leaky_relu_d1_f64(0) == 0.01);
    assert_true(ob_act_elu_d1_f64(0) == 1);
    assert_true(ob_huber_f64(5, 1, 2) == 6 && ob_huber_f64(2, 1, 2) == 0.5);
    assert_true(ob_huber_d1_f64(-5, 1, 2) == -2 && ob_huber_d1_f64(2, 1, 2) == 1);
    assert_true(ob_huber_d2_f64(5, 1, 2) == 0 && ob_huber_d2_f64(2, 1, 2) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_derivatives),
        cmocka_unit_test(normal_cdf),
        cmocka_unit_test(ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
