/* What a feed asks of an engine: this program is both. */
#include <config.h>

#include "../../lib/ob_test.h"

#include <ftw.h>
#include <math.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/run/control.h"
#include "optbench/run/rundir.h"
#include "optbench/ui/feed.h"

static char *folder;

static int setup(void **state)
{
    (void)state;
    char template[] = "/tmp/ob-talk-XXXXXX";
    folder = ob_xstrdup(mkdtemp(template));
    setenv("OPTBENCH_CONFIGS", folder, 1);
    return chdir(folder);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st;
    (void)kind;
    (void)f;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    if (chdir("/") != 0)
        return -1;
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
    return 0;
}

/* A run, its engine as far as it goes, and who watches. */
struct talk {
    struct ob_rundir dir;
    int lock;
    struct ob_control *engine;
    struct ob_feed *feed;
    struct ob_run_model m;
};

static void put(const struct talk *t, const char *name, const void *data, size_t n)
{
    struct ob_err err;
    assert_true(ob_rundir_replace(&t->dir, name, data, n, false, &err));
}

static void begin(struct talk *t, int64_t when, bool alive)
{
    static const char log[] = "step,loss,theta_delta,evals,w0,w1\n0,5,,1,0,0\n";
    static struct ob_feed_files_opts opts = { .runs = "runs", .program = "/nonexistent" };
    struct ob_run_info info;
    struct ob_buf text = { 0 };
    struct ob_err err;
    memset(t, 0, sizeof *t);
    assert_true(ob_rundir_claim(&t->dir, "runs", "talk", 7, when, &err));
    memset(&info, 0, sizeof info);
    snprintf(info.name, sizeof info.name, "%s", t->dir.name);
    info.started = when;
    info.recorded = alive ? OB_RUN_RUNNING : OB_RUN_FINISHED;
    ob_run_host(info.host, info.boot);
    ob_run_info_write(&info, &text);
    put(t, "run.json", text.data, text.len);
    put(t, "metrics.csv", log, sizeof log - 1);
    ob_buf_finish(&text);
    t->lock = -1;
    if (alive) {
        t->lock = ob_rundir_lock(&t->dir, &err);
        t->engine = ob_control_create(&t->dir, &err);
        assert_non_null(t->engine);
    }
    t->feed = ob_feed_files(&opts);
    assert_true(t->feed->type->open(t->feed, t->dir.path, &t->m, &err));
}

static void end(struct talk *t)
{
    ob_run_model_finish(&t->m);
    t->feed->type->destroy(t->feed);
    ob_control_destroy(t->engine);
    if (t->lock >= 0)
        close(t->lock);
    ob_rundir_finish(&t->dir);
}

/* The next request that is not a greeting. */
static bool heard(struct talk *t, struct ob_ctl_request *r, struct ob_ticket *ticket)
{
    while (ob_control_next(t->engine, r, ticket)) {
        if (r->verb != OB_CTL_WATCH)
            return true;
        ob_control_answer(t->engine, *ticket, ob_ctl_answer_new(0, 0));
    }
    return false;
}

/* Answers requests until there is one of the kind, gives it. */
static struct ob_ticket await(struct talk *t, enum ob_ctl_verb verb,
                              struct ob_ctl_request *r)
{
    struct ob_ticket ticket = { 0 };
    for (int i = 0; i < 1000; i++) {
        if (heard(t, r, &ticket)) {
            assert_int_equal(r->verb, verb);
            return ticket;
        }
    }
    fail_msg("the engine heard nothing");
    return ticket;
}

/* What polls bring until one of the bits is among it. */
static unsigned polled(struct talk *t, unsigned bits)
{
    unsigned got = 0;
    for (int i = 0; i < 1000 && !(got & bits); i++)
        got = t->feed->type->poll(t->feed, &t->m);
    return got;
}

