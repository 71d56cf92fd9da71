/*
 * plan.csv: what is written reads back, what is no plan is refused with its line, and
 * what a person types finds a cell.
 */
#include <config.h>

#include "optbench/sweep/plan.h"

#include "../../lib/ob_test.h"
#include "optbench/base/rng.h"

static void read_good(struct ob_plan *p, const char *text)
{
    struct ob_err err = { 0 };
    *p = (struct ob_plan){ 0 };
    if (!ob_plan_read(p, text, strlen(text), &err))
        fail_msg("refused: %s\n%s", err.text, text);
}

static void assert_bad(const char *text, size_t n, const char *why)
{
    struct ob_plan p = { 0 };
    struct ob_err err = { 0 };
    assert_false(ob_plan_read(&p, text, n, &err));
    assert_string_equal(err.text, why);
    assert_int_equal(err.code, OB_EDATA);
    assert_null(p.text);
}

static void read_bad(const char *text, const char *why)
{
    assert_bad(text, strlen(text), why);
}

static void fields(void **state)
{
    (void)state;
    struct ob_plan p;
    size_t n;
    read_good(&p, "cell,optimizer.kind,model.hidden,data.path\n"
                  "c00000,sgd,,\"a, \"\"b\"\".csv\"\n"
                  "c00001,adam,\"\",x y\n");
    assert_int_equal(p.cells, 2);
    assert_int_equal(p.keys, 3);
    assert_string_equal(ob_plan_at(&p, 0, 0), "sgd");
    assert_null(ob_plan_at(&p, 0, 1));
    assert_string_equal(ob_plan_at(&p, 0, 2), "a, \"b\".csv");
    assert_string_equal(ob_plan_at(&p, 1, 1), "");
    assert_int_equal(ob_plan_key(&p, "model.hidden"), 1);
    assert_int_equal(ob_plan_key(&p, "model.kind"), 3);
    char **sets = ob_plan_sets(&p, 0, &n);
    assert_int_equal(n, 2);
    assert_string_equal(sets[0], "optimizer.kind=sgd");
    assert_string_equal(sets[1], "data.path=a, \"b\".csv");
    assert_null(sets[2]);
    free(sets);
    ob_plan_finish(&p);
    read_good(&p, "cell\nc00000\n");
    sets = ob_plan_sets(&p, 0, &n);
    assert_int_equal(n, 0);
    free(sets);
    ob_plan_finish(&p);
    read_good(&p, "cell,a.b\n");
    assert_int_equal(p.cells, 0);
    ob_plan_finish(&p);
}

static void refused(void **state)
{
    (void)state;
    read_bad("", "plan.csv:1: the line has no end: the file was cut");
    read_bad("cell,a.b", "plan.csv:1: the line has no end: the file was cut");
    read_bad("name,a.b\n", "plan.csv:1: the first column of a plan is 'cell'");
    read_bad("cell,a\n", "plan.csv:1: 'a' is no section.key");
    read_bad("cell,.a\n", "plan.csv:1: '.a' is no section.key");
    read_bad("cell,a.b=c\n", "plan.csv:1: 'a.b=c' is no section.key");
    read_bad("cell,\n", "plan.csv:1: '' is no section.key");
    read_bad("cell,a.b,a.b\n", "plan.csv:1: a.b: a second column of that name");
    read_bad("cell,a.b\nc00001,2\n", "plan.csv:2: the cell here is c00000, not 'c00001'");
    read_bad("cell,a.b\n../..,2\n", "plan.csv:2: the cell here is c00000, not '../..'");
    read_bad("cell,a.b\nc00000\n", "plan.csv:2: 1 fields, where there are 2 columns");
    read_bad("cell,a.b\nc00000,1,2\n", "plan.csv:2: more fields than the 2 columns");
    read_bad("cell,a.b\nc00000,1\nc00001,2",
             "plan.csv:3: the line has no end: the file was cut");
    read_bad("cell,a.b\nc00000,\"1\n",
             "plan.csv:2: a quote mark without its partner on the same line");
    read_bad("cell,a.b\nc00000,\"1\"2\n",
             "plan.csv:2: a field goes on behind a quote mark");
    read_bad("cell,a.b\nc00000,1\"2\n",
             "plan.csv:2: a field goes on behind a quote mark");
    read_bad("cell,a.b\nc00000,\x1b[2J\n",
             "plan.csv:2: a control character (0x1b) in column 8");
    assert_bad("cell,a.b\nc00000,1\0\n", 19, "plan.csv:2: a zero byte: this is no plan");
}

