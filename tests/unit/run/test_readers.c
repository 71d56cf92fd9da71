/* live, summary.json and events.jsonl: what is written reads back, what is hostile does
 * not harm. */
#include <config.h>

#include <math.h>

#include "optbench/run/events.h"
#include "optbench/run/live.h"
#include "optbench/run/summary.h"
#include "scratch.h"

static struct ob_live sample(void)
{
    struct ob_live l;
    ob_live_alloc(&l, 2, 7, 1);
    l.state = OB_RUN_PAUSED;
    snprintf(l.message, sizeof l.message, "paced, \"quoted\"\n");
    l.step = 812;
    l.epoch_steps = 541;
    l.batch_rows = 32;
    l.epoch = l.seconds = l.rate = l.pace = 1.5;
    l.loss = 0.1;
    l.batch_loss = l.evals = NAN;
    l.theta_delta = INFINITY;
    l.pace_auto = true;
    l.heartbeat = INT64_C(1795464301000000001);
    l.params = 7;
    l.tensor[0] = (struct ob_live_tensor){ .name = "w",
                                           .size = 6,
                                           .shape = { 6 },
                                           .ndim = 1,
                                           .shown = 6,
                                           .norm = 2,
                                           .effective_step = 0.25,
                                           .slot_norm = { 5 },
                                           .gauge = { NAN, 0.5 },
                                           .units = 3,
                                           .dead = 2 };
    l.tensor[1] = (struct ob_live_tensor){ .name = "bias",
                                           .size = 1,
                                           .first = 6,
                                           .shown = 1,
                                           .norm = 3,
                                           .effective_step = NAN,
                                           .slot_norm = { NAN },
                                           .gauge = { NAN, NAN } };
    l.gauge[0] = (struct ob_live_gauge){ "radius", "of the trust region", false, 2.5 };
    l.gauge[1] = (struct ob_live_gauge){ "trust_ratio", "of a tensor", true, NAN };
    l.gauges = 2;
    l.effective[3] = 0.125;
    for (size_t i = 0; i < 7; i++)
        l.value[i] = (double)i / 3;
    l.grad[2] = -1e-300;
    snprintf(l.slot_name[0], sizeof l.slot_name[0], "momentum");
    l.slot[0][6] = 4;
    l.rule[0] = (struct ob_live_rule){ "theta_delta", 0.5, 1e-4 };
    l.rules = 1;
    l.knob[0] = (struct ob_live_knob){ "optimizer.lr", 0.03, 0, 10 };
    l.knobs = 1;
    l.rows = 813;
    l.has_reference = true;
    l.reference_loss = 0.07;
    l.reference_distance = 2;
    l.cpu = 1.9;
    l.memory = 3e7;
    l.cores = 2;
    snprintf(l.device, sizeof l.device, "cuda:1");
    snprintf(l.device_name, sizeof l.device_name, "a \"card\"");
    l.device_load = 0.5;
    l.device_memory = 2e9;
    l.device_watts = 412.5;
    l.explain[0] = ob_xstrdup("w0 = 1 - 0.1 * 2 = 0.8\n");
    l.explain[1] = ob_xstrdup("");
    l.explains = 2;
    return l;
}

