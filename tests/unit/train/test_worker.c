/*
 * The training thread behind its feed. Every run here is compared, to the bit, with the
 * rows that the same experiment makes without a thread.
 */
#include <config.h>

#include "optbench/train/fingerprint.h"
#include "optbench/train/worker.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>

#include "experiment.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"

/* ---- the main thread's side ---- */

struct engine {
    struct experiment e;
    struct ob_feed *f;
    struct ob_worker *w;
    struct ob_buf rows;
    uint64_t id;             /* of the last command sent */
    struct ob_notice reply;  /* the last answer */
    struct ob_notice set[8]; /* what was changed */
    size_t sets, checkpoints, paused, resumed, paces, snapshots;
    char pace[128];
    struct ob_safetensors *checkpoint; /* the first */
    uint64_t checkpoint_rows;
    uint64_t point_step[64]; /* [points] way points, and their first parameter */
    double point[64];
    size_t points;
    uint64_t print_step, print[2]; /* the last of `prints`: w and bias */
    size_t prints;
    enum ob_stop stop;
    bool ended;
};

static void start(struct engine *g, const char *ini, const char *const *sets,
                  const struct ob_worker_opts *opts, size_t ring)
{
    *g = (struct engine){ 0 };
    experiment_make(&g->e, ini, sets);
    const struct ob_feed_sizes sizes = { .width = ob_trainer_columns(g->e.t)->width,
                                         .ring = ring,
                                         .values = ob_trainer_shown(g->e.t),
                                         .slots = ob_trainer_slots(g->e.t) };
    g->f = ob_feed_create(&sizes, NULL);
    assert_non_null(g->f);
    g->w = ob_worker_start(g->e.t, g->f, opts, NULL);
    assert_non_null(g->w);
}

static void drain(struct engine *g)
{
    const struct ob_row *row;
    while ((row = ob_feed_peek(g->f))) {
        experiment_keep_row(&g->rows, row, ob_trainer_columns(g->e.t)->width);
        ob_feed_pop(g->f);
    }
}

static void keep_checkpoint(struct engine *g, struct ob_notice *n)
{
    g->checkpoints++;
    if (g->checkpoint)
        return;
    g->checkpoint = n->data;
    g->checkpoint_rows = n->rows;
    n->data = NULL;
}

static void note(struct engine *g, struct ob_notice *n)
{
    switch (n->kind) {
    case OB_NOTICE_REPLY:
        ob_notice_finish(&g->reply);
        g->reply = *n;
        n->data = NULL;
        break;
    case OB_NOTICE_SET:
        assert_true(g->sets < OB_COUNT(g->set));
        g->set[g->sets++] = *n;
        break;
    case OB_NOTICE_PACE:
        g->paces++;
        memcpy(g->pace, n->to, sizeof g->pace);
        break;
    case OB_NOTICE_PAUSED:
        g->paused++;
        break;
    case OB_NOTICE_RESUMED:
        g->resumed++;
        break;
    case OB_NOTICE_CHECKPOINT:
        if (n->id) {
            ob_notice_finish(&g->reply);
            g->reply = *n;
            g->reply.data = NULL;
            g->reply.best = NULL;
        }
        keep_checkpoint(g, n);
        break;
    case OB_NOTICE_POINT:
        assert_true(g->points < OB_COUNT(g->point));
        g->point_step[g->points] = n->step;
        g->point[g->points++] = n->point[0];
        break;
    case OB_NOTICE_PRINT:
        assert_true(ob_fingerprint_due(n->step) && n->step >= g->print_step);
        g->prints++;
        g->print_step = n->step;
        memcpy(g->print, n->print, sizeof g->print);
        break;
    case OB_NOTICE_ENDED:
        g->ended = true;
        g->stop = n->stop;
        break;
    }
    ob_notice_finish(n);
}

static void turn(struct engine *g)
{
    struct pollfd fd = { .fd = ob_feed_fd(g->f), .events = POLLIN };
    struct ob_notice n;
    bool fresh;
    assert_true(poll(&fd, 1, 20000) == 1);
    ob_feed_acknowledge(g->f);
    drain(g);
    ob_feed_latest(g->f, &fresh);
    g->snapshots += fresh;
    while (ob_feed_take(g->f, &n)) {
        drain(g);
        note(g, &n);
    }
}