static void answer(struct talk *t, struct ob_ticket ticket, const char *text,
                   const char *file)
{
    struct ob_ctl_answer a = ob_ctl_answer_new(0, 812);
    a.ok = true;
    snprintf(a.text, sizeof a.text, "%s", text);
    snprintf(a.file, sizeof a.file, "%s", file);
    ob_control_answer(t->engine, ticket, a);
}

/* A file of one array of doubles. */
static void put_tensor(const struct talk *t, const char *file, const char *name,
                       const double *value, size_t n)
{
    struct ob_buf header = { 0 }, all = { 0 };
    ob_buf_addf(&header,
                "{\"%s\":{\"dtype\":\"F64\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}",
                name, n, n * sizeof *value);
    while (header.len % 8)
        ob_buf_addc(&header, ' ');
    for (int i = 0; i < 8; i++)
        ob_buf_addc(&all, (char)(header.len >> (8 * i) & 0xff));
    ob_buf_add(&all, header.data, header.len);
    ob_buf_add(&all, value, n * sizeof *value);
    put(t, file, all.data, all.len);
    ob_buf_finish(&header);
    ob_buf_finish(&all);
}

static void answers_go_where_they_belong(void **state)
{
    (void)state;
    struct talk t;
    struct ob_err err;
    struct ob_ctl_request r, pause = { .verb = OB_CTL_PAUSE };
    static const double grad[] = { 1.5, NAN, -2 };
    begin(&t, 1000, true);
    assert_true(t.m.connected);

    /* A command, a question about a step and one for a tensor, answered backwards. */
    assert_true(t.feed->type->control(t.feed, &pause, &err));
    assert_true(t.feed->type->explain(t.feed, "w1", &err));
    assert_true(t.feed->type->tensor(t.feed, "w grad", &err));
    struct ob_ticket a = await(&t, OB_CTL_PAUSE, &r), b = await(&t, OB_CTL_EXPLAIN, &r);
    assert_string_equal(r.key, "w1");
    struct ob_ticket c = await(&t, OB_CTL_GET, &r);
    assert_string_equal(r.key, "w grad");
    assert_true(ob_rundir_mkdir(&t.dir, "views", &err));
    put_tensor(&t, "views/grad.w.safetensors", "grad.w", grad, 3);
    answer(&t, c, "", "views/grad.w.safetensors");
    answer(&t, b, "w1 = 1 - 0.5 * 1 = 0.5\n", "");
    answer(&t, a, "", "");
    unsigned bits = 0;
    for (int i = 0; i < 1000 && !(bits & OB_FEED_ANSWER); i++)
        bits |= t.feed->type->poll(t.feed, &t.m);
    assert_true((bits & OB_FEED_TENSOR) && (bits & OB_FEED_EXPLAINED));
    assert_int_equal(t.feed->asked.verb, OB_CTL_PAUSE);
    assert_int_equal(t.feed->answer.step, 812);
    assert_string_equal(t.feed->explained.text, "w1 = 1 - 0.5 * 1 = 0.5\n");
    assert_string_equal(t.feed->tensor.why, "");
    assert_int_equal(t.feed->tensor.whole.n, 3);
    assert_true(t.feed->tensor.whole.value[2] == -2);

    /* A refusal is the answer to a question, too; a file that is none is told. */
    assert_true(t.feed->type->explain(t.feed, "nobody", &err));
    ob_control_error(t.engine, await(&t, OB_CTL_EXPLAIN, &r),
                     "no parameter is called so");
    assert_true(polled(&t, OB_FEED_EXPLAINED) & OB_FEED_EXPLAINED);
    assert_false(t.feed->explained.ok);
    assert_string_equal(t.feed->explained.text, "no parameter is called so");
    assert_true(t.feed->type->tensor(t.feed, "w", &err));
    answer(&t, await(&t, OB_CTL_GET, &r), "", "run.json");
    assert_true(polled(&t, OB_FEED_TENSOR) & OB_FEED_TENSOR);
    assert_int_equal(t.feed->tensor.whole.n, 0);
    assert_true(t.feed->tensor.why[0] != '\0');

    /* Of two questions the later one counts. */
    assert_true(t.feed->type->explain(t.feed, "w0", &err));
    assert_true(t.feed->type->explain(t.feed, "w1", &err));
    a = await(&t, OB_CTL_EXPLAIN, &r);
    b = await(&t, OB_CTL_EXPLAIN, &r);
    answer(&t, b, "second\n", "");
    answer(&t, a, "first\n", "");
    for (int i = 0; i < 100; i++)
        t.feed->type->poll(t.feed, &t.m);
    assert_string_equal(t.feed->explained.text, "second\n");
    end(&t);
}

