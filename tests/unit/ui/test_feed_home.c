#include <config.h>

#include "run_stage.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

static void the_lists(void **state)
{
    (void)state;
    stage_put("good.ini", "[experiment]\ntitle = \"A title, quoted\"\n");
    stage_put("untitled.ini", "[experiment]\nname = u\n");
    stage_put("wrong.ini", "[experiment\nname = u\n");
    stage_put("notes.txt", "no config\n");
    assert_int_equal(mkdir("folder.ini", 0777), 0);
    char *path = stage_run("runs-e", 1000, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,1\n");
    struct ob_feed *f = stage_feed("runs-e");
    struct ob_home_model home = { 0 };
    struct ob_err err;
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.configs, 3);
    assert_string_equal(home.config[0].title, "A title, quoted");
    assert_string_equal(home.config[1].title, "");
    assert_true(home.config[2].broken);
    assert_non_null(strstr(home.config[2].title, "line 1"));
    assert_int_equal(home.runs.n, 1);
    ob_home_model_finish(&home);
    f->type->destroy(f);
    f = stage_feed("notes.txt"); /* no folder: the experiments are listed all the same */
    assert_false(f->type->list(f, &home, true, &err));
    assert_non_null(strstr(err.text, "notes.txt"));
    assert_int_equal(home.configs, 3);
    ob_home_model_finish(&home);
    f->type->destroy(f);
    f = stage_feed("no-such-folder");
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.runs.n, 0);
    ob_home_model_finish(&home);

    /* Sweeps have a heading; what is none in their folder is not listed. */
    assert_true(mkdir("sweeps", 0777) == 0 && mkdir("sweeps/rates", 0777) == 0);
    assert_int_equal(mkdir("sweeps/other", 0777), 0);
    stage_put("sweeps/rates/sweep.ini", "[experiment]\ntitle = Many rates\n");
    stage_put("sweeps/rates/sweep.json", "{}\n");
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.configs, 6);
    assert_true(home.config[0].heading && home.config[2].heading);
    assert_true(home.config[1].sweep && !home.config[3].sweep);
    assert_string_equal(home.config[1].name, "rates");
    assert_string_equal(home.config[1].path, "sweeps/rates/sweep.ini");
    assert_string_equal(home.config[1].title, "Many rates");
    ob_home_model_finish(&home);
    stage_remove("sweeps");

    /* A folder that was added, one that is gone, and what a file is based on. */
    assert_true(mkdir("optbench", 0777) == 0 && mkdir("own", 0777) == 0);
    stage_put("own/base.ini", "[model]\nkind = linear\n[optimizer]\nkind = adam\n"
                              "beta1 = 0.5\nbeta2 = 0.999\n");
    stage_put("own/mine.ini", "; Why it\n;\n; is there.\n[experiment]\nbase = base.ini\n"
                              "[stop]\nmax_steps = 7\n");
    assert_true(f->type->folder(f, "own", true, &err));
    const char *list = "optbench/folders";
    FILE *lines = fopen(list, "a");
    fputs("/no/such folder\n", lines);
    fclose(lines);
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.configs, 8);
    assert_true(home.config[0].heading && home.config[0].added);
    assert_string_equal(home.config[2].name, "mine.ini");
    assert_string_equal(home.config[2].about, "Why it is there.");
    assert_string_equal(home.config[2].brief.model, "linear");
    assert_string_equal(home.config[2].brief.settings, "beta1 0.5");
    assert_string_equal(home.config[2].brief.stop, "max_steps 7");
    assert_true(home.config[3].heading && home.config[3].broken);
    assert_true(home.config[4].heading && !home.config[4].added);
    assert_true(f->type->folder(f, "/no/such folder", false, &err));
    assert_int_equal(remove(list), 0);
    ob_home_model_finish(&home);

    /* A program that cannot be started is told, at once or by the next poll. */
    struct ob_run_model m = { 0 };
    bool told = !f->type->start(f, "good.ini", &err);
    for (int i = 0; i < 1000 && !told; i++) {
        struct pollfd fds[OB_FEED_FDS];
        int timeout = -1;
        size_t n = f->type->wait(f, fds, &timeout);
        poll(fds, n, timeout < 0 || timeout > 100 ? 100 : timeout);
        told = f->type->poll(f, &m) & OB_FEED_FAILED;
    }
    assert_true(told);
    f->type->destroy(f);
    free(path);
}

static int notify_fd(const struct ob_feed *f, int *timeout)
{
    struct pollfd fds[OB_FEED_FDS];
    size_t n = f->type->wait(f, fds, timeout);
    assert_true(n >= 1);
    return fds[0].fd;
}

static bool wakes(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, 0) > 0;
}

