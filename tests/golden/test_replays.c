/*
 * Notebooks that begin with a seed, from the seed: nn.Linear of notebook 001 and all of
 * notebook 004 that does not hang on numpy's unseeded numbers. Figures are those that
 * torch 1.13.1 and numpy 1.24.2 gave for the same cells; the starts and orders are drawn
 * here.
 */
#include <config.h>

#include <math.h>

#include "../lib/ob_test.h"
#include "golden.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define F64 "experiment.dtype=float64"

/* Runs a shipped experiment, a row for each step. */
static void run(struct golden *g, const char *name, const char *a, const char *b)
{
    const char *const sets[] = { "log.every=1", a ? a : b, a ? b : NULL, NULL };
    char *ini = ob_xasprintf("../../configs/%s.ini", name);
    golden_run(g, ini, sets);
    free(ini);
}

static void near_line(const struct golden *g, size_t k, const double want[static 3],
                      double tolerance)
{
    ob_assert_near(golden_at(g, k, "w0"), want[0], tolerance);
    ob_assert_near(golden_at(g, k, "w1"), want[1], tolerance);
    ob_assert_near(golden_at(g, k, "bias"), want[2], tolerance);
}

/* ---- notebook 001 ---- */

/* All printed costs of nn.Linear(1, 1, bias=False) behind manual_seed(2), and the last
 * weight, 1.7505. */
static void a_slope_from_its_seed(void **state)
{
    (void)state;
    static const double cost[] = { 14.6302767,  12.0267382,  9.88651276,  8.12715244,
                                   6.68088007,  5.49198103,  4.51465225,  3.71124458,
                                   3.05080867,  2.50790024,  2.06160569,  1.69473076,
                                   1.39314401,  1.14522648,  0.941426933, 0.773894489,
                                   0.636175632, 0.522964656, 0.42990008,  0.35339722 };
    struct golden g;
    run(&g, "line-torch", NULL, NULL);
    assert_int_equal(g.rows, 21);
    assert_true(golden_at(&g, 0, "w0") == 0.22939014434814453);
    for (size_t k = 0; k < OB_COUNT(cost); k++)
        ob_assert_near(golden_at(&g, k, "loss"), cost[k], 4e-7 * cost[k]);
    ob_assert_near(golden_at(&g, 20, "w0"), 1.75049698, 1.2e-7);
    golden_finish(&g);
}

/* The other path begins elsewhere only in last bits, and Philox somewhere else. */
static void another_generator_starts_elsewhere(void **state)
{
    (void)state;
    struct golden g;
    run(&g, "line-torch", "experiment.rng=torch-default", NULL);
    ob_assert_near(golden_at(&g, 0, "w0"), 0.22939014434814453, 6e-8);
    golden_finish(&g);
    run(&g, "line-torch", "experiment.rng=philox", NULL);
    assert_true(fabs(golden_at(&g, 0, "w0") - 0.22939014434814453) > 1e-3);
    golden_finish(&g);
}

/* ---- notebook 004: the closed forms ---- */

static void reference_of(const char *set, double theta[static 3], double *loss)
{
    const char *const sets[] = { F64, "data.dtype=auto", set };
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    char *folder = ob_path_configs(), *path = ob_path_join(folder, "notebook-004.ini");
    struct ob_trainer *t = NULL;
    if (ob_spec_load(path, sets, set ? 3 : 2, &spec, &diags))
        t = ob_trainer_create(&spec, &diags);
    ob_diags_print(&diags, stderr);
    assert_non_null(t);
    assert_true(ob_problem_reference(ob_trainer_problem(t), theta, loss));
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    free(path);
    free(folder);
}

static void closed_forms(void **state)
{
    (void)state;
    double theta[3], loss;
    reference_of(NULL, theta, &loss); /* bias, w0, w1 */
    ob_assert_near(theta[0], 4.199709549483357, 1e-12);
    ob_assert_near(theta[1], 2.000092597142408, 1e-12);
    ob_assert_near(theta[2], -3.3999133160872796, 1e-12);
    ob_assert_near(loss, 0.00010071505478150813, 1e-15);
    reference_of("model.l2=0.01", theta, &loss);
    ob_assert_near(theta[0], 4.20029655187356, 1e-12);
    ob_assert_near(theta[1], 1.989815524708738, 1e-12);
    ob_assert_near(theta[2], -3.382280367085095, 1e-12);
}

/* ---- notebook 004: a loop over mini-batches ---- */

/* 50 epochs of 20 batches of 48, from zeros, the order from manual_seed(1) and a randperm
 * each: where they end, and half the mean squared error behind some epochs. */
