#include <config.h>

#include <math.h>

#include "optbench/base/param.h"

#include "../../lib/ob_test.h"

struct opts {
    double lr, momentum, free;
    int64_t steps, size;
    bool nesterov;
    int loss;
    char *title, *path;
    struct ob_texts features;
    struct ob_reals betas;
};

static const char *const losses[] = { "half_mse", "mse", "sse", NULL };

static const struct ob_param table[] = {
    OB_REAL(struct opts, lr, .fallback = 0.1, .max = 10, .above_min = true, .live = true),
    OB_REAL(struct opts, momentum, .max = 1, .below_max = true),
    OB_REAL(struct opts, free, .fallback = -1.5),
    OB_INTEGER(struct opts, steps, .fallback = 100000, .min = 1, .max = INFINITY,
               .unit = "steps"),
    OB_INTEGER(struct opts, size, .min = 1, .max = 1e6, .zero_word = "full"),
    OB_BOOLEAN(struct opts, nesterov, .fallback = 1),
    OB_CHOICE(struct opts, loss, .fallback = 1, .choices = losses),
    OB_TEXT(struct opts, title, .fallback_text = "a run"),
    OB_PATH(struct opts, path, .required = true),
    OB_TEXTS(struct opts, features),
    OB_REALS(struct opts, betas, .fallback_text = "0.9, 0.999", .max = 1),
    { 0 },
};

/* What the member holds after a change, or the message where that failed. */
static const char *after(struct opts *o, const char *name, const char *text)
{
    static char out[600];
    const struct ob_param *p = ob_param_find(table, name);
    struct ob_err err = { 0 };
    struct ob_buf value = { 0 };
    assert_non_null(p);
    if (!ob_param_set(p, o, text, &err)) {
        assert_int_equal(err.code, OB_ECONFIG);
        snprintf(out, sizeof out, "! %s", err.text);
    } else {
        bool set = ob_param_write(p, o, &value);
        snprintf(out, sizeof out, "%s", set ? ob_buf_text(&value) : "(unset)");
    }
    ob_buf_finish(&value);
    return out;
}

static int setup(void **state)
{
    struct opts *o = calloc(1, sizeof *o);
    ob_params_reset(table, o);
    *state = o;
    return 0;
}

static int teardown(void **state)
{
    ob_params_finish(table, *state);
    free(*state);
    return 0;
}

static void defaults_are_those_of_the_table(void **state)
{
    struct opts *o = *state;
    assert_true(o->lr == 0.1 && o->momentum == 0 && o->free == -1.5);
    assert_true(o->steps == 100000 && o->size == 0 && o->nesterov && o->loss == 1);
    assert_string_equal(o->title, "a run");
    assert_null(o->path);
    assert_int_equal(o->features.n, 0);
    assert_int_equal(o->betas.n, 2);
    assert_true(o->betas.item[0] == 0.9 && o->betas.item[1] == 0.999);
    assert_int_equal(ob_params_count(table), 11);
    assert_int_equal(ob_params_count(NULL), 0);
    assert_null(ob_param_find(table, "LR"));
    assert_null(ob_param_find(NULL, "lr"));
}

static void reals(void **state)
{
    assert_string_equal(after(*state, "lr", "0.030"), "0.03");
    assert_string_equal(after(*state, "lr", "1e-07"), "1e-07");
    assert_string_equal(after(*state, "lr", "10"), "10");
    assert_string_equal(after(*state, "lr", "0"), "! '0' is outside 0 < lr <= 10");
    assert_string_equal(after(*state, "lr", "inf"), "! 'inf' is outside 0 < lr <= 10");
    assert_string_equal(after(*state, "lr", "nan"), "! 'nan' is not a number");
    assert_string_equal(after(*state, "lr", ""), "! '' is not a number");
    assert_string_equal(after(*state, "lr", "0,1"), "! '0,1' is not a number");
    assert_string_equal(after(*state, "momentum", "1"),
                        "! '1' is outside 0 <= momentum < 1");
    assert_string_equal(after(*state, "free", "-1e300"), "-1e+300");
    assert_string_equal(after(*state, "free", "inf"), "! 'inf' is not a finite number");
    assert_true(((struct opts *)*state)->lr == 10);
}

