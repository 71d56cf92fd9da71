/*
 * Averages of the parameters in a run: what is measured of them and when, against means
 * of the logged parameters; their best and their place in checkpoints. And batches of
 * several pieces, against the passes that they stand for.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "experiment.h"
#include "optbench/base/number.h"
#include "optbench/train/columns.h"
#include "optbench/train/result.h"
#include "optbench/train/safetensors.h"

struct run {
    struct experiment e;
    struct ob_buf rows;
};

static void run_init(struct run *r, const char *const *sets, uint64_t steps)
{
    *r = (struct run){ 0 };
    experiment_make(&r->e, "heights.ini", sets);
    experiment_run(&r->e, steps, &r->rows);
}

#define RUN(r, steps, ...) run_init(r, (const char *const[]){ __VA_ARGS__, NULL }, steps)

static void run_finish(struct run *r)
{
    experiment_finish(&r->e);
    ob_buf_finish(&r->rows);
}

static size_t rows_of(const struct run *r)
{
    return r->rows.len / ob_row_size(ob_trainer_columns(r->e.t)->width);
}

static const struct ob_row *row_at(const struct run *r, size_t i)
{
    return (const void *)(r->rows.data +
                          i * ob_row_size(ob_trainer_columns(r->e.t)->width));
}

/* A figure of a row; NaN where it was not measured. */
static double figure(const struct run *r, size_t i, const char *name)
{
    int at = ob_columns_find(ob_trainer_columns(r->e.t), name);
    assert_true(at >= 0);
    return ob_row_has(row_at(r, i), (size_t)at) ? row_at(r, i)->v[at] : NAN;
}

static double saved(const struct run *r, const char *name)
{
    struct ob_safetensors s = { 0 };
    double out;
    assert_true(ob_trainer_save(r->e.t, &s, NULL));
    const struct ob_array *a = ob_safetensors_find(&s, name);
    assert_non_null(a);
    assert_int_equal(a->type, OB_ARRAY_F64);
    assert_int_equal(a->n, 1);
    memcpy(&out, a->data, sizeof out);
    ob_safetensors_finish(&s);
    return out;
}

static uint64_t evaluations(struct run *r)
{
    struct ob_result result = { 0 };
    ob_result_init(&result, r->e.t);
    uint64_t n = result.evals_function;
    ob_result_finish(&result);
    return n;
}

/* With decay = 0 the average is theta: the same figures where there are any, and the run
 * itself makes the same rows as one without. */
static void an_average_of_the_last_is_the_last(void **state)
{
    (void)state;
    static const char *const sizes[] = { "batch.size=full", "batch.size=10" };
    for (size_t b = 0; b < 2; b++) {
        struct run r, bare;
        size_t measured = 0;
        RUN(&r, 60, sizes[b], "average.kind=ema", "average.decay=0", "log.metrics=mae",
            "data.val=0.2", "average.start=3");
        RUN(&bare, 60, sizes[b], "log.metrics=mae", "data.val=0.2");
        assert_int_equal(rows_of(&r), rows_of(&bare));
        for (size_t i = 0; i < rows_of(&r); i++) {
            static const char *const names[] = { "loss", "mae", "val_loss", "val_mae" };
            const uint64_t step = row_at(&r, i)->step;
            for (size_t k = 0; k < 4; k++) {
                char mean[32];
                snprintf(mean, sizeof mean, "average_%s", names[k]);
                double x = figure(&r, i, names[k]), y = figure(&r, i, mean);
                assert_true(isnan(x) || step < 3 ? isnan(y) : y == x);
                assert_true(isnan(x) || figure(&bare, i, names[k]) == x);
                measured += !isnan(y);
            }
        }
        assert_true(measured >= 20);
        assert_int_equal(evaluations(&r), evaluations(&bare));
        run_finish(&r);
        run_finish(&bare);
    }
}

/* Stochastic weight averaging: the mean of the logged parameters of steps 10, 15, ... */
static void swa_is_the_mean_of_the_log(void **state)
{
    (void)state;
    struct run r;
    double w = 0, b = 0, n = 0;
    RUN(&r, 42, "average.kind=swa", "average.start=10", "average.every=5");
    for (size_t i = 10; i <= 40; i += 5) {
        assert_int_equal(row_at(&r, i)->step, i);
        w += figure(&r, i, "w0");
        b += figure(&r, i, "bias");
        n++;
    }
    ob_assert_near(saved(&r, "average.w"), w / n, 1e-14);
    ob_assert_near(saved(&r, "average.bias"), b / n, 1e-14);
    assert_true(isnan(figure(&r, 9, "average_loss")));
    assert_true(figure(&r, 10, "average_loss") == figure(&r, 10, "loss"));
    assert_true(figure(&r, 42, "average_loss") == figure(&r, 40, "average_loss"));
    run_finish(&r);
}

