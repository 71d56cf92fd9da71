/* Stop rules, their order, and the sentences that tell an end. */
#include "../../lib/ob_test.h"

#include <math.h>
#include <string.h>

#include "optbench/optim/stop.h"

static struct ob_stop_opts defaults(void)
{
    struct ob_stop_opts o = { 0 };
    ob_params_reset(ob_stop_params, &o);
    return o;
}

static struct ob_stopper make(const struct ob_stop_opts *o)
{
    struct ob_stopper s;
    struct ob_err err;
    if (!ob_stopper_init(&s, o, &err))
        fail_msg("%s", err.text);
    return s;
}

/* A step of an ordinary run. */
static struct ob_step_facts facts(uint64_t k)
{
    return (struct ob_step_facts){
        .k = k,
        .epoch = (double)k,
        .loss = 1 / (double)k,
        .theta_delta = 0.1 / (double)k,
        .grad_norm = 2 / (double)k,
        .theta_norm = 3,
        .lr = 0.1,
        .target = NAN,
        .evals = k,
    };
}

/* The first step of an ordinary run that stops. */
static uint64_t first_stop(const struct ob_stop_opts *o, enum ob_stop want)
{
    struct ob_stopper s = make(o);
    ob_stopper_begin(&s, 2, NAN);
    for (uint64_t k = 1; k <= 100000; k++) {
        struct ob_step_facts f = facts(k);
        enum ob_stop stop = ob_stop_check(&s, &f);
        if (stop != OB_GO_ON) {
            assert_int_equal(stop, want);
            return k;
        }
    }
    fail_msg("no stop");
    return 0;
}

static void names_round_trip(void **state)
{
    (void)state;
    for (enum ob_stop s = OB_GO_ON; s < OB_STOP_COUNT; s++) {
        assert_int_equal(ob_stop_find(ob_stop_name(s)), s);
        assert_non_null(ob_stop_title(s));
    }
    assert_int_equal(ob_stop_find("bored"), OB_STOP_COUNT);
    assert_string_equal(ob_stop_name(OB_STOP_TIME), "time");
}

static void every_rule_alone(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    assert_int_equal(o.max_steps, 100000);
    assert_int_equal(first_stop(&o, OB_STOP_MAX_STEPS), 100000);
    o.theta_delta = 0.001; /* at most: equality counts */
    assert_int_equal(first_stop(&o, OB_STOP_THETA_DELTA), 100);
    o = defaults();
    o.grad_norm = 0.1;
    assert_int_equal(first_stop(&o, OB_STOP_GRAD_NORM), 20);
    o = defaults();
    o.loss_delta = 1.0 / 90 + 1e-12; /* 1/9 - 1/10 */
    assert_int_equal(first_stop(&o, OB_STOP_LOSS_DELTA), 10);
    o = defaults();
    o.max_epochs = 7;
    assert_int_equal(first_stop(&o, OB_STOP_MAX_EPOCHS), 7);
    o = defaults();
    o.max_evals = 9;
    assert_int_equal(first_stop(&o, OB_STOP_MAX_EVALS), 9);
    char target[] = "loss <= 0.25";
    o = defaults();
    o.target = target;
    assert_int_equal(first_stop(&o, OB_STOP_TARGET), 4);
}

static void seconds(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.max_seconds = 2;
    struct ob_stopper s = make(&o);
    struct ob_step_facts f = facts(1);
    f.seconds = 1.9;
    assert_int_equal(ob_stop_check(&s, &f), OB_GO_ON);
    f.seconds = 2;
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_TIME);
}

static void in_a_row(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.theta_delta = 0.01;
    o.for_steps = 3;
    struct ob_stopper s = make(&o);
    const double delta[] = { 0.005, 0.005, 0.5, 0.005, NAN, 0.005, 0.005 };
    for (uint64_t k = 1; k <= OB_COUNT(delta); k++) {
        struct ob_step_facts f = facts(k);
        f.theta_delta = delta[k - 1];
        assert_int_equal(ob_stop_check(&s, &f),
                         k == OB_COUNT(delta) ? OB_STOP_THETA_DELTA : OB_GO_ON);
    }
}

static void relative_thresholds(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.theta_delta = 0.001;
    o.relative = true;
    assert_int_equal(first_stop(&o, OB_STOP_THETA_DELTA), 34); /* |theta| = 3 */
    o = defaults();
    o.grad_norm = 0.1;
    o.relative = true; /* the loss is below 1: nothing changes */
    assert_int_equal(first_stop(&o, OB_STOP_GRAD_NORM), 20);
}

