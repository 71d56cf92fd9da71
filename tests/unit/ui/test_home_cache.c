#include <config.h>

#include "../../lib/ob_test.h"

#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../../src/ui/home_cache.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"
#include "optbench/run/rundir.h"
#include "optbench/run/summary.h"
#include "optbench/ui/feed.h"

enum { RUNS = 80, OLD = 3600 };

static char *folder;

static int setup(void **state)
{
    (void)state;
    char template[] = "/tmp/ob-cache-XXXXXX";
    folder = ob_xstrdup(mkdtemp(template));
    setenv("OPTBENCH_CONFIGS", folder, 1);
    setenv("XDG_CACHE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
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

/* Moves a file's time of change into the past: what has just changed has no stamp. */
static void age(const char *path, const char *name, time_t seconds)
{
    char *file = ob_path_join(path, name);
    const struct timespec times[2] = { { .tv_sec = time(NULL) - seconds },
                                       { .tv_sec = time(NULL) - seconds } };
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    free(file);
}

static void put_summary(const struct ob_rundir *d, double loss)
{
    struct ob_buf text = { 0 };
    struct ob_summary s = { .state = OB_RUN_FINISHED,
                            .stop = "theta_delta",
                            .measured = true,
                            .steps = 10,
                            .loss = loss,
                            .best_loss = loss / 2,
                            .theta_delta = NAN,
                            .seconds = 1.5 };
    ob_summary_write(&s, &text);
    assert_true(ob_rundir_replace(d, "summary.json", text.data, text.len, false, NULL));
    ob_buf_finish(&text);
}

/* Run i of a folder; every tenth one was killed without a word. */
static void make_run(const char *runs, int i)
{
    static const char config[] = "[model]\nkind = linear\n[optimizer]\nkind = adam\n"
                                 "lr = 0.003\n[ui]\ncharts = loss:log, lr\n";
    struct ob_rundir d = { 0 };
    struct ob_run_info info = { .started = (int64_t)(i + 1) * 1000000000,
                                .seed = i,
                                .plan_known = i % 3 == 0,
                                .max_steps = 100 };
    struct ob_buf text = { 0 };
    struct ob_err err;
    bool killed = i % 10 == 9;
    assert_true(ob_rundir_claim(&d, runs, "cached", (uint64_t)i, info.started, &err));
    snprintf(info.experiment, sizeof info.experiment, "experiment %d", i);
    info.recorded = killed ? OB_RUN_RUNNING : OB_RUN_FINISHED;
    ob_run_info_write(&info, &text);
    assert_true(ob_rundir_replace(&d, "run.json", text.data, text.len, false, &err));
    assert_true(ob_rundir_replace(&d, "config.ini", config, strlen(config), false, &err));
    age(d.path, "run.json", OLD);
    if (!killed) {
        put_summary(&d, i == 7 ? (double)NAN : (double)i);
        age(d.path, "summary.json", OLD);
    }
    ob_buf_finish(&text);
    ob_rundir_finish(&d);
}

/* Everything, as a program that starts now would read it. */
static void read_all(const char *runs, struct ob_home_model *home)
{
    struct ob_feed_files_opts opts = { .runs = runs, .program = "/nonexistent" };
    struct ob_feed *f = ob_feed_files(&opts);
    struct ob_err err;
    assert_true(f->type->list(f, home, true, &err));
    while (f->type->more(f, home))
        ;
    f->type->destroy(f);
    assert_int_equal(home->known, home->runs.n);
}

static bool same_number(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b;
}

static void assert_same(const struct ob_home_model *a, const struct ob_home_model *b)
{
    assert_int_equal(a->runs.n, b->runs.n);
    for (size_t i = 0; i < a->runs.n; i++) {
        const struct ob_home_run *x = &a->runs.item[i], *y = &b->runs.item[i];
        assert_string_equal(a->runs.path[i], b->runs.path[i]);
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->experiment, y->experiment);
        assert_string_equal(x->title, y->title);
        assert_string_equal(x->stop, y->stop);
        assert_true(x->state == y->state && x->plan_known == y->plan_known &&
                    x->max_steps == y->max_steps && x->step == y->step &&
                    x->started == y->started && x->bytes == y->bytes &&
                    x->stamp == y->stamp);
        assert_true(same_number(x->loss, y->loss) &&
                    same_number(x->best_loss, y->best_loss) &&
                    same_number(x->theta_delta, y->theta_delta) &&
                    same_number(x->seconds, y->seconds));
        const struct ob_brief *p = &a->brief[i], *q = &b->brief[i];
        assert_true(same_number(p->lr, q->lr));
        assert_string_equal(p->model, q->model);
        assert_string_equal(p->optimizer, q->optimizer);
        assert_string_equal(p->charts, q->charts);
    }
}

/* What comes from the cache is what would be read, and it does come from there. */
static void cached_equals_fresh(void **state)
{
    (void)state;
    struct ob_home_model fresh = { 0 }, cached = { 0 };
    struct ob_home_cache c = { 0 };
    for (int i = 0; i < RUNS; i++)
        make_run("runs", i);
    read_all("runs", &fresh);
    assert_int_equal(fresh.runs.n, RUNS);
    assert_true(fresh.runs.item[0].started > fresh.runs.item[1].started);
    assert_true(fresh.brief[0].lr == 0.003);

    ob_home_cache_load(&c, "runs");
    assert_int_equal(c.n, RUNS - RUNS / 10); /* none of those that may go on */
    size_t found = 0;
    for (size_t i = 0; i < fresh.runs.n; i++) {
        struct ob_home_run r = fresh.runs.item[i];
        struct ob_brief b;
        found += ob_home_cache_find(&c, r.stamp, &r, &b);
        assert_false(ob_home_cache_find(&c, r.stamp + 1, &r, &b)); /* of other files */
    }
    assert_int_equal(found, c.n);
    read_all("runs", &cached);
    assert_same(&fresh, &cached);
    ob_home_cache_load(&c, "other");
    assert_int_equal(c.n, 0);
    ob_home_cache_finish(&c);
    ob_home_model_finish(&fresh);
    ob_home_model_finish(&cached);
}

/* A run that changed is read, one that ended without a word always. */
static void stale_entries_are_read(void **state)
{
    (void)state;
    struct ob_home_model home = { 0 };
    struct ob_rundir d = { 0 };
    struct ob_err err;
    read_all("runs", &home);
    for (size_t i = 0; i < 2; i++) { /* 0 was killed, 1 has a summary */
        assert_true(ob_rundir_open(&d, home.runs.path[i], &err));
        put_summary(&d, 4711);
        age(d.path, "summary.json", OLD / 2);
        ob_rundir_finish(&d);
    }
    assert_int_equal(home.runs.item[0].state, OB_RUN_INTERRUPTED);
    ob_home_model_finish(&home);
    read_all("runs", &home);
    assert_true(home.runs.item[0].loss == 4711 && home.runs.item[1].loss == 4711);
    assert_int_equal(home.runs.item[0].state, OB_RUN_FINISHED);
    ob_home_model_finish(&home);
}

static char *cache_file(void)
{
    char *real = realpath("runs", NULL);
    char *file = ob_xasprintf("optbench/runs/%016llx",
                              (unsigned long long)ob_hash(real, strlen(real), 0));
    free(real);
    return file;
}

static void put(const char *file, const struct ob_buf *text, size_t n)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    assert_true(ob_file_write(fd, ob_buf_text(text), n, NULL));
    close(fd);
}

