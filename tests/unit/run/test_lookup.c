#include <config.h>

#include "optbench/run/lookup.h"

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/intern.h"
#include "optbench/base/mem.h"
#include "optbench/run/vocabulary.h"

#define NOW (INT64_C(1795000000) * 1000000000)

static void put_setting(struct ob_index *x, size_t i, const char *line)
{
    struct ob_index_run *r = &x->item[i];
    r->setting = ob_xreallocarray(r->setting, r->settings + 1, sizeof *r->setting);
    r->setting[r->settings++] = ob_intern_add(x->texts, line, strlen(line));
}

static void put_figure(struct ob_index *x, size_t i, const char *name, double value)
{
    struct ob_index_run *r = &x->item[i];
    r->figure = ob_xreallocarray(r->figure, r->figures + 1, sizeof *r->figure);
    r->figure[r->figures++] =
        (struct ob_index_figure){ .name = ob_intern_add(x->texts, name, strlen(name)),
                                  .value = value };
}

static void put_run(struct ob_index *x, size_t i, const char *name, bool known)
{
    struct ob_index_run *r = &x->item[i];
    snprintf(r->name, sizeof r->name, "%s", name);
    r->known = known;
    r->loss = r->best_loss = r->theta_delta = r->seconds = NAN;
    x->brief[i].lr = NAN;
    x->path[i] = ob_xasprintf("runs/deep/%s", name);
}

/* A run that has everything, one with hardly anything, one that was not read yet. */
static int make(void **state)
{
    struct ob_index *x = ob_xcalloc(1, sizeof *x);
    x->n = 3;
    x->item = ob_xcalloc(x->n, sizeof *x->item);
    x->brief = ob_xcalloc(x->n, sizeof *x->brief);
    x->path = ob_xcalloc(x->n, sizeof *x->path);
    x->texts = ob_intern_create();
    put_run(x, 0, "20261118T112640Z-heights", true);
    struct ob_index_run *r = &x->item[0];
    snprintf(r->experiment, sizeof r->experiment, "heights");
    snprintf(r->title, sizeof r->title, "Heights of children");
    snprintf(r->stop, sizeof r->stop, "theta_delta");
    snprintf(x->brief[0].optimizer, sizeof x->brief[0].optimizer, "adam");
    snprintf(x->brief[0].model, sizeof x->brief[0].model, "linear");
    snprintf(x->brief[0].data, sizeof x->brief[0].data, "heights.csv");
    r->state = OB_RUN_FINISHED;
    r->plan_known = true;
    r->max_steps = 4000;
    r->step = 1043;
    r->started = NOW - INT64_C(90000) * 1000000000;
    r->loss = 0.5;
    r->best_loss = 0.25;
    r->theta_delta = 1e-5;
    r->seconds = 12.5;
    r->bytes = 123456;
    r->tags = ob_xstrdup("paper v2");
    r->note = ob_xstrdup("lower lr\nnext");
    put_setting(x, 0, "group.bias.lr=1");
    put_setting(x, 0, "model.hidden=32, 32");
    put_setting(x, 0, "optimizer.beta1=0.9");
    put_setting(x, 0, "optimizer.lr=0.003");
    put_figure(x, 0, "accuracy", 0.95);
    put_run(x, 1, "odd", true);
    x->item[1].state = OB_RUN_RUNNING;
    x->brief[1].lr = 0.1;
    put_setting(x, 1, "data.path=(a) \"b\".csv");
    put_run(x, 2, "new", false);
    *state = x;
    return 0;
}

static int unmake(void **state)
{
    ob_index_finish(*state);
    free(*state);
    return 0;
}

/* All values of a key, with '|' between. */
static const char *values(struct ob_index *x, size_t run, const char *key)
{
    static char out[512];
    struct ob_lookup *l = ob_xcalloc(1, sizeof *l);
    struct ob_filter_value v;
    size_t n = 0;
    l->index = x;
    l->run = run;
    l->now = NOW;
    out[0] = '\0';
    for (size_t i = 0; ob_lookup_value(l, key, i, &v); i++)
        n += (size_t)(v.text ? snprintf(out + n, sizeof out - n, "%s%s", i ? "|" : "",
                                        v.text)
                             : snprintf(out + n, sizeof out - n, "%s%g", i ? "|" : "",
                                        v.number));
    free(l);
    return out;
}

static void facts_figures_and_settings(void **state)
{
    static const struct {
        size_t run;
        const char *key, *values;
    } row[] = {
        { 0, "name", "20261118T112640Z-heights" },
        { 0, "experiment", "heights" },
        { 0, "title", "Heights of children" },
        { 0, "state", "finished|theta_delta" },
        { 0, "stop", "theta_delta" },
        { 0, "best", "0.25" },
        { 0, "loss", "0.5" },
        { 0, "last", "0.5" },
        { 0, "theta_delta", "1e-05" },
        { 0, "steps", "1043" },
        { 0, "step", "1043" },
        { 0, "max_steps", "4000" },
        { 0, "seconds", "12.5" },
        { 0, "time", "12.5" },
        { 0, "age", "90000" },
        { 0, "started", "2026-11-17T10:06:40Z" },
        { 0, "tag", "paper|v2" },
        { 0, "tags", "paper|v2" },
        { 0, "note", "lower lr\nnext" },
        { 0, "data", "heights.csv" },
        { 0, "model", "linear" },
        { 0, "optimizer", "adam" },
        { 0, "schedule", "" },
        { 0, "bytes", "123456" },
        { 0, "folder", "runs/deep" },
        { 0, "archived", "no" },
        { 0, "accuracy", "0.95" },
        { 0, "optimizer.lr", "0.003" },
        { 0, "lr", "0.003|1" },
        { 0, "bias.lr", "1" },
        { 0, "r", "" },
        { 0, "hidden", "32, 32" },
        { 0, "model.hidden", "32, 32" },
        { 0, "beta2", "" },
        { 0, "",
          "20261118T112640Z-heights|heights|Heights of children|heights.csv|linear|"
          "adam|lower lr\nnext|finished|theta_delta|paper|v2" },
        { 1, "lr", "0.1" },
        { 1, "best", "" },
        { 1, "max_steps", "" },
        { 1, "tag", "" },
        { 1, "age", "" },
        { 1, "started", "" },
        { 1, "", "odd|running" },
        { 2, "", "new" },
        { 2, "state", "" },
        { 2, "steps", "" },
        { 2, "bytes", "" },
    };
    for (size_t i = 0; i < OB_COUNT(row); i++)
        if (strcmp(values(*state, row[i].run, row[i].key), row[i].values) != 0)
            fail_msg("%s: %s", row[i].key, values(*state, row[i].run, row[i].key));
}

