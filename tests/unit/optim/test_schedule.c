/* Schedules against their closed forms, warm-up and horizon. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/optim/schedule.h"

static const struct ob_schedule_clock clock = { .max_steps = 100, .steps_per_epoch = 4 };

static struct ob_schedule make(const char *kind, const char *settings, double warmup,
                               const char *horizon)
{
    struct ob_err err = { 0 };
    struct ob_schedule s;
    const struct ob_schedule_type *t = ob_schedule_find(kind, &err);
    assert_non_null(t);
    char text[32];
    snprintf(text, sizeof text, "%s", horizon);
    struct ob_schedule_opts common = { .warmup = warmup, .horizon = text };
    void *opts = toy_opts(t->params, t->opts_size, settings);
    const struct ob_schedule_setup setup = { .type = t, .opts = opts, .common = &common };
    if (!ob_schedule_init(&s, &setup, &clock, &err))
        fail_msg("%s", err.text);
    ob_params_finish(t->params, opts);
    free(opts);
    return s;
}

static void constant(void **state)
{
    (void)state;
    struct ob_schedule s = make("constant", "", 0, "budget");
    ob_assert_near(ob_schedule_rate(&s, 0.3, 1), 0.3, 0);
    ob_assert_near(ob_schedule_rate(&s, 0.3, 100000), 0.3, 0);
    ob_assert_near(ob_schedule_rate(NULL, 0.3, 5), 0.3, 0);
    ob_schedule_finish(&s);
}

/* StepLR(step_size=3, gamma=0.5): rates of steps 1-3, 4-6, 7-9. */
static void step(void **state)
{
    (void)state;
    struct ob_schedule s = make("step", "step_size=3 gamma=0.5", 0, "budget");
    const double want[] = { 1, 1, 1, 0.5, 0.5, 0.5, 0.25 };
    for (uint64_t k = 1; k <= OB_COUNT(want); k++)
        ob_assert_near(ob_schedule_rate(&s, 1, k), want[k - 1], 0);
    ob_schedule_finish(&s);
}

static void cosine(void **state)
{
    (void)state;
    struct ob_schedule s = make("cosine", "eta_min=0.1", 0, "50");
    assert_int_equal(s.horizon, 50);
    for (uint64_t k = 1; k <= 101; k++) {
        double t = (double)(k - 1);
        double want = 0.1 + (0.7 - 0.1) * (1 + cos(acos(-1.0) * t / 50)) / 2;
        ob_assert_near(ob_schedule_rate(&s, 0.7, k), want, 1e-15);
    }
    ob_assert_near(ob_schedule_rate(&s, 0.7, 1), 0.7, 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 0.7, 51), 0.1, 1e-16);
    ob_schedule_finish(&s);
}

static void warm_up(void **state)
{
    (void)state;
    struct ob_schedule s = make("constant", "", 4, "budget");
    const double want[] = { 0.25, 0.5, 0.75, 1, 1 };
    for (uint64_t k = 1; k <= OB_COUNT(want); k++)
        ob_assert_near(ob_schedule_rate(&s, 1, k), want[k - 1], 0);
    ob_schedule_finish(&s);
    s = make("cosine", "", 0.1, "budget");
    assert_int_equal(s.warmup, 10);
    ob_assert_near(ob_schedule_rate(&s, 1, 10), 1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 11), 1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 56), 0.5, 1e-15);
    ob_assert_near(ob_schedule_rate(&s, 1, 101), 0, 1e-16);
    ob_schedule_finish(&s);
}

static void horizons(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t steps;
    } good[] = { { "budget", 100 },  { "30", 30 },     { "30 steps", 30 },
                 { "5 epochs", 20 }, { "1 epoch", 4 }, { "2.5 epochs", 10 } };
    for (size_t i = 0; i < OB_COUNT(good); i++) {
        struct ob_schedule s = make("cosine", "", 0, good[i].text);
        assert_int_equal(s.horizon, good[i].steps);
        ob_schedule_finish(&s);
    }
}

