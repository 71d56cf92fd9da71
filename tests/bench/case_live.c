#include <config.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/run/client.h"
#include "optbench/run/spawn.h"
#include "optbench/run/summary.h"

/*
 * A run at full speed, watched by `optbench watch` in a terminal of its own, against the
 * same run alone. Both are started paused, so that the viewer is there from the first
 * step on; the time is the trainer's own, of summary.json. A few seconds long: what a
 * viewer costs at its start, with the first thousands of rows, is in it and does not rule
 * it.
 *
 * A third case has nobody watch, but an unrelated process beside the run that takes as
 * much of a processor as the viewer did, in as many pieces: what a machine of few
 * processors loses by any such neighbour is nothing that a viewer could save.
 */
enum { SPAWN_MS = 20000, ANSWER_MS = 5000, LOOK_MS = 20, COLS = 120, LINES = 40 };

static const char *const sets[] = { "optimizer.lr=1e-9", "experiment.dtype=float64",
                                    "stop.theta_delta=0", "stop.max_steps=30000000" };

struct live {
    char *program, *config;
    const char *fps;
    char runs[32]; /* folder for the runs */
    struct ob_rundir dir;
    pid_t viewer;         /* 0 = none */
    int terminal;         /* -1 = none */
    double busy, seconds; /* of all viewers: processor time, and how long they watched */
    pid_t neighbour;      /* 0 = none */
};

static void remove_runs(struct live *l)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", l->runs, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

static void teardown(void *ctx)
{
    struct live *l = ctx;
    if (l->runs[0])
        remove_runs(l);
    free(l->program);
    free(l->config);
    free(l);
}

static void *setup(const char *fps, struct ob_err *err)
{
    struct live *l = ob_xcalloc(1, sizeof *l);
    char folder[] = "/tmp/ob-bench-XXXXXX";
    l->terminal = -1;
    l->fps = fps;
    l->program = bench_path("OB_BUILDDIR", "optbench", err);
    l->config = bench_path("OB_SRCDIR", "configs/heights.ini", err);
    bool done = l->program && l->config;
    if (done && !mkdtemp(folder))
        done = ob_fail(err, OB_EIO, "%s: %s", folder, ob_errno_text(errno));
    if (done)
        memcpy(l->runs, folder, sizeof folder);
    if (done)
        return l;
    teardown(l);
    return NULL;
}

/* ---- the viewer ---- */

/* Reads what the viewer draws, waiting up to LOOK_MS for it; true when there was some. */
static bool read_terminal(struct live *l)
{
    char text[16384];
    struct pollfd p = { .fd = l->terminal, .events = POLLIN };
    return poll(&p, 1, LOOK_MS) > 0 && read(l->terminal, text, sizeof text) > 0;
}

