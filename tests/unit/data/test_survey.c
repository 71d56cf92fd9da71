#include <config.h>

#include "../../lib/ob_test.h"

#include <math.h>
#include <string.h>

#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"
#include "optbench/data/survey.h"

/* Looks at a text; whether nothing was wrong. */
static bool look(const char *text, size_t n, const char *target, struct ob_survey *s)
{
    struct ob_csv_input in = { .name = "t.csv", .text = text, .n = n };
    struct ob_diags diags = { 0 };
    *s = (struct ob_survey){ 0 };
    bool ok = ob_survey_file(&in, target, s, &diags);
    assert_int_equal(ok, diags.n == 0);
    ob_diags_finish(&diags);
    return ok;
}

static bool look_at(const char *text, struct ob_survey *s)
{
    return look(text, strlen(text), NULL, s);
}

static void every_column_is_told(void **state)
{
    (void)state;
    struct ob_survey s;
    assert_true(look_at("a,b,c,d,e\n"
                        "1,x,NA,one,5\n"
                        "2,y,,two,-5\n"
                        "4,x,?,three,0\n"
                        "-1,x,null,four,-0\n",
                        &s));
    assert_int_equal(s.columns, 5);
    assert_int_equal(s.rows, 4);
    assert_int_equal(s.rows_read, 4);
    assert_true(s.whole);
    const struct ob_survey_column *c = s.column;
    assert_int_equal(c[0].type, OB_SURVEY_NUMBER);
    assert_true(c[0].facts.min == -1 && c[0].facts.mean == 1.5 && c[0].facts.max == 4);
    assert_true(fabs(c[0].facts.std - sqrt(13.0 / 3)) < 1e-15);
    assert_int_equal(c[0].bin[0], 1);
    assert_int_equal(c[0].bin[15], 1);
    assert_int_equal(c[1].type, OB_SURVEY_CATEGORY);
    assert_int_equal(c[1].distinct, 2);
    assert_int_equal(c[1].bin[0], 3); /* x, in the order of appearance */
    assert_int_equal(c[1].bin[1], 1);
    assert_true(c[1].words == 2 && c[0].words == 0);
    assert_string_equal(c[1].word[0], "x");
    assert_true(isnan(c[1].facts.mean));
    assert_int_equal(c[2].type, OB_SURVEY_EMPTY);
    assert_int_equal(c[2].missing, 4);
    assert_int_equal(c[3].type, OB_SURVEY_TEXT);
    assert_int_equal(c[4].distinct, 3); /* -0 is 0 */
    assert_int_equal(c[4].cells, 4);
    assert_string_equal(c[4].cell[3], "-0");
    assert_string_equal(c[2].cell[0], "NA");
    ob_survey_finish(&s);
}

/* Words among numbers are counted and placed, as long as numbers are the rule. */
static void faults_among_numbers(void **state)
{
    (void)state;
    struct ob_buf text = { 0 };
    struct ob_survey s;
    ob_buf_adds(&text, "x,y\n");
    for (int i = 0; i < 30; i++)
        ob_buf_addf(&text, "%s,%d\n", i == 7 || i == 20 ? "oops" : "3.5", i);
    assert_true(look(text.data, text.len, NULL, &s));
    assert_int_equal(s.column[0].type, OB_SURVEY_NUMBER);
    assert_int_equal(s.column[0].odd, 2);
    assert_int_equal(s.column[0].odd_line, 9);
    assert_string_equal(s.column[0].odd_text, "oops");
    assert_true(s.column[0].facts.mean == 3.5);
    assert_int_equal(s.proposal.features, 0); /* the only other one has faults */
    ob_survey_finish(&s);
    ob_buf_finish(&text);
}

/* A look is bounded: it ends at the end of a line, its rows are all whole, and the rest
 * is estimated. */
