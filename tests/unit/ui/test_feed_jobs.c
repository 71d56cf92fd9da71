#include <config.h>

#include "../../lib/ob_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/ui/feed.h"

/* The program just built answers. */
static char *program;

static const char table[] = "id,area,price\n1,50,100\n2,60,131\n3,70,140\n4,80,160\n";
static const char config[] = "[data]\npath = t.csv\ntarget = price\nfeatures = area\n";

static int setup(void **state)
{
    (void)state;
    static char folder[] = "/tmp/ob-jobs-XXXXXX";
    char *built = ob_path_absolute(ob_test_env("OB_BUILDDIR"));
    program = ob_path_join(built, "optbench");
    free(built);
    return !mkdtemp(folder) || chdir(folder) != 0 ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    char folder[4096];
    free(program);
    unlink("t.csv");
    return !getcwd(folder, sizeof folder) || chdir("/") != 0 || rmdir(folder) != 0;
}

static struct ob_feed *feed_of(const char *path)
{
    struct ob_feed_files_opts opts = { .runs = "runs", .program = path };
    return ob_feed_files(&opts);
}

/* Waits as the event loop does until all bits have come. */
static void wait_for(struct ob_feed *f, unsigned bits)
{
    struct ob_run_model none = { .path = NULL };
    int64_t last = ob_clock_ns() + INT64_C(60000000000);
    unsigned seen = 0;
    while ((seen & bits) != bits && ob_clock_ns() < last) {
        struct pollfd fds[OB_FEED_FDS];
        int timeout;
        size_t n = f->type->wait(f, fds, &timeout);
        assert_true(n <= OB_FEED_FDS);
        assert_true(n > 0 || timeout >= 0);
        poll(fds, n, timeout < 0 ? 1000 : timeout);
        seen |= f->type->poll(f, &none);
    }
    assert_int_equal(seen & bits, bits);
}

static void put_table(void)
{
    FILE *f = fopen("t.csv", "w");
    assert_non_null(f);
    fputs(table, f);
    assert_int_equal(fclose(f), 0);
}

static void both_are_answered(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of(program);
    struct ob_err err;
    put_table();
    assert_true(f->type->check(f, config, "new.ini", &err));
    assert_true(f->type->inspect(f, config, "new.ini", &err));
    wait_for(f, OB_FEED_CHECKED | OB_FEED_DATA);
    assert_true(f->checked.known && f->checked.ok);
    assert_int_equal(f->checked.rows, 4);
    assert_int_equal(f->checked.features, 1);
    assert_int_equal(f->checked.parameters, 2);
    assert_non_null(strstr(f->checked.resolved, "target = price"));
    assert_true(f->data.known && f->data.ok && f->data.whole);
    assert_int_equal(f->data.columns, 3);
    assert_int_equal(f->data.column[1].role, OB_DATA_FEATURE);
    assert_int_equal(f->data.column[2].role, OB_DATA_TARGET);
    assert_string_equal(f->data.suggest.target, "price");
    f->type->destroy(f);
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of(program);
    struct ob_err err;
    char *text = ob_xasprintf("%s[optimizer]\nkind = adam\nlr = fast\n", config);
    put_table();
    assert_true(f->type->check(f, text, "new.ini", &err));
    wait_for(f, OB_FEED_CHECKED);
    assert_false(f->checked.ok);
    assert_null(f->checked.resolved);
    const struct ob_fault *fault = ob_faults_of(&f->checked.problems, "optimizer", "lr");
    assert_non_null(fault);
    assert_int_equal(fault->line, 7);
    assert_string_equal(fault->file, "new.ini");
    assert_null(ob_faults_of(&f->checked.problems, "optimizer", "kind"));
    assert_null(ob_faults_of(&f->checked.problems, "optim", NULL));
    assert_non_null(ob_faults_of(&f->checked.problems, "optimizer", NULL));
    free(text);
    f->type->destroy(f);
}

/* How an experiment curves; why it cannot be told takes the place of the answer, and an
 * answer that of the reason. */