static void targets(void **state)
{
    (void)state;
    struct ob_target t;
    struct ob_err err;
    assert_true(ob_target_parse(" accuracy >= 0.95 ", &t, &err));
    assert_string_equal(t.metric, "accuracy");
    assert_int_equal(t.op, OB_TARGET_GE);
    ob_assert_near(t.value, 0.95, 0);
    assert_true(ob_target_parse("loss<1e-3", &t, &err));
    assert_int_equal(t.op, OB_TARGET_LT);
    assert_true(ob_target_parse("r2 > -1", &t, &err));
    assert_int_equal(t.op, OB_TARGET_GT);
    static const char *const bad[] = {
        "",         "loss",        "loss <=",     "<= 1",
        "loss = 1", "loss <= one", "loss <= 1 2", "loss <= nan",
        "loss =< 1"
    };
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        assert_false(ob_target_parse(bad[i], &t, &err));
        assert_int_equal(err.code, OB_ECONFIG);
        assert_non_null(strstr(err.text, "target: '"));
    }
}

static void a_metric_as_target(void **state)
{
    (void)state;
    char target[] = "accuracy > 0.9";
    struct ob_stop_opts o = defaults();
    o.target = target;
    struct ob_stopper s = make(&o);
    struct ob_step_facts f = facts(1);
    assert_int_equal(ob_stop_check(&s, &f), OB_GO_ON); /* not measured */
    f.target = 0.9;
    assert_int_equal(ob_stop_check(&s, &f), OB_GO_ON);
    f.target = 0.91;
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_TARGET);
}

static void divergence(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.theta_delta = 1;
    struct ob_stopper s = make(&o);
    struct ob_step_facts f = facts(12);
    f.bad = "gradient of w";
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_DIVERGED);
    assert_string_equal(s.note, "gradient of w is no finite number at step 12");
    assert_null(s.last.bad);
    o.max_loss = 100;
    s = make(&o);
    f = facts(3);
    f.loss = 1234;
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_DIVERGED);
    assert_string_equal(s.note, "the loss is 1234 at step 3, above max_loss");
}

/* A reason stands behind the note, and is cut at a character where it is too long. */
static void a_reason_is_added(void **state)
{
    (void)state;
    struct ob_stopper s;
    struct ob_stop_opts opts = { .for_steps = 1, .max_loss = INFINITY };
    struct ob_step_facts f = { .k = 7, .loss = NAN, .bad = "loss" };
    assert_true(ob_stopper_init(&s, &opts, NULL));
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_DIVERGED);
    ob_stop_note_reason(&s, "");
    assert_string_equal(s.note, "loss is no finite number at step 7");
    ob_stop_note_reason(&s, "log(x - 2): the logarithm of a negative number, -1.3");
    assert_string_equal(s.note, "loss is no finite number at step 7: log(x - 2): the "
                                "logarithm of a negative number, -1.3");
    char much[1200];
    for (size_t i = 0; i + 3 < sizeof much; i += 2)
        memcpy(much + i, "\xc3\xa9", 3);
    ob_stop_note_reason(&s, much);
    size_t n = strlen(s.note);
    assert_true(n > sizeof s.note - 5 && n < sizeof s.note);
    assert_memory_equal(s.note + n - 2, "\xc3\xa9", 2);
}

static void saturation_is_not_convergence(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.theta_delta = 1e-4;
    o.grad_norm = 1e-4;
    struct ob_stopper s = make(&o);
    struct ob_step_facts f = facts(2);
    f.theta_delta = f.grad_norm = 0;
    f.step_is_zero = f.grad_is_zero = true;
    f.clamped = 40;
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_SATURATED);
    f.clamped = 0; /* a true minimum */
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_GRAD_NORM);
}

static void a_stalled_run(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    struct ob_step_facts f = facts(1);
    f.theta_delta = 0;
    f.step_is_zero = true;
    struct ob_stopper s = make(&o);
    for (int i = 1; i < OB_STALLED_STEPS; i++)
        assert_int_equal(ob_stop_check(&s, &f), OB_GO_ON);
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_STALLED);
    assert_int_equal(strncmp(s.note, "stalled: ", 9), 0);
    /* it also meets a theta_delta rule, at once, and is reported with the note */
    o.theta_delta = 1e-4;
    s = make(&o);
    assert_int_equal(ob_stop_check(&s, &f), OB_STOP_THETA_DELTA);
    assert_int_equal(strncmp(s.note, "stalled: ", 9), 0);
    /* a rate of 0 moves nothing and proves nothing */
    f.lr = 0;
    s = make(&o);
    for (int i = 0; i < 2 * OB_STALLED_STEPS; i++)
        assert_int_equal(ob_stop_check(&s, &f), OB_GO_ON);
}

