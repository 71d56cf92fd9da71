/*
 * "The same config gives the same rows": every experiment here is run in a process of its
 * own on each instruction set that the processor has, with one and with two threads,
 * plainly and behind the training thread with a pace, a pause and a viewer. All must hand
 * out the same bytes. (The instruction set is chosen once in a process, hence the
 * processes: this program starts itself with arguments.)
 */
#include <config.h>

#include <inttypes.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ob_test.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/cpu.h"
#include "optbench/train/worker.h"

extern char **environ;

/* ---- the process that runs one experiment: MODE INI SET... ---- */

struct rows {
    size_t width, count;
    uint64_t hash;
};

static void add(struct rows *r, const struct ob_row *row)
{
    if (!row)
        return;
    r->hash = ob_hash(row, ob_row_size(r->width), r->hash);
    r->count++;
}

static void run_plain(struct ob_trainer *t, struct rows *r)
{
    enum ob_stop stop = ob_trainer_start(t);
    add(r, ob_trainer_row(t));
    while (stop == OB_GO_ON) {
        stop = ob_trainer_step(t);
        add(r, ob_trainer_row(t));
    }
}

/* Paced at first, looked at all the time, stopped once and let go on at full speed. */
static void run_behind_thread(struct ob_trainer *t, struct rows *r)
{
    const struct ob_feed_sizes sizes = { .width = r->width,
                                         .ring = 64,
                                         .values = ob_trainer_shown(t),
                                         .slots = ob_trainer_slots(t) };
    const struct ob_worker_opts opts = { .pace = 3000 };
    const struct ob_command steer[] = { { .verb = OB_VERB_PAUSE },
                                        { .verb = OB_VERB_STEP, .count = 2 },
                                        { .verb = OB_VERB_RESUME },
                                        { .verb = OB_VERB_PACE, .pace = OB_PACE_FULL } };
    struct ob_feed *f = ob_feed_create(&sizes, NULL);
    struct ob_worker *w = f ? ob_worker_start(t, f, &opts, NULL) : NULL;
    size_t sent = 0;
    bool ended = !w, fresh;
    if (f)
        ob_feed_watch(f, true);
    while (!ended) {
        struct pollfd fd = { .fd = ob_feed_fd(f), .events = POLLIN };
        struct ob_notice n;
        const struct ob_row *row;
        poll(&fd, 1, 50);
        ob_feed_acknowledge(f);
        while ((row = ob_feed_peek(f))) {
            add(r, row);
            ob_feed_pop(f);
        }
        ob_feed_latest(f, &fresh);
        if (r->count > 20 && sent < OB_COUNT(steer))
            ob_feed_send(f, &steer[sent++]);
        while (ob_feed_take(f, &n)) {
            ended = ended || n.kind == OB_NOTICE_ENDED;
            ob_notice_finish(&n);
        }
        for (; ended && (row = ob_feed_peek(f)); ob_feed_pop(f))
            add(r, row);
    }
    ob_worker_join(w);
    ob_feed_destroy(f);
}

static int child(int argc, char **argv)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_trainer *t = NULL;
    if (argc >= 4 && ob_spec_load(argv[2], (const char *const *)argv + 3,
                                  (size_t)argc - 3, &spec, &diags))
        t = ob_trainer_create(&spec, &diags);
    ob_diags_print(&diags, stderr);
    if (t) {
        struct rows r = { .width = ob_trainer_columns(t)->width };
        if (strcmp(argv[1], "plain") == 0)
            run_plain(t, &r);
        else
            run_behind_thread(t, &r);
        printf("%zu rows of %zu numbers, hash %016" PRIx64 ", %s\n", r.count, r.width,
               r.hash, ob_stop_name(ob_trainer_state(t)));
    }
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    return t ? 0 : 1;
}

/* ---- the tests ---- */

