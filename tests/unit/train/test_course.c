/*
 * Steps that a device makes by itself: rows, checkpoints, explanations and ends are those
 * of the processor, to the byte, wherever a run is looked at, changed, saved or taken up.
 */
#include <config.h>

#include <string.h>

#include "../../../src/train/course_priv.h"
#include "../../../src/train/trainer_priv.h"
#include "../device/device_test.h"
#include "experiment.h"
#include "optbench/base/mem.h"

static const char *device;

/* `sets` with the device behind them; the caller frees. */
static const char **on_device(const char *const *sets)
{
    static char text[64];
    size_t n = 0;
    while (sets[n])
        n++;
    const char **all = ob_xcalloc(n + 2, sizeof *all);
    memcpy(all, sets, n * sizeof *all);
    snprintf(text, sizeof text, "experiment.device=%s", device);
    all[n] = text;
    return all;
}

struct pair {
    struct experiment here, there;
    struct ob_buf rows_here, rows_there;
};

static void begin(struct pair *p, const char *ini, const char *const *sets)
{
    const char **all = on_device(sets);
    *p = (struct pair){ 0 };
    experiment_make(&p->here, ini, sets);
    experiment_make(&p->there, ini, all);
    assert_non_null(p->there.t->course);
    free(all);
}

static void finish(struct pair *p)
{
    experiment_finish(&p->here);
    experiment_finish(&p->there);
    ob_buf_finish(&p->rows_here);
    ob_buf_finish(&p->rows_there);
}

static void same_rows(const struct pair *p)
{
    const struct ob_columns *c = ob_trainer_columns(p->here.t);
    const size_t size = ob_row_size(c->width);
    assert_int_equal(p->rows_there.len, p->rows_here.len);
    for (size_t at = 0; at < p->rows_here.len; at += size) {
        const struct ob_row *a = (const void *)(p->rows_here.data + at);
        const struct ob_row *b = (const void *)(p->rows_there.data + at);
        if (memcmp(a, b, size) == 0)
            continue;
        for (size_t i = 0; i < c->width; i++)
            if (memcmp(&a->v[i], &b->v[i], sizeof a->v[i]) != 0)
                fail_msg("step %llu: column %zu is %a on the device, %a here",
                         (unsigned long long)a->step, i, b->v[i], a->v[i]);
        fail_msg("step %llu differs", (unsigned long long)a->step);
    }
}

/* Arrays and figures of a checkpoint, but the seconds. */
static void same_state(const struct pair *p)
{
    struct ob_safetensors a = { 0 }, b = { 0 };
    struct ob_err err;
    assert_true(ob_trainer_save(p->here.t, &a, &err) &&
                ob_trainer_save(p->there.t, &b, &err));
    assert_int_equal(a.arrays, b.arrays);
    for (size_t i = 0; i < a.arrays; i++) {
        assert_string_equal(a.array[i].name, b.array[i].name);
        assert_memory_equal(a.array[i].data, b.array[i].data,
                            a.array[i].n *
                                ob_dtype_size(ob_trainer_theta(p->here.t)->dtype));
    }
    ob_safetensors_finish(&a);
    ob_safetensors_finish(&b);
}

static void go_on(struct pair *p, uint64_t steps)
{
    const enum ob_stop a = experiment_continue(&p->here, steps, &p->rows_here);
    const enum ob_stop b = experiment_continue(&p->there, steps, &p->rows_there);
    assert_int_equal(a, b);
}

static void start(struct pair *p)
{
    experiment_run(&p->here, 0, &p->rows_here);
    experiment_run(&p->there, 0, &p->rows_there);
}

static void compare(const char *ini, const char *const *sets, uint64_t steps)
{
    struct pair p;
    begin(&p, ini, sets);
    start(&p);
    go_on(&p, steps);
    same_rows(&p);
    same_state(&p);
    finish(&p);
}

static void same_words(const struct pair *p, const char *parameter)
{
    struct ob_buf a = { 0 }, b = { 0 };
    struct ob_err err;
    if (!ob_trainer_explain(p->here.t, parameter, &a, &err))
        fail_msg("%s", err.text);
    assert_true(ob_trainer_explain(p->there.t, parameter, &b, &err));
    assert_string_equal(ob_buf_text(&b), ob_buf_text(&a));
    ob_buf_finish(&a);
    ob_buf_finish(&b);
}

static void same_tensor(const struct pair *p, const char *what)
{
    struct ob_safetensors a = { 0 }, b = { 0 };
    struct ob_err err;
    assert_true(ob_trainer_tensor(p->here.t, what, &a, &err) &&
                ob_trainer_tensor(p->there.t, what, &b, &err));
    assert_string_equal(b.array[0].name, a.array[0].name);
    assert_memory_equal(b.array[0].data, a.array[0].data,
                        a.array[0].n * ob_dtype_size(ob_trainer_theta(p->here.t)->dtype));
    ob_safetensors_finish(&a);
    ob_safetensors_finish(&b);
}

static void set_both(struct pair *p, const char *key, const char *value)
{
    char from[64], to[128];
    struct ob_err err;
    assert_true(ob_trainer_set(p->here.t, key, value, from, to, &err) &&
                ob_trainer_set(p->there.t, key, value, from, to, &err));
}