/* A folder that is removed or moved away and made again is watched as before. */
static void the_folder_comes_and_goes(void **state)
{
    (void)state;
    struct ob_home_model home = { 0 };
    struct ob_run_model m = { 0 };
    struct ob_err err;
    int timeout = 0;
    assert_int_equal(mkdir("runs-c", 0777), 0);
    struct ob_feed *f = stage_feed("runs-c");
    f->type->attend(f, true);
    assert_true(f->type->list(f, &home, true, &err));
    for (int moved = 0; moved < 2; moved++) {
        assert_int_equal(moved ? rename("runs-c", "runs-away") : rmdir("runs-c"), 0);
        assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
        assert_true(f->type->list(f, &home, false, &err));
        assert_int_equal(home.runs.n, 0);
        assert_int_equal(mkdir("runs-c", 0777), 0);
        assert_true(f->type->list(f, &home, false, &err));
        f->type->poll(f, &m);
        free(stage_run("runs-c", 1000, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,1\n"));
        assert_true(wakes(notify_fd(f, &timeout)));
        assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
        assert_true(f->type->list(f, &home, false, &err));
        assert_int_equal(home.runs.n, 1);
        assert_int_equal(rename("runs-c", moved ? "runs-b" : "runs-a"), 0);
        assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
        assert_int_equal(mkdir("runs-c", 0777), 0);
        assert_true(f->type->list(f, &home, false, &err));
        assert_int_equal(home.runs.n, 0);
    }
    ob_home_model_finish(&home);
    f->type->destroy(f);
}

/* Behind the home screen a run that goes on wakes nobody but once a second, for the list,
 * and some times a second where it is the one that is previewed. */
static void home_is_quiet(void **state)
{
    (void)state;
    char *path = stage_run("runs-q", 1000, "/a.ini", OB_RUN_RUNNING, "step,loss\n0,5\n");
    char *live = ob_path_join(path, "live"), *log = ob_path_join(path, "metrics.csv");
    char *text = ob_xasprintf("{\"state\":\"running\",\"heartbeat\":%lld,\"step\":1}",
                              (long long)ob_clock_wall_ns());
    stage_put(live, text); /* nothing is locked: its heartbeat tells that it lives */
    struct ob_feed *f = stage_feed("runs-q");
    struct ob_home_model home = { 0 };
    struct ob_run_model m = { 0 }, preview = { 0 };
    struct ob_err err;
    int timeout = 0;
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.active, 1);
    assert_true(f->type->open(f, path, &m, &err));
    f->type->poll(f, &m);
    int fd = notify_fd(f, &timeout);
    assert_int_equal(timeout, 100); /* no socket: answers come as files */
    stage_put(log, "step,loss\n0,5\n1,4\n");
    assert_true(wakes(fd));
    f->type->poll(f, &m);

    f->type->attend(f, true);
    assert_true(f->type->list(f, &home, true, &err));
    f->type->poll(f, &m);
    fd = notify_fd(f, &timeout);
    assert_true(timeout > 500 && timeout <= 1001);
    stage_put(log, "step,loss\n0,5\n1,4\n2,3\n");
    f->type->poll(f, &m); /* the end of the watch is told, too */
    stage_put(log, "step,loss\n0,5\n1,4\n2,3\n3,2\n");
    assert_false(wakes(fd));
    assert_false(f->type->poll(f, &m) & OB_FEED_RUN);

    while (f->type->preview(f, path, &preview))
        ;
    notify_fd(f, &timeout);
    assert_true(timeout >= 100 && timeout <= 201);

    f->type->attend(f, false);
    notify_fd(f, &timeout);
    assert_int_equal(timeout, 0); /* what was missed is read at once */
    assert_true(f->type->poll(f, &m) & OB_FEED_RUN);
    stage_put(log, "step,loss\n0,5\n1,4\n2,3\n3,2\n4,1\n");
    assert_true(wakes(fd));

    /* Nothing goes on: no waking at all. */
    ob_home_model_finish(&home);
    assert_int_equal(remove(live), 0);
    f->type->attend(f, true);
    assert_true(f->type->list(f, &home, true, &err));
    while (f->type->more(f, &home) || f->type->preview(f, path, &preview))
        ;
    f->type->poll(f, &m);
    assert_int_equal(home.active, 0);
    notify_fd(f, &timeout);
    assert_int_equal(timeout, -1);
    ob_run_model_finish(&preview);
    ob_run_model_finish(&m);
    ob_home_model_finish(&home);
    f->type->destroy(f);
    free(text);
    free(log);
    free(live);
    free(path);
}

/* What comes and goes in the folder while it is shown. */
static void the_list_follows_its_folder(void **state)
{
    (void)state;
    char *first =
        stage_run("runs-f", 1000, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,1\n");
    struct ob_feed *f = stage_feed("runs-f");
    struct ob_home_model home = { 0 };
    struct ob_run_model m = { 0 };
    struct ob_err err;
    int timeout;
    f->type->attend(f, true);
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.runs.n, 1);
    unsigned changes = home.changes;
    int64_t later = INT64_C(1000000000) * 100;
    char *second =
        stage_run("runs-f", later, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,2\n");
    assert_true(wakes(notify_fd(f, &timeout)));
    assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
    assert_true(f->type->list(f, &home, false, &err));
    assert_int_equal(home.runs.n, 2);
    assert_true(home.changes != changes);
    assert_string_equal(home.runs.path[0], second);
    assert_true(home.runs.item[0].known && home.runs.item[1].known);
    assert_true(home.runs.item[0].bytes > 0);

    /* Not a run, and never one. */
    assert_int_equal(mkdir("runs-f/other", 0777), 0);
    const struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    assert_int_equal(utimensat(AT_FDCWD, "runs-f/other", old, 0), 0);
    assert_true(f->type->list(f, &home, true, &err));
    while (f->type->more(f, &home))
        ;
    assert_int_equal(home.runs.n, 2);

    assert_true(f->type->rename(f, second, "19700101T000140Z-called", &err));
    assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
    assert_true(f->type->list(f, &home, false, &err));
    assert_string_equal(home.runs.item[0].name, "19700101T000140Z-called");
    assert_true(f->type->remove(f, home.runs.path[0], &err));
    assert_true(f->type->list(f, &home, true, &err));
    assert_int_equal(home.runs.n, 1);
    assert_string_equal(home.runs.path[0], first);
    ob_home_model_finish(&home);
    f->type->destroy(f);
    free(first);
    free(second);
}

static void read_lists(struct ob_feed *f, struct ob_home_model *home, bool all)
{
    struct ob_err err;
    if (!f->type->list(f, home, all, &err))
        fail_msg("%s", err.text);
    while (f->type->more(f, home))
        ;
}

/* Two folders are one list; runs are tagged, put out of the way and brought back from it,
 * and what is done to one is done in its own folder. */
static void folders_and_notes(void **state)
{
    (void)state;
    char *one =
        stage_run("runs-g", 1000000000, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,1\n");
    char *two =
        stage_run("runs-h", 2000000000, "/a.ini", OB_RUN_FINISHED, "step,loss\n0,1\n");
    struct ob_feed *f = stage_feed("runs-g:runs-h");
    struct ob_home_model home = { 0 };
    struct ob_run_model m = { 0 };
    struct ob_err err;
    int timeout;
    f->type->attend(f, true);
    read_lists(f, &home, true);
    assert_int_equal(home.runs.n, 2);
    assert_int_equal(home.checked, 2);
    assert_string_equal(home.runs.path[0], two);
    assert_string_equal(home.runs.path[1], one);

    assert_true(f->type->annotate(f, one, "+paper -x", NULL, &err));
    assert_true(f->type->annotate(f, one, NULL, "why", &err));
    assert_false(f->type->annotate(f, one, "a/b", NULL, &err));
    read_lists(f, &home, false);
    assert_string_equal(home.runs.item[1].tags, "paper");
    assert_string_equal(home.runs.item[1].note, "why");
    assert_null(home.runs.item[0].tags);

    assert_true(f->type->archive(f, two, false, &err));
    assert_true(wakes(notify_fd(f, &timeout)));
    assert_true(f->type->poll(f, &m) & OB_FEED_HOME);
    read_lists(f, &home, false);
    assert_int_equal(home.runs.n, 1);
    home.archive = true;
    read_lists(f, &home, false);
    assert_int_equal(home.runs.n, 2);
    assert_true(home.runs.item[0].archived && home.runs.item[0].known);
    assert_true(home.runs.item[1].known && !home.runs.item[1].archived);
    assert_true(f->type->archive(f, home.runs.path[0], true, &err));
    f->type->poll(f, &m);
    read_lists(f, &home, false);
    assert_string_equal(home.runs.path[0], two);
    home.archive = false;
    assert_true(f->type->rename(f, two, "19700101T000002Z-here", &err));
    read_lists(f, &home, true);
    assert_string_equal(home.runs.path[0], "runs-h/19700101T000002Z-here");
    assert_true(f->type->remove(f, home.runs.path[0], &err));
    read_lists(f, &home, true);
    assert_int_equal(home.runs.n, 1);
    ob_home_model_finish(&home);
    f->type->destroy(f);
    free(one);
    free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists),
        cmocka_unit_test(the_folder_comes_and_goes),
        cmocka_unit_test(home_is_quiet),
        cmocka_unit_test(the_list_follows_its_folder),
        cmocka_unit_test(folders_and_notes),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