static void live_comes_back(void **state)
{
    (void)state;
    struct ob_live l = sample(), b = { 0 };
    struct ob_buf text = { 0 }, again = { 0 };
    struct ob_err err;
    char name[96];
    ob_live_write(&l, &text);
    if (!ob_live_parse(&b, ob_buf_text(&text), text.len, &err))
        fail_msg("%s", err.text);
    assert_int_equal(b.state, OB_RUN_PAUSED);
    assert_int_equal(b.heartbeat, l.heartbeat);
    assert_true(isnan(b.batch_loss) && isnan(b.grad[0]));
    ob_assert_near(b.value[5], 5.0 / 3, 0);
    assert_string_equal(b.slot_name[0], "momentum");
    assert_true(b.has_reference && b.rows == 813 && b.cores == 2 && isnan(b.load));
    ob_assert_near(b.reference_distance, 2, 0);
    assert_string_equal(b.device, "cuda:1");
    assert_string_equal(b.device_name, "a \"card\"");
    assert_true(b.device_load == 0.5 && b.device_memory == 2e9);
    assert_true(b.device_watts == 412.5 && isnan(b.device_celsius) &&
                isnan(b.device_own) && isnan(b.device_total));
    assert_true(b.epoch_steps == 541 && b.batch_rows == 32);
    assert_true(b.tensor[0].units == 3 && b.tensor[0].dead == 2);
    assert_true(b.tensor[1].units == 0 && b.tensor[1].dead == 0);
    assert_true(b.tensor[0].effective_step == 0.25 && b.tensor[0].slot_norm[0] == 5);
    assert_true(isnan(b.tensor[0].gauge[0]) && b.tensor[0].gauge[1] == 0.5);
    assert_true(isnan(b.tensor[1].effective_step) && isnan(b.tensor[1].slot_norm[0]));
    assert_true(b.effective[3] == 0.125 && isnan(b.effective[0]));
    assert_int_equal(b.gauges, 2);
    assert_string_equal(b.gauge[0].title, "of the trust region");
    assert_true(b.gauge[0].value == 2.5 && b.gauge[1].per_tensor);
    assert_int_equal(b.explains, 2);
    assert_string_equal(b.explain[0], l.explain[0]);
    ob_live_write(&b, &again);
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
    ob_live_param_name(&b, 4, name, sizeof name);
    assert_string_equal(name, "w4");
    ob_live_param_name(&b, 6, name, sizeof name);
    assert_string_equal(name, "bias");
    /* Models that are typed count from 1. */
    b.tensor[0].base = 1;
    ob_buf_clear(&text);
    ob_live_write(&b, &text);
    ob_live_finish(&l);
    l = (struct ob_live){ 0 };
    assert_true(ob_live_parse(&l, ob_buf_text(&text), text.len, &err));
    ob_live_param_name(&l, 0, name, sizeof name);
    assert_string_equal(name, "w1");
    ob_live_finish(&l);
    ob_live_finish(&b);
    ob_buf_finish(&text);
    ob_buf_finish(&again);
}

static void live_refuses_what_does_not_agree(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{",
        "7",
        "{\"tensors\":[{\"size\":3,\"shape\":[2],\"shown\":0}]}",
        "{\"tensors\":[{\"size\":2,\"shape\":[2],\"first\":1,\"shown\":2}],"
        "\"values\":[1,2]}",
        "{\"tensors\":[{\"size\":4,\"shape\":[4294967296,4294967296,4294967296]}]}",
        "{\"tensors\":[{\"size\":1,\"shape\":[1,1,1,1,1]}]}",
        "{\"slots\":[1,2,3,4,5,6,7,8,9]}",
    };
    struct ob_live l = sample();
    struct ob_err err;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        if (ob_live_parse(&l, bad[i], strlen(bad[i]), &err))
            fail_msg("took %s", bad[i]);
        assert_int_equal(err.code, OB_EDATA);
    }
    assert_int_equal(l.step, 812); /* unchanged */
    ob_live_finish(&l);
}

/* Every beginning of a good file, and every file with one byte changed, either reads or
 * is refused; the sanitizers watch. */
static void live_survives_damage(void **state)
{
    (void)state;
    struct ob_live l = sample(), b = { 0 };
    struct ob_buf text = { 0 };
    size_t taken = 0;
    ob_live_write(&l, &text);
    for (size_t i = 0; i + 2 < text.len; i++) {
        char keep = text.data[i];
        assert_false(ob_live_parse(&b, text.data, i, NULL));
        text.data[i] = (char)(keep ^ 5);
        taken += ob_live_parse(&b, text.data, text.len, NULL);
        text.data[i] = keep;
    }
    assert_true(taken > 0 && taken < text.len);
    ob_live_finish(&l);
    ob_live_finish(&b);
    ob_buf_finish(&text);
}