/* The processor goes on with what the device has, and the device with what that had. */
static void change_places(struct pair *p)
{
    struct ob_safetensors a = { 0 }, b = { 0 };
    struct ob_err err;
    assert_true(ob_trainer_save(p->here.t, &a, &err) &&
                ob_trainer_save(p->there.t, &b, &err));
    assert_true(ob_trainer_load(p->here.t, &b, &err) &&
                ob_trainer_load(p->there.t, &a, &err));
    ob_safetensors_finish(&a);
    ob_safetensors_finish(&b);
}

/* Looks at it in the middle of chunks, changes it, saves and loads. */
static void walk(const char *ini, const char *const *sets, const char *parameter)
{
    struct pair p;
    begin(&p, ini, sets);
    start(&p);
    go_on(&p, 3);
    same_state(&p);
    same_words(&p, "");
    go_on(&p, 4);
    same_words(&p, parameter);
    go_on(&p, 21);
    same_words(&p, parameter);
    set_both(&p, "optimizer.lr", "0.0123");
    go_on(&p, 32);
    same_tensor(&p, "w");
    same_tensor(&p, "w change");
    same_tensor(&p, "w grad");
    go_on(&p, 40);
    same_state(&p);
    change_places(&p);
    go_on(&p, 58);
    same_words(&p, "");
    same_rows(&p);
    same_state(&p);
    finish(&p);
}

static void test_full(void **state)
{
    (void)state;
    compare("heights.ini", (const char *const[]){ "stop.max_steps=100", NULL }, 100);
}

static void test_batches(void **state)
{
    (void)state;
    compare("housing.ini",
            (const char *const[]){ "batch.size=10", "stop.max_steps=90",
                                   "optimizer.kind=adam", NULL },
            90);
}

/* 690 weights in double: too long for a record. */
#define LONG                                                                             \
    "data.inputs=690", "data.rows=30", "data.classes=2", "model.kind=logistic",          \
        "experiment.dtype=float64", "log.internals=no"

static void test_long(void **state)
{
    (void)state;
    compare("../device/classes.ini",
            (const char *const[]){ LONG, "log.metrics=", "optimizer.nesterov=yes",
                                   "stop.max_steps=40", "model.l2=0.1", NULL },
            40);
    compare("../device/classes.ini",
            (const char *const[]){ LONG, "batch.size=7", "log.evaluate=5",
                                   "stop.max_steps=30", NULL },
            30);
}

static void test_walk(void **state)
{
    (void)state;
    walk("heights.ini", (const char *const[]){ "stop.max_steps=300", NULL }, "w0");
    walk("housing.ini",
         (const char *const[]){ "batch.size=10", "stop.max_steps=90",
                                "optimizer.kind=adam", NULL },
         "w0");
    walk("../device/classes.ini",
         (const char *const[]){ LONG, "log.metrics=", "stop.max_steps=70", NULL },
         "w603");
    walk("../device/classes.ini",
         (const char *const[]){ LONG, "batch.size=7", "stop.max_steps=70", NULL },
         "w603");
}

/* Ends that nobody knows beforehand: in the middle of a chunk, at the same step. */
static void test_ends(void **state)
{
    (void)state;
    compare("heights.ini", (const char *const[]){ "stop.theta_delta=5e-3", NULL },
            UINT64_MAX);
    compare("heights.ini", (const char *const[]){ "optimizer.lr=2", NULL }, UINT64_MAX);
    compare("../device/classes.ini",
            (const char *const[]){ LONG, "log.metrics=", "stop.max_steps=0",
                                   "stop.theta_delta=0.2", NULL },
            UINT64_MAX);
    compare("../device/classes.ini",
            (const char *const[]){ LONG, "log.metrics=", "optimizer.lr=1e38", NULL },
            UINT64_MAX);
}

/* The rest of the chunk in which a run diverges changes nothing. */
static void test_halts(void **state)
{
    struct pair p;
    struct ob_err err;
    uint64_t now[OB_NOW_WORDS];
    (void)state;
    begin(&p, "heights.ini", (const char *const[]){ "optimizer.lr=2", NULL });
    start(&p);
    struct ob_course *c = p.there.t->course;
    assert_true(ob_device_download(c->device, c->now, 0, now, sizeof now, &err));
    assert_int_equal(now[OB_NOW_HALTED], 0);
    go_on(&p, UINT64_MAX);
    assert_int_equal(ob_trainer_state(p.there.t), OB_STOP_DIVERGED);
    assert_true(ob_device_download(c->device, c->now, 0, now, sizeof now, &err));
    assert_int_equal(now[OB_NOW_HALTED], 1);
    finish(&p);
}

/* A schedule that watches the run: no step is made before it has heard of the last. */
static void test_watching(void **state)
{
    (void)state;
    compare("heights.ini",
            (const char *const[]){ "schedule.kind=plateau", "schedule.patience=2",
                                   "schedule.threshold=0.3", "stop.max_steps=60", NULL },
            60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),     cmocka_unit_test(test_batches),
        cmocka_unit_test(test_long),     cmocka_unit_test(test_walk),
        cmocka_unit_test(test_ends),     cmocka_unit_test(test_halts),
        cmocka_unit_test(test_watching),
    };
    struct ob_device *d = ob_test_device();
    ob_device_close(d);
    device = getenv("OB_TEST_DEVICE") ? getenv("OB_TEST_DEVICE") : "opencl";
    return cmocka_run_group_tests_name("courses", tests, NULL, NULL);
}
