/* Surfaces that the feed asks of the program just built. */
#include <config.h>

#include "../../lib/ob_test.h"

#include <math.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/ui/feed.h"

static char *program;

static const char bowl[] = "[model]\nkind = quadratic\nA = 20 8 8 4\nb = -28 -12\n"
                           "c = 20\nstart = x1:-8 x2:8\n";
static const char *const new_ini[] = { "new.ini" };

static int setup(void **state)
{
    (void)state;
    char *built = ob_path_absolute(ob_test_env("OB_BUILDDIR"));
    program = ob_path_join(built, "optbench");
    free(built);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(program);
    return 0;
}

static struct ob_feed *feed_of(const char *const *sets, size_t nsets)
{
    static const char *lent[4];
    struct ob_feed_files_opts opts = {
        .runs = "runs", .program = program, .sets = lent, .nsets = nsets
    };
    for (size_t i = 0; i < nsets; i++)
        lent[i] = sets[i];
    return ob_feed_files(&opts);
}

static void ask(struct ob_feed *f, const struct ob_surface_ask *a)
{
    struct ob_err err;
    if (!f->type->surface(f, a, &err))
        fail_msg("%s", err.text);
    assert_true(f->surface.under_way);
}

/* Waits as the event loop does for the next answer. */
static void wait_for(struct ob_feed *f)
{
    struct ob_run_model none = { .path = NULL };
    int64_t last = ob_clock_ns() + INT64_C(60000000000);
    while (ob_clock_ns() < last) {
        struct pollfd fds[OB_FEED_FDS];
        int timeout;
        size_t n = f->type->wait(f, fds, &timeout);
        assert_true(n <= OB_FEED_FDS && (n > 0 || timeout >= 0));
        poll(fds, n, timeout < 0 ? 1000 : timeout);
        if (f->type->poll(f, &none) & OB_FEED_SURFACE)
            return;
    }
    fail_msg("no answer within a minute");
}

static void it_gets_finer(void **state)
{
    struct ob_feed *f = feed_of(NULL, 0);
    const struct ob_surface_view *s = &f->surface;
    size_t size = 0;
    (void)state;
    ask(f, &(struct ob_surface_ask){
               .path = new_ini, .paths = 1, .text = bowl, .plane = OB_SURFACE_PLANES });
    do {
        wait_for(f);
        assert_true(s->known && !s->why[0] && s->nx >= size && s->nx == s->ny);
        assert_string_equal(s->of, "new.ini");
        size = s->nx;
    } while (s->under_way);
    assert_true(s->done);
    assert_int_equal(size, 65);
    assert_int_equal(s->plane, OB_SURFACE_PARAMS);
    assert_string_equal(s->x.name, "x1");
    assert_int_equal(s->y.index, 1);
    assert_true(s->n == 2 && s->x.direction[0] == 1 && s->origin[0] == 0);
    assert_true(s->here.u == -8 && s->here.v == 8 && s->here.z == 404);
    assert_int_equal(s->optima, 1);
    ob_assert_near(s->optimum[0].u, 1, 1e-12);
    ob_assert_near(s->min.z, 0, 1e-12);
    double u = s->x.from + 7 * (s->x.to - s->x.from) / 64, v = s->y.from;
    ob_assert_near(s->z[7], pow(2 - u - v, 2) + pow(4 - 3 * u - v, 2), 1e-9);
    f->type->destroy(f);
}

static void the_newest_question_wins(void **state)
{
    struct ob_feed *f = feed_of(NULL, 0);
    const struct ob_surface_view *s = &f->surface;
    struct ob_surface_ask a = { .path = new_ini, .paths = 1, .text = bowl, .size = 1024 };
    (void)state;
    for (int i = 0; i < 3; i++)
        ask(f, &a);
    a = (struct ob_surface_ask){ .path = new_ini,
                                 .paths = 1,
                                 .text = bowl,
                                 .plane = OB_SURFACE_PARAMS,
                                 .x = "x2",
                                 .y = "x1",
                                 .ranged = true,
                                 .x0 = -1.5,
                                 .x1 = 0.1,
                                 .y0 = 2,
                                 .y1 = 1e3,
                                 .size = 9 };
    ask(f, &a);
    do
        wait_for(f);
    while (s->under_way);
    assert_true(s->done && s->nx == 9);
    assert_string_equal(s->x.name, "x2");
    assert_true(s->x.from == -1.5 && s->x.to == 0.1 && s->y.from == 2 && s->y.to == 1e3);
    f->type->destroy(f);
}

/* What the program says takes the place of an answer to another question, and stands
 * beside the old one of the same. */
static void why_there_is_none(void **state)
{
    struct ob_feed *f = feed_of((const char *const[]){ "model.c=21" }, 1);
    const struct ob_surface_view *s = &f->surface;
    const char *const broken[] = { "broken.ini" };
    (void)state;
    ask(f, &(struct ob_surface_ask){ .path = new_ini, .paths = 1, .text = bowl });
    do
        wait_for(f);
    while (s->under_way);
    assert_true(s->here.z == 405);
    ask(f,
        &(struct ob_surface_ask){ .path = new_ini, .paths = 1, .text = bowl, .x = "w9" });
    wait_for(f);
    assert_string_equal(s->why, "there is no parameter 'w9'; there are x1, x2");
    assert_true(s->known && !s->under_way && s->nx == 65);
    ask(f, &(struct ob_surface_ask){ .path = broken, .paths = 1, .text = "[model\n" });
    assert_string_equal(s->why, "");
    wait_for(f);
    assert_true(strncmp(s->why, "broken.ini:1: ", 14) == 0);
    assert_string_equal(s->of, "broken.ini");
    assert_true(s->known && s->nx == 0 && !s->z);
    /* Asked again it stays until there is an answer. */
    ask(f, &(struct ob_surface_ask){ .path = broken, .paths = 1, .text = bowl });
    assert_true(s->under_way && strncmp(s->why, "broken.ini:1: ", 14) == 0);
    do
        wait_for(f);
    while (s->under_way);
    assert_true(s->z && !s->why[0]);
    f->type->destroy(f);
}

static void what_never_starts_is_said(void **state)
{
    struct ob_feed_files_opts opts = { .runs = "runs", .program = "/no/such/program" };
    struct ob_feed *f = ob_feed_files(&opts);
    struct ob_err err = { 0 };
    (void)state;
    assert_false(f->type->surface(
        f, &(struct ob_surface_ask){ .path = new_ini, .paths = 1, .text = bowl }, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_false(f->surface.under_way);
    f->type->destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gets_finer),
        cmocka_unit_test(the_newest_question_wins),
        cmocka_unit_test(why_there_is_none),
        cmocka_unit_test(what_never_starts_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