static void integers(void **state)
{
    assert_string_equal(after(*state, "steps", "1e5"), "100000");
    assert_string_equal(after(*state, "steps", "12.0"), "12");
    assert_string_equal(after(*state, "steps", "9223372036854775807"),
                        "9223372036854775807");
    assert_string_equal(after(*state, "steps", "0"), "! '0' is outside steps >= 1");
    assert_string_equal(after(*state, "steps", "2.5"), "! '2.5' is not a whole number");
    assert_string_equal(after(*state, "steps", "1e30"),
                        "! '1e30' is not a whole number that fits");
    assert_string_equal(after(*state, "steps", "many"), "! 'many' is not a whole number");
    assert_string_equal(after(*state, "size", "full"), "full");
    assert_string_equal(after(*state, "size", "32"), "32");
    assert_string_equal(after(*state, "size", "0"),
                        "! '0' is outside 1 <= size <= 1000000 or full");
    assert_string_equal(after(*state, "size", "1e30"),
                        "! '1e30' is outside 1 <= size <= 1000000 or full");
}

static void booleans_and_choices(void **state)
{
    static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
    for (size_t i = 0; i < OB_COUNT(words); i++)
        assert_string_equal(after(*state, "nesterov", words[i]), i % 2 ? "yes" : "no");
    assert_string_equal(after(*state, "nesterov", "1"), "! '1' is neither yes nor no");
    assert_string_equal(after(*state, "loss", "sse"), "sse");
    assert_string_equal(after(*state, "loss", "half-mse"),
                        "! 'half-mse' is not one of half_mse, mse, sse; did you mean "
                        "'half_mse'?");
    assert_string_equal(after(*state, "loss", "cross entropy"),
                        "! 'cross entropy' is not one of half_mse, mse, sse");
    assert_string_equal(after(*state, "loss", ""),
                        "! '' is not one of half_mse, mse, sse");
}

static void lists(void **state)
{
    struct opts *o = *state;
    assert_string_equal(after(o, "features", " a,b  c ,\td"), "a, b, c, d");
    assert_string_equal(
        after(o, "features", "\"sepal length (cm)\", \"say \"\"x\"\"\" y"),
        "\"sepal length (cm)\", \"say \"\"x\"\"\", y");
    assert_string_equal(o->features.item[0], "sepal length (cm)");
    assert_string_equal(o->features.item[1], "say \"x\"");
    assert_string_equal(after(o, "features", "#1 a;b \"\""), "\"#1\", \"a;b\", \"\"");
    assert_string_equal(after(o, "features", "a,,b"), "! an item is empty in 'a,,b'");
    assert_string_equal(after(o, "features", ",a"), "! an item is empty in ',a'");
    assert_string_equal(after(o, "features", "a,"), "! the last item is empty in 'a,'");
    assert_string_equal(after(o, "features", "a \"b"),
                        "! a quote is not closed in '\"b'");
    assert_int_equal(o->features.n, 3);
    assert_string_equal(after(o, "features", ""), "(unset)");
    assert_string_equal(after(o, "betas", "0.5 1"), "0.5, 1");
    assert_string_equal(after(o, "betas", "0.5 2"), "! '2' is outside 0 <= betas <= 1");
    assert_int_equal(o->betas.n, 2);
}

