#include <config.h>

#include <math.h>
#include <string.h>

#include "experiment.h"
#include "optbench/base/mem.h"

static double at(const struct ob_trainer *t, const char *column)
{
    const struct ob_row *row = ob_trainer_row(t);
    int i = ob_columns_find(ob_trainer_columns(t), column);
    assert_non_null(row);
    if (i < 0)
        fail_msg("no column %s", column);
    return ob_row_has(row, (size_t)i) ? row->v[i] : NAN;
}

static bool has(const char *const *sets, const char *column)
{
    struct experiment e;
    experiment_make(&e, "heights.ini", sets);
    bool found = ob_columns_find(ob_trainer_columns(e.t), column) >= 0;
    experiment_finish(&e);
    return found;
}

/* Who evaluates once a step has no counts; a line search has them unless told not to. */
static void counts_stand_where_steps_differ(void **state)
{
    (void)state;
    static const char *const name[] = { "evals", "grad_evals", "hvp_evals",
                                        "step_evals" };
    const char *const search[] = { "line_search.kind=armijo", NULL };
    const char *const no[] = { "line_search.kind=armijo", "log.internals=no", NULL };
    const char *const all[] = { "log.internals=all", NULL };
    for (size_t i = 0; i < OB_COUNT(name); i++) {
        assert_false(has(NULL, name[i]));
        assert_true(has(search, name[i]));
        assert_true(has(all, name[i]));
        assert_true(has(no, name[i]) == (i == 0));
    }
    assert_true(has(all, "effective_step.w"));
    assert_false(has(search, "effective_step.w"));
}

/* Of a step the search's own evaluations, and the one behind it. */
static void counts_add_up(void **state)
{
    (void)state;
    const char *const sets[] = { "line_search.kind=armijo", "optimizer.lr=4", NULL };
    struct experiment e;
    double before, most = 0;
    experiment_make(&e, "heights.ini", sets);
    ob_trainer_start(e.t);
    assert_true(at(e.t, "evals") == 1 && at(e.t, "grad_evals") == 1);
    assert_true(isnan(at(e.t, "step_evals")));
    for (int k = 1; k < 40; k++) {
        before = at(e.t, "evals");
        if (ob_trainer_step(e.t) != OB_GO_ON)
            break;
        assert_true(at(e.t, "evals") == before + 1 + at(e.t, "step_evals"));
        assert_true(at(e.t, "grad_evals") == k + 1);
        assert_true(at(e.t, "hvp_evals") == 0);
        most = fmax(most, at(e.t, "step_evals"));
    }
    assert_true(most >= 2);
    experiment_finish(&e);
}

/* Plain gradient descent steps by lr times the gradient, whole or of a batch, in every
 * tensor; the buffer of momentum is the first gradient after the first step. */
static void effective_steps_are_rates(void **state)
{
    (void)state;
    const char *const full[] = { "log.internals=all", "log.gradients=yes",
                                 "optimizer.momentum=0.5", NULL };
    const char *const batch[] = { "log.internals=all", "batch.size=3", NULL };
    struct experiment e;
    for (int mini = 0; mini < 2; mini++) {
        experiment_make(&e, "heights.ini", mini ? batch : full);
        ob_trainer_start(e.t);
        assert_true(isnan(at(e.t, "effective_step.w")));
        double w = mini ? NAN : fabs(at(e.t, "grad.w0"));
        for (int k = 1; k < (mini ? 8 : 2); k++) {
            ob_trainer_step(e.t);
            ob_assert_near(at(e.t, "effective_step.w"), 0.03, 1e-13);
            ob_assert_near(at(e.t, "effective_step.bias"), 0.03, 1e-13);
        }
        if (!mini) {
            ob_assert_near(at(e.t, "momentum_buffer.w"), w, 1e-15);
            ob_trainer_step(e.t); /* from now on momentum makes them longer */
            assert_true(at(e.t, "effective_step.bias") > 0.032);
        }
        experiment_finish(&e);
    }
}