static void send(struct engine *g, struct ob_command c)
{
    c.id = ++g->id;
    ob_feed_send(g->f, &c);
    while (g->reply.id != g->id)
        turn(g);
}

static void set(struct engine *g, const char *key, const char *value)
{
    struct ob_command c = { .verb = OB_VERB_SET };
    snprintf(c.key, sizeof c.key, "%s", key);
    snprintf(c.value, sizeof c.value, "%s", value);
    send(g, c);
}

static void run_out(struct engine *g)
{
    while (!g->ended)
        turn(g);
    ob_worker_join(g->w);
    g->w = NULL;
}

static void finish(struct engine *g)
{
    assert_null(g->w);
    ob_notice_finish(&g->reply);
    if (g->checkpoint)
        ob_safetensors_finish(g->checkpoint);
    free(g->checkpoint);
    ob_feed_destroy(g->f);
    experiment_finish(&g->e);
    ob_buf_finish(&g->rows);
}

/* The rows without a thread. */
static void plain(const char *ini, const char *const *sets, struct ob_buf *rows)
{
    struct experiment e;
    experiment_make(&e, ini, sets);
    experiment_run(&e, UINT64_MAX, rows);
    experiment_finish(&e);
}

static void same(struct engine *g, struct ob_buf *want)
{
    assert_int_equal(g->rows.len, want->len);
    ob_assert_bytes(g->rows.data, want->data, want->len);
    ob_buf_finish(want);
}

/* ---- the tests ---- */

static void rows_are_those_without_a_thread(void **state)
{
    (void)state;
    struct engine g;
    struct ob_buf want = { 0 };
    const struct ob_worker_opts opts = { 0 };
    start(&g, "heights.ini", NULL, &opts, 16); /* a ring that is full all the time */
    run_out(&g);
    assert_int_equal(g.stop, OB_STOP_THETA_DELTA);
    assert_int_equal(g.checkpoints, 1);
    plain("heights.ini", NULL, &want);
    same(&g, &want);
    finish(&g);
}

static void commands_land_between_steps(void **state)
{
    (void)state;
    struct engine g;
    struct ob_buf want = { 0 };
    const struct ob_worker_opts opts = { .paused = true };
    start(&g, "heights.ini", NULL, &opts, 0);
    while (!g.paused)
        turn(&g);
    send(&g, (struct ob_command){ .verb = OB_VERB_STEP, .count = 3 });
    assert_true(g.reply.ok);
    assert_int_equal(g.reply.step, 3);
    send(&g, (struct ob_command){ .verb = OB_VERB_STEP });
    assert_int_equal(g.reply.step, 4);
    send(&g, (struct ob_command){ .verb = OB_VERB_PAUSE });
    assert_int_equal(g.reply.step, 4);
    assert_int_equal(g.paused, 3);
    send(&g, (struct ob_command){ .verb = OB_VERB_GET, .key = "w" });
    assert_true(g.reply.ok);
    assert_string_equal(g.reply.data->array[0].name, "w");
    send(&g, (struct ob_command){ .verb = OB_VERB_GET, .key = "v" });
    assert_false(g.reply.ok);
    assert_non_null(strstr(g.reply.text, "'v'"));
    send(&g, (struct ob_command){ .verb = OB_VERB_CHECKPOINT });
    assert_int_equal(g.reply.step, 4);
    assert_int_equal(g.checkpoint_rows, 5);
    size_t before = g.snapshots;
    send(&g, (struct ob_command){ .verb = OB_VERB_STATUS });
    assert_int_equal(g.snapshots, before + 1);
    send(&g, (struct ob_command){ .verb = OB_VERB_RESUME });
    assert_int_equal(g.resumed, 1);
    run_out(&g);
    plain("heights.ini", NULL, &want);
    same(&g, &want);
    finish(&g);
}