static void refused(const char *horizon, double warmup, uint64_t max_steps,
                    const char *part)
{
    struct ob_err err = { 0 };
    struct ob_schedule s;
    const struct ob_schedule_type *t = ob_schedule_find("cosine", NULL);
    char text[32];
    snprintf(text, sizeof text, "%s", horizon);
    struct ob_schedule_opts common = { .warmup = warmup, .horizon = text };
    struct ob_schedule_clock c = { max_steps, 1 };
    void *opts = toy_opts(t->params, t->opts_size, "");
    const struct ob_schedule_setup setup = { .type = t, .opts = opts, .common = &common };
    assert_false(ob_schedule_init(&s, &setup, &c, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_schedule_finish(&s);
    free(opts);
}

static void mistakes(void **state)
{
    (void)state;
    refused("soon", 0, 100, "horizon: 'soon' is none of");
    refused("30 days", 0, 100, "horizon: '30 days'");
    refused("-3", 0, 100, "horizon: '-3'");
    refused("budget", 0, 0, "there is no max_steps");
    refused("10", 10, 100, "10 steps are not more than the 10 of the warm-up");
    struct ob_err err;
    assert_null(ob_schedule_find("cosin", &err));
    assert_non_null(strstr(err.text, "did you mean 'cosine'"));
}

/* The beginning that a warm-up may have, and the way up to what does not begin at base.
 */
static void kinds_of_warm_up(void **state)
{
    (void)state;
    struct ob_err err;
    const struct ob_schedule_type *linear = ob_schedule_find("linear", &err);
    void *opts = toy_opts(linear->params, linear->opts_size, "start_factor=0.5");
    struct ob_schedule_opts common = { .warmup = 4, .warmup_from = 0.2 };
    const struct ob_schedule_setup setup = { .type = linear,
                                             .opts = opts,
                                             .common = &common };
    struct ob_schedule s;
    assert_true(ob_schedule_init(&s, &setup, &clock, &err));
    ob_assert_near(ob_schedule_rate(&s, 1, 1), 0.5 * (0.2 + 0.8 / 4), 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 1, 4), 0.5, 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 1, 5), 0.5, 0);
    ob_schedule_finish(&s);
    common.warmup_shape = OB_SHAPE_COSINE;
    assert_true(ob_schedule_init(&s, &setup, &clock, &err));
    ob_assert_near(ob_schedule_rate(&s, 1, 2), 0.5 * 0.6, 1e-16);
    ob_schedule_finish(&s);
    ob_params_finish(linear->params, opts);
    free(opts);
}

/* Four steps an epoch: the rate of a whole epoch is that of its number. */
static void epochs(void **state)
{
    (void)state;
    struct ob_err err;
    const struct ob_schedule_type *t = ob_schedule_find("exponential", &err);
    void *opts = toy_opts(t->params, t->opts_size, "gamma=0.5");
    struct ob_schedule_opts common = { .interval = OB_INTERVAL_EPOCH };
    const struct ob_schedule_setup setup = { .type = t, .opts = opts, .common = &common };
    struct ob_schedule s;
    assert_true(ob_schedule_init(&s, &setup, &clock, &err));
    const double want[] = { 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25 };
    for (uint64_t k = 1; k <= OB_COUNT(want); k++)
        ob_assert_near(ob_schedule_rate(&s, 1, k), want[k - 1], 1e-16);
    assert_int_equal(s.length, 25);
    ob_schedule_finish(&s);
    ob_params_finish(t->params, opts);
    free(opts);
}

/* Rates of any step in any order are those in order: a resumed run asks from the middle.
 */
static void any_order(void **state)
{
    (void)state;
    struct ob_schedule s = make("multiplicative", "lr_lambda=1-0.5/(t+3)", 0, "budget");
    const double late = ob_schedule_rate(&s, 0.3, 80),
                 early = ob_schedule_rate(&s, 0.3, 7);
    double rate = 0.3;
    for (int t = 1; t < 80; t++)
        rate *= 1 - 0.5 / (t + 3);
    ob_assert_near(late, rate, 1e-15);
    assert_true(ob_schedule_rate(&s, 0.3, 80) == late);
    assert_true(ob_schedule_rate(&s, 0.3, 7) == early);
    ob_schedule_finish(&s);
}

/* A drop counts from the step behind the measurement on, whoever asks for which. */
static void plateau(void **state)
{
    (void)state;
    struct ob_schedule s = make("plateau", "factor=0.5 patience=1", 2, "budget");
    ob_schedule_observe(&s, 1, 9, false); /* the warm-up hears nothing */
    assert_true(isnan(s.memory.best));
    for (uint64_t k = 3; k <= 5; k++)
        ob_schedule_observe(&s, k, 1, false);
    ob_assert_near(ob_schedule_rate(&s, 1, 5), 1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 6), 0.5, 0);
    ob_schedule_observe(&s, 6, NAN, false);
    ob_schedule_observe(&s, 7, 2, false);
    ob_assert_near(ob_schedule_rate(&s, 1, 7), 0.5, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 8), 0.25, 0);
    /* A rate of another group, and the memory as a checkpoint has it. */
    ob_assert_near(ob_schedule_rate(&s, 0.1, 8), 0.025, 1e-17);
    struct ob_schedule again = make("plateau", "factor=0.5 patience=1", 2, "budget");
    again.memory = s.memory;
    ob_assert_near(ob_schedule_rate(&again, 1, 8), 0.25, 0);
    ob_schedule_finish(&again);
    ob_schedule_finish(&s);
}

/* What the papers say of the ends: see the files of the kinds. */
static void ends(void **state)
{
    (void)state;
    struct ob_schedule s = make("wsd", "decay=0.2 eta_min=0.1", 0, "budget");
    ob_assert_near(ob_schedule_rate(&s, 1, 81), 1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 91), 0.55, 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 1, 101), 0.1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 1000), 0.1, 0);
    ob_schedule_finish(&s);
    s = make("rex", "", 0, "budget");
    ob_assert_near(ob_schedule_rate(&s, 1, 51), 2.0 / 3, 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 1, 101), 0, 0);
    ob_schedule_finish(&s);
    s = make("onecycle", "", 0, "budget");
    ob_assert_near(ob_schedule_rate(&s, 1, 30), 1, 1e-15);
    assert_true(ob_schedule_rate(&s, 1, 100) == ob_schedule_rate(&s, 1, 5000));
    ob_schedule_finish(&s);
}