/* A snapshot tells the same of tensors and elements. */
static void snapshots_tell_it_too(void **state)
{
    (void)state;
    const char *const sets[] = { "optimizer.kind=adam", "optimizer.lr=0.05",
                                 "log.internals=all", NULL };
    struct experiment e;
    struct ob_snapshot s;
    experiment_make(&e, "heights.ini", sets);
    assert_true(ob_snapshot_init(&s, ob_trainer_shown(e.t), ob_trainer_slots(e.t), NULL));
    ob_trainer_start(e.t);
    ob_trainer_snapshot(e.t, &s);
    assert_true(isnan(s.tensor[0].effective_step) && isnan(s.effective[0]));
    for (int k = 0; k < 4; k++)
        ob_trainer_step(e.t);
    ob_trainer_snapshot(e.t, &s);
    assert_true(s.tensor[0].effective_step == at(e.t, "effective_step.w"));
    assert_true(s.tensor[1].slot_norm[0] == at(e.t, "exp_avg.bias"));
    assert_true(s.tensor[0].slot_norm[1] == at(e.t, "exp_avg_sq.w"));
    /* Tensors of one element each. */
    ob_assert_near(s.effective[1], s.tensor[1].effective_step, 1e-12);
    ob_assert_near(fabs(s.slot[0][1]), s.tensor[1].slot_norm[0], 1e-15);
    ob_snapshot_finish(&s);
    experiment_finish(&e);
}

/* Looking inside changes nothing else, and a resumed run tells the same. */
static void nothing_else_changes(void **state)
{
    (void)state;
    enum { STEPS = 12, HALF = 5 };
    const char *const some[] = { "optimizer.kind=adam", "optimizer.lr=0.05", NULL };
    const char *const all[] = { "optimizer.kind=adam", "optimizer.lr=0.05",
                                "log.internals=all", NULL };
    static const char *const same[] = { "loss", "theta_delta", "grad_norm", "w0" };
    struct experiment plain, e, resumed;
    struct ob_buf rows = { 0 }, first = { 0 }, rest = { 0 };
    struct ob_err err;
    struct ob_safetensors state_of = { 0 };
    experiment_make(&plain, "heights.ini", some);
    experiment_make(&e, "heights.ini", all);
    ob_trainer_start(plain.t);
    experiment_run(&e, 0, &rows);
    for (uint64_t k = 1; k <= STEPS; k++) {
        ob_trainer_step(plain.t);
        experiment_continue(&e, k, &rows);
        for (size_t i = 0; i < OB_COUNT(same); i++)
            assert_true(at(plain.t, same[i]) == at(e.t, same[i]));
    }
    experiment_finish(&e);
    experiment_finish(&plain);
    experiment_make(&e, "heights.ini", all);
    experiment_run(&e, HALF, &first);
    assert_true(ob_trainer_save(e.t, &state_of, &err));
    experiment_finish(&e);
    experiment_make(&resumed, "heights.ini", all);
    assert_true(ob_trainer_load(resumed.t, &state_of, &err));
    experiment_continue(&resumed, STEPS, &rest);
    assert_int_equal(first.len + rest.len, rows.len);
    assert_memory_equal(rest.data, rows.data + first.len, rest.len);
    experiment_finish(&resumed);
    ob_safetensors_finish(&state_of);
    ob_buf_finish(&rows);
    ob_buf_finish(&first);
    ob_buf_finish(&rest);
}

/* A network of very many tensors has no room for a column of each. */
static void too_many_tensors(void **state)
{
    (void)state;
    struct ob_buf hidden = { 0 };
    struct experiment e;
    ob_buf_adds(&hidden, "model.hidden=2");
    for (int i = 1; i < 60; i++)
        ob_buf_adds(&hidden, " 2");
    const char *const all[] = { "model.kind=mlp", ob_buf_text(&hidden),
                                "optimizer.kind=adam", "log.internals=all", NULL };
    const char *const some[] = { "model.kind=mlp", ob_buf_text(&hidden),
                                 "optimizer.kind=adam", NULL };
    experiment_init(&e, "../../configs/moons.ini", all);
    assert_null(e.t);
    assert_int_equal(e.diags.n, 1);
    assert_non_null(
        strstr(e.diags.item[0].text, " columns of 122 tensors, and a log has room for "));
    assert_non_null(strstr(e.diags.item[0].text, "write auto"));
    experiment_finish(&e);
    experiment_make(&e, "../../configs/moons.ini", some);
    experiment_finish(&e);
    ob_buf_finish(&hidden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_stand_where_steps_differ),
        cmocka_unit_test(counts_add_up),
        cmocka_unit_test(effective_steps_are_rates),
        cmocka_unit_test(snapshots_tell_it_too),
        cmocka_unit_test(nothing_else_changes),
        cmocka_unit_test(too_many_tensors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
