#include <config.h>

#include "../../lib/ob_test.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/ui/feed_priv.h"
#include "../../../src/ui/live_axis.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"

struct place {
    char folder[64];
    struct ob_rundir dir;
    struct ob_run_reader reader;
    struct ob_view view;
};

static int set_up(void **state)
{
    struct place *p = test_calloc(1, sizeof *p);
    struct ob_err err;
    snprintf(p->folder, sizeof p->folder, "/tmp/ob-reader-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    assert_true(ob_rundir_open(&p->dir, p->folder, &err));
    assert_true(ob_run_reader_open(&p->reader, p->folder, &err));
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const file[] = { "metrics.csv", "timing.csv", "config.ini",
                                        "live" };
    struct place *p = *state;
    for (size_t i = 0; i < OB_COUNT(file); i++)
        unlinkat(p->dir.fd, file[i], 0);
    ob_run_reader_finish(&p->reader);
    ob_run_model_finish(&p->view.run);
    ob_rundir_finish(&p->dir);
    rmdir(p->folder);
    test_free(p);
    return 0;
}

static void put(struct place *p, const char *file, const char *text)
{
    assert_true(ob_rundir_replace(&p->dir, file, text, strlen(text), false, NULL));
}

/* A log of many portions: each look takes one, the chart grows from look to look, and
 * what is said of the rest comes to its end. */
static void long_logs_come_by_portions(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_buf text = { 0 };
    const size_t rows = 150000;
    ob_buf_adds(&text, "step,epoch,loss,theta_delta,grad_norm\n");
    for (size_t i = 0; i < rows; i++)
        ob_buf_addf(&text, "%zu,%zu.5,0.%zu,1e-05,0.25\n", i, i / 2, i + 1);
    put(p, "metrics.csv", ob_buf_text(&text));
    ob_buf_finish(&text);
    size_t looks = 0, had = 0;
    double part = 0;
    do {
        assert_true(ob_run_reader_read(&p->reader, m, 0));
        assert_true(m->series[OB_Q_STEP].n > had);
        assert_true(m->loading.part > part && m->loading.part <= 1);
        assert_true(isnan(m->loading.seconds) || m->loading.seconds >= 0);
        had = m->series[OB_Q_STEP].n;
        part = m->loading.part;
        looks++;
    } while (m->loading.behind);
    assert_true(looks >= 5);
    assert_int_equal(had, rows);
    assert_true(part == 1);

    /* A column asked for later is read from the start, by portions, too. */
    snprintf(m->asked.place, sizeof m->asked.place, "epoch");
    for (looks = 0; looks == 0 || m->loading.more; looks++)
        ob_run_reader_read(&p->reader, m, 0);
    assert_true(looks >= 5);
    assert_int_equal(m->place.value.n, rows);
    assert_true(ob_series_at(&m->place.value, 4001) == 2000.5);
}

/* A run that is removed while its log is read: nobody goes on looking for the rest. */
static void removed_while_it_is_read(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_run_info info = { .name = "a", .recorded = OB_RUN_FINISHED };
    struct ob_live live = { 0 };
    struct ob_buf text = { 0 };
    ob_run_info_write(&info, &text);
    put(p, "run.json", ob_buf_text(&text));
    ob_buf_clear(&text);
    ob_live_write(&live, &text);
    put(p, "live", ob_buf_text(&text));
    ob_buf_clear(&text);
    ob_buf_adds(&text, "step,loss\n");
    for (int i = 0; i < 200000; i++)
        ob_buf_addf(&text, "%d,0.5\n", i);
    put(p, "metrics.csv", ob_buf_text(&text));
    ob_buf_finish(&text);
    ob_run_reader_read(&p->reader, m, 0);
    assert_true(m->loading.more && ob_run_reader_behind(&p->reader));
    unlinkat(p->dir.fd, "run.json", 0);
    ob_run_reader_read(&p->reader, m, 0);
    assert_false(m->loading.more || m->loading.behind);
    assert_false(ob_run_reader_behind(&p->reader));
    assert_true(m->series[OB_Q_LOSS].n > 0);
}

/* What an engine that is gone has left tells whether the run can go on. */
static void checkpoints_are_seen(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_run_info info = { .name = "a", .recorded = OB_RUN_RUNNING };
    struct ob_buf text = { 0 };
    ob_run_info_write(&info, &text);
    put(p, "run.json", ob_buf_text(&text));
    ob_buf_finish(&text);
    ob_run_reader_read(&p->reader, m, 0);
    assert_int_equal(m->info.state, OB_RUN_INTERRUPTED);
    assert_false(m->resumable);
    m->info.state = OB_RUN_RUNNING; /* taken up again, and gone again */
    assert_int_equal(mkdirat(p->dir.fd, "checkpoints", 0777), 0);
    put(p, "checkpoints/LATEST", "step-1\n");
    ob_run_reader_read(&p->reader, m, 0);
    assert_true(m->resumable);
    unlinkat(p->dir.fd, "checkpoints/LATEST", 0);
    unlinkat(p->dir.fd, "checkpoints", AT_REMOVEDIR);
    unlinkat(p->dir.fd, "run.json", 0);
}

/* Extremes that say nothing new take no memory; the first that does brings all. */
static void extremes_are_kept_where_they_say_more(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    put(p, "metrics.csv",
        "step,loss,loss_min,loss_max,theta_delta,theta_delta_max\n0,5,5,5,,\n"
        "1,4,4,4,1,1\n");
    ob_run_reader_read(&p->reader, m, 0);
    assert_int_equal(m->series[OB_Q_LOSS_MIN].n, 0);
    assert_int_equal(m->series[OB_Q_DELTA_MAX].n, 0);
    put(p, "metrics.csv",
        "step,loss,loss_min,loss_max,theta_delta,theta_delta_max\n0,5,5,5,,\n"
        "1,4,4,4,1,1\n3,nan,nan,nan,1,1\n5,3,2,9,1,2\n7,3,3,3,1,1\n");
    ob_run_reader_read(&p->reader, m, 0);
    const struct ob_series *hi = &m->series[OB_Q_LOSS_MAX];
    assert_int_equal(hi->n, 5);
    assert_true(ob_series_at(hi, 1) == 4 && isnan(ob_series_at(hi, 2)));
    assert_true(ob_series_at(hi, 3) == 9 && ob_series_at(hi, 4) == 3);
    assert_int_equal(m->series[OB_Q_DELTA_MAX].n, m->series[OB_Q_DELTA].n);
}

/* The loss on the validation part and the accuracies stand in some rows alone. */
static void sparse_columns_have_their_own_steps(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    put(p, "metrics.csv",
        "step,epoch,loss,batch_loss,lr,val_loss,accuracy,val_accuracy,evals\n"
        "0,0,0.9,,,1.25,0.25,0.125,1\n1,0.5,,0.8,0.1,,,,2\n2,1,0.7,0.6,0.1,1,0.5,,3\n");
    assert_true(ob_run_reader_read(&p->reader, m, 100));
    const struct ob_series *s = m->series;
    assert_true(s[OB_Q_STEP].n == 3 && s[OB_Q_VAL].n == 2 && s[OB_Q_VAL_STEP].n == 2);
    assert_true(ob_series_at(&s[OB_Q_VAL_STEP], 1) == 2);
    assert_true(ob_series_at(&s[OB_Q_VAL], 1) == 1);
    assert_true(s[OB_Q_ACC].n == 2 && s[OB_Q_VAL_ACC].n == 1);
    /* No batch led to row 0. */
    assert_true(s[OB_Q_BATCH].n == 3 && ob_series_at(&s[OB_Q_BATCH], 0) == 0.9);
    assert_int_equal(ob_series_query(&s[OB_Q_BATCH], 0, 3).bad, 0);
    struct ob_run_facts f = ob_run_model_facts(m);
    assert_true(f.val_loss == 1 && f.accuracy == 0.5 && f.val_accuracy == 0.125);
    /* Played, they are those of the row that is shown. */
    m->playing = true;
    m->play_step = 1;
    f = ob_run_model_facts(m);
    assert_true(f.step == 1 && f.val_loss == 1.25 && f.accuracy == 0.25);
}

/* The snapshot with the names of the parameters comes after the first rows. */
static void parameters_are_named_late(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_live live = { 0 };
    struct ob_buf text = { 0 };
    put(p, "metrics.csv", "step,loss,lr,w0\n0,5,0.1,0\n1,4,0.1,0.5\n");
    ob_run_reader_read(&p->reader, m, 0);
    assert_int_equal(m->params, 0);
    ob_live_alloc(&live, 1, 1, 0);
    live.params = 1;
    live.tensor[0].ndim = 1;
    live.tensor[0].size = live.tensor[0].shown = live.tensor[0].shape[0] = 1;
    snprintf(live.tensor[0].name, sizeof live.tensor[0].name, "w");
    ob_live_write(&live, &text);
    put(p, "live", ob_buf_text(&text));
    ob_buf_finish(&text);
    ob_live_finish(&live);
    ob_run_reader_read(&p->reader, m, 0);
    assert_int_equal(m->params, 1);
    assert_string_equal(m->param_name[0], "w0");
    assert_int_equal(m->param[0].n, 2);
    assert_int_equal(m->series[OB_Q_LOSS].n, 2);
}

/* Seconds of all rows from some moments: never falling, the moments' own where there is
 * one, nothing behind the last; more come with more moments. */
static void seconds_lie_between_the_moments(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_live_axis axis = { .unit = OB_CHART_SECONDS };
    struct ob_buf rows = { 0 }, times = { 0 };
    struct ob_rng r;
    double step = 0, seconds = 0;
    ob_rng_init(&r, 21, 0);
    m->path = ob_xstrdup("runs/a");
    ob_buf_adds(&rows, "step,loss,theta_delta\n");
    ob_buf_adds(&times, "step,seconds\n");
    for (int i = 0; i < 5000; i++) {
        ob_buf_addf(&rows, "%.0f,1,%s\n", step, i ? "1" : "");
        if (i % 37 == 36 || i == 4999) {
            seconds += ob_rng_below(&r, 4) ? ob_rng_uniform(&r) : 0;
            ob_buf_addf(&times, "%.0f,%.6f\n", step, seconds);
        }
        if (i == 2500)
            ob_buf_adds(&times, "nonsense\n3,1\n,\n9999\n");
        step += 1 + (double)ob_rng_below(&r, 3);
    }
    put(p, "metrics.csv", ob_buf_text(&rows));
    m->asked.seconds = true;
    ob_run_reader_read(&p->reader, m, OB_READ_ALL);
    ob_live_axis_follow(&axis, &p->view, &(size_t){ SIZE_MAX });
    assert_int_equal(ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_ALL)->n, 0);
    put(p, "timing.csv", ob_buf_text(&times));
    ob_run_reader_read(&p->reader, m, OB_READ_ALL);
    ob_live_axis_follow(&axis, &p->view, &(size_t){ SIZE_MAX });
    const struct ob_series *x = ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_ALL);
    const struct ob_series *s = &m->series[OB_Q_STEP];
    assert_int_equal(x->n, 5000);
    for (size_t i = 0; i < x->n; i++) {
        double here = ob_series_at(x, i);
        assert_true(i == 0 ? here == 0 : here >= ob_series_at(x, i - 1));
        assert_true(ob_live_axis_at(&axis, m, ob_series_at(s, i)) == here);
    }
    for (size_t i = 1; i < m->seconds.step.n; i++) {
        size_t row = ob_series_lower_bound(s, ob_series_at(&m->seconds.step, i));
        assert_true(ob_series_at(x, row) == ob_series_at(&m->seconds.value, i));
    }
    ob_assert_near(ob_series_at(x, x->n - 1), seconds, 1e-6);
    const struct ob_series *delta =
        ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_DELTA);
    assert_int_equal(delta->n, 4999);
    assert_true(ob_series_at(delta, 0) == ob_series_at(x, 1));
    assert_true(isnan(ob_live_axis_at(&axis, m, step + 10)));
    ob_live_axis_finish(&axis);
    ob_buf_finish(&rows);
    ob_buf_finish(&times);
}

