/*
 * Replays tests/bad/ini: each NAME.ini is loaded and what is said has to be NAME.expect,
 * whose first line is "exit N" and whose others are the lines on stderr with the folder
 * cut off. With OB_BLESS set in the environment the expected files are written instead.
 */
#include <config.h>

#include "conf_test.h"

static char *folder;

static int is_case(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 4 && !strcmp(e->d_name + n - 4, ".ini");
}

static char *expect_path(const char *path)
{
    return ob_xasprintf("%.*s.expect", (int)(strlen(path) - 4), path);
}

/* What `optbench check` would say, to be freed. */
static char *verdict(const char *path)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    bool ok = ob_spec_load(path, NULL, 0, &spec, &diags);
    assert_int_equal(ok, diags.n == 0);
    char *lines = printed(&diags, folder);
    char *out = ob_xasprintf("exit %d\n%s", ob_diags_exit(&diags), lines);
    free(lines);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    return out;
}

static void bless(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void replay(const char *name)
{
    char *path = ob_path_join(folder, name), *expect = expect_path(path);
    char *said = verdict(path);
    if (getenv("OB_BLESS"))
        bless(expect, said);
    struct ob_buf expected = { 0 };
    struct ob_err err;
    if (!ob_file_read(expect, 1 << 20, &expected, &err))
        fail_msg("%s", err.text);
    if (strcmp(said, ob_buf_text(&expected)))
        fail_msg("%s\n--- said\n%s--- expected\n%s", name, said, ob_buf_text(&expected));
    assert_memory_equal(said, "exit ", 5);
    assert_int_not_equal(said[5], '0');
    ob_buf_finish(&expected);
    free(said);
    free(expect);
    free(path);
}

static void replays_corpus(void **state)
{
    (void)state;
    struct dirent **list;
    int n = scandir(folder, &list, is_case, alphasort);
    assert_true(n >= 50);
    for (int i = 0; i < n; i++) {
        replay(list[i]->d_name);
        free(list[i]);
    }
    free(list);
}

int main(void)
{
    folder = ob_path_join(ob_test_env("OB_SRCDIR"), "tests/bad/ini");
    const struct CMUnitTest tests[] = { cmocka_unit_test(replays_corpus) };
    int bad = cmocka_run_group_tests(tests, NULL, NULL);
    free(folder);
    return bad;
}
