/* The experiments of notebook 000 on the shipped look-alikes of its data, against
 * trajectories made by torch (tests/reference/make_lookalikes.py). */
#include "trajectory.h"

#include "optbench/base/mem.h"

static char *data, *reference;

static void both(struct experiment e)
{
    follow(&e, data, reference, OB_F32);
    follow(&e, data, reference, OB_F64);
}

static void heights(void **state)
{
    (void)state;
    both((struct experiment){ .trajectory = "lookalike_heights",
                              .data = "heights.csv",
                              .model = "linear",
                              .model_settings = "bias_column=last",
                              .optimizer = "sgd",
                              .optimizer_settings = "lr=0.03" });
}

static void housing(void **state)
{
    (void)state;
    both((struct experiment){ .trajectory = "lookalike_housing",
                              .data = "housing.csv",
                              .scaling = STANDARD,
                              .model = "linear",
                              .model_settings = "bias_column=first",
                              .optimizer = "gd",
                              .optimizer_settings = "lr=0.03",
                              .own_count = true });
}

static const struct experiment admission = {
    .data = "admission.csv",
    .model = "logistic",
    .model_settings = "bias=no",
    .optimizer = "gd",
    .optimizer_settings = "lr=1",
};

static void newton(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "lookalike_admission_newton";
    e.optimizer = "newton";
    both(e);
}

static void line_search(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "lookalike_admission_get_step";
    e.search = "newton";
    both(e);
}

static void saturation(void **state)
{
    (void)state;
    struct experiment e = admission;
    e.trajectory = "lookalike_admission_gd";
    e.model_settings = "bias=no loss=bce";
    both(e);
    struct arrival a = follow(&e, data, reference, OB_F32);
    assert_true(a.grad_is_zero && a.clamped > 0);
    ob_assert_near(a.theta_delta, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heights),    cmocka_unit_test(housing),
        cmocka_unit_test(newton),     cmocka_unit_test(line_search),
        cmocka_unit_test(saturation),
    };
    data = ob_xasprintf("%s/data", ob_test_env("OB_SRCDIR"));
    reference = ob_xasprintf("%s/tests/reference", ob_test_env("OB_SRCDIR"));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(data);
    free(reference);
    return failed;
}
