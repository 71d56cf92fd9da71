#include <config.h>

#include "../../lib/ob_test.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/ui/folders.h"

static char *folder;

static int setup(void **state)
{
    (void)state;
    char template[] = "/tmp/ob-folders-XXXXXX";
    char *made = mkdtemp(template);
    folder = made ? realpath(made, NULL) : NULL;
    if (!folder || chdir(folder) != 0)
        return -1;
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("HOME", folder, 1);
    return mkdir("one", 0777) || mkdir("two words", 0777) || mkdir("optbench", 0777);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st;
    (void)kind;
    (void)f;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    if (chdir("/") != 0)
        return -1;
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
    return 0;
}

static void put(const char *text)
{
    FILE *f = fopen("optbench/folders", "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void assert_file(const char *text)
{
    struct ob_buf got = { 0 };
    assert_true(ob_file_read("optbench/folders", 1 << 16, &got, NULL));
    assert_string_equal(ob_buf_text(&got), text);
    ob_buf_finish(&got);
}

/* Bad lines are passed over and told, the others hold. */
static void lines_of_all_kinds(void **state)
{
    (void)state;
    struct ob_folders f;
    ob_folders_read(&f); /* no file yet */
    assert_int_equal(f.n, 0);
    assert_string_equal(f.why, "");
    put("# mine\n\n/a/b\nrelative\n/a/b\n/c d\n/evil\033[2J\n/last");
    ob_folders_read(&f);
    assert_int_equal(f.n, 3);
    assert_string_equal(f.path[0], "/a/b");
    assert_string_equal(f.path[1], "/c d");
    assert_string_equal(f.path[2], "/last");
    assert_int_equal(f.bad, 2);
    assert_string_equal(f.why, "line 4 is no absolute path");
    ob_folders_finish(&f);

    struct ob_buf many = { 0 };
    for (int i = 0; i < OB_FOLDERS_MOST + 5; i++)
        ob_buf_addf(&many, "/%d\n", i);
    put(ob_buf_text(&many));
    ob_folders_read(&f);
    assert_int_equal(f.n, OB_FOLDERS_MOST);
    assert_int_equal(f.bad, 5);
    struct ob_err err;
    assert_false(ob_folders_add("one", &err));
    assert_non_null(strstr(err.text, "are the most"));
    ob_folders_finish(&f);
    ob_buf_finish(&many);
}

/* Adding and dropping leave everything else as it stands, bad lines too. */
static void adding_and_dropping(void **state)
{
    (void)state;
    struct ob_err err;
    struct ob_folders f;
    put("# mine\nrelative\n/gone");
    assert_true(ob_folders_add("one", &err));
    assert_true(ob_folders_add("~/two words/", &err));
    char *text =
        ob_xasprintf("# mine\nrelative\n/gone\n%s/one\n%s/two words\n", folder, folder);
    assert_file(text);
    assert_false(ob_folders_add("./one/../one", &err));
    assert_non_null(strstr(err.text, "is listed already"));
    assert_false(ob_folders_add("nowhere", &err));
    assert_false(ob_folders_add("optbench/folders", &err));
    assert_non_null(strstr(err.text, "no folder"));
    assert_file(text);
    free(text);

    ob_folders_read(&f);
    assert_int_equal(f.n, 3);
    assert_true(ob_folders_drop("/gone", &err)); /* one that is gone, too */
    assert_true(ob_folders_drop(f.path[1], &err));
    assert_true(ob_folders_drop(f.path[2], &err));
    assert_false(ob_folders_drop(f.path[2], &err));
    assert_false(ob_folders_drop("relativ", &err));
    assert_file("# mine\nrelative\n");
    ob_folders_finish(&f);
    struct stat st;
    assert_int_equal(stat("one", &st), 0); /* files stay */
}

static void nowhere_to_keep_it(void **state)
{
    (void)state;
    struct ob_err err;
    assert_int_equal(remove("optbench/folders"), 0);
    assert_int_equal(rmdir("optbench"), 0);
    assert_true(ob_folders_add("one", &err)); /* makes the folder */
    assert_int_equal(remove("optbench/folders"), 0);
    assert_int_equal(mkdir("optbench/folders", 0777), 0);
    assert_false(ob_folders_add("one", &err));
    struct ob_folders f;
    ob_folders_read(&f);
    assert_int_equal(f.n, 0);
    assert_true(f.why[0] != '\0');
    ob_folders_finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_all_kinds),
        cmocka_unit_test(adding_and_dropping),
        cmocka_unit_test(nowhere_to_keep_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