/* Two commands answered at once are told one after the other. */
static void no_answer_is_swallowed(void **state)
{
    (void)state;
    struct talk t;
    struct ob_err err;
    struct ob_ctl_request r, pause = { .verb = OB_CTL_PAUSE },
                             step = { .verb = OB_CTL_STEP, .steps = 1 };
    struct pollfd fds[OB_FEED_FDS];
    int timeout = -1;
    begin(&t, 2000, true);
    assert_true(t.feed->type->control(t.feed, &pause, &err));
    assert_true(t.feed->type->control(t.feed, &step, &err));
    struct ob_ticket a = await(&t, OB_CTL_PAUSE, &r), b = await(&t, OB_CTL_STEP, &r);
    answer(&t, a, "", "");
    answer(&t, b, "", "");
    assert_true(polled(&t, OB_FEED_ANSWER) & OB_FEED_ANSWER);
    assert_int_equal(t.feed->asked.verb, OB_CTL_PAUSE);
    t.feed->type->wait(t.feed, fds, &timeout);
    assert_int_equal(timeout, 0);
    assert_true(polled(&t, OB_FEED_ANSWER) & OB_FEED_ANSWER);
    assert_int_equal(t.feed->asked.verb, OB_CTL_STEP);
    end(&t);
}

/* A run that has ended answers from its newest checkpoint, its summary, or not at all. */
static void ended_runs_answer_from_files(void **state)
{
    (void)state;
    struct talk t;
    struct ob_err err;
    static const double value[] = { 3, 4 };
    static const char summary[] =
        "{\"state\":\"finished\",\"stop\":\"max_steps\",\"steps\":9,"
        "\"parameters\":{\"w\":[0.25,0.5]}}";
    begin(&t, 3000, false);
    assert_false(t.m.connected);
    assert_false(t.feed->type->explain(t.feed, "w0", &err));
    assert_true(t.feed->type->tensor(t.feed, "w", &err));
    assert_true(polled(&t, OB_FEED_TENSOR) & OB_FEED_TENSOR);
    assert_true(t.feed->tensor.why[0] != '\0');
    put(&t, "summary.json", summary, sizeof summary - 1);
    assert_true(t.feed->type->tensor(t.feed, "w", &err));
    assert_true(polled(&t, OB_FEED_TENSOR) & OB_FEED_TENSOR);
    assert_string_equal(t.feed->tensor.why, "");
    assert_int_equal(t.feed->tensor.whole.n, 2);
    assert_true(t.feed->tensor.whole.value[1] == 0.5);
    assert_true(ob_rundir_mkdir(&t.dir, "checkpoints", &err));
    put_tensor(&t, "checkpoints/a.safetensors", "exp_avg.w", value, 2);
    put(&t, "checkpoints/LATEST", "a.safetensors", 13);
    assert_true(t.feed->type->tensor(t.feed, "w exp_avg", &err));
    assert_true(polled(&t, OB_FEED_TENSOR) & OB_FEED_TENSOR);
    assert_string_equal(t.feed->tensor.why, "");
    assert_true(t.feed->tensor.whole.value[1] == 4);
    assert_true(t.feed->type->tensor(t.feed, "w change", &err));
    assert_non_null(strstr(t.feed->tensor.why, "only while a run goes on"));
    assert_int_equal(t.feed->tensor.whole.n, 0);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_go_where_they_belong),
        cmocka_unit_test(no_answer_is_swallowed),
        cmocka_unit_test(ended_runs_answer_from_files),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