static void found(const struct ob_plan *p, const char *what, size_t want)
{
    struct ob_err err;
    size_t cell = 999;
    assert_true(ob_plan_find(p, what, &cell, &err));
    assert_int_equal(cell, want);
}

static void not_found(const struct ob_plan *p, const char *what)
{
    struct ob_err err;
    struct ob_buf want = { 0 };
    size_t cell = 999;
    assert_false(ob_plan_find(p, what, &cell, &err));
    ob_buf_addf(&want, "'%s' is no cell: they are c00000 to c00002", what);
    assert_string_equal(err.text, ob_buf_text(&want));
    assert_int_equal(err.code, OB_EUSAGE);
    assert_int_equal(cell, 999);
    ob_buf_finish(&want);
}

static void names(void **state)
{
    (void)state;
    struct ob_plan p;
    struct ob_err err;
    size_t cell;
    char name[OB_PLAN_NAME_MAX];
    read_good(&p, "cell,a.b\nc00000,1\nc00001,2\nc00002,3\n");
    found(&p, "c00001", 1);
    found(&p, "c1", 1);
    found(&p, "2", 2);
    not_found(&p, "3");
    not_found(&p, "");
    not_found(&p, "c");
    not_found(&p, "cc1");
    not_found(&p, "-1");
    not_found(&p, "1.0");
    not_found(&p, "99999999999999999999");
    ob_plan_name(&p, 2, name);
    assert_string_equal(name, "c00002");
    ob_plan_finish(&p);
    assert_false(ob_plan_find(&p, "0", &cell, &err));
    assert_string_equal(err.text, "'0' is no cell: the sweep has none");
}

/* 100 001 cells have names of six digits, all of them. */
static void many(void **state)
{
    (void)state;
    struct ob_buf text = { 0 }, again = { 0 };
    struct ob_plan p;
    ob_buf_adds(&text, "cell,a.b\n");
    for (int i = 0; i <= 100000; i++)
        ob_buf_addf(&text, "c%06d,%d\n", i, i % 7);
    read_good(&p, ob_buf_text(&text));
    assert_int_equal(p.cells, 100001);
    ob_plan_write(&p, &again);
    assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
    ob_plan_finish(&p);
    ob_buf_finish(&text);
    ob_buf_finish(&again);
}

/* Whatever stands in the fields of a plan, writing and reading leave it as it is. */
static void round_trip(void **state)
{
    (void)state;
    static const char *const words[] = { NULL, "",  "0.1", "a,b", "\"",   "\"\"",
                                         " ",  "x", ";",   "#",   "a\"b", ",," };
    struct ob_rng rng;
    ob_rng_init(&rng, 9, 0);
    for (int round = 0; round < 200; round++) {
        const char *key[] = { "a.b", "group.w.lr", "c.d" };
        const char *value[30];
        struct ob_plan p = { .key = key, .keys = 3, .value = value, .digits = 5 }, q;
        struct ob_buf text = { 0 }, again = { 0 };
        p.cells = ob_rng_below(&rng, 11);
        for (size_t i = 0; i < p.cells * p.keys; i++)
            value[i] = words[ob_rng_below(&rng, OB_COUNT(words))];
        ob_plan_write(&p, &text);
        read_good(&q, ob_buf_text(&text));
        assert_int_equal(q.cells, p.cells);
        for (size_t i = 0; i < p.cells * p.keys; i++)
            if (value[i])
                assert_string_equal(q.value[i], value[i]);
            else
                assert_null(q.value[i]);
        ob_plan_write(&q, &again);
        assert_string_equal(ob_buf_text(&text), ob_buf_text(&again));
        ob_plan_finish(&q);
        ob_buf_finish(&text);
        ob_buf_finish(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields), cmocka_unit_test(refused),    cmocka_unit_test(names),
        cmocka_unit_test(many),   cmocka_unit_test(round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