static void a_large_file_is_read_in_part(void **state)
{
    (void)state;
    enum { ROWS = 1100000 };
    struct ob_buf text = { 0 };
    struct ob_survey s;
    ob_buf_adds(&text, "a,b\n");
    for (int i = 0; i < ROWS; i++)
        ob_buf_adds(&text, "12345,67\n");
    assert_true(text.len > 9 << 20);
    assert_true(look(text.data, text.len, NULL, &s));
    assert_false(s.whole);
    assert_true(s.rows_read > 900000 && s.rows_read < ROWS);
    assert_true(fabs((double)s.rows / ROWS - 1) < 0.001);
    size_t seen = 0;
    for (size_t k = 0; k < OB_SURVEY_BINS; k++)
        seen += s.column[0].bin[k];
    assert_int_equal(seen, s.rows_read);
    assert_true(s.column[1].facts.min == 67 && s.column[1].facts.max == 67);

    /* What is wrong behind the look is not seen, what is wrong within is. */
    ob_survey_finish(&s);
    ob_buf_adds(&text, "1\n");
    assert_true(look(text.data, text.len, NULL, &s));
    ob_survey_finish(&s);
    text.data[4 + 9 * 1000 + 5] = '\n'; /* the comma of a row */
    assert_false(look(text.data, text.len, NULL, &s));
    assert_int_equal(s.columns, 2);
    ob_survey_finish(&s);
    ob_buf_finish(&text);
}

static void many_values_are_counted_up_to_a_limit(void **state)
{
    (void)state;
    struct ob_buf text = { 0 };
    struct ob_survey s;
    ob_buf_adds(&text, "n,w,few,y\n");
    for (int i = 0; i < 5000; i++)
        ob_buf_addf(&text, "%d,word%d,%d,%d\n", i, i, i % 999, i % 7);
    assert_true(look(text.data, text.len, NULL, &s));
    assert_true(s.column[0].distinct_more && s.column[0].distinct == 1000);
    assert_true(s.column[1].distinct_more && s.column[1].type == OB_SURVEY_TEXT);
    assert_false(s.column[2].distinct_more);
    assert_int_equal(s.column[2].distinct, 999);
    assert_true(s.column[0].counts);
    assert_false(s.column[2].counts);
    ob_survey_finish(&s);
    ob_buf_finish(&text);
}

/* Numbers that are written in any of the usual ways come out the same. */
static void formats_are_seen(void **state)
{
    (void)state;
    static const struct {
        char delimiter, decimal;
    } format[] = { { ',', '.' },  { ';', '.' }, { ';', ',' }, { '\t', '.' },
                   { '\t', ',' }, { ' ', '.' }, { ' ', ',' } };
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (int i = 0; i < 140; i++) {
        struct ob_buf text = { 0 };
        struct ob_survey s;
        double sum = 0;
        char byte = format[i % 7].delimiter;
        bool header = i % 2;
        if (header)
            ob_buf_addf(&text, "first%csecond%cthird\n", byte, byte);
        for (int row = 0; row < 20; row++)
            for (int j = 0; j < 3; j++) {
                char number[OB_NUMBER_MAX];
                double v = (double)ob_rng_below(&r, 20000) / 100 - 100;
                ob_number_write(number, v);
                char *point = strchr(number, '.');
                if (point)
                    *point = format[i % 7].decimal;
                ob_buf_addf(&text, "%s%c", number, j < 2 ? byte : '\n');
                sum += j == 1 ? v : 0;
            }
        assert_true(look(text.data, text.len, NULL, &s));
        assert_int_equal(s.columns, 3);
        assert_int_equal(s.rows, 20);
        assert_int_equal(s.delimiter, byte);
        assert_int_equal(s.decimal, format[i % 7].decimal);
        assert_string_equal(s.column[1].name, header ? "second" : "c2");
        assert_int_equal(s.column[1].type, OB_SURVEY_NUMBER);
        assert_true(fabs(s.column[1].facts.mean - sum / 20) < 1e-9);
        ob_survey_finish(&s);
        ob_buf_finish(&text);
    }
}