static void curvature_is_answered(void **state)
{
    (void)state;
    static const char bowl[] = "[model]\nkind = quadratic\nA = 20 8 8 4\nb = -28 -12\n"
                               "[optimizer]\nkind = gd\nlr = 0.085\n";
    struct ob_feed *f = feed_of(program);
    struct ob_err err;
    FILE *file = fopen("bowl.ini", "w");
    assert_non_null(file);
    fputs(bowl, file);
    assert_int_equal(fclose(file), 0);
    assert_true(f->type->curvature(f, NULL, "bowl.ini", "end", &err));
    assert_true(f->curvature.under_way);
    wait_for(f, OB_FEED_CURVATURE);
    const struct ob_curvature_view *v = &f->curvature;
    assert_true(v->known && !v->under_way && v->exact && v->stable);
    assert_string_equal(v->why, "");
    assert_string_equal(v->of, "bowl.ini");
    assert_int_equal(v->k, 2);
    ob_assert_near(v->value[1], 23.31370849898476, 1e-13);
    ob_assert_near(v->limit, 0.08578643762690495, 1e-16);
    assert_non_null(v->hessian);
    assert_int_equal(ob_curvature_vector(v, 0)->parts, 2);
    assert_true(v->facts >= 7);
    assert_true(f->type->curvature(f, NULL, "bowl.ini", "77", &err));
    wait_for(f, OB_FEED_CURVATURE);
    assert_true(v->known && v->k == 0);
    assert_non_null(strstr(v->why, "a config has no step but its start"));
    for (int i = 0; i < 5; i++)
        assert_true(f->type->curvature(f, NULL, "gone.ini", "end", &err));
    assert_true(f->type->curvature(f, NULL, "bowl.ini", "start", &err));
    wait_for(f, OB_FEED_CURVATURE);
    assert_int_equal(v->k, 2);
    assert_string_equal(v->at, "start");
    unlink("bowl.ini");
    /* A text that is nowhere, be it with a mistake. */
    assert_true(f->type->curvature(f, bowl, "bowl.ini", "start", &err));
    wait_for(f, OB_FEED_CURVATURE);
    assert_true(v->of_text && v->k == 2);
    assert_true(f->type->curvature(f, "[model]\nkind = quadratic\nA = x\n", "a.ini",
                                   "start", &err));
    wait_for(f, OB_FEED_CURVATURE);
    assert_true(v->k == 0 && strstr(v->why, "a.ini:3: model.A: "));
    assert_true(f->type->curvature(f, NULL, "bowl.ini", "start", &err));
    f->type->destroy(f);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* The newest question counts; a table is looked at without an experiment. */
static void the_newest_wins(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of(program);
    struct ob_err err;
    put_table();
    for (int i = 0; i < 10; i++)
        assert_true(f->type->inspect(f, "[data]\npath = gone.csv\n", "a.ini", &err));
    assert_true(f->type->inspect(f, NULL, "t.csv", &err));
    wait_for(f, OB_FEED_DATA);
    assert_true(f->data.ok);
    assert_int_equal(f->data.columns, 3);
    struct ob_run_model none = { .path = NULL };
    for (int i = 0; i < 3; i++)
        assert_false(f->type->poll(f, &none) & OB_FEED_DATA);

    /* What is under way when the program leaves is not left behind. */
    assert_true(f->type->check(f, config, "new.ini", &err));
    f->type->destroy(f);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* A program that cannot answer is a problem with words, not a silence. */
static void no_answer_is_told(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of("/bin/false");
    struct ob_err err;
    assert_true(f->type->check(f, config, "new.ini", &err));
    assert_true(f->type->inspect(f, config, "new.ini", &err));
    wait_for(f, OB_FEED_CHECKED | OB_FEED_DATA);
    assert_true(f->checked.known && !f->checked.ok);
    assert_int_equal(f->checked.problems.n, 1);
    assert_true(strlen(f->checked.problems.item[0].text) > 0);
    assert_true(f->data.known && !f->data.ok);
    f->type->destroy(f);
    f = feed_of("/no/such/program");
    assert_false(f->type->check(f, config, "new.ini", &err));
    assert_int_equal(err.code, OB_EIO);
    f->type->destroy(f);
}

static void folders_are_read(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of(program);
    struct ob_browse b = { .path = NULL };
    struct ob_err err;
    put_table();
    assert_true(f->type->browse(f, "", &b, &err));
    assert_true(b.path[0] == '/');
    assert_int_equal(b.n, 1);
    assert_string_equal(b.item[0].name, "t.csv");
    assert_true(b.item[0].table && !b.item[0].folder);
    assert_int_equal(b.item[0].size, sizeof table - 1);
    ob_browse_finish(&b);
    assert_false(f->type->browse(f, "no such folder", &b, &err));
    assert_non_null(strstr(err.text, "No such file or directory"));
    assert_false(f->type->browse(f, "t.csv", &b, &err));
    assert_non_null(strstr(err.text, "Not a directory"));
    assert_true(f->type->browse(f, "/", &b, &err));
    assert_string_equal(b.path, "/");
    assert_true(b.n > 0 && b.item[0].folder);
    ob_browse_finish(&b);
    f->type->destroy(f);
}

/* Saving over a file changes its text and nothing else of it. */
static void a_saved_file_stays_the_same_file(void **state)
{
    (void)state;
    struct ob_feed *f = feed_of(program);
    struct ob_buf text = { 0 }, got = { 0 };
    struct ob_err err;
    struct stat st;
    ob_buf_adds(&text, "; old\n");
    assert_true(f->type->save(f, "own.ini", &text, false, &err));
    assert_int_equal(chmod("own.ini", 0600), 0);
    assert_int_equal(symlink("own.ini", "link.ini"), 0);
    ob_buf_clear(&text);
    ob_buf_adds(&text, "; new\n");
    assert_false(f->type->save(f, "link.ini", &text, false, &err));
    assert_int_equal(err.code, OB_EUSAGE);
    assert_true(f->type->save(f, "link.ini", &text, true, &err));
    assert_int_equal(lstat("link.ini", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat("own.ini", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_true(ob_file_read("own.ini", 100, &got, &err));
    assert_string_equal(ob_buf_text(&got), "; new\n");
    ob_buf_finish(&text);
    ob_buf_finish(&got);
    unlink("link.ini");
    unlink("own.ini");
    f->type->destroy(f);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* How many cells a sweep has; then it is planned into a folder of its name, once. */
static void sweeps_are_planned(void **state)
{
    (void)state;
    static const char swept[] = "[model]\nkind = quadratic\nA = 20 8 8 4\nb = -28 -12\n"
                                "[stop]\nmax_steps = 3\n"
                                "[sweep]\noptimizer.lr = 0.01, 0.02, 0.04\n";
    struct ob_feed *f = feed_of(program);
    struct ob_err err;
    assert_true(f->type->check(f, swept, "new.ini", &err));
    wait_for(f, OB_FEED_CHECKED);
    assert_true(f->checked.ok);
    assert_int_equal(f->checked.cells, 3);
    put("s.ini", swept);
    for (int i = 0; i < 2; i++) {
        f->started[0] = '\0';
        assert_true(f->type->sweep_make(f, "s.ini", "rates", &err));
        wait_for(f, OB_FEED_PLANNED);
        assert_string_equal(f->started, "sweeps/rates");
        assert_true(f->type->sweep(f, "sweeps/rates", &err));
        assert_int_equal(f->sweep.plan->cells, 3);
    }
    put("s.ini", "[model]\nkind = quadratic\nA = 2\n[sweep]\noptimizer.lr = fast\n");
    assert_true(f->type->sweep_make(f, "s.ini", "other", &err));
    wait_for(f, OB_FEED_FAILED);
    assert_non_null(strstr(f->why, "s.ini:5: "));
    assert_int_not_equal(access("sweeps/other", F_OK), 0);
    f->type->destroy(f);
    static const char *const made[] = { "s.ini", "sweeps/rates/plan.csv",
                                        "sweeps/rates/sweep.ini",
                                        "sweeps/rates/sweep.json" };
    for (size_t i = 0; i < OB_COUNT(made); i++)
        assert_int_equal(unlink(made[i]), 0);
    static const char *const folder[] = { "sweeps/rates/cells", "sweeps/rates",
                                          "sweeps" };
    for (size_t i = 0; i < OB_COUNT(folder); i++)
        assert_int_equal(rmdir(folder[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_answered),
        cmocka_unit_test(mistakes_have_a_place),
        cmocka_unit_test(curvature_is_answered),
        cmocka_unit_test(the_newest_wins),
        cmocka_unit_test(no_answer_is_told),
        cmocka_unit_test(folders_are_read),
        cmocka_unit_test(sweeps_are_planned),
        cmocka_unit_test(a_saved_file_stays_the_same_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