static void progress(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    struct ob_stop_rule rule[OB_STOP_RULES];
    o.theta_delta = 1e-4;
    o.max_steps = 200;
    struct ob_stopper s = make(&o);
    assert_int_equal(ob_stop_rules(&s, rule), 2);
    assert_true(isnan(ob_stop_progress(&rule[0])));
    struct ob_step_facts f = facts(1);
    f.theta_delta = 1;
    ob_stop_check(&s, &f);
    f = facts(50);
    f.theta_delta = 0.01;
    ob_stop_check(&s, &f);
    assert_int_equal(ob_stop_rules(&s, rule), 2);
    assert_string_equal(rule[0].name, "theta_delta");
    ob_assert_near(ob_stop_progress(&rule[0]), 0.5, 1e-12);
    assert_true(rule[1].budget);
    ob_assert_near(ob_stop_progress(&rule[1]), 0.25, 1e-12);
    f.theta_delta = 3; /* further away than at the start */
    ob_stop_check(&s, &f);
    ob_stop_rules(&s, rule);
    ob_assert_near(ob_stop_progress(&rule[0]), 0, 0);
    f.theta_delta = 0;
    ob_stop_check(&s, &f);
    ob_stop_rules(&s, rule);
    ob_assert_near(ob_stop_progress(&rule[0]), 1, 0);
}

/* What is shown of a relative threshold is what the step is compared with. */
static void relative_limits(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    struct ob_stop_rule rule[OB_STOP_RULES];
    o.relative = true;
    o.theta_delta = 1e-4;
    o.grad_norm = 1e-3;
    struct ob_stopper s = make(&o);
    struct ob_step_facts f = facts(1);
    f.theta_norm = 50;
    f.loss = 200;
    f.theta_delta = 1;
    ob_stop_check(&s, &f);
    ob_stop_rules(&s, rule);
    ob_assert_near(rule[0].limit, 5e-3, 1e-15);
    ob_assert_near(rule[1].limit, 0.2, 1e-15);
}

static void says(struct ob_stop_story story, const char *part)
{
    struct ob_buf b = { 0 };
    ob_stop_tell(&story, &b);
    if (!strstr(ob_buf_text(&b), part))
        fail_msg("'%s' does not say '%s'", ob_buf_text(&b), part);
    assert_int_equal(ob_buf_text(&b)[b.len - 1], '\n');
    ob_buf_finish(&b);
}

static void endings_are_told(void **state)
{
    (void)state;
    struct ob_stop_story s = {
        .stop = OB_STOP_THETA_DELTA,
        .steps = 1043,
        .loss = 0.000946047949,
        .theta_delta = 9.988e-05,
        .grad_norm = 0.0033,
        .reference_loss = 0.000890202254,
        .distance = 0.0336,
    };
    says(s,
         "the parameters stopped moving after 1 043 steps: the last step was 9.988e-05 "
         "long.\n");
    says(s, "This is not the optimum: the loss is 0.000946 where the closed form has "
            "0.000890.\n");
    says(s, "The parameters are 0.0336 away from it.\n");
    s.note = "stalled: the step of step 7 is below rounding";
    says(s, "change nothing.\n");
    s.narrow = true;
    says(s, "float64");
    s.mini_batch = true;
    says(s, "stop.for");
    s.rate_fell = true;
    says(s, "lowered the rate");
    s = (struct ob_stop_story){ .stop = OB_STOP_STALLED,
                                .reference_loss = NAN,
                                .distance = NAN };
    says(s, "Raise optimizer.lr if the loss is not low enough.");
    s.narrow = true;
    says(s, "experiment.dtype = float64");
    s = (struct ob_stop_story){ .stop = OB_STOP_SATURATED,
                                .reference_loss = NAN,
                                .distance = NAN };
    says(s,
         "saturated: every sample with a wrong label sits where the loss is clamped and "
         "its gradient is exactly zero; this is not a minimum.\nStandardise the "
         "features (data.scale = standard), lower optimizer.lr, or use model.loss = "
         "bce_logits.\n");
    s.stop = OB_STOP_DIVERGED;
    s.note = "loss is no finite number at step 9";
    s.steps = 9;
    says(s, "the run diverged: loss is no finite number at step 9.\nLower optimizer.lr");
    s.stop = OB_STOP_SINGULAR;
    s.note = "the Hessian is singular for float32";
    s.steps = 1;
    says(s, "stopped after 1 step: the Hessian is singular for float32.\n");
    s.stop = OB_STOP_DIVERGED;
    s.steps = 0;
    says(s, ".\nStart nearer by model.init");
    s.no_data = true;
    says(s, ".\nStart elsewhere: model.start");
    s.steps = 9;
    says(s, ".\nLower optimizer.lr, or start elsewhere: model.start");
    s = (struct ob_stop_story){ .stop = OB_STOP_MAX_STEPS,
                                .loss = 1e-4,
                                .reference_loss = 0,
                                .distance = 0.01,
                                .no_data = true };
    says(s, "not the optimum: the loss is 0.000100 where the known minimum has 0.\n");
    s.distance = 1e-4;
    struct ob_buf near = { 0 };
    ob_stop_tell(&s, &near);
    assert_null(strstr(ob_buf_text(&near), "optimum"));
    ob_buf_finish(&near);
    for (s.stop = OB_STOP_THETA_DELTA; s.stop < OB_STOP_COUNT; s.stop++)
        says(s, ".\n");
}

