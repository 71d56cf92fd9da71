/* The parameter table of a network: a tree that folds, sorts and follows the run. */
#include "fixture.h"

#include <math.h>

#include "../../../src/ui/live_table.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"

/* A network with so many layers between in and out, at some step. */
static void make(struct ob_run_model *m, unsigned layers, uint64_t step)
{
    const struct fake_feed f = { .layers = layers };
    ob_live_finish(&m->live);
    fake_net_live(&f, &m->live);
    m->live.step = step;
    m->has_live = true;
}

static double *test_slot(size_t n)
{
    return ob_xcalloc(n + 1, sizeof(double));
}

static const struct ob_table_line *named(const struct ob_live_table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->line[i].name, name) == 0)
            return &t->line[i];
    return NULL;
}

static void ask(struct ob_live_table *t, const struct ob_run_model *m, enum ob_request r)
{
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    assert_true(ob_live_table_request(t, m, r, &wish));
}

static void layers_sum_up_their_tensors(void **state)
{
    (void)state;
    struct ob_live_table t = { .level = OB_TABLE_LAYERS };
    struct ob_run_model m = { .has_live = false };
    char title[96];
    make(&m, 2, 7);
    ob_live_table_take(&t, &m);
    assert_true(t.tree && t.n == 3 && t.params == 20 * 13 + 13 + 13 * 8 + 8 + 8 * 3 + 3);
    const struct ob_table_line *l = named(&t, "linear1");
    const struct ob_live_tensor *w = &m.live.tensor[0], *b = &m.live.tensor[1];
    assert_non_null(l);
    ob_assert_near(l->value, hypot(w->norm, b->norm), 1e-15);
    ob_assert_near(l->grad, hypot(w->grad_norm, b->grad_norm), 1e-15);
    ob_assert_near(ob_table_line_ratio(l),
                   hypot(w->change_norm, b->change_norm) / hypot(w->norm, b->norm),
                   1e-15);
    assert_true(l->change == fmax(w->max_change, b->max_change));
    assert_true(l->units == 13 && l->dead == 2 && l->opens && !l->open);
    ob_live_table_title(&t, title, sizeof title);
    assert_string_equal(title, "parameters  412 in 6 tensors  2 dead units");

    /* Unfolded by keys: the tensors say only what the layer does not. */
    ask(&t, &m, OB_REQUEST_TABLE_FOLD);
    assert_int_equal(t.n, 5);
    l = named(&t, "linear1.weight");
    assert_non_null(l);
    assert_string_equal(l->name + l->label, ".weight");
    assert_string_equal(l->shape, "13x20");
    ob_assert_near(ob_table_line_ratio(l), w->change_norm / w->norm, 1e-15);
    ask(&t, &m, OB_REQUEST_DOWN);
    ask(&t, &m, OB_REQUEST_TABLE_FOLD);
    assert_int_equal(t.n, 5 + 260);
    l = named(&t, "linear1.weight.12.19");
    assert_non_null(l);
    assert_string_equal(l->name + l->label, ".12.19");
    assert_true(l->value == m.live.value[259] && l->depth == 2);
    /* An element folds what it stands in, which is selected then. */
    ask(&t, &m, OB_REQUEST_PAGE_DOWN);
    assert_true(t.line[t.selected].single);
    ask(&t, &m, OB_REQUEST_TABLE_FOLD);
    assert_int_equal(t.n, 5);
    assert_string_equal(t.line[t.selected].name, "linear1.weight");
    ob_live_table_finish(&t);
    ob_live_finish(&m.live);
}

static void tell_inside(struct ob_live *l)
{
    l->slots = 2;
    for (size_t s = 0; s < l->slots; s++)
        l->slot[s] = test_slot(l->shown);
    snprintf(l->slot_name[0], sizeof l->slot_name[0], "exp_avg");
    snprintf(l->slot_name[1], sizeof l->slot_name[1], "unused");
    l->gauges = 1;
    l->gauge[0] = (struct ob_live_gauge){ "trust_ratio", "", true, NAN };
    for (size_t i = 0; i < l->tensors; i++) {
        struct ob_live_tensor *t = &l->tensor[i];
        t->effective_step = 0.01 * (double)(i + 1);
        t->slot_norm[0] = 3 + (double)i;
        t->slot_norm[1] = 0;
        t->gauge[0] = 0.5 * (double)i;
    }
}

/* What the optimizer keeps: a page of its own with orders of its own; layers add up what
 * adds up. */
