/*
 * Steps that a device makes by itself: rows, checkpoints, explanations and ends are those
 * of the processor, to the byte, wherever a run is looked at, changed, saved or taken up.
 */
#include <config.h>

#include <string.h>

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

static void test_full(void **state)
{
    (void)state;
    compare("heights.ini", (const char *const[]){ "stop.max_steps=300", NULL }, 300);
    compare("admission.ini",
            (const char *const[]){ "stop.max_steps=120", "optimizer.kind=adam",
                                   "experiment.dtype=float32", NULL },
            120);
}

static void test_batches(void **state)
{
    (void)state;
    compare("housing.ini",
            (const char *const[]){ "batch.size=10", "stop.max_steps=90",
                                   "optimizer.kind=nadam", "model.l2=0.02",
                                   "model.l1=0.01", NULL },
            90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_batches),
    };
    struct ob_device *d = ob_test_device();
    ob_device_close(d);
    device = getenv("OB_TEST_DEVICE") ? getenv("OB_TEST_DEVICE") : "opencl";
    return cmocka_run_group_tests_name("courses", tests, NULL, NULL);
}
