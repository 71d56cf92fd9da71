/* The experiments of notebook 000 on the notebook's own data, where a checkout has them:
 * their licence is unknown, so they are not part of the package. */
#include "trajectory.h"

#include <math.h>

#include "optbench/base/mem.h"

static char *data, *traj;

static struct arrival run(struct experiment e, enum ob_dtype dtype)
{
    return follow(&e, data, traj, dtype);
}

static const struct experiment heights = {
    .trajectory = "s000_exp11_nb49",
    .data = "boys_height_nb49.csv",
    .model = "linear",
    .model_settings = "bias_column=last",
    .optimizer = "sgd",
    .optimizer_settings = "lr=0.03",
};

static void experiment_1_1(void **state)
{
    (void)state;
    struct arrival a = run(heights, OB_F32);
    assert_in_range(a.steps, 1041, 1045);
    ob_assert_near(a.theta_delta * a.theta_delta, 9.9766e-09, 9.9766e-12);
    ob_assert_near(a.loss, 0.000946, 5e-7);
    ob_assert_near(a.theta[0], 0.06770, 5e-6);
    ob_assert_near(a.theta[1], 0.72999, 5e-6);
    a = run(heights, OB_F64);
    ob_assert_near(a.theta_delta * a.theta_delta, 9.97266930e-09, 1e-16);
}

static const struct experiment housing = {
    .trajectory = "s000_exp12_house_nb46",
    .data = "portland_housing_nb46.csv",
    .scaling = STANDARD,
    .model = "linear",
    .model_settings = "bias_column=first",
    .optimizer = "gd",
    .optimizer_settings = "lr=0.03",
    .own_count = true,
};

static void experiment_1_2(void **state)
{
    (void)state;
    const double theta[] = { 339119.45652174, 111467.17338941, -6295.02149818 };
    struct arrival a = run(housing, OB_F32);
    ob_assert_near(a.theta_delta, 0, 0);
    assert_false(a.grad_is_zero);
    ob_assert_near(a.loss, 2.0665e9, 5e4);
    a = run(housing, OB_F64);
    ob_assert_near(a.loss, 2066502781.711819, 1e-6 * 2066502781.0);
    for (size_t j = 0; j < 3; j++)
        ob_assert_near(a.theta[j], theta[j], 1e-6 * fabs(theta[j]));
}

static const struct experiment admission = {
    .data = "exam_admission_79.csv",
    .model = "logistic",
    .model_settings = "bias=no",
    .optimizer = "sgd",
    .optimizer_settings = "lr=1",
};

static void newton(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "s000_logit_nb79_raw_nobias_newton";
    e.optimizer = "newton";
    struct arrival a = run(e, OB_F32);
    assert_int_equal(a.steps, 3);
    ob_assert_near(a.theta_delta * a.theta_delta, 1.32617e-09, 0.03 * 1.32617e-09);
    a = run(e, OB_F64);
    ob_assert_near(a.theta_delta * a.theta_delta, 1.3261705e-09, 1e-5 * 1.32617e-09);
}

static void notebook_line_search(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "s000_logit_nb79_raw_nobias_get_step";
    e.search = "newton";
    assert_int_equal(run(e, OB_F32).steps, 29);
    assert_int_equal(run(e, OB_F64).steps, 29);
}

static void saturation(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "s000_logit_nb79_raw_nobias_gd";
    e.model_settings = "bias=no loss=bce";
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct arrival a = run(e, t);
        assert_int_equal(a.steps, 2);
        assert_true(a.grad_is_zero);
        assert_int_equal(a.clamped, 40);
        ob_assert_near(a.theta_delta, 0, 0);
        ob_assert_near(a.loss, 100.0 * 40 / 79, 1e-5);
    }
}

static void variants(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.model_settings = "";
    e.optimizer = "newton";
    /* Only in float64: on raw scores with a bias torch's float32 inverse is off by 0.8 %
     * at row 4 (0.0070044 for 0.0070597), where ours, made in double, is not. */
    e.trajectory = "s000_logit_nb79_raw_bias_newton";
    run(e, OB_F64);
    e.scaling = STANDARD;
    e.trajectory = "s000_logit_nb79_std1_bias_newton";
    run(e, OB_F32);
    run(e, OB_F64);
    e.optimizer = "gd";
    e.trajectory = "s000_logit_nb79_std1_bias_gd";
    run(e, OB_F32);
    run(e, OB_F64);
    e.search = "newton";
    e.trajectory = "s000_logit_nb79_std1_bias_get_step";
    run(e, OB_F32);
    run(e, OB_F64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(experiment_1_1), cmocka_unit_test(experiment_1_2),
        cmocka_unit_test(newton),         cmocka_unit_test(notebook_line_search),
        cmocka_unit_test(saturation),     cmocka_unit_test(variants),
    };
    const char *source = ob_test_env("OB_SRCDIR");
    data = ob_xasprintf("%s/../shared/seeds/data", source);
    traj = ob_xasprintf("%s/../shared/seeds/traj", source);
    char *probe = ob_xasprintf("%s/boys_height_nb49.csv", data);
    FILE *f = fopen(probe, "r");
    if (!f)
        ob_skip_all("the notebook's own data (../shared/seeds) are not here");
    fclose(f);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(probe);
    free(data);
    free(traj);
    return failed;
}
