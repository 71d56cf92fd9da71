/*
 * Every shipped experiment, trained to its end: it ends for the reason that its comment
 * gives, after the same number of steps on every machine, and a folder that holds an
 * experiment which is not in this table fails.
 */
#include <config.h>

#include <dirent.h>
#include <inttypes.h>
#include <math.h>

#include "../lib/ob_test.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/train/trainer.h"

static const struct {
    const char *name;
    enum ob_stop stop;
    uint64_t steps;
    double loss; /* to six digits */
} expected[] = {
    { "admission-linesearch", OB_STOP_THETA_DELTA, 15, 0.619854 },
    { "admission-newton", OB_STOP_THETA_DELTA, 4, 0.619854 },
    { "admission-saturate", OB_STOP_SATURATED, 2, 48.1013 },
    { "beale", OB_STOP_GRAD_NORM, 19249, 1.65726e-12 },
    { "beale-adam", OB_STOP_GRAD_NORM, 682, 1.25982e-12 },
    { "beale-momentum", OB_STOP_GRAD_NORM, 3725, 1.65588e-12 },
    { "blobs", OB_STOP_MAX_STEPS, 1000, 0.0405451 },
    { "breast-cancer", OB_STOP_GRAD_NORM, 271, 0.0996385 },
    { "cross-entropy", OB_STOP_MAX_STEPS, 10, -7.97281 },
    { "diabetes-ridge", OB_STOP_GRAD_NORM, 592, 1517.70 },
    { "heights", OB_STOP_THETA_DELTA, 909, 0.000978134 },
    { "heights-adam", OB_STOP_GRAD_NORM, 266, 0.000932106 },
    { "heights-curve", OB_STOP_GRAD_NORM, 236, 0.00224586 },
    { "heights-momentum", OB_STOP_THETA_DELTA, 241, 0.000932106 },
    { "housing", OB_STOP_THETA_DELTA, 1574, 1.35514e9 },
    { "housing-f64", OB_STOP_THETA_DELTA, 1975, 1.35514e9 },
    { "housing-groups", OB_STOP_THETA_DELTA, 1903, 1.35663e9 },
    { "housing-optimizers", OB_STOP_THETA_DELTA, 331, 1.35514e9 },
    { "inline-line", OB_STOP_GRAD_NORM, 1587, 0.0117932 },
    { "iris", OB_STOP_GRAD_NORM, 428, 0.0210337 },
    { "line-by-hand", OB_STOP_MAX_STEPS, 10, 2.63039 },
    { "line-torch", OB_STOP_MAX_STEPS, 20, 0.290508 },
    { "longley", OB_STOP_MAX_STEPS, 20000, 26261.8 },
    { "notebook-002", OB_STOP_MAX_STEPS, 1, 1.16957 },
    { "moons", OB_STOP_MAX_STEPS, 500, 0.0115682 },
    { "notebook-004", OB_STOP_MAX_EPOCHS, 500, 0.000101426 },
    { "notebook-004-decay", OB_STOP_MAX_EPOCHS, 500, 0.000530795 },
    { "notebook-004-numpy", OB_STOP_MAX_EPOCHS, 1000, 5.03831e-5 },
    { "notebook-004-replay", OB_STOP_MAX_EPOCHS, 500, 0.000101398 },
    { "optimizers-phases", OB_STOP_MAX_STEPS, 500, 0.0134416 },
    { "optimizers-prodigy", OB_STOP_MAX_STEPS, 500, 0.000225537 },
    { "optimizers-schedule-free", OB_STOP_MAX_STEPS, 500, 0.0220132 },
    { "optimizers-typed", OB_STOP_MAX_STEPS, 500, 3.82836e-05 },
    { "parabola", OB_STOP_MAX_STEPS, 20, 0.000132923 },
    { "parabola-torch", OB_STOP_MAX_STEPS, 20, 0.000132918 },
    { "quadratic", OB_STOP_SINGULAR, 0, 0 },
    { "rosenbrock", OB_STOP_GRAD_NORM, 21374, 1.25082e-12 },
    { "rosenbrock-adam", OB_STOP_GRAD_NORM, 3930, 1.07015e-12 },
    { "rosenbrock-momentum", OB_STOP_GRAD_NORM, 2907, 1.24715e-12 },
    { "rosenbrock-trust", OB_STOP_GRAD_NORM, 26, 9.26994e-14 },
    { "sine-fit", OB_STOP_MAX_STEPS, 2000, 9.01295 },
    { "sine-fit-notebook", OB_STOP_MAX_STEPS, 2000, 9.24833 },
    { "spirals", OB_STOP_MAX_EPOCHS, 1500, 0.00527780 },
    { "surface", OB_STOP_GRAD_NORM, 1260, 2.0717e-18 },
    { "surface-adam", OB_STOP_GRAD_NORM, 513, 4.70268e-17 },
    { "surface-momentum", OB_STOP_GRAD_NORM, 395, 1.99526e-17 },
    { "surface-too-fast", OB_STOP_DIVERGED, 21331, INFINITY },
    { "sweep-heights", OB_STOP_MAX_STEPS, 1000, 0.000956100 },
    { "sweep-moons", OB_STOP_MAX_STEPS, 200, 0.0465372 },
    { "sweep-moons-halving", OB_STOP_MAX_STEPS, 540, 0.0105407 },
    { "sweep-notebook-002", OB_STOP_MAX_STEPS, 1, 1.16957 },
    { "sweep-surface", OB_STOP_MAX_STEPS, 300, 0.00557939 },
    { "wine-patience", OB_STOP_PATIENCE, 889, 0.00239806 },
    { "teacher", OB_STOP_MAX_STEPS, 2000, 0.00263393 },
    { "xor", OB_STOP_TARGET, 365, 0.00998515 },
};