/* Starts it and waits for its first picture. */
static bool open_viewer(struct live *l, struct ob_err *err)
{
    struct winsize size = { .ws_col = COLS, .ws_row = LINES };
    l->viewer = forkpty(&l->terminal, NULL, NULL, &size);
    if (l->viewer == 0) {
        setenv("TERM", "xterm-256color", 1);
        execl(l->program, "optbench", "watch", "--fps", l->fps, l->dir.path,
              (char *)NULL);
        _exit(127);
    }
    if (l->viewer < 0)
        return ob_fail(err, OB_EIO, "cannot open a terminal: %s", ob_errno_text(errno));
    for (int i = 0; i < ANSWER_MS / LOOK_MS; i++)
        if (read_terminal(l))
            return true;
    return ob_fail(err, OB_EIO, "the viewer draws nothing");
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static void close_viewer(struct live *l)
{
    struct rusage used = { 0 };
    if (l->viewer > 0) {
        kill(l->viewer, SIGTERM);
        /* It may still draw, and would wait for ever in front of a full terminal. */
        for (int i = 0; wait4(l->viewer, NULL, WNOHANG, &used) == 0; i++) {
            if (i == ANSWER_MS / LOOK_MS)
                kill(l->viewer, SIGKILL);
            if (!read_terminal(l))
                poll(NULL, 0, 1);
        }
    }
    if (l->terminal >= 0)
        close(l->terminal);
    l->busy += seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    l->viewer = 0;
    l->terminal = -1;
}

/* ---- the neighbour ---- */

/* Thirty times a second it computes for its share of the time. */
static _Noreturn void compute(double share)
{
    const int64_t every = 1000000000 / 30;
    for (int64_t next = ob_clock_ns() + every;; next += every) {
        double until = bench_busy() + share / 30;
        while (bench_busy() < until)
            ;
        int64_t left = next - ob_clock_ns();
        if (left > 0)
            nanosleep(&(struct timespec){ .tv_nsec = (long)left }, NULL);
    }
}

static void open_neighbour(struct live *l, double share)
{
    l->neighbour = fork();
    if (l->neighbour == 0)
        compute(share);
}

static void close_neighbour(struct live *l)
{
    if (l->neighbour > 0) {
        kill(l->neighbour, SIGKILL);
        waitpid(l->neighbour, NULL, 0);
    }
    l->neighbour = 0;
}

/* ---- the run ---- */

static bool start_run(struct live *l, struct ob_err *err)
{
    const struct ob_spawn_opts opts = { .program = l->program,
                                        .config = l->config,
                                        .runs = l->runs,
                                        .sets = sets,
                                        .nsets = OB_COUNT(sets),
                                        .paused = true };
    struct ob_spawn spawn = { 0 };
    const char *path = NULL;
    bool done = ob_spawn_start(&spawn, &opts, err) &&
                ob_spawn_wait(&spawn, SPAWN_MS, &path, err) && path &&
                ob_rundir_open(&l->dir, path, err);
    ob_spawn_finish(&spawn);
    return done;
}

static bool command(struct live *l, enum ob_ctl_verb verb, struct ob_err *err)
{
    const struct ob_ctl_request request = { .verb = verb };
    struct ob_ctl_answer answer;
    struct ob_client *client = ob_client_create(&l->dir, err);
    bool done = client && ob_client_call(client, &request, ANSWER_MS, &answer, err);
    ob_client_destroy(client);
    return done;
}

/* Until the engine lets go of the run; the terminal is read meanwhile. */
static void await_end(struct live *l)
{
    while (ob_rundir_lock_query(&l->dir) == OB_LOCK_HELD)
        if (l->terminal >= 0)
            read_terminal(l);
        else
            poll(NULL, 0, LOOK_MS);
}

static double seconds_a_step(struct live *l, struct ob_err *err)
{
    struct ob_summary s = { 0 };
    double seconds = -1;
    if (ob_summary_read(&s, &l->dir, err) && s.steps > 0)
        seconds = s.seconds / (double)s.steps;
    ob_summary_finish(&s);
    return seconds;
}

/* A run that cannot be measured is not left waiting: it would outlive this program. */
static double run(struct live *l, bool watched, struct ob_err *err)
{
    struct ob_err ignored;
    double seconds = -1;
    if (!start_run(l, err))
        return seconds;
    double from = bench_now();
    if ((!watched || open_viewer(l, err)) && command(l, OB_CTL_RESUME, err)) {
        await_end(l);
        seconds = seconds_a_step(l, err);
    } else {
        command(l, OB_CTL_STOP, &ignored);
    }
    l->seconds += watched ? bench_now() - from : 0;
    close_viewer(l);
    ob_rundir_finish(&l->dir);
    return seconds;
}

static double share_of(const struct live *l)
{
    return l->seconds > 0 ? l->busy / l->seconds : 0;
}

static void tell(void *ctx, struct ob_buf *out)
{
    ob_buf_addf(out, ", %.1f %% of a processor", 100 * share_of(ctx));
}

static double measure(void *ctx, struct ob_err *err)
{
    return run(ctx, true, err);
}

static double calibrate(void *ctx, struct ob_err *err)
{
    return run(ctx, false, err);
}

static void *setup_10(struct ob_err *err)
{
    return setup("10", err);
}

static void *setup_30(struct ob_err *err)
{
    return setup("30", err);
}

/* How much of a processor a viewer takes is measured first. */
static void *setup_beside(struct ob_err *err)
{
    struct live *l = setup("30", err);
    if (l && run(l, true, err) >= 0)
        return l;
    if (l)
        teardown(l);
    return NULL;
}

static double measure_beside(void *ctx, struct ob_err *err)
{
    struct live *l = ctx;
    open_neighbour(l, share_of(l));
    double seconds = run(l, false, err);
    close_neighbour(l);
    return seconds;
}

const struct bench_case bench_live_10 = {
    .name = "live-10",
    .what = "step watched at 10 pictures a second / headless",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.99,
    .setup = setup_10,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .tell = tell,
};

const struct bench_case bench_live_30 = {
    .name = "live-30",
    .what = "step watched at 30 pictures a second / headless",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.99,
    .setup = setup_30,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .tell = tell,
};

const struct bench_case bench_beside = {
    .name = "live-beside",
    .what = "step beside an unrelated process like that viewer / headless",
    .kind = BENCH_SPEED_AT_LEAST,
    .setup = setup_beside,
    .teardown = teardown,
    .measure = measure_beside,
    .calibrate = calibrate,
    .tell = tell,
};