static void live_is_read_when_replaced(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_live l = { 0 };
    uint64_t stamp = 0;
    bool fresh = true;
    assert_true(ob_live_read(&l, &d, &stamp, &fresh, NULL));
    assert_false(fresh);
    for (int i = 1; i < 5; i++) {
        char text[64];
        int n = snprintf(text, sizeof text, "{\"state\":\"running\",\"step\":%d}", i);
        assert_true(ob_rundir_replace(&d, "live", text, (size_t)n, false, NULL));
        assert_true(ob_live_read(&l, &d, &stamp, &fresh, NULL));
        assert_true(fresh);
        assert_int_equal(l.step, i);
        assert_true(ob_live_read(&l, &d, &stamp, &fresh, NULL));
        assert_false(fresh);
    }
    ob_live_finish(&l);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void summary_comes_back(void **state)
{
    (void)state;
    double w[6] = { 1, 2, 3, 4, 5, 0.1 }, bias = -0.5;
    struct ob_summary_tensor tensor[2] = {
        { .name = "w", .ndim = 2, .shape = { 2, 3 }, .size = 6, .value = w },
        { .name = "bias", .size = 1, .value = &bias },
    };
    struct ob_summary_metric metric = { "half_mse", 0.000946 };
    struct ob_summary s = { .state = OB_RUN_FINISHED,
                            .stop = "diverged",
                            .message = "two\nlines",
                            .steps = 1043,
                            .measured = true,
                            .loss = NAN,
                            .best_loss = 0.1,
                            .theta_delta = INFINITY,
                            .metric = &metric,
                            .metrics = 1,
                            .tensor = tensor,
                            .tensors = 2,
                            .has_reference = true,
                            .reference_loss = 0.00089,
                            .device = "cpu" };
    double count[4] = { 30, 2, 0, 18 };
    char *name[2] = { (char[]){ "cat" }, (char[]){ "a \"dog\"\n" } };
    s.confusion = (struct ob_summary_tensor){
        .ndim = 2, .shape = { 2, 2 }, .size = 4, .value = count
    };
    s.class_name = name;
    struct ob_summary_metric on_val = { "half_mse", 0.25 };
    s.validation = (struct ob_summary_part){ .rows = 10,
                                             .loss = 0.5,
                                             .best_loss = 0.3,
                                             .best_step = 77,
                                             .metric = &on_val,
                                             .metrics = 1 };
    s.test = (struct ob_summary_part){ .rows = 5, .loss = INFINITY, .best_loss = NAN };
    struct ob_summary b;
    struct ob_buf text = { 0 }, again = { 0 };
    struct ob_err err;
    ob_summary_write(&s, &text);
    assert_non_null(strstr(text.data, "\"loss\": \"nan\""));
    assert_non_null(strstr(text.data, "\"theta_delta\": \"inf\""));
    if (!ob_summary_parse(&b, text.data, text.len, &err))
        fail_msg("%s", err.text);
    assert_int_equal(b.tensors, 2);
    assert_int_equal(b.tensor[0].ndim, 2);
    ob_assert_near(b.tensor[0].value[5], 0.1, 0);
    assert_int_equal(b.tensor[1].ndim, 0);
    assert_true(b.confusion.size == 4 && b.confusion.value[1] == 2);
    assert_string_equal(b.class_name[1], name[1]);
    assert_true(b.validation.rows == 10 && b.validation.best_step == 77);
    assert_true(b.validation.metrics == 1 && b.validation.metric[0].value == 0.25);
    assert_true(b.test.rows == 5 && isinf(b.test.loss) && isnan(b.test.best_loss));
    ob_summary_write(&b, &again);
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
    ob_summary_finish(&b);
    ob_buf_finish(&text);
    ob_buf_finish(&again);
}

static void summary_takes_what_it_can(void **state)
{
    (void)state;
    static const char text[] =
        "{\"state\":\"interrupted\",\"steps\":-1,\"loss\":[1],\"metrics\":[1,2],"
        "\"parameters\":{\"ragged\":[[1,2],[3]],\"deep\":[[[[[1]]]]],\"empty\":[],"
        "\"fine\":[1,null]},\"evaluations\":7,\"test\":[3],"
        "\"validation\":{\"rows\":-3,\"loss\":\"x\",\"metrics\":[1]},"
        "\"confusion\":{\"classes\":[\"a\"],\"counts\":[[1,2],[3,4]]}}";
    struct ob_summary s;
    assert_true(ob_summary_parse(&s, text, sizeof text - 1, NULL));
    assert_int_equal(s.state, OB_RUN_INTERRUPTED);
    assert_int_equal(s.steps, 0);
    assert_true(isnan(s.loss));
    assert_int_equal(s.metrics, 0);
    assert_true(s.validation.rows == 0 && s.validation.metrics == 0 && s.test.rows == 0);
    assert_int_equal(s.tensors, 1);
    assert_string_equal(s.tensor[0].name, "fine");
    /* One name for two classes is none. */
    assert_true(s.confusion.value[3] == 4 && s.class_name == NULL);
    ob_summary_finish(&s);
    static const char *const odd[] = { "{\"counts\":[[1,2],[3]]}", "{\"counts\":[1,2]}",
                                       "{\"counts\":[[1,2,3],[4,5,6]]}", "[1]", "{}" };
    for (size_t i = 0; i < OB_COUNT(odd); i++) {
        char summary[128];
        snprintf(summary, sizeof summary, "{\"state\":\"finished\",\"confusion\":%s}",
                 odd[i]);
        assert_true(ob_summary_parse(&s, summary, strlen(summary), NULL));
        assert_true(s.confusion.value == NULL && s.confusion.size == 0);
        ob_summary_finish(&s);
    }
    assert_false(ob_summary_parse(&s, "{\"state\":\"running\"}", 19, NULL));
}

static void events_come_back(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_event set = {
        .kind = "set", .step = 812, .key = "optimizer.lr", .old = 0.03, .fresh = 0.01
    };
    struct ob_event word = { .kind = "set",
                             .step = 9,
                             .key = "optimizer.nesterov",
                             .old = NAN,
                             .fresh = NAN,
                             .word = "yes" };
    struct ob_buf text = { 0 }, shown = { 0 };
    struct ob_events v;
    bool fresh;
    ob_event_write(&set, &text);
    ob_event_write(&word, &text);
    ob_buf_adds(&text, "not json\n{\"step\":4}\n{\"event\":\"torn");
    scratch_put(&d, "events.jsonl", ob_buf_text(&text), false);
    ob_events_init(&v, &d);
    assert_true(ob_events_poll(&v, &fresh, NULL));
    assert_true(fresh);
    assert_int_equal(v.n, 2);
    ob_assert_near(v.item[0].fresh, 0.01, 0);
    assert_string_equal(v.item[1].word, "yes");
    ob_event_show(&v.item[0], &shown);
    assert_string_equal(ob_buf_text(&shown), "optimizer.lr 0.03 -> 0.01 at step 812");
    scratch_put(&d, "events.jsonl", "\",\"text\":\"\\u001b[2J\"}\n", true);
    assert_true(ob_events_poll(&v, &fresh, NULL));
    assert_int_equal(v.n, 3);
    ob_buf_clear(&shown);
    ob_event_show(&v.item[2], &shown);
    assert_string_equal(ob_buf_text(&shown), "torn at step 0: \\x1b[2J");
    ob_events_finish(&v);
    ob_buf_finish(&text);
    ob_buf_finish(&shown);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* However many there are, the newest stay and the count is right. */
static void events_keep_the_newest(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_buf text = { 0 };
    struct ob_events v;
    for (int i = 0; i < 10000; i++)
        ob_buf_addf(&text, "{\"event\":\"set\",\"step\":%d}\n", i);
    scratch_put(&d, "events.jsonl", ob_buf_text(&text), false);
    ob_events_init(&v, &d);
    assert_true(ob_events_poll(&v, NULL, NULL));
    assert_int_equal(v.total, 10000);
    assert_true(v.n >= 2048 && v.n <= 4096);
    assert_int_equal(v.item[v.n - 1].step, 9999);
    assert_int_equal(v.item[0].step, 10000 - v.n);
    ob_events_finish(&v);
    ob_buf_finish(&text);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_comes_back),
        cmocka_unit_test(live_refuses_what_does_not_agree),
        cmocka_unit_test(live_survives_damage),
        cmocka_unit_test(live_is_read_when_replaced),
        cmocka_unit_test(summary_comes_back),
        cmocka_unit_test(summary_takes_what_it_can),
        cmocka_unit_test(events_come_back),
        cmocka_unit_test(events_keep_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
