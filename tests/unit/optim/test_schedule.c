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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant), cmocka_unit_test(step),
        cmocka_unit_test(cosine),   cmocka_unit_test(warm_up),
        cmocka_unit_test(horizons), cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
