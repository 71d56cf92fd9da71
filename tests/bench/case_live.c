#include <config.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/run/client.h"
#include "optbench/run/live.h"
#include "optbench/run/spawn.h"

/*
 * A run at full speed, now watched by `optbench watch` in a terminal of its own, now
 * alone. One engine does both: the step is the same code at the same place in memory, on
 * the same processor, and stretches of half a second alternate, so that what a processor
 * does by itself (a virtual one changes its speed by a quarter for seconds) meets both
 * alike. Two runs of several seconds, one after the other, differ by more than what is
 * asked for here.
 *
 * A stretch begins some time after the viewer has drawn its first picture, or has gone,
 * and is timed by the trainer's own clock and its own count of steps. It takes a whole
 * number of snapshots and pictures.
 *
 * A third case has nobody watch, but an unrelated process beside the run that takes as
 * much of a processor as the viewer did, in as many pieces: what a machine of few
 * processors loses by any such neighbour is nothing that a viewer could save.
 */
enum {
    SPAWN_MS = 20000,
    ANSWER_MS = 5000,
    LOOK_MS = 20,
    SETTLE_MS = 150,
    STRETCH_MS = 400,
    PAIRS = 64,
    LOOKS = 8,
    COLS = 120,
    LINES = 40
};

/* The steps are some minutes: more than are taken, and an end where nobody asks for one.
 */
static const char *const sets[] = { "optimizer.lr=1e-9", "experiment.dtype=float64",
                                    "stop.theta_delta=0", "stop.max_steps=10000000000" };

struct live {
    char *program, *config;
    const char *fps;
    char runs[32]; /* folder for the runs */
    struct ob_rundir dir;
    struct ob_client *client;
    pid_t viewer; /* 0 = none */
    int terminal; /* -1 = none */
    double busy,
        seconds;     /* of all viewers: processor time in their stretches, and those */
    pid_t neighbour; /* 0 = none */
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

/* ---- the viewer ---- */

/* Reads what the viewer draws, waiting up to LOOK_MS for it; true when there was some. */
static bool read_terminal(struct live *l)
{
    char text[16384];
    struct pollfd p = { .fd = l->terminal, .events = POLLIN };
    return poll(&p, 1, LOOK_MS) > 0 && read(l->terminal, text, sizeof text) > 0;
}

/* Lets time pass, and the viewer draw. */
static void pass(struct live *l, int ms)
{
    int64_t end = ob_clock_ns() + ms * INT64_C(1000000);
    for (int64_t left; (left = end - ob_clock_ns()) > 0;)
        if (l->terminal >= 0)
            read_terminal(l);
        else
            poll(NULL, 0, (int)(left / 1000000) + 1);
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

/* Its processor time until now, in seconds. */
static double viewer_busy(const struct live *l)
{
    struct timespec t = { 0 };
    clockid_t clock;
    if (l->viewer > 0 && clock_getcpuclockid(l->viewer, &clock) == 0)
        clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void close_viewer(struct live *l)
{
    if (l->viewer > 0) {
        kill(l->viewer, SIGTERM);
        /* It may still draw, and would wait for ever in front of a full terminal. */
        for (int i = 0; waitpid(l->viewer, NULL, WNOHANG) == 0; i++) {
            if (i == ANSWER_MS / LOOK_MS)
                kill(l->viewer, SIGKILL);
            if (!read_terminal(l))
                poll(NULL, 0, 1);
        }
    }
    if (l->terminal >= 0)
        close(l->terminal);
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

static bool command(struct live *l, enum ob_ctl_verb verb, struct ob_err *err)
{
    const struct ob_ctl_request request = { .verb = verb };
    struct ob_ctl_answer answer;
    return ob_client_call(l->client, &request, ANSWER_MS, &answer, err);
}

static bool start_run(struct live *l, struct ob_err *err)
{
    const struct ob_spawn_opts opts = { .program = l->program,
                                        .config = l->config,
                                        .runs = l->runs,
                                        .sets = sets,
                                        .nsets = OB_COUNT(sets) };
    struct ob_spawn spawn = { 0 };
    const char *path = NULL;
    bool done = ob_spawn_start(&spawn, &opts, err) &&
                ob_spawn_wait(&spawn, SPAWN_MS, &path, err) && path &&
                ob_rundir_open(&l->dir, path, err) &&
                (l->client = ob_client_create(&l->dir, err));
    ob_spawn_finish(&spawn);
    return done;
}

/* It is not left behind: it would outlive this program by minutes. */
static void stop_run(struct live *l)
{
    struct ob_err ignored;
    if (!l->client)
        return;
    command(l, OB_CTL_STOP, &ignored);
    ob_client_destroy(l->client);
    while (ob_rundir_lock_query(&l->dir) == OB_LOCK_HELD)
        pass(l, LOOK_MS);
    ob_rundir_finish(&l->dir);
}

/* How far it is: the engine has written that down when it answers. */
static bool look(struct live *l, uint64_t *step, double *seconds, struct ob_err *err)
{
    struct ob_live now = { 0 };
    uint64_t stamp = 0;
    bool fresh;
    bool done = command(l, OB_CTL_STATUS, err) &&
                ob_live_read(&now, &l->dir, &stamp, &fresh, err);
    *step = now.step;
    *seconds = now.seconds;
    ob_live_finish(&now);
    return done;
}

/* Seconds a step. */
static double stretch(struct live *l, struct ob_err *err)
{
    uint64_t from, to;
    double since, until;
    pass(l, SETTLE_MS);
    if (!look(l, &from, &since, err))
        return -1;
    double busy = viewer_busy(l);
    pass(l, STRETCH_MS);
    if (!look(l, &to, &until, err))
        return -1;
    if (l->viewer > 0) {
        l->busy += viewer_busy(l) - busy;
        l->seconds += until - since;
    }
    if (to > from)
        return (until - since) / (double)(to - from);
    ob_fail(err, OB_EFAIL, "the run does not go on");
    return -1;
}

static double watched(struct live *l, struct ob_err *err)
{
    double seconds = open_viewer(l, err) ? stretch(l, err) : -1;
    close_viewer(l);
    return seconds;
}

static void teardown(void *ctx)
{
    struct live *l = ctx;
    stop_run(l);
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
    if (done && start_run(l, err))
        return l;
    teardown(l);
    return NULL;
}

/* ---- the cases ---- */

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
    return watched(ctx, err);
}

static double calibrate(void *ctx, struct ob_err *err)
{
    return stretch(ctx, err);
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
    for (int i = 0; l && i < LOOKS; i++)
        if (watched(l, err) < 0) {
            teardown(l);
            l = NULL;
        }
    return l;
}

static double measure_beside(void *ctx, struct ob_err *err)
{
    struct live *l = ctx;
    open_neighbour(l, share_of(l));
    double seconds = stretch(l, err);
    close_neighbour(l);
    return seconds;
}

const struct bench_case bench_live_10 = {
    .name = "live-10",
    .what = "step watched at 10 pictures a second / headless",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.99,
    .pairs = PAIRS,
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
    .pairs = PAIRS,
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
    .pairs = PAIRS,
    .setup = setup_beside,
    .teardown = teardown,
    .measure = measure_beside,
    .calibrate = calibrate,
    .tell = tell,
};