static void run(const char *cpu, const char *mode, const char *ini,
                const char *const *sets, const char *threads, char out[static 256])
{
    char *path = ob_xasprintf("%s/tests/golden/%s", ob_test_env("OB_SRCDIR"), ini);
    char self[] = "/proc/self/exe", *argv[16] = { self, (char *)mode, path };
    size_t argc = 3;
    int to[2], status;
    pid_t pid;
    while (*sets)
        argv[argc++] = (char *)*sets++;
    argv[argc] = (char *)threads;
    assert_int_equal(pipe(to), 0);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, to[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&files, to[0]);
    setenv("OPTBENCH_CPU", cpu, 1);
    assert_int_equal(posix_spawn(&pid, self, &files, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&files);
    close(to[1]);
    size_t n = 0;
    for (ssize_t got; n < 255 && (got = read(to[0], out + n, 255 - n)) > 0;)
        n += (size_t)got;
    out[n] = '\0';
    close(to[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    free(path);
}

/* Runs the experiment in every way; `least` rows show that it went somewhere. */
static void same(const char *ini, const char *const *sets, int least)
{
    static const char *const cpus[] = {
        [OB_ISA_BASELINE] = "baseline", [OB_ISA_V3] = "v3", [OB_ISA_V4] = "v4"
    };
    static const char *const threads[] = { "experiment.threads=1",
                                           "experiment.threads=2" };
    char want[256], got[256];
    run("baseline", "plain", ini, sets, threads[0], want);
    assert_true(atoi(want) >= least);
    for (size_t c = 0; c < OB_COUNT(cpus); c++)
        for (size_t t = 0; ob_cpu_has((enum ob_isa)c) && t < 2; t++) {
            run(cpus[c], "plain", ini, sets, threads[t], got);
            assert_string_equal(got, want);
        }
    run("auto", "thread", ini, sets, threads[1], got);
    assert_string_equal(got, want);
}

static const char *dtype_set(void **state)
{
    return *state;
}

static void heights(void **state)
{
    const char *const sets[] = { dtype_set(state), "log.metrics=half_mse", NULL };
    same("heights.ini", sets, 500);
}

static void thinned_rows(void **state)
{
    const char *const sets[] = { dtype_set(state),       "log.every=0",
                                 "stop.theta_delta=0",   "optimizer.lr=1e-4",
                                 "stop.max_steps=35000", NULL };
    same("heights.ini", sets, 20000);
}

static void newton(void **state)
{
    const char *const sets[] = { dtype_set(state), "optimizer.lr=0.3", NULL };
    same("admission.ini", sets, 5);
}

static void line_searches(void **state)
{
    const char *const phi[] = { dtype_set(state), "optimizer.kind=sgd",
                                "line_search.kind=newton", NULL };
    const char *const armijo[] = { dtype_set(state), "optimizer.kind=sgd",
                                   "line_search.kind=armijo", "stop.max_steps=200",
                                   NULL };
    same("admission.ini", phi, 10);
    same("housing.ini", armijo, 10);
}

static void adam_and_momentum(void **state)
{
    const char *const adam[] = { dtype_set(state), "optimizer.kind=adam",
                                 "optimizer.lr=0.1", "stop.max_steps=400", NULL };
    const char *const momentum[] = { dtype_set(state), "optimizer.momentum=0.9",
                                     "stop.max_steps=400", "schedule.kind=cosine", NULL };
    same("admission.ini", adam, 100);
    same("heights.ini", momentum, 100);
}

/* More rows than one chunk has, and not a multiple: the sums go over the tree. */
static void many_rows(void **state)
{
    char path[] = "/tmp/optbench-same-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    struct ob_rng rng;
    assert_non_null(out);
    ob_rng_init(&rng, 3, 0);
    fputs("a,b,c,y\n", out);
    for (int i = 0; i < 5003; i++)
        fprintf(out, "%u.%u,%u,0.%u,%u\n", ob_rng_u32(&rng) % 10, ob_rng_u32(&rng) % 1000,
                ob_rng_u32(&rng) % 3, ob_rng_u32(&rng) % 1000000, ob_rng_u32(&rng) % 2);
    fclose(out);
    char *set = ob_xasprintf("data.path=%s", path);
    const char *const linear[] = { dtype_set(state),
                                   set,
                                   "data.features=a b c",
                                   "data.target=y",
                                   "optimizer.lr=0.01",
                                   "stop.max_steps=100",
                                   NULL };
    const char *const logistic[] = { dtype_set(state),
                                     set,
                                     "data.features=a b c",
                                     "data.target=y",
                                     "optimizer.lr=0.3",
                                     "stop.max_steps=50",
                                     NULL };
    same("heights.ini", linear, 50);
    same("admission.ini", logistic, 5);
    const char *const batches[] = { dtype_set(state),
                                    set,
                                    "data.features=a b c",
                                    "data.target=y",
                                    "optimizer.lr=1e-6",
                                    "stop.max_steps=60",
                                    "stop.theta_delta=0",
                                    "batch.size=2100",
                                    NULL };
    same("heights.ini", batches, 50);
    free(set);
    unlink(path);
}

static char f32[] = "experiment.dtype=float32", f64[] = "experiment.dtype=float64";
#define CASE(test, dtype)                                                                \
    {                                                                                    \
        .name = #test " " #dtype, .test_func = test, .initial_state = dtype              \
    }
#define BOTH(test) CASE(test, f32), CASE(test, f64)

int main(int argc, char **argv)
{
    if (argc > 1)
        return child(argc, argv);
    const struct CMUnitTest tests[] = {
        BOTH(heights),       BOTH(thinned_rows),      BOTH(newton),
        BOTH(line_searches), BOTH(adam_and_momentum), BOTH(many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