static void stopping_keeps_the_last_row(void **state)
{
    (void)state;
    struct engine g;
    const char *const sets[] = { "stop.theta_delta=0", "optimizer.lr=1e-9",
                                 "stop.max_steps=0", "log.every=1000", NULL };
    const struct ob_worker_opts opts = { 0 };
    start(&g, "heights.ini", sets, &opts, 0);
    send(&g, (struct ob_command){ .verb = OB_VERB_STOP });
    run_out(&g);
    assert_int_equal(g.stop, OB_STOP_CANCELLED);
    assert_int_equal(g.checkpoints, 1);
    size_t size = ob_row_size(ob_trainer_columns(g.e.t)->width);
    uint64_t last;
    memcpy(&last, g.rows.data + g.rows.len - size, sizeof last);
    assert_int_equal(last, ob_trainer_steps(g.e.t));
    finish(&g);
}

/* What a person did by hand happens again at the same steps. */
static void a_replay_makes_the_same_rows(void **state)
{
    (void)state;
    struct engine g;
    const struct ob_worker_opts paused = { .paused = true };
    start(&g, "heights.ini", NULL, &paused, 0);
    set(&g, "lr", "0.02");
    send(&g, (struct ob_command){ .verb = OB_VERB_STEP, .count = 100 });
    set(&g, "optimizer.momentum", "0.5");
    set(&g, "lr", "no number");
    assert_false(g.reply.ok);
    send(&g, (struct ob_command){ .verb = OB_VERB_STEP, .count = 50 });
    set(&g, "stop.max_steps", "300");
    send(&g, (struct ob_command){ .verb = OB_VERB_RESUME });
    run_out(&g);
    assert_int_equal(g.stop, OB_STOP_MAX_STEPS);
    assert_int_equal(ob_trainer_steps(g.e.t), 300);
    assert_int_equal(g.sets, 3);
    assert_string_equal(g.set[0].key, "optimizer.lr");
    assert_int_equal(g.set[0].step, 0);
    assert_int_equal(g.set[1].step, 100);
    assert_int_equal(g.set[2].step, 150);
    assert_string_equal(g.set[2].to, "300");

    struct ob_steer steer[3] = { 0 };
    for (size_t i = 0; i < 3; i++) {
        steer[i].step = g.set[i].step;
        snprintf(steer[i].key, sizeof steer[i].key, "%s", g.set[i].key);
        snprintf(steer[i].value, sizeof steer[i].value, "%s", g.set[i].to);
    }
    struct engine again;
    const struct ob_worker_opts replay = { .replay = steer, .replays = 3 };
    start(&again, "heights.ini", NULL, &replay, 0);
    run_out(&again);
    assert_int_equal(again.sets, 3);
    same(&again, &g.rows);
    finish(&again);

    const struct ob_worker_opts part = { .replay = steer,
                                         .replays = 3,
                                         .last_step = 120 };
    start(&again, "heights.ini", NULL, &part, 0);
    run_out(&again);
    assert_int_equal(ob_trainer_steps(again.e.t), 120);
    assert_int_equal(again.stop, OB_STOP_CANCELLED);
    finish(&again);
    finish(&g);
}

static void pace_changes_no_bit(void **state)
{
    (void)state;
    struct engine g;
    struct ob_buf want = { 0 };
    const char *const sets[] = { "stop.max_steps=60", NULL };
    const struct ob_worker_opts opts = { .pace = 2000 };
    int64_t from = ob_clock_ns();
    start(&g, "heights.ini", sets, &opts, 0);
    ob_feed_watch(g.f, true);
    run_out(&g);
    assert_true(ob_clock_ns() - from >= 29 * INT64_C(1000000));
    assert_string_equal(g.pace, "2000");
    plain("heights.ini", sets, &want);
    same(&g, &want);
    finish(&g);
}