static void written_reads_back(void **state)
{
    struct opts *o = *state, again = { 0 };
    ob_params_reset(table, &again);
    after(o, "lr", "0.30000000000000004");
    after(o, "title", "  spaces and \"quotes\" ");
    after(o, "features", "\"\" \"a b\" c");
    for (const struct ob_param *p = table; p->kind != OB_PARAM_NONE; p++) {
        struct ob_buf once = { 0 }, twice = { 0 };
        bool set = ob_param_write(p, o, &once);
        if (set) {
            assert_true(ob_param_set(p, &again, ob_buf_text(&once), NULL));
            assert_true(ob_param_write(p, &again, &twice));
            assert_string_equal(ob_buf_text(&once), ob_buf_text(&twice));
        }
        assert_int_equal(set, p->kind != OB_PARAM_PATH);
        ob_buf_finish(&once);
        ob_buf_finish(&twice);
    }
    assert_true(again.lr == o->lr);
    assert_string_equal(again.title, o->title);
    assert_int_equal(again.features.n, 3);
    ob_params_finish(table, &again);
}

static void copies_are_deep(void **state)
{
    struct opts *o = *state, copy = { 0 };
    after(o, "features", "x y");
    after(o, "path", "/data");
    ob_params_copy(table, &copy, o);
    after(o, "features", "z");
    after(o, "title", "other");
    assert_int_equal(copy.features.n, 2);
    assert_string_equal(copy.features.item[1], "y");
    assert_string_equal(copy.title, "a run");
    assert_string_equal(copy.path, "/data");
    assert_true(copy.betas.item != o->betas.item && copy.betas.item[1] == 0.999);
    ob_params_finish(table, &copy);
    assert_null(copy.title);
    assert_null(copy.features.item);
    ob_params_finish(table, &copy);
}

static void defaults_and_limits_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *name, *fallback, *allowed;
    } cases[] = { { "lr", "0.1", "0 < lr <= 10" },
                  { "free", "-1.5", "any number" },
                  { "steps", "100000", "steps >= 1" },
                  { "size", "full", "1 <= size <= 1000000 or full" },
                  { "nesterov", "yes", "yes or no" },
                  { "loss", "mse", "one of half_mse, mse, sse" },
                  { "title", "a run", "text" },
                  { "path", NULL, "a path" },
                  { "features", NULL, "a list of words" },
                  { "betas", "0.9, 0.999", "0 <= betas <= 1" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        const struct ob_param *p = ob_param_find(table, cases[i].name);
        struct ob_buf b = { 0 };
        assert_int_equal(ob_param_write_default(p, &b), cases[i].fallback != NULL);
        assert_string_equal(ob_buf_text(&b), cases[i].fallback ? cases[i].fallback : "");
        ob_buf_clear(&b);
        ob_param_allowed(p, &b);
        assert_string_equal(ob_buf_text(&b), cases[i].allowed);
        ob_buf_finish(&b);
    }
}

/* 20 choices: the first eight are named. */
static void long_lists_are_cut(void **state)
{
    (void)state;
    static const char *const many[] = { "a", "b", "c", "d", "e", "f", "g",
                                        "h", "i", "j", "k", "l", "m", "n",
                                        "o", "p", "q", "r", "s", "t", NULL };
    const struct ob_param p = { .name = "kind",
                                .kind = OB_PARAM_CHOICE,
                                .choices = many };
    struct ob_buf b = { 0 };
    ob_param_allowed(&p, &b);
    assert_string_equal(ob_buf_text(&b), "one of a, b, c, d, e, f, g, h and others");
    ob_buf_finish(&b);
}

static void numbers_of_any_kind(void **state)
{
    struct opts *o = *state;
    after(o, "size", "7");
    assert_true(ob_param_number(ob_param_find(table, "lr"), o) == 0.1);
    assert_true(ob_param_number(ob_param_find(table, "size"), o) == 7);
    assert_true(ob_param_number(ob_param_find(table, "nesterov"), o) == 1);
    assert_true(ob_param_number(ob_param_find(table, "loss"), o) == 1);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(defaults_are_those_of_the_table),
        WITH(reals),
        WITH(integers),
        WITH(booleans_and_choices),
        WITH(lists),
        WITH(written_reads_back),
        WITH(copies_are_deep),
        WITH(defaults_and_limits_in_words),
        WITH(long_lists_are_cut),
        WITH(numbers_of_any_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