static void the_inside_has_a_page(void **state)
{
    (void)state;
    struct ob_live_table t = { .level = OB_TABLE_LAYERS };
    struct ob_run_model m = { .has_live = false };
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    make(&m, 2, 7);
    for (size_t i = 0; i < m.live.tensors; i++)
        m.live.tensor[i].effective_step = NAN;
    ob_live_table_take(&t, &m);
    ob_live_table_request(&t, &m, OB_REQUEST_TABLE_INSIDE, &wish);
    assert_false(t.inside); /* nothing is known yet */
    tell_inside(&m.live);
    ob_live_table_take(&t, &m);
    ask(&t, &m, OB_REQUEST_TABLE_INSIDE);
    assert_true(t.inside && t.has.slot[0][0] && !t.has.slot[1][0] && t.has.gauge[0][0]);
    const struct ob_table_line *l = named(&t, "linear1");
    const struct ob_live_tensor *w = &m.live.tensor[0], *b = &m.live.tensor[1];
    assert_non_null(l);
    ob_assert_near(ob_table_line_number(l, OB_TABLE_SLOT), 5, 1e-15);
    assert_true(isnan(ob_table_line_number(l, OB_TABLE_GAUGE)));
    ob_assert_near(ob_table_line_number(l, OB_TABLE_EFFECTIVE),
                   hypot(w->change_norm, b->change_norm) /
                       hypot(w->change_norm / 0.01, b->change_norm / 0.02),
                   1e-15);
    /* Name, effective step, the buffer in use, the figure, and round again. */
    const enum ob_table_order round[] = { OB_TABLE_NAME, OB_TABLE_EFFECTIVE,
                                          OB_TABLE_SLOT, OB_TABLE_GAUGE, OB_TABLE_MODEL };
    for (size_t i = 0; i < OB_COUNT(round); i++) {
        ask(&t, &m, OB_REQUEST_TABLE_SORT);
        assert_int_equal(t.order, round[i]);
        if (t.order == OB_TABLE_SLOT)
            assert_string_equal(t.line[t.sorted[0]].name, "output");
    }
    ask(&t, &m, OB_REQUEST_TABLE_FOLD);
    l = named(&t, "linear1.bias");
    assert_true(ob_table_line_number(l, OB_TABLE_GAUGE) == 0.5);
    ask(&t, &m, OB_REQUEST_TABLE_SORT);
    ask(&t, &m, OB_REQUEST_TABLE_SORT);
    ask(&t, &m, OB_REQUEST_TABLE_INSIDE);
    assert_true(!t.inside && t.order == OB_TABLE_MODEL);
    ob_live_table_finish(&t);
    ob_live_finish(&m.live);
}

/* How much is shown at first follows the size; the key goes round. */
static void the_level_follows_the_size(void **state)
{
    (void)state;
    struct ob_live_table t = { .order = OB_TABLE_MODEL };
    struct ob_run_model m = { .has_live = false };
    make(&m, 2, 0);
    ob_live_table_take(&t, &m);
    assert_true(t.n == 6 && t.line[0].kind == OB_TABLE_TENSOR);
    ask(&t, &m, OB_REQUEST_TABLE_LEVEL);
    assert_true(t.n == 3 && t.line[0].kind == OB_TABLE_LAYER);
    ask(&t, &m, OB_REQUEST_TABLE_LEVEL);
    ask(&t, &m, OB_REQUEST_TABLE_LEVEL);
    assert_int_equal(t.n, 6 + 412);
    ask(&t, &m, OB_REQUEST_TABLE_LEVEL);
    assert_int_equal(t.n, 3);
    ob_live_table_reset(&t);
    make(&m, 100, 0);
    ob_live_table_take(&t, &m);
    assert_true(t.n == 101 && t.line[0].kind == OB_TABLE_LAYER);
    assert_string_equal(t.line[100].name, "output");
    ob_live_table_finish(&t);
    ob_live_finish(&m.live);
}

static void check_order(const struct ob_live_table *t)
{
    bool *seen = test_calloc(t->n + 1, sizeof *seen);
    for (size_t i = 0; i < t->n; i++) {
        const struct ob_table_line *l = &t->line[t->sorted[i]];
        assert_false(seen[t->sorted[i]]);
        seen[t->sorted[i]] = true;
        assert_true(l->parent == OB_TABLE_NO_PARENT || seen[l->parent]);
        if (i == 0)
            continue;
        /* Behind its sister, or below what it is folded into, or one level up again. */
        const struct ob_table_line *b = &t->line[t->sorted[i - 1]];
        assert_true(l->depth <= b->depth + 1);
        if (l->depth == b->depth + 1)
            assert_int_equal(l->parent, t->sorted[i - 1]);
        if (l->depth == b->depth && l->parent == b->parent &&
            t->order == OB_TABLE_GRADIENT)
            assert_true(fabs(b->grad) >= fabs(l->grad));
    }
    test_free(seen);
}

/* Whatever is folded and sorted: each line once, below what it belongs to, the selected
 * line the same or the one it was folded into, and its trend goes on. */