/* One wrong byte anywhere, or a missing end: nothing of it is believed, and the list is
 * read as if there were no cache. */
static void damage_is_seen(void **state)
{
    (void)state;
    struct ob_buf good = { 0 };
    struct ob_rng rng;
    struct ob_home_cache c = { 0 };
    char *file = cache_file();
    assert_true(ob_file_read(file, 1 << 20, &good, NULL));
    ob_rng_init(&rng, 5, 1);
    for (int i = 0; i < 400; i++) {
        size_t at = i < 64 ? (size_t)i : (size_t)ob_rng_below(&rng, good.len);
        char was = good.data[at];
        good.data[at] = (char)(was ^ (1 << (i % 8)));
        put(file, &good, i % 5 == 4 ? at : good.len);
        good.data[at] = was;
        ob_home_cache_load(&c, "runs");
        assert_int_equal(c.n, 0);
    }
    struct ob_home_model with = { 0 }, without = { 0 };
    read_all("runs", &with); /* writes it anew */
    assert_int_equal(remove(file), 0);
    read_all("runs", &without);
    assert_same(&with, &without);
    ob_home_cache_load(&c, "runs");
    assert_true(c.n > 0);
    put(file, &good, good.len);
    ob_home_cache_load(&c, "runs");
    assert_true(c.n > 0);
    ob_home_cache_finish(&c);
    ob_home_model_finish(&with);
    ob_home_model_finish(&without);
    ob_buf_finish(&good);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cached_equals_fresh),
        cmocka_unit_test(stale_entries_are_read),
        cmocka_unit_test(damage_is_seen),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