static void wrong(const char *kind, const char *settings, const char *part)
{
    struct ob_err err = { 0 };
    struct ob_schedule s;
    const struct ob_schedule_type *t = ob_schedule_find(kind, NULL);
    struct ob_schedule_opts common = { 0 };
    void *opts = toy_opts(t->params, t->opts_size, settings);
    const struct ob_schedule_setup setup = { .type = t, .opts = opts, .common = &common };
    assert_false(ob_schedule_init(&s, &setup, &(struct ob_schedule_clock){ 0, 1 }, &err));
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_schedule_finish(&s);
    ob_params_finish(t->params, opts);
    free(opts);
}

static void wrong_options(void **state)
{
    (void)state;
    wrong("multistep", "milestones=3,2", "milestones: 2 comes after a larger one");
    wrong("multistep", "milestones=3.5", "milestones: 3.5 is no whole number");
    wrong("lambda", "lr_lambda=0.9^^t", "lr_lambda: ");
    wrong("lambda", "lr_lambda=1/t", "lr_lambda: it is inf at t = 0");
    wrong("lambda", "lr_lambda=t/T", "lr_lambda: T is the horizon, and there is none");
    wrong("multiplicative", "lr_lambda=x", "unknown name 'x' (column 1)");
    wrong("linear", "", "total_iters: there is no horizon to take it from");
    wrong("sequential", "", "kind: sequential needs phases");
    wrong("cosine", "", "horizon: there is no max_steps");
}

/* Phases of one schedule, as `make` has no place for them. */
static bool in_phases(const char *kind, const struct ob_schedule_phase *phase, size_t n,
                      struct ob_schedule *out, struct ob_err *err)
{
    struct ob_schedule_opts common = { 0 };
    const struct ob_schedule_setup setup = { .type = ob_schedule_find(kind, NULL),
                                             .common = &common,
                                             .phase = phase,
                                             .phases = n };
    return ob_schedule_init(out, &setup, &clock, err);
}

static void bad_phases(const char *kind, struct ob_schedule_phase a,
                       struct ob_schedule_phase b, const char *part)
{
    const struct ob_schedule_phase both[] = { a, b };
    struct ob_schedule s;
    struct ob_err err = { 0 };
    assert_false(in_phases(kind, both, 2, &s, &err));
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_schedule_finish(&s);
}

static void phases(void **state)
{
    (void)state;
    const struct ob_schedule_type *rex = ob_schedule_find("rex", NULL);
    const struct ob_schedule_type *chained = ob_schedule_find("chained", NULL);
    const struct ob_schedule_type *watching = ob_schedule_find("plateau", NULL);
    const struct ob_schedule_phase first = { .name = "a", .type = rex };
    struct ob_schedule_phase a = first, b = { .name = "b", .type = rex };
    struct ob_schedule s;
    struct ob_err err;
    a.common.steps = 0.4;
    assert_true(
        in_phases("sequential", (struct ob_schedule_phase[]){ a, b }, 2, &s, &err));
    ob_assert_near(ob_schedule_rate(&s, 1, 21), 2.0 / 3, 1e-16);
    ob_assert_near(ob_schedule_rate(&s, 1, 41), 1, 0);
    ob_assert_near(ob_schedule_rate(&s, 1, 71), 2.0 / 3, 1e-16);
    ob_schedule_finish(&s);
    bad_phases("sequential", first, b, "phase.a: steps: only the last phase can go on");
    b.common.until = 30;
    bad_phases("sequential", a, b, "phase.b: until: it ends at 30 and begins at 40");
    b.common = (struct ob_phase_opts){ .steps = 5, .until = 60 };
    bad_phases("sequential", a, b, "phase.b: until: steps says already");
    bad_phases("chained", a, b, "phase.a: steps: the phases of chained all last");
    b = (struct ob_schedule_phase){ .name = "b", .type = chained };
    bad_phases("sequential", a, b, "phase.b: kind: chained is made of phases");
    b.type = watching;
    bad_phases("sequential", a, b, "phase.b: kind: plateau watches the whole run");
    a.common.steps = 100;
    b.type = rex;
    bad_phases("sequential", a, b, "phase.b: kind: rex needs a length");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant),
        cmocka_unit_test(step),
        cmocka_unit_test(cosine),
        cmocka_unit_test(warm_up),
        cmocka_unit_test(horizons),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(kinds_of_warm_up),
        cmocka_unit_test(epochs),
        cmocka_unit_test(any_order),
        cmocka_unit_test(plateau),
        cmocka_unit_test(ends),
        cmocka_unit_test(wrong_options),
        cmocka_unit_test(phases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