static void fail_with(const char *name, const struct ob_diags *diags)
{
    ob_diags_print(diags, stderr);
    fail_msg("%s: cannot be trained", name);
}

/* Keeps the loss of the latest row; a run that ends before a step makes none for it. */
static void take_loss(const struct ob_trainer *t, double *loss)
{
    const struct ob_row *row = ob_trainer_row(t);
    if (row)
        *loss = row->v[ob_trainer_columns(t)->at[OB_COLUMN_LOSS]];
}

static void train(size_t i)
{
    const char *name = expected[i].name;
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    char *folder = ob_path_configs(), file[64];
    snprintf(file, sizeof file, "%s.ini", name);
    char *path = ob_path_join(folder, file);
    if (!ob_spec_load(path, NULL, 0, &spec, &diags))
        fail_with(name, &diags);
    struct ob_trainer *t = ob_trainer_create(&spec, &diags);
    if (!t)
        fail_with(name, &diags);
    double loss = NAN;
    enum ob_stop stop = ob_trainer_start(t);
    take_loss(t, &loss);
    while (stop == OB_GO_ON) {
        stop = ob_trainer_step(t);
        take_loss(t, &loss);
    }
    if (stop != expected[i].stop || ob_trainer_steps(t) != expected[i].steps)
        fail_msg("%s: %s after %" PRIu64 " steps, not %s after %" PRIu64, name,
                 ob_stop_name(stop), ob_trainer_steps(t), ob_stop_name(expected[i].stop),
                 expected[i].steps);
    if (isinf(expected[i].loss))
        assert_true(isinf(loss));
    else
        ob_assert_near(loss, expected[i].loss, 5e-6 * fabs(expected[i].loss));
    assert_string_equal(spec.experiment.name, name);
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    free(path);
    free(folder);
}

static void all_end_as_they_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(expected); i++)
        train(i);
}

/* Experiments on data that are not shipped: read, not trained. */
static const char *const elsewhere[] = { "fashion-mnist" };

static void those_on_other_data_are_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(elsewhere); i++) {
        struct ob_spec spec = { 0 };
        struct ob_diags diags = { 0 };
        char *folder = ob_path_configs(), *file = ob_xasprintf("%s.ini", elsewhere[i]);
        char *path = ob_path_join(folder, file);
        if (!ob_spec_load(path, NULL, 0, &spec, &diags))
            fail_with(elsewhere[i], &diags);
        assert_string_equal(spec.experiment.name, elsewhere[i]);
        ob_spec_finish(&spec);
        ob_diags_finish(&diags);
        free(path);
        free(file);
        free(folder);
    }
}

static bool is_called(const char *file, const char *name)
{
    size_t n = strlen(name);
    return !strncmp(file, name, n) && !strcmp(file + n, ".ini");
}

static bool is_expected(const char *file)
{
    for (size_t i = 0; i < OB_COUNT(elsewhere); i++)
        if (is_called(file, elsewhere[i]))
            return true;
    for (size_t i = 0; i < OB_COUNT(expected); i++)
        if (is_called(file, expected[i].name))
            return true;
    return false;
}

static void none_is_forgotten(void **state)
{
    (void)state;
    char *folder = ob_path_configs();
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        if (strstr(e->d_name, ".ini") && !is_expected(e->d_name))
            fail_msg("%s is in no test", e->d_name);
    closedir(d);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_end_as_they_should),
        cmocka_unit_test(those_on_other_data_are_in_order),
        cmocka_unit_test(none_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