/* Schedule-Free stands for another point than where its gradients are. */
static void an_optimizer_may_stand_for_an_average(void **state)
{
    (void)state;
    struct run r;
    RUN(&r, 40, "optimizer.kind=schedule_free_sgd", "optimizer.lr=0.03");
    assert_true(figure(&r, 0, "average_loss") == figure(&r, 0, "loss"));
    assert_true(figure(&r, 40, "average_loss") != figure(&r, 40, "loss"));
    assert_true(saved(&r, "average.w") != saved(&r, "w"));
    run_finish(&r);
}

/* The best of the average keeps the average. */
static void the_best_average_is_kept(void **state)
{
    (void)state;
    struct run r;
    struct ob_safetensors best = { 0 };
    double w, value, least = INFINITY;
    RUN(&r, 50, "average.kind=ema", "average.decay=0.9", "checkpoint.best=average_loss");
    for (size_t i = 0; i < rows_of(&r); i++)
        if (figure(&r, i, "average_loss") < least)
            least = figure(&r, i, "average_loss");
    assert_true(ob_trainer_save_best(r.e.t, &best, NULL));
    assert_true(ob_safetensors_number(&best, "best.value", &value));
    assert_true(value == least);
    memcpy(&w, ob_safetensors_find(&best, "w")->data, sizeof w);
    assert_true(w == saved(&r, "average.w") && w != saved(&r, "w"));
    ob_safetensors_finish(&best);
    run_finish(&r);
}

/* All rows in pieces of one size, in their order: the full batch but for rounding. */
static void accumulated_batches_are_means(void **state)
{
    (void)state;
    struct run whole, pieces;
    RUN(&whole, 5, "stop.theta_delta=0");
    RUN(&pieces, 5, "stop.theta_delta=0", "batch.size=7", "batch.accumulate=7",
        "batch.shuffle=no");
    const size_t last = 5;
    static const char *const names[] = { "w0", "bias" };
    bool rounded = false;
    for (size_t i = 0; i < 2; i++) {
        double a = figure(&whole, last, names[i]), b = figure(&pieces, last, names[i]);
        ob_assert_near(a, b, 1e-12);
        rounded = rounded || a != b;
    }
    assert_true(rounded); /* else the pieces were not taken one by one */
    /* One step is one epoch. */
    assert_true(figure(&pieces, last, "epoch") == 5);
    ob_assert_near(figure(&pieces, last, "batch_loss"), figure(&whole, last - 1, "loss"),
                   1e-12);
    run_finish(&whole);
    run_finish(&pieces);
}

/* Steps of 3 batches of 9 of 49 rows: 6 batches an epoch, the last of 4 rows: 2 steps. */
static void the_last_step_has_what_is_left(void **state)
{
    (void)state;
    struct run r;
    RUN(&r, 4, "batch.size=9", "batch.accumulate=3");
    assert_true(figure(&r, 2, "epoch") == 1 && figure(&r, 4, "epoch") == 2);
    run_finish(&r);
    RUN(&r, 4, "batch.size=9", "batch.accumulate=4", "batch.drop_last=yes");
    assert_true(figure(&r, 2, "epoch") == 1);
    run_finish(&r);
}

/* The gradient that the rule went by, what it made of it, and where Lookahead put that.
 */
static void wrappers_are_explained(void **state)
{
    (void)state;
    struct run r;
    struct ob_buf text = { 0 };
    char number[OB_NUMBER_MAX];
    RUN(&r, 4, "lookahead.k=2", "lookahead.alpha=0.25", "clip.max_norm=0.01");
    assert_true(ob_trainer_explain(r.e.t, "bias", &text, NULL));
    assert_int_equal(strncmp(ob_buf_text(&text), "[clip] made it grad = -0.00", 27), 0);
    assert_non_null(strstr(ob_buf_text(&text),
                           "[lookahead] new bias = slow + alpha * (bias - slow) = "));
    assert_non_null(strstr(ob_buf_text(&text), " + 0.25 * ("));
    ob_number_write(number, figure(&r, 4, "bias"));
    ob_buf_adds(&text, "!");
    assert_non_null(strstr(ob_buf_text(&text), number));
    assert_string_equal(strrchr(ob_buf_text(&text), ' ') + 1 + strlen(number), "\n!");
    ob_buf_finish(&text);
    run_finish(&r);
    RUN(&r, 5, "lookahead.k=2");
    assert_true(ob_trainer_explain(r.e.t, "bias", &text, NULL));
    assert_null(strstr(ob_buf_text(&text), "["));
    ob_buf_finish(&text);
    run_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_average_of_the_last_is_the_last),
        cmocka_unit_test(swa_is_the_mean_of_the_log),
        cmocka_unit_test(an_optimizer_may_stand_for_an_average),
        cmocka_unit_test(the_best_average_is_kept),
        cmocka_unit_test(accumulated_batches_are_means),
        cmocka_unit_test(the_last_step_has_what_is_left),
        cmocka_unit_test(wrappers_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