static void optimum_to_three_figures(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    assert_false(ob_stop_not_optimum(2066502781.711819, 2066502781.7118058,
                                     "the closed form", &b));
    assert_false(ob_stop_not_optimum(1, NAN, "the closed form", &b));
    assert_false(ob_stop_not_optimum(0.9, 1, "the closed form", &b));
    assert_int_equal(b.len, 0);
    assert_true(ob_stop_not_optimum(2, 1.5, "the closed form", &b));
    assert_string_equal(
        ob_buf_text(&b),
        "This is not the optimum: the loss is 2 where the closed form has 1.50.\n");
    ob_buf_finish(&b);
}

/* What a run of 20 steps says of `value` at each of them, measured at every second. */
static uint64_t watching(const struct ob_stop_opts *o, const double *value, size_t n,
                         bool more, enum ob_stop want, char note[static 512])
{
    struct ob_stopper s = make(o);
    ob_stopper_begin(&s, 2, NAN);
    for (uint64_t k = 1; k <= 2 * n; k++) {
        struct ob_step_facts f = facts(k);
        f.measured = k % 2 == 0;
        f.watched = f.measured ? value[k / 2 - 1] : NAN;
        f.more = more;
        f.watches = more ? "val_accuracy" : "val_loss";
        enum ob_stop stop = ob_stop_check(&s, &f);
        memcpy(note, s.note, sizeof s.note);
        if (stop != OB_GO_ON) {
            assert_int_equal(stop, want);
            return k;
        }
    }
    return 0;
}

static void patience_of_what_rises(void **state)
{
    (void)state;
    static const double value[] = { 0.5, 0.7, 0.6, 0.7, 0.65, 0.9 };
    struct ob_stop_opts o = defaults();
    char note[512];
    o.patience = 3;
    assert_int_equal(watching(&o, value, 6, true, OB_STOP_PATIENCE, note), 10);
    assert_string_equal(note, "3 measurements, no val_accuracy above 0.7");
    /* Read as a loss 0.5 stays the best. */
    assert_int_equal(watching(&o, value, 6, false, OB_STOP_PATIENCE, note), 8);
    assert_string_equal(note, "3 measurements, no val_loss below 0.5");
}

static void a_nan_is_no_gain(void **state)
{
    (void)state;
    static const double value[] = { NAN, 3, NAN, NAN, 2 };
    struct ob_stop_opts o = defaults();
    char note[512];
    o.patience = 2;
    assert_int_equal(watching(&o, value, 5, false, OB_STOP_PATIENCE, note), 8);
    o.patience = 3;
    assert_int_equal(watching(&o, value, 5, false, OB_STOP_PATIENCE, note), 0);
}