static void mini_batches_in_a_loop(void **state)
{
    (void)state;
    enum { PER_EPOCH = 20 };
    static const size_t epoch[] = { 1, 2, 3, 10, 50 };
    static const struct {
        const char *loss, *dtype;
        double end[3], half_mse[5], tolerance;
    } runs[] = {
        { "model.loss=half_mse",
          F64,
          { 2.000048155063764, -3.3997423670788662, 4.199568113569128 },
          { 11.12329237032754, 7.421664306466484, 4.9372763564135225, 0.2873587624024641,
            5.038310117409302e-05 },
          1e-10 },
        { "model.loss=half_mse",
          "experiment.dtype=float32",
          { 2.0000483989715576, -3.3997421264648438, 4.199567794799805 },
          { 11.12329387664795, 7.421664237976074, 4.937276840209961, 0.2873588800430298,
            5.0383026973577216e-05 },
          1e-5 },
        { "model.loss=mse",
          F64,
          { 2.0001251369237387, -3.3999424531699534, 4.199704461622981 },
          { 7.3393137630843155, 3.253756074345065, 1.4343329960614692,
            0.004804034277860337, 5.0358457745451055e-05 },
          1e-10 },
        { "model.loss=mse",
          "experiment.dtype=float32",
          { 2.000124931335449, -3.3999428749084473, 4.199703693389893 },
          { 7.339313983917236, 3.2537569999694824, 1.434333086013794,
            0.004804050549864769, 5.035835420130752e-05 },
          1e-5 },
    };
    for (size_t i = 0; i < OB_COUNT(runs); i++) {
        double half = strstr(runs[i].loss, "half") ? 1 : 0.5;
        struct golden g;
        run(&g, "notebook-004-numpy", runs[i].loss, runs[i].dtype);
        assert_int_equal(g.rows, 50 * PER_EPOCH + 1);
        near_line(&g, 50 * PER_EPOCH, runs[i].end, runs[i].tolerance);
        for (size_t e = 0; e < OB_COUNT(epoch); e++)
            ob_assert_near(half * golden_at(&g, epoch[e] * PER_EPOCH, "loss"),
                           runs[i].half_mse[e], runs[i].tolerance);
        golden_finish(&g);
    }
}

/* ---- notebook 004: a DataLoader ---- */

/* One run of five epochs: its end, and the loss of each epoch's last batch. */
struct loader {
    const char *name, *dtype;
    double end[3], last[5], tolerance;
};

static const struct loader loaders[] = {
    { "notebook-004",
      F64,
      { 1.9992637665892519, -3.3998205986081755, 4.199608699452836 },
      { 0.00023802493331460985, 0.00013745942871633838, 5.0229581698276275e-05,
        0.00014333358126797797, 0.00010236949333827625 },
      1e-10 },
    { "notebook-004",
      NULL,
      { 1.9992637634277344, -3.3998210430145264, 4.19960880279541 },
      { 0.0002380235819146037, 0.0001374577113892883, 5.022906043450348e-05,
        0.00014333506987895817, 0.00010236548405373469 },
      1e-5 },
    { "notebook-004-decay",
      F64,
      { 1.9884496626311436, -3.382285362366567, 4.199478992045127 },
      { 0.0007040440503737863, 0.000267391144270433, 0.0004865198104071195,
        0.00034301972830597154, 0.0005662723460464335 },
      1e-10 },
    { "notebook-004-decay",
      NULL,
      { 1.9884496927261353, -3.3822851181030273, 4.199478626251221 },
      { 0.0007040475029498339, 0.00026740197790786624, 0.00048651747056283057,
        0.00034304792643524706, 0.0005662807379849255 },
      1e-5 },
};

static void orders_of_a_data_loader(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(loaders); i++) {
        const struct loader *l = &loaders[i];
        struct golden g;
        run(&g, l->name, l->dtype, NULL);
        assert_int_equal(g.rows, 501);
        assert_true(golden_at(&g, 0, "w0") == 0.03643381968140602);
        assert_true(golden_at(&g, 0, "w1") == 0.013439632952213287);
        assert_true(golden_at(&g, 0, "bias") == 0);
        near_line(&g, 500, l->end, l->tolerance);
        for (size_t e = 0; e < 5; e++)
            ob_assert_near(golden_at(&g, 100 * (e + 1), "batch_loss"), l->last[e],
                           l->tolerance);
        golden_finish(&g);
    }
}

/* What 100 simulated runs of the cell gave, mean and deviation: weights that decay are
 * 1 / 1.005 of what made the data, the bias is not. */
static void decay_shrinks_weights_and_no_bias(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double mean[3], deviation[3];
    } cells[] = {
        { "notebook-004-decay",
          { 1.98985, -3.38328, 4.20001 },
          { .00128, .00147, .00124 } },
        { "notebook-004", { 1.9999, -3.40009, 4.19999 }, { .00052, .00051, .00054 } },
        { "notebook-004-replay",
          { 1.9999, -3.40009, 4.19999 },
          { .00052, .00051, .00054 } },
    };
    static const char *const name[] = { "w0", "w1", "bias" };
    for (size_t i = 0; i < OB_COUNT(cells); i++) {
        struct golden g;
        run(&g, cells[i].name, NULL, NULL);
        for (size_t j = 0; j < 3; j++)
            ob_assert_near(golden_at(&g, 500, name[j]), cells[i].mean[j],
                           3 * cells[i].deviation[j]);
        golden_finish(&g);
    }
}

/* The start that the notebook prints: [0.1488, 0.0219], to the bit. */
static void the_printed_start_of_torch_1_3(void **state)
{
    (void)state;
    struct golden g;
    run(&g, "notebook-004-replay", "stop.max_steps=1", NULL);
    assert_true(golden_at(&g, 0, "w0") == 0x1.30aaacp-3);
    assert_true(golden_at(&g, 0, "w1") == 0x1.674cf8p-6);
    assert_true(golden_at(&g, 0, "bias") == 0);
    golden_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slope_from_its_seed),
        cmocka_unit_test(another_generator_starts_elsewhere),
        cmocka_unit_test(closed_forms),
        cmocka_unit_test(mini_batches_in_a_loop),
        cmocka_unit_test(orders_of_a_data_loader),
        cmocka_unit_test(decay_shrinks_weights_and_no_bias),
        cmocka_unit_test(the_printed_start_of_torch_1_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