static void any_keys_keep_the_tree(void **state)
{
    static const enum ob_request key[] = {
        OB_REQUEST_UP,          OB_REQUEST_DOWN,       OB_REQUEST_PAGE_UP,
        OB_REQUEST_PAGE_DOWN,   OB_REQUEST_FIRST,      OB_REQUEST_LAST,
        OB_REQUEST_TABLE_SORT,  OB_REQUEST_TABLE_FOLD, OB_REQUEST_TABLE_FOLD,
        OB_REQUEST_TABLE_LEVEL,
    };
    (void)state;
    struct ob_live_table t = { .order = OB_TABLE_MODEL };
    struct ob_run_model m = { .has_live = false };
    struct ob_rng r;
    ob_rng_init(&r, 31, 0);
    for (unsigned i = 0; i < 400; i++) {
        if (i % 100 == 0) {
            ob_live_table_reset(&t);
            make(&m, i == 200 ? 30 : 2, 0);
            ob_live_table_take(&t, &m);
        }
        enum ob_request k = key[ob_rng_below(&r, OB_COUNT(key))];
        size_t element = t.line[t.selected].element, tensor = t.line[t.selected].tensor;
        unsigned trend = t.trend[t.selected].n;
        ask(&t, &m, k);
        assert_true(t.selected < t.n);
        if (k == OB_REQUEST_TABLE_SORT) {
            assert_true(t.line[t.selected].element == element);
            assert_true(t.line[t.selected].tensor == tensor);
        }
        m.live.step++;
        ob_live_table_take(&t, &m);
        if (k == OB_REQUEST_TABLE_SORT)
            assert_true(t.trend[t.selected].n > trend || trend == OB_TABLE_TREND);
        check_order(&t);
        ob_live_table_settle(&t, 1 + (int)ob_rng_below(&r, 30));
    }
    ob_live_table_finish(&t);
    ob_live_finish(&m.live);
}

/* Enter opens the tensor of the line, at its element. */
static void a_line_opens_its_tensor(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 120, 40);
    f.feed.state = OB_RUN_PAUSED;
    f.feed.layers = 2;
    fixture_start(&f);
    fixture_open(&f);
    assert_true(fixture_shows(&f, ">+linear1.weight"));
    fixture_keys(&f, "j\n");
    assert_true(fixture_shows(&f, "linear1.bias  values"));
    fixture_keys(&f, "{Esc}ku");
    assert_true(fixture_shows(&f, ">-linear1.weight"));
    fixture_keys(&f, "jjj\n");
    assert_true(fixture_shows(&f, "linear1.weight  values  13 x 20"));
    assert_true(fixture_shows(&f, "linear1.weight[0][2] ="));
    fixture_keys(&f, "{Esc}i");
    assert_true(fixture_shows(&f, "explained: linear1.weight.0.2"));
    fixture_keys(&f, "{Esc}UU");
    assert_true(fixture_shows(&f, "+linear1.weight"));
    fixture_end(&f);
}

/* Which classes are mixed up: asked for, gone through, copied. */
static void classes_are_looked_at(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf out = { 0 };
    fixture_init(&f, 80, 24);
    f.feed.state = OB_RUN_PAUSED;
    f.feed.layers = 2;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "w");
    assert_string_equal(f.feed.base.tensor.name, "confusion");
    fixture_pass(&f, 1);
    assert_true(fixture_shows(&f, ">setosa"));
    assert_true(fixture_shows(&f, "98 % right, 147 of 150 training rows"));
    fixture_keys(&f, "\n");
    assert_true(
        fixture_shows(&f, "true virginica, taken for setosa: 2 of 50 rows (4 %)"));
    const struct ob_screen_type *live = ob_screens[OB_SCREEN_LIVE];
    assert_true(live->value(f.app.state[OB_SCREEN_LIVE], &f.app.view, &out));
    assert_string_equal(ob_buf_text(&out),
                        "true virginica, taken for setosa: 2 of 50 rows "
                        "(4 %), of 52 taken for it");
    ob_buf_finish(&out);
    fixture_keys(&f, "m{Home}{Right}");
    assert_true(fixture_shows(&f, "true setosa, taken for versicolor: 0 of 50"));
    assert_true(fixture_shows(&f, "shares of each row"));
    /* A step makes it another table, which is asked for. */
    f.feed.grow = 1;
    f.feed.base.tensor.name[0] = '\0';
    fixture_keys(&f, ".");
    fixture_pass(&f, 1);
    assert_string_equal(f.feed.base.tensor.name, "confusion");
    fixture_keys(&f, "{Esc}");
    assert_true(fixture_shows(&f, "loss (log)"));
    /* What tells no classes apart says so. */
    f.feed.no_tensor = true;
    fixture_keys(&f, "w");
    fixture_pass(&f, 1);
    assert_true(fixture_shows(&f, "the run has no checkpoint"));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_sum_up_their_tensors),
        cmocka_unit_test(the_inside_has_a_page),
        cmocka_unit_test(the_level_follows_the_size),
        cmocka_unit_test(any_keys_keep_the_tree),
        cmocka_unit_test(a_line_opens_its_tensor),
        cmocka_unit_test(classes_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