static void plateaus(void **state)
{
    (void)state;
    /* Means of two: 4, 3, 2.98, which is better by 0.67 %. */
    static const double value[] = { 5, 3, 2, 4, 2.96, 3 };
    struct ob_stop_opts o = defaults();
    char note[512];
    o.plateau = 2;
    o.plateau_delta = 0.01;
    assert_int_equal(watching(&o, value, 6, false, OB_STOP_PLATEAU, note), 12);
    assert_string_equal(note,
                        "the mean val_loss of the last 2 measurements is 2.98, better "
                        "than that of the 2 before by 0.667 %");
    o.plateau_delta = 0.005;
    assert_int_equal(watching(&o, value, 6, false, OB_STOP_PLATEAU, note), 0);
    o.plateau_delta = 0.001;
    assert_int_equal(watching(&o, value, 6, true, OB_STOP_PLATEAU, note), 8);
}

static void all_rules_together(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    o.grad_norm = 0.1;     /* alone at 20 */
    o.theta_delta = 0.001; /* alone at 100 */
    assert_int_equal(first_stop(&o, OB_STOP_GRAD_NORM), 20);
    o.when = OB_STOP_WHEN_ALL;
    assert_int_equal(first_stop(&o, OB_STOP_GRAD_NORM), 100);
    o.max_steps = 50; /* a limit ends it alone */
    assert_int_equal(first_stop(&o, OB_STOP_MAX_STEPS), 50);
    o = defaults();
    o.when = OB_STOP_WHEN_ALL; /* of no rules */
    assert_int_equal(first_stop(&o, OB_STOP_MAX_STEPS), 100000);
}

/* With `all` a measurement holds until the next: patience is out at step 8 and measured
 * at every second step, the gradient is small from 9 on. */
static void all_with_measurements(void **state)
{
    (void)state;
    static const double value[] = { 1, 2, 2, 2, 2 };
    struct ob_stop_opts o = defaults();
    char note[512];
    o.when = OB_STOP_WHEN_ALL;
    o.patience = 3;
    o.grad_norm = 2.0 / 9;
    assert_int_equal(watching(&o, value, 5, false, OB_STOP_GRAD_NORM, note), 9);
}

static void targets_that_do_not_stop(void **state)
{
    (void)state;
    struct ob_stop_opts o = defaults();
    char text[] = "loss <= 0.1";
    o.target = text;
    o.target_stops = false;
    o.max_steps = 30;
    struct ob_stopper s = make(&o);
    ob_stopper_begin(&s, 2, NAN);
    enum ob_stop stop = OB_GO_ON;
    for (uint64_t k = 1; stop == OB_GO_ON; k++) {
        struct ob_step_facts f = facts(k);
        f.evals = 3 * k;
        assert_int_equal(s.target_step, k > 10 ? 10 : 0);
        stop = ob_stop_check(&s, &f);
    }
    assert_int_equal(stop, OB_STOP_MAX_STEPS);
    assert_int_equal(s.target_evals, 30);
    struct ob_stop_story story = { .stop = stop,
                                   .steps = 30,
                                   .loss = 1.0 / 30,
                                   .reference_loss = NAN,
                                   .distance = NAN,
                                   .target = text,
                                   .target_step = s.target_step,
                                   .target_evals = s.target_evals };
    struct ob_buf out = { 0 };
    ob_stop_tell(&story, &out);
    assert_non_null(strstr(ob_buf_text(&out),
                           "The target loss <= 0.1 was met at step 10, "
                           "with 30 evaluations."));
    story.target_step = 0;
    ob_buf_clear(&out);
    ob_stop_tell(&story, &out);
    assert_non_null(strstr(ob_buf_text(&out), "The target loss <= 0.1 was not met."));
    ob_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_round_trip),
        cmocka_unit_test(every_rule_alone),
        cmocka_unit_test(seconds),
        cmocka_unit_test(in_a_row),
        cmocka_unit_test(relative_thresholds),
        cmocka_unit_test(targets),
        cmocka_unit_test(a_metric_as_target),
        cmocka_unit_test(divergence),
        cmocka_unit_test(a_reason_is_added),
        cmocka_unit_test(saturation_is_not_convergence),
        cmocka_unit_test(a_stalled_run),
        cmocka_unit_test(progress),
        cmocka_unit_test(relative_limits),
        cmocka_unit_test(endings_are_told),
        cmocka_unit_test(optimum_to_three_figures),
        cmocka_unit_test(patience_of_what_rises),
        cmocka_unit_test(a_nan_is_no_gain),
        cmocka_unit_test(plateaus),
        cmocka_unit_test(all_rules_together),
        cmocka_unit_test(all_with_measurements),
        cmocka_unit_test(targets_that_do_not_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