static void proposals(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted, *target, *model, *missing;
        size_t features;
        bool all;
    } want[] = {
        /* The last column of numbers; what numbers the rows is no feature ... */
        { "id,x,y\n1,5,2\n2,3,1\n3,8,5\n", NULL, "y", "linear", "error", 1, false },
        /* ... unless there is no other. */
        { "id,y\n1,5\n2,3\n3,8\n", NULL, "y", "linear", "error", 1, true },
        /* A column that counts is time as likely as not, under another name. */
        { "t,y\n1,5\n2,3\n3,8\n", NULL, "y", "linear", "error", 1, true },
        { "PassengerId,x,y\n1,5,2\n2,3,1\n3,8,5\n", NULL, "y", "linear", "error", 1,
          false },
        { "grid,y\n1,5\n2,3\n3,8\n", NULL, "y", "linear", "error", 1, true },
        /* A name tells more than a place. */
        { "y,a,b\n0,1.5,2\n1,2.5,1\n0,3.1,7\n", NULL, "y", "logistic", "error", 2, true },
        { "Class,a\nu,1.5\nv,2.5\nu,3.1\n", NULL, "Class", "logistic", "error", 1, true },
        { "x,y,sex\n1,2,f\n3,5,m\n5,4,f\n", NULL, "sex", "logistic", "error", 2, true },
        { "x,hit\n1,0\n3,1\n5,1\n", NULL, "hit", "logistic", "error", 1, true },
        { "x,y,name\n1,2,A\n3,5,B\n5,4,C\n", NULL, "y", "linear", "error", 1, false },
        { "x,y\n1,2\n,5\n5,4\n", NULL, "y", "linear", "drop", 1, true },
        { "x,z,y\n1,7,2\n2,7,5\n5,7,4\n", NULL, "y", "linear", "error", 1, false },
        { "x,z,y\n1,,2\n2,,5\n5,7,4\n9,8,\n", "x", "x", "linear", "drop", 2, true },
        { "x,y\n1,2\n3,5\n5,4\n", "x", "x", "linear", "error", 1, true },
        { "a,b\nu,v\nw,x\nk,l\n", NULL, NULL, "linear", "error", 0, false },
        { "x,\033y\n1,2\n3,5\n5,4\n", NULL, "x", "linear", "error", 0, false },
        { "y\n1\n3\n", NULL, "y", "linear", "error", 0, false },
    };
    for (size_t i = 0; i < OB_COUNT(want); i++) {
        struct ob_survey s;
        assert_true(look(want[i].text, strlen(want[i].text), want[i].wanted, &s));
        const struct ob_proposal *p = &s.proposal;
        if (want[i].target)
            assert_string_equal(p->target, want[i].target);
        else
            assert_null(p->target);
        assert_string_equal(p->model, want[i].model);
        assert_string_equal(p->missing, want[i].missing);
        assert_int_equal(p->features, want[i].features);
        assert_int_equal(p->all, want[i].all);
        assert_true(strlen(p->why) > 0);
        /* 1 over the number of parameters, 4 for classes, in one digit. */
        double rate[] = { 1, 0.5, 0.3 };
        if (p->features && strcmp(p->model, "linear") == 0)
            assert_true(p->lr == rate[p->features]);
        assert_int_equal(isnan(p->lr), p->features == 0);
        ob_survey_finish(&s);
    }
    struct ob_survey s;
    static const char text[] = "x,y\n1,2\n3,5\n";
    assert_false(look(text, strlen(text), "z", &s));
    ob_survey_finish(&s);
}

/* What a look at an experiment's data gathers is what loading them computes. */
static void agrees_with_the_dataset(void **state)
{
    (void)state;
    struct ob_diags diags = { 0 };
    struct ob_survey s = { 0 };
    struct ob_dataset d = { 0 };
    char *x = (char[]){ "x" }, *y = (char[]){ "y" };
    const struct ob_source_type *source = ob_source_find("inline");
    struct ob_data_opts common = { .features = { .item = &x, .n = 1 }, .target = y };
    struct {
        struct ob_texts columns;
        struct ob_reals values;
    } opts;
    char *names[] = { x, (char[]){ "z" }, y };
    double values[] = { 1, 9, 3, 4, 8, 2, 0.1, 7, -5 };
    opts.columns = (struct ob_texts){ .item = names, .n = 3 };
    opts.values = (struct ob_reals){ .item = values, .n = 9 };
    assert_true(ob_survey_source(source, &opts, &common, &s, &diags));
    assert_true(ob_dataset_load(source, &opts, &common, &d, &diags));
    assert_int_equal(s.columns, 3);
    assert_int_equal(s.column[0].role, OB_ROLE_FEATURE);
    assert_int_equal(s.column[1].role, OB_ROLE_NONE);
    assert_int_equal(s.column[2].role, OB_ROLE_TARGET);
    assert_true(s.column[1].facts.mean == 8);
    const struct ob_column_facts *look = &s.column[0].facts, *load = &d.x[0].facts;
    assert_true(look->min == load->min && look->mean == load->mean);
    assert_true(look->max == load->max && look->std == load->std);
    ob_survey_finish(&s);
    ob_dataset_finish(&d);
    ob_diags_finish(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_is_told),
        cmocka_unit_test(faults_among_numbers),
        cmocka_unit_test(a_large_file_is_read_in_part),
        cmocka_unit_test(many_values_are_counted_up_to_a_limit),
        cmocka_unit_test(formats_are_seen),
        cmocka_unit_test(proposals),
        cmocka_unit_test(agrees_with_the_dataset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