static void first_values(void **state)
{
    struct ob_lookup *l = ob_xcalloc(1, sizeof *l);
    double number;
    const char *text;
    l->index = *state;
    assert_true(ob_lookup_first(l, "optimizer.beta1", &number, &text));
    ob_assert_near(number, 0.9, 0);
    assert_string_equal(text, "0.9");
    assert_true(ob_lookup_first(l, "best", &number, &text));
    ob_assert_near(number, 0.25, 0);
    assert_string_equal(text, "");
    assert_true(ob_lookup_first(l, "hidden", &number, &text));
    assert_true(isnan(number));
    assert_false(ob_lookup_first(l, "nothing", &number, &text));
    free(l);
}

/* Each fact is found by both of its names, which are no other's. */
static void facts_are_told_apart(void **state)
{
    (void)state;
    const struct ob_lookup_fact *f;
    size_t n = 0;
    for (; (f = ob_lookup_fact(n)) != NULL; n++) {
        assert_ptr_equal(ob_lookup_find(f->name), f);
        if (f->also)
            assert_ptr_equal(ob_lookup_find(f->also), f);
        assert_true(strlen(f->about) > 3);
    }
    assert_true(n > 20);
    assert_null(ob_lookup_find("optimizer.lr"));
}

static void words_of_all_runs(void **state)
{
    struct ob_vocabulary v = { 0 };
    ob_vocabulary_make(&v, *state);
    assert_string_equal(v.name[0], "name");
    static const char *const rest[] = { "accuracy",        "data.path",
                                        "group.bias.lr",   "model.hidden",
                                        "optimizer.beta1", "optimizer.lr" };
    assert_int_equal(v.names - v.facts, OB_COUNT(rest));
    for (size_t i = 0; i < OB_COUNT(rest); i++)
        assert_string_equal(v.name[v.facts + i], rest[i]);
    static const char *const has[] = { "name",  "last",    "accuracy", "optimizer.lr",
                                       "beta1", "bias.lr", "lr" };
    for (size_t i = 0; i < OB_COUNT(has); i++)
        assert_true(ob_vocabulary_has(&v, has[i]));
    assert_false(ob_vocabulary_has(&v, "beta2"));
    assert_false(ob_vocabulary_has(&v, "eta1"));
    assert_string_equal(ob_vocabulary_near(&v, "beta2"), "beta1");
    assert_string_equal(ob_vocabulary_near(&v, "acuracy"), "accuracy");
    assert_null(ob_vocabulary_near(&v, "zzzzzz"));
    ob_vocabulary_finish(&v);
}

static void completes(void **state)
{
    static const struct {
        const char *text;
        size_t nth, fits;
        const char *word;
    } row[] = {
        { "be", 0, 2, "best" },
        { "be", 1, 2, "beta1" },
        { "be", 2, 2, "best" },
        { "x -optimizer.b", 0, 1, "optimizer.beta1" },
        { "tag:", 0, 2, "paper" },
        { "tag:", 1, 2, "v2" },
        { "tags!=v", 0, 1, "v2" },
        { "state=", 0, 3, "finished" },
        { "lr=", 0, 2, "0.003" },
        { "lr=", 1, 2, "1" },
        { "bias.lr=", 0, 1, "1" },
        { "optimizer.lr=", 0, 1, "0.003" },
        { "hidden=3", 0, 1, "\"32, 32\"" },
        { "path=", 0, 1, "\"(a) \\\"b\\\".csv\"" },
        { "zz", 0, 0, "" },
        { "best=", 0, 0, "" },
        { "\"be", 0, 0, "" },
    };
    struct ob_vocabulary v = { 0 };
    ob_vocabulary_make(&v, *state);
    for (size_t i = 0; i < OB_COUNT(row); i++) {
        struct ob_buf word = { 0 };
        size_t from = 0;
        size_t fits = ob_vocabulary_complete(&v, row[i].text, strlen(row[i].text),
                                             row[i].nth, &from, &word);
        if (fits != row[i].fits || strcmp(ob_buf_text(&word), row[i].word) != 0)
            fail_msg("%s: %zu, %s", row[i].text, fits, ob_buf_text(&word));
        ob_buf_finish(&word);
    }
    ob_vocabulary_finish(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(facts_figures_and_settings, make, unmake),
        cmocka_unit_test_setup_teardown(first_values, make, unmake),
        cmocka_unit_test(facts_are_told_apart),
        cmocka_unit_test_setup_teardown(words_of_all_runs, make, unmake),
        cmocka_unit_test_setup_teardown(completes, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