/* Automatic pace looks ahead, then stretches; a key lets the run go at any moment. */
static void automatic_pace_changes_no_bit(void **state)
{
    (void)state;
    struct engine g;
    struct ob_buf want = { 0 };
    const struct ob_worker_opts opts = { .pace = OB_PACE_AUTO };
    start(&g, "heights.ini", NULL, &opts, 0);
    while (!g.paces)
        turn(&g);
    assert_string_equal(g.pace, "auto");
    send(&g, (struct ob_command){ .verb = OB_VERB_STATUS });
    assert_true(g.reply.step < 500);
    send(&g, (struct ob_command){ .verb = OB_VERB_PACE, .pace = OB_PACE_FULL });
    assert_string_equal(g.pace, "full");
    run_out(&g);
    plain("heights.ini", NULL, &want);
    same(&g, &want);
    finish(&g);
}

/* Opens /proc/self/task/TID/<file> of the training thread. */
static FILE *thread_file(const char *file)
{
    DIR *tasks = opendir("/proc/self/task");
    FILE *found = NULL;
    assert_non_null(tasks);
    for (struct dirent *d; !found && (d = readdir(tasks));) {
        char *path = ob_xasprintf("/proc/self/task/%s/comm", d->d_name);
        FILE *in = fopen(path, "r");
        char name[32];
        bool mine = in && fgets(name, sizeof name, in) && strcmp(name, "ob-train\n") == 0;
        if (in)
            fclose(in);
        free(path);
        path = ob_xasprintf("/proc/self/task/%s/%s", d->d_name, file);
        if (mine)
            found = fopen(path, "r");
        free(path);
    }
    closedir(tasks);
    assert_non_null(found);
    return found;
}

/* Nanoseconds of processor time that the training thread has used. */
static unsigned long long thread_time(void)
{
    FILE *in = thread_file("schedstat");
    char line[128];
    assert_non_null(fgets(line, sizeof line, in));
    fclose(in);
    return strtoull(line, NULL, 10);
}

static void a_paused_worker_sleeps(void **state)
{
    (void)state;
    struct engine g;
    const struct ob_worker_opts opts = { .paused = true };
    start(&g, "heights.ini", NULL, &opts, 0);
    while (!g.paused)
        turn(&g);
    /* The wake of the notice just taken may still be on its way; then comes none. */
    struct pollfd fd = { .fd = ob_feed_fd(g.f), .events = POLLIN };
    unsigned long long before = thread_time();
    size_t wakes = 0;
    for (; poll(&fd, 1, 200) == 1; wakes++)
        ob_feed_acknowledge(g.f);
    assert_true(wakes <= 1);
    assert_true(thread_time() - before < 10000000);
    send(&g, (struct ob_command){ .verb = OB_VERB_STOP });
    run_out(&g);
    assert_int_equal(g.stop, OB_STOP_CANCELLED);
    finish(&g);
}

static void a_checkpoint_continues_in_a_worker(void **state)
{
    (void)state;
    struct engine g, rest;
    struct ob_buf want = { 0 }, all = { 0 };
    const struct ob_worker_opts opts = { .checkpoint_every = 400 };
    start(&g, "heights.ini", NULL, &opts, 0);
    while (!g.checkpoints)
        turn(&g);
    size_t size = ob_row_size(ob_trainer_columns(g.e.t)->width);
    assert_int_equal(g.checkpoint_rows, 401);
    struct ob_safetensors *saved = g.checkpoint;
    g.checkpoint = NULL;
    run_out(&g);
    assert_int_equal(g.checkpoints, 3);
    ob_buf_add(&all, g.rows.data, 401 * size);
    finish(&g);

    rest = (struct engine){ 0 };
    experiment_make(&rest.e, "heights.ini", NULL);
    assert_true(ob_trainer_load(rest.e.t, saved, NULL));
    ob_safetensors_finish(saved);
    free(saved);
    const struct ob_feed_sizes sizes = { .width = ob_trainer_columns(rest.e.t)->width,
                                         .values = 2,
                                         .slots = 1 };
    const struct ob_worker_opts go_on = { .resumed = true };
    rest.f = ob_feed_create(&sizes, NULL);
    rest.w = ob_worker_start(rest.e.t, rest.f, &go_on, NULL);
    run_out(&rest);
    ob_buf_add(&all, rest.rows.data, rest.rows.len);
    finish(&rest);
    plain("heights.ini", NULL, &want);
    assert_int_equal(all.len, want.len);
    ob_assert_bytes(all.data, want.data, want.len);
    ob_buf_finish(&all);
    ob_buf_finish(&want);
}

