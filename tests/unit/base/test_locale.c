/* Numbers under a locale with a decimal comma: ours do not change, the C library's do. */
#include <config.h>

#include <locale.h>
#include <math.h>

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/base/number.h"
#include "optbench/base/param.h"

#include "../../lib/ob_test.h"

static char folder[] = "/tmp/optbench-locale-XXXXXX";

/* Compiles German into `folder` and switches to it; whether all of that worked. */
static bool speak_german(void)
{
    char command[256];
    if (!mkdtemp(folder))
        return false;
    snprintf(command, sizeof command,
             "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", folder);
    if (system(command) != 0)
        return false;
    setenv("LOCPATH", folder, 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    return setlocale(LC_ALL, "") != NULL;
}

static void the_library_speaks_german(void **state)
{
    (void)state;
    char text[16];
    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, "0,5");
}

static void we_do_not(void **state)
{
    (void)state;
    double v;
    char text[OB_NUMBER_MAX];
    assert_true(ob_number_parse("0.5", 3, &v) && v == 0.5);
    assert_false(ob_number_parse("0,5", 3, &v));
    ob_number_write(text, 1234.5);
    assert_string_equal(text, "1234.5");
    ob_number_show(text, sizeof text, 1234.5, 6);
    assert_string_equal(text, "1234.5");
    ob_si_show(text, sizeof text, 12400);
    assert_string_equal(text, "12.4k");
}

static void nor_do_those_above(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_json j = { .out = &b };
    ob_json_number(&j, 0.25);
    assert_string_equal(b.data, "0.25");
    struct ob_json_value *back = ob_json_parse(b.data, b.len, NULL);
    assert_true(ob_json_num(back, 0) == 0.25);
    ob_json_free(back);

    double real = 0;
    const struct ob_param p = { .name = "lr", .kind = OB_PARAM_REAL };
    assert_true(ob_param_set(&p, &real, "0.125", NULL) && real == 0.125);
    ob_buf_clear(&b);
    ob_param_write(&p, &real, &b);
    assert_string_equal(b.data, "0.125");
    ob_buf_finish(&b);
}

static int remove_folder(void **state)
{
    char command[256];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_speaks_german),
        cmocka_unit_test(we_do_not),
        cmocka_unit_test(nor_do_those_above),
    };
    if (!speak_german()) {
        remove_folder(NULL);
        ob_skip_all("no localedef, or no source of the German locale");
    }
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
