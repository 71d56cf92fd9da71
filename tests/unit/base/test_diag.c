#include <config.h>

#include "optbench/base/diag.h"

#include "../../lib/ob_test.h"

/* What ob_diags_print() writes; free() it. */
static char *printed(const struct ob_diags *d)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    assert_non_null(to);
    ob_diags_print(d, to);
    fclose(to);
    return text;
}

static void empty_says_nothing(void **state)
{
    (void)state;
    struct ob_diags d = { 0 };
    ob_diags_sort(&d);
    char *text = printed(&d);
    assert_string_equal(text, "");
    assert_int_equal(ob_diags_exit(&d), 0);
    free(text);
    ob_diags_finish(&d);
}

static void sorts_by_file_and_line(void **state)
{
    (void)state;
    struct ob_diags d = { 0 };
    assert_false(ob_diags_add(&d, OB_ECONFIG, "b.ini", 9, "nine %d", 9));
    ob_diags_add(&d, OB_EDATA, "a.csv", 4, "four");
    ob_diags_add(&d, OB_ECONFIG, "b.ini", 2, "two");
    ob_diags_add(&d, OB_EUSAGE, NULL, 0, "no file");
    ob_diags_add(&d, OB_ECONFIG, "b.ini", 0, "whole");
    ob_diags_add(&d, OB_EDATA, "a.csv", 4, "four again");
    ob_diags_add(&d, OB_EDATA, "a.csv", 3, "three");
    ob_diags_sort(&d);
    char *text = printed(&d);
    assert_string_equal(text, "optbench: b.ini: whole\n"
                              "optbench: b.ini:2: two\n"
                              "optbench: b.ini:9: nine 9\n"
                              "optbench: a.csv:3: three\n"
                              "optbench: a.csv:4: four\n"
                              "optbench: a.csv:4: four again\n"
                              "optbench: no file\n");
    assert_int_equal(ob_diags_exit(&d), 2);
    free(text);
    ob_diags_finish(&d);
    assert_int_equal(d.n, 0);
}

static void hostile_names_are_spelled_out(void **state)
{
    (void)state;
    struct ob_diags d = { 0 };
    struct ob_err err = { 0 };
    ob_fail(&err, OB_EDATA, "column '\x1b[31m'\nno such\xff");
    ob_diags_add_err(&d, "evil\x1b]0;x\x07.csv", 1, &err);
    char *text = printed(&d);
    assert_string_equal(text, "optbench: evil\\x1b]0;x\\x07.csv:1: "
                              "column '\\x1b[31m'\\x0ano such\\xff\n");
    assert_int_equal(ob_diags_exit(&d), 3);
    free(text);
    ob_diags_finish(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_says_nothing),
        cmocka_unit_test(sorts_by_file_and_line),
        cmocka_unit_test(hostile_names_are_spelled_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