static void a_closed_feed_ends_the_run(void **state)
{
    (void)state;
    struct engine g;
    const char *const sets[] = { "stop.theta_delta=0", "optimizer.lr=1e-9",
                                 "stop.max_steps=0", NULL };
    const struct ob_worker_opts opts = { 0 }, paused = { .paused = true };
    start(&g, "heights.ini", sets, &opts, 16);
    ob_feed_close(g.f);
    run_out(&g);
    assert_int_equal(g.stop, OB_STOP_CANCELLED);
    finish(&g);
    start(&g, "heights.ini", sets, &paused, 16);
    while (!g.paused)
        turn(&g);
    ob_feed_close(g.f);
    run_out(&g);
    finish(&g);
}

static void signals_stay_away(void **state)
{
    (void)state;
    struct engine g;
    char line[256];
    const struct ob_worker_opts opts = { .paused = true };
    start(&g, "heights.ini", NULL, &opts, 0);
    while (!g.paused)
        turn(&g);
    FILE *in = thread_file("status");
    do
        assert_non_null(fgets(line, sizeof line, in));
    while (strncmp(line, "SigBlk:", 7) != 0);
    fclose(in);
    unsigned long long blocked = strtoull(line + 7, NULL, 16);
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD, SIGPIPE };
    for (size_t i = 0; i < OB_COUNT(signals); i++)
        assert_true(blocked >> (signals[i] - 1) & 1);
    send(&g, (struct ob_command){ .verb = OB_VERB_STOP });
    run_out(&g);
    finish(&g);
}

/* The first parameter after a step. */
static double first_after(uint64_t steps)
{
    struct experiment e;
    struct ob_buf rows = { 0 };
    experiment_make(&e, "heights.ini", NULL);
    experiment_run(&e, steps, &rows);
    double value = ob_vec_get(ob_trainer_theta(e.t), 0);
    ob_buf_finish(&rows);
    experiment_finish(&e);
    return value;
}

static void way_points_are_handed_over(void **state)
{
    (void)state;
    struct engine g;
    static const char *const sets[] = { "stop.max_steps=30", NULL };
    const struct ob_worker_opts opts = { .waypoints = 4 };
    static const uint64_t want[] = { 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 };
    start(&g, "heights.ini", sets, &opts, 0);
    run_out(&g);
    assert_int_equal(g.points, OB_COUNT(want));
    for (size_t i = 0; i < OB_COUNT(want); i++) {
        assert_int_equal(g.point_step[i], want[i]);
        assert_true(g.point[i] == first_after(want[i]));
    }
    finish(&g);
}

static void fingerprints_are_handed_over(void **state)
{
    (void)state;
    struct engine g;
    uint64_t now[2];
    static const char *const sets[] = { "stop.max_steps=100", NULL };
    const struct ob_worker_opts opts = { .prints = true };
    start(&g, "heights.ini", sets, &opts, 0);
    run_out(&g);
    assert_int_equal(g.prints, 33 + 16 + 9); /* 0 to 32, to 64 by twos, to 100 by fours */
    assert_int_equal(g.print_step, 100);
    assert_int_equal(ob_trainer_tensors(g.e.t), 2);
    ob_trainer_fingerprint(g.e.t, now);
    assert_memory_equal(now, g.print, sizeof now);
    finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_without_a_thread),
        cmocka_unit_test(commands_land_between_steps),
        cmocka_unit_test(stopping_keeps_the_last_row),
        cmocka_unit_test(a_replay_makes_the_same_rows),
        cmocka_unit_test(pace_changes_no_bit),
        cmocka_unit_test(automatic_pace_changes_no_bit),
        cmocka_unit_test(a_paused_worker_sleeps),
        cmocka_unit_test(a_checkpoint_continues_in_a_worker),
        cmocka_unit_test(a_closed_feed_ends_the_run),
        cmocka_unit_test(signals_stay_away),
        cmocka_unit_test(way_points_are_handed_over),
        cmocka_unit_test(fingerprints_are_handed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
