#include <config.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "optbench/base/buf.h"
#include "optbench/base/mem.h"

/*
 * How long a person waits: from the start of the program to its first whole picture, with
 * no runs and with 500 that were never read before; and from a key to the picture that it
 * changes. Against starting the program and ending it at once (`optbench --version`).
 */
enum { COLS = 120, LINES = 40, PATIENCE_MS = 10000, QUIET_MS = 40, KEYS = 20 };

/* The end of a picture, and what a list of runs that were read has in it. */
static const char whole[] = "\033[?2026l", read_runs[] = "max_steps";

struct screen {
    char *program;
    char folder[32]; /* of the runs and everything else */
    const char *wanted;
    int caches; /* one after the other, so that each starts with an empty one */
    pid_t pid;  /* of the program on the terminal, 0 = none */
    int terminal;
    struct ob_buf seen;
};

/* ---- processes ---- */

static void enter(const struct screen *s)
{
    char cache[64];
    snprintf(cache, sizeof cache, "%s/cache-%d", s->folder, s->caches);
    if (chdir(s->folder) != 0)
        _exit(126);
    setenv("TERM", "xterm-256color", 1);
    setenv("XDG_CACHE_HOME", cache, 1);
    setenv("XDG_CONFIG_HOME", cache, 1);
    setenv("XDG_STATE_HOME", cache, 1);
    unsetenv("NO_COLOR");
}

static bool execute(const struct screen *s, const char *const *argv, struct ob_err *err)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        enter(s);
        if (freopen("/dev/null", "w", stdout))
            execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    return status == 0 ? true : ob_fail(err, OB_EIO, "%s failed", argv[0]);
}

static bool start(struct screen *s, struct ob_err *err)
{
    struct winsize size = { .ws_col = COLS, .ws_row = LINES };
    s->caches++;
    s->pid = forkpty(&s->terminal, NULL, NULL, &size);
    if (s->pid == 0) {
        enter(s);
        execl(s->program, "optbench", (char *)NULL);
        _exit(127);
    }
    if (s->pid < 0)
        return ob_fail(err, OB_EIO, "cannot open a terminal: %s", ob_errno_text(errno));
    return true;
}

static void stop(struct screen *s)
{
    if (s->pid > 0) {
        close(s->terminal);
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
}

/* What it wrote within `ms`, behind what was seen; false = nothing. */
static bool look(struct screen *s, int ms)
{
    char bytes[16384];
    struct pollfd p = { .fd = s->terminal, .events = POLLIN };
    ssize_t n = poll(&p, 1, ms) > 0 ? read(s->terminal, bytes, sizeof bytes) : 0;
    if (n > 0)
        ob_buf_add(&s->seen, bytes, (size_t)n);
    return n > 0;
}

/* Until a picture is whole that has `text` in it, "" = any. */
static bool see(struct screen *s, const char *text, struct ob_err *err)
{
    double end = bench_now() + PATIENCE_MS * 1e-3;
    ob_buf_clear(&s->seen);
    while (bench_now() < end) {
        const char *found = strstr(ob_buf_text(&s->seen), text);
        if (found && strstr(found, whole))
            return true;
        look(s, PATIENCE_MS);
    }
    return ob_fail(err, OB_EIO, "no picture with '%s' within %d s", text,
                   PATIENCE_MS / 1000);
}

/* ---- the folder ---- */

static void teardown(void *ctx)
{
    struct screen *s = ctx;
    struct ob_err ignored;
    const char *const rm[] = { "rm", "-rf", "--", s->folder, NULL };
    stop(s);
    if (s->folder[0])
        execute(s, rm, &ignored);
    ob_buf_finish(&s->seen);
    free(s->program);
    free(s);
}

/* One run of a few steps, and as many copies of it as asked for. */
static bool make_runs(const struct screen *s, int runs, struct ob_err *err)
{
    static const char script[] =
        "set -e; printf '%s\\n' '[data]' 'source = inline' 'columns = x, y' "
        "'values = 1 2, 2 3.9, 3 6.2' 'features = x' 'target = y' '[model]' "
        "'kind = linear' '[optimizer]' 'kind = sgd' 'lr = 0.1' '[stop]' "
        "'max_steps = 20' >line.ini; \"$0\" run --quiet line.ini; cd runs; "
        "first=$(echo *); i=1; while [ $i -lt \"$1\" ]; do "
        "cp -r \"$first\" \"$(printf '%s-%08x' \"${first%-*}\" $i)\"; i=$((i + 1)); done";
    char count[16];
    snprintf(count, sizeof count, "%d", runs);
    const char *const make[] = { "sh", "-c", script, s->program, count, NULL };
    return runs == 0 || execute(s, make, err);
}

static void *setup(int runs, struct ob_err *err)
{
    struct screen *s = ob_xcalloc(1, sizeof *s);
    char folder[] = "/tmp/ob-bench-XXXXXX";
    s->program = bench_path("OB_BUILDDIR", "optbench", err);
    s->wanted = runs > 0 ? read_runs : "";
    bool done = s->program != NULL;
    if (done && !mkdtemp(folder))
        done = ob_fail(err, OB_EIO, "%s: %s", folder, ob_errno_text(errno));
    if (done)
        memcpy(s->folder, folder, sizeof folder);
    if (done && make_runs(s, runs, err))
        return s;
    teardown(s);
    return NULL;
}

static void *setup_none(struct ob_err *err)
{
    return setup(0, err);
}

static void *setup_many(struct ob_err *err)
{
    return setup(500, err);
}

/* The program stays open, with everything read. */
static void *setup_keys(struct ob_err *err)
{
    struct screen *s = setup(500, err);
    if (s && start(s, err) && see(s, s->wanted, err))
        return s;
    if (s)
        teardown(s);
    return NULL;
}

/* ---- what is measured ---- */

static double measure_first(void *ctx, struct ob_err *err)
{
    struct screen *s = ctx;
    double begun = bench_now();
    bool done = start(s, err) && see(s, s->wanted, err);
    double took = bench_now() - begun;
    stop(s);
    return done ? took : -1;
}

static double measure_key(void *ctx, struct ob_err *err)
{
    struct screen *s = ctx;
    double sum = 0;
    for (int i = 0; i < KEYS; i++) {
        while (look(s, QUIET_MS))
            continue;
        double begun = bench_now();
        bool typed = write(s->terminal, i % 2 ? "k" : "j", 1) == 1;
        if (!typed)
            ob_fail(err, OB_EIO, "the program is gone");
        if (!typed || !see(s, "", err))
            return -1;
        sum += bench_now() - begun;
    }
    return sum / KEYS;
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct screen *s = ctx;
    const char *const version[] = { s->program, "--version", NULL };
    double begun = bench_now();
    return execute(s, version, err) ? bench_now() - begun : -1;
}

const struct bench_case bench_first_none = {
    .name = "first-screen",
    .what = "the first picture, no runs / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.1,
    .setup = setup_none,
    .teardown = teardown,
    .measure = measure_first,
    .calibrate = calibrate,
};

const struct bench_case bench_first_many = {
    .name = "first-screen-500",
    .what = "the same with 500 runs, never read before / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.1,
    .setup = setup_many,
    .teardown = teardown,
    .measure = measure_first,
    .calibrate = calibrate,
};

const struct bench_case bench_key = {
    .name = "key",
    .what = "from a key to the changed picture, 500 runs / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.03,
    .setup = setup_keys,
    .teardown = teardown,
    .measure = measure_key,
    .calibrate = calibrate,
};
