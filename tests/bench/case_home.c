#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/run/rundir.h"
#include "optbench/run/summary.h"

/*
 * The program in a terminal of its own, in front of a folder with 10 000 runs of which
 * nothing was read before: from its start to the first picture, and from a key, typed
 * while it reads, to the picture that answers it. Files
 * are links of one run's.
 */
enum { RUNS = 10000, COLS = 120, LINES = 40, PATIENCE_MS = 10000, KEYS = 10 };

static const char config[] = "[data]\nsource = csv\npath = heights.csv\n[model]\n"
                             "kind = linear\nloss = half_mse\n[optimizer]\nkind = gd\n"
                             "lr = 0.03\n[stop]\ntheta_delta = 1e-4\n";
static const char *const file[] = { "run.json", "summary.json", "config.ini" };

struct home {
    char *program;
    char folder[64];
};

static bool put(const struct ob_rundir *d, const char *name, const struct ob_buf *text,
                struct ob_err *err)
{
    return ob_rundir_replace(d, name, text->data, text->len, false, err);
}

/* The run that all others are links of. */
static bool make_first(const char *runs, struct ob_rundir *d, struct ob_err *err)
{
    struct ob_run_info info = { .started = ob_clock_wall_ns(),
                                .recorded = OB_RUN_FINISHED,
                                .experiment = "heights" };
    struct ob_summary summary = { .state = OB_RUN_FINISHED,
                                  .stop = "theta_delta",
                                  .steps = 909,
                                  .measured = true,
                                  .loss = 9.781e-4,
                                  .best_loss = 9.781e-4 };
    struct ob_buf text[3] = { 0 };
    ob_run_info_write(&info, &text[0]);
    ob_summary_write(&summary, &text[1]);
    ob_buf_adds(&text[2], config);
    bool ok = ob_rundir_claim(d, runs, "first", 1, info.started, err);
    for (size_t i = 0; i < 3; i++) {
        ok = ok && put(d, file[i], &text[i], err);
        ob_buf_finish(&text[i]);
    }
    return ok;
}

static bool make_link(const struct home *h, const struct ob_rundir *first, int i,
                      struct ob_err *err)
{
    char *path = ob_xasprintf("%s/2020%02d%02dT%02d%02d%02dZ-heights-%08x", h->folder,
                              1 + i / 900, 1 + i / 32 % 28, i % 24, i % 60, i % 59, i);
    bool ok = mkdir(path, 0777) == 0;
    for (size_t k = 0; k < 3 && ok; k++) {
        char *from = ob_xasprintf("%s/%s", first->path, file[k]);
        char *to = ob_xasprintf("%s/%s", path, file[k]);
        ok = link(from, to) == 0;
        free(from);
        free(to);
    }
    if (!ok)
        ob_fail(err, OB_EIO, "%s: %s", path, ob_errno_text(errno));
    free(path);
    return ok;
}

static void teardown(void *ctx)
{
    struct home *h = ctx;
    pid_t pid = h->folder[0] ? fork() : -1;
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", h->folder, (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
    free(h->program);
    free(h);
}

static void *setup(struct ob_err *err)
{
    struct home *h = ob_xcalloc(1, sizeof *h);
    struct ob_rundir first = { 0 };
    char folder[] = "/tmp/ob-bench-XXXXXX";
    h->program = bench_path("OB_BUILDDIR", "optbench", err);
    bool done = h->program != NULL;
    if (done && !mkdtemp(folder))
        done = ob_fail(err, OB_EIO, "%s: %s", folder, ob_errno_text(errno));
    if (done)
        memcpy(h->folder, folder, sizeof folder);
    done = done && make_first(h->folder, &first, err);
    for (int i = 1; i < RUNS && done; i++)
        done = make_link(h, &first, i, err);
    ob_rundir_finish(&first);
    if (done)
        return h;
    teardown(h);
    return NULL;
}

/* ---- the program ---- */

struct viewer {
    pid_t pid;
    int terminal;
};

static bool start(struct viewer *v, const struct home *h, struct ob_err *err)
{
    struct winsize size = { .ws_col = COLS, .ws_row = LINES };
    v->pid = forkpty(&v->terminal, NULL, NULL, &size);
    if (v->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("XDG_CACHE_HOME", "/nonexistent", 1);
        execl(h->program, "optbench", "--runs", h->folder, (char *)NULL);
        _exit(127);
    }
    return v->pid > 0 ||
           ob_fail(err, OB_EIO, "cannot open a terminal: %s", ob_errno_text(errno));
}

/* Reads until the terminal has shown `text`, "" = anything. */
static bool await(struct viewer *v, const char *text, struct ob_err *err)
{
    struct ob_buf seen = { 0 };
    struct pollfd p = { .fd = v->terminal, .events = POLLIN };
    bool found = false;
    while (!found && poll(&p, 1, PATIENCE_MS) > 0) {
        ssize_t n = read(v->terminal, ob_buf_reserve(&seen, 16384), 16384);
        if (n <= 0)
            break;
        seen.len += (size_t)n;
        seen.data[seen.len] = '\0';
        found = strstr(seen.data, text) != NULL;
    }
    ob_buf_finish(&seen);
    return found || ob_fail(err, OB_EIO, "the program shows no '%s'", text);
}

static void stop(struct viewer *v)
{
    char text[16384];
    if (v->pid <= 0)
        return;
    kill(v->pid, SIGTERM);
    while (read(v->terminal, text, sizeof text) > 0)
        ;
    waitpid(v->pid, NULL, 0);
    close(v->terminal);
}

static double measure_first(void *ctx, struct ob_err *err)
{
    struct viewer v = { 0 };
    int64_t begun = ob_clock_ns();
    bool ok = start(&v, ctx, err) && await(&v, "RUNS", err);
    double seconds = (double)(ob_clock_ns() - begun) * 1e-9;
    stop(&v);
    return ok ? seconds : -1;
}

static double measure_key(void *ctx, struct ob_err *err)
{
    struct viewer v = { 0 };
    double worst = 0;
    bool ok = start(&v, ctx, err) && await(&v, "RUNS", err);
    for (int i = 0; i < KEYS && ok; i++) {
        int64_t begun = ob_clock_ns();
        ok = write(v.terminal, i % 2 ? "k" : "j", 1) == 1 && await(&v, "", err);
        double seconds = (double)(ob_clock_ns() - begun) * 1e-9;
        worst = seconds > worst ? seconds : worst;
    }
    stop(&v);
    return ok ? worst : -1;
}

/* A start of the program that does nothing. */
static double calibrate(void *ctx, struct ob_err *err)
{
    const struct home *h = ctx;
    int status = -1;
    int64_t begun = ob_clock_ns();
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        execl(h->program, "optbench", "--version", (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    if (status != 0) {
        ob_fail(err, OB_EIO, "optbench --version fails");
        return -1;
    }
    return (double)(ob_clock_ns() - begun) * 1e-9;
}

const struct bench_case bench_home_first = {
    .name = "first-screen-10k",
    .what = "the first picture, 10 000 runs, never read before / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.1,
    .setup = setup,
    .teardown = teardown,
    .measure = measure_first,
    .calibrate = calibrate,
};

const struct bench_case bench_home_key = {
    .name = "key-10k",
    .what = "the slowest of ten keys while 10 000 runs are read / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.03,
    .setup = setup,
    .teardown = teardown,
    .measure = measure_key,
    .calibrate = calibrate,
};