/* The moments of a run of many hours come by portions, too, up to the last one. */
static void many_moments(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_buf times = { 0 };
    const size_t n = 150000;
    for (size_t i = 1; i <= n; i++)
        ob_buf_addf(&times, "%zu,%zu.25\n", 10 * i, i);
    put(p, "metrics.csv", "step,loss\n0,1\n");
    put(p, "timing.csv", ob_buf_text(&times));
    ob_buf_finish(&times);
    m->asked.seconds = true;
    size_t looks = 0;
    do
        ob_run_reader_read(&p->reader, m, 0);
    while (m->loading.more && ++looks < 100);
    assert_true(looks >= 3 && looks < 100);
    assert_int_equal(m->seconds.step.n, n + 1);
    /* Nobody asks for them any more: they are no reason to go on looking. */
    m->asked.seconds = false;
    ob_run_reader_read(&p->reader, m, 0);
    assert_false(m->loading.more);
}

/* A log that counts no evaluations belongs to a run of one a step. */
static void steps_are_evaluations(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_live_axis axis = { .unit = OB_CHART_EVALS };
    m->path = ob_xstrdup("runs/a");
    put(p, "metrics.csv", "step,loss\n0,4\n1,3\n5,2\n");
    snprintf(m->asked.place, sizeof m->asked.place, "%s", ob_live_axis_column(axis.unit));
    ob_run_reader_read(&p->reader, m, OB_READ_ALL);
    assert_false(ob_live_axis_can(&p->view, OB_CHART_EVALS));
    ob_live_axis_follow(&axis, &p->view, &(size_t){ SIZE_MAX });
    const struct ob_series *x = ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_ALL);
    assert_true(x->n == 3 && ob_series_at(x, 0) == 1 && ob_series_at(x, 2) == 6);
    assert_true(ob_live_axis_at(&axis, m, 5) == 6);
    ob_live_axis_finish(&axis);
    put(p, "metrics.csv", "step,loss,evals\n0,4,1\n1,3,9\n5,2,17\n9,1,40\n");
    ob_run_reader_read(&p->reader, m, OB_READ_ALL);
    assert_true(ob_live_axis_can(&p->view, OB_CHART_EVALS));
    ob_live_axis_follow(&axis, &p->view, &(size_t){ SIZE_MAX });
    x = ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_ALL);
    assert_true(x->n == 4 && ob_series_at(x, 1) == 9);
    assert_true(ob_live_axis_at(&axis, m, 3) == 13);
    ob_live_axis_finish(&axis);
}

/* Places that are no numbers end the axis; they do not end the drawing. */
static void places_without_end(void **state)
{
    struct place *p = *state;
    struct ob_run_model *m = &p->view.run;
    struct ob_live_axis axis = { .unit = OB_CHART_EPOCHS };
    m->path = ob_xstrdup("runs/a");
    put(p, "metrics.csv", "step,epoch,loss\n0,0,1\n1,1,1\n2,inf,1\n3,3,1\n");
    snprintf(m->asked.place, sizeof m->asked.place, "epoch");
    ob_run_reader_read(&p->reader, m, OB_READ_ALL);
    ob_live_axis_follow(&axis, &p->view, &(size_t){ SIZE_MAX });
    assert_int_equal(ob_live_axis_of(&axis, &p->view, 0, OB_LIVE_ROWS_ALL)->n, 2);
    ob_live_axis_finish(&axis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(long_logs_come_by_portions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(removed_while_it_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(checkpoints_are_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(extremes_are_kept_where_they_say_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(sparse_columns_have_their_own_steps, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(parameters_are_named_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_moments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(steps_are_evaluations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(places_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(seconds_lie_between_the_moments, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
