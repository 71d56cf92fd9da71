#include <config.h>

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#include "../../lib/ob_test.h"

/* Compares and releases a string that the caller owns. */
static void same(char *found, const char *expected)
{
    assert_string_equal(found, expected);
    free(found);
}

/* A fresh folder for each test; the working directory is inside it. */
static char *before;

static int enter(void **state)
{
    char *folder = ob_xstrdup("/tmp/optbench-test-XXXXXX");
    before = getcwd(NULL, 0);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    *state = folder;
    return 0;
}

static int leave(void **state)
{
    char *command = ob_xasprintf("rm -rf '%s'", (char *)*state);
    int rc = chdir(before);
    rc |= system(command);
    free(command);
    free(before);
    free(*state);
    return rc;
}

static void joins_and_splits(void **state)
{
    (void)state;
    same(ob_path_join("a", "b"), "a/b");
    same(ob_path_join("a/", "b"), "a/b");
    same(ob_path_join("", "b"), "b");
    same(ob_path_join(NULL, "b"), "b");
    same(ob_path_join("a", "/b"), "/b");
    same(ob_path_join("/", "b"), "/b");
    same(ob_path_dir("a/b/c"), "a/b");
    same(ob_path_dir("a"), ".");
    same(ob_path_dir("/a"), "/");
    same(ob_path_dir("a//b"), "a");
    same(ob_path_dir("a/b/"), "a");
    same(ob_path_dir(""), ".");
    same(ob_path_dir("/"), "/");
    assert_string_equal(ob_path_base("a/b"), "b");
    assert_string_equal(ob_path_base("b"), "b");
    assert_string_equal(ob_path_base("a/"), "");
}

static void absolute_paths(void **state)
{
    const char *here = *state;
    same(ob_path_absolute("/a//b/./c/"), "/a/b/c");
    same(ob_path_absolute("/../a"), "/../a");
    same(ob_path_absolute("/"), "/");
    same(ob_path_absolute("///."), "/");
    char *expected = ob_path_join(here, "x/../y");
    same(ob_path_absolute("./x/../y"), expected);
    free(expected);
    same(ob_path_absolute("."), here);
}

static void plain_names(void **state)
{
    (void)state;
    char name[103];
    assert_true(ob_path_is_plain("20261121T200501Z-heights_2.csv"));
    static const char *const bad[] = { "",    ".",   "..",  ".hidden",  "-rf",
                                       "a/b", "a b", "a\n", "\xc3\xa9", "a:b" };
    for (size_t i = 0; i < OB_COUNT(bad); i++)
        assert_false(ob_path_is_plain(bad[i]));
    memset(name, 'a', sizeof name);
    name[100] = '\0';
    assert_true(ob_path_is_plain(name));
    name[100] = 'a';
    name[101] = '\0';
    assert_false(ob_path_is_plain(name));
}

static void makes_folders(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    struct stat st;
    assert_true(ob_path_mkdirs("a/b//c/", &err));
    assert_true(ob_path_mkdirs("a/b/c", &err));
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    close(creat("file", 0666));
    assert_false(ob_path_mkdirs("file", &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text, "cannot create the folder file: Not a directory");
    assert_false(ob_path_mkdirs("file/x", NULL));
    assert_false(ob_path_mkdirs("", NULL));
    assert_int_equal(symlink("a", "link"), 0);
    assert_true(ob_path_mkdirs("link/d", &err));
}

static void expands_variables(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_err err = { 0 };
    setenv("OB_TEST_X", "value", 1);
    setenv("OB_TEST_EMPTY", "", 1);
    unsetenv("OB_TEST_NONE");
    assert_true(ob_path_expand("a/${OB_TEST_X}/b${OB_TEST_EMPTY}$$ $x $", &b, &err));
    assert_string_equal(b.data, "a/value/b$ $x $");
    assert_false(ob_path_expand("c${OB_TEST_X}${OB_TEST_NONE}", &b, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    assert_string_equal(err.text, "the environment has no variable OB_TEST_NONE");
    assert_string_equal(b.data, "a/value/b$ $x $");
    assert_false(ob_path_expand("${OB_TEST_X", &b, &err));
    assert_false(ob_path_expand("${}", &b, &err));
    assert_false(ob_path_expand("${a b}", &b, &err));
    assert_string_equal(b.data, "a/value/b$ $x $");
    /* A value is not expanded again. */
    setenv("OB_TEST_X", "${OB_TEST_X}", 1);
    ob_buf_clear(&b);
    assert_true(ob_path_expand("${OB_TEST_X}", &b, &err));
    assert_string_equal(b.data, "${OB_TEST_X}");
    ob_buf_finish(&b);
}

static void personal_folders(void **state)
{
    (void)state;
    setenv("HOME", "/home/x", 1);
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_STATE_HOME", "", 1);
    setenv("XDG_CACHE_HOME", "relative", 1);
    same(ob_path_config(), "/home/x/.config/optbench");
    same(ob_path_state(), "/home/x/.local/state/optbench");
    same(ob_path_cache(), "/home/x/.cache/optbench");
    setenv("XDG_CONFIG_HOME", "/xdg", 1);
    same(ob_path_config(), "/xdg/optbench");
    unsetenv("HOME");
    assert_null(ob_path_cache());
}

static void shipped_folders(void **state)
{
    (void)state;
    setenv("OPTBENCH_DATA", "/some/where", 1);
    same(ob_path_data(), "/some/where");
    unsetenv("OPTBENCH_CONFIGS");
    char *configs = ob_path_configs();
    assert_int_equal(configs[0], '/');
    assert_string_equal(ob_path_base(configs), "configs");
    free(configs);
}

/* What a copy of this program at `place`, below the working directory, takes for the
 * folder of the data; free() it. */
static char *data_seen_from(const char *place)
{
    char *dir = ob_path_dir(place), line[4096] = "";
    assert_true(ob_path_mkdirs(dir, NULL));
    char *command =
        ob_xasprintf("cp /proc/%ld/exe %s && ./%s --data", (long)getpid(), place, place);
    FILE *from = popen(command, "r");
    assert_non_null(from);
    assert_non_null(fgets(line, sizeof line, from));
    assert_int_equal(pclose(from), 0);
    line[strcspn(line, "\n")] = '\0';
    free(command);
    free(dir);
    return ob_xstrdup(line);
}

/* A build inside the source tree, one in a folder below it, an installation that was
 * moved; and one that has nothing near it. */
static void shipped_folders_near_the_program(void **state)
{
    (void)state;
    unsetenv("OPTBENCH_DATA");
    const char *elsewhere = OB_PKGDATADIR "/data";
    assert_true(ob_path_mkdirs("source/data", NULL));
    assert_true(ob_path_mkdirs("usr/share/optbench/data", NULL));
    close(creat("source/data/SOURCES.md", 0666));
    close(creat("usr/share/optbench/data/SOURCES.md", 0666));
    static const struct {
        const char *place, *end;
    } cases[] = { { "source/optbench", "/source/data" },
                  { "source/build/optbench", "/source/data" },
                  { "usr/bin/optbench", "/usr/share/optbench/data" },
                  { "alone/optbench", NULL } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char *seen = data_seen_from(cases[i].place);
        const char *end = cases[i].end ? cases[i].end : elsewhere;
        assert_true(strlen(seen) >= strlen(end));
        assert_string_equal(seen + strlen(seen) - strlen(end), end);
        free(seen);
    }
}

static void replaces_whole_files(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_err err = { 0 };
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    struct stat st;
    umask(027);
    for (int sync = 0; sync < 2; sync++) {
        assert_true(ob_file_replace(dir, "value", "one", 3, sync, &err));
        assert_true(ob_file_replace(dir, "value", "second", 6, sync, &err));
        ob_buf_clear(&b);
        assert_true(ob_file_read_at(dir, "value", 6, &b, &err));
        assert_string_equal(b.data, "second");
    }
    assert_int_equal(stat("value", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);

    /* A link is replaced and not followed; one left behind by the dead is no obstacle. */
    assert_int_equal(symlink("value", "link"), 0);
    char *stale = ob_xasprintf(".link.%ld.tmp", (long)getpid());
    close(creat(stale, 0666));
    assert_true(ob_file_replace(dir, "link", "third", 5, true, &err));
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_not_equal(access(stale, F_OK), 0);
    free(stale);

    ob_path_mkdirs("sub/folder", &err);
    assert_true(ob_file_replace(AT_FDCWD, "sub/value", NULL, 0, true, &err));
    assert_false(ob_file_replace(dir, "sub/folder", "x", 1, true, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text, "sub/folder: cannot rename: Is a directory");
    assert_int_equal(rmdir("sub/folder"), 0);

    /* A pipe or a device stays what it is, behind a link, too. */
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(symlink("/dev/null", "hole"), 0);
    assert_false(ob_file_replace(dir, "pipe", "x", 1, false, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text, "pipe: is there, and is no regular file");
    assert_false(ob_file_replace(AT_FDCWD, "./hole", "x", 1, true, &err));
    assert_int_equal(lstat("pipe", &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(lstat("hole", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_false(ob_file_replace(dir, "none/value", "x", 1, true, &err));
    ob_buf_finish(&b);
    close(dir);
}

static void reads_regular_files_only(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_err err = { 0 };
    ob_buf_adds(&b, "kept");
    assert_false(ob_file_read("none", 10, &b, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text, "cannot open none: No such file or directory");
    assert_false(ob_file_read(".", 10, &b, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, ". is a folder");
    assert_int_equal(mkfifo("fifo", 0666), 0);
    assert_false(ob_file_read("fifo", 10, &b, &err));
    assert_string_equal(err.text, "fifo is not a regular file");
    assert_false(ob_file_read("/dev/zero", 10, &b, &err));

    assert_true(ob_file_replace(AT_FDCWD, "ten", "0123456789", 10, false, &err));
    assert_false(ob_file_read("ten", 9, &b, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, "ten is larger than 9 bytes");
    assert_string_equal(b.data, "kept");
    assert_int_equal(symlink("ten", "link"), 0);
    assert_true(ob_file_read("link", 10, &b, &err));
    assert_string_equal(b.data, "kept0123456789");
    assert_false(ob_file_read_at(AT_FDCWD, "link", 10, &b, &err));
    assert_string_equal(err.text, "link is a symbolic link");
    assert_false(ob_file_read_at(AT_FDCWD, "./ten", 10, &b, &err));
    ob_buf_finish(&b);

    /* Sizes that the system does not tell. */
    assert_true(ob_file_read("/proc/self/status", 1 << 16, &b, &err));
    assert_true(b.len > 100);
    assert_false(ob_file_read("/proc/self/status", 50, &b, &err));
    ob_buf_finish(&b);
}

static void writes_all_or_says_why(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    int fd = open("/dev/full", O_WRONLY);
    assert_false(ob_file_write(fd, "x", 1, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text, "cannot write: No space left on device");
    assert_true(ob_file_write(fd, "", 0, &err));
    close(fd);
}

static void logs_lines(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_err err = { 0 };
    char longer[3000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ob_log("nobody hears this");
    int fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666);
    ob_log_open(fd);
    ob_log("lr %d\n\x1b[0m", 5);
    ob_log("%s", longer);
    ob_log_close();
    ob_log("nor this");
    close(fd);
    assert_true(ob_file_read("log", 10000, &b, &err));
    char *line = strtok(b.data, "\n");
    assert_int_equal(strlen(line), 20 + strlen(" lr 5\\x0a\\x1b[0m"));
    assert_string_equal(line + 19, "Z lr 5\\x0a\\x1b[0m");
    assert_int_equal(strlen(strtok(NULL, "\n")), 1022);
    assert_null(strtok(NULL, "\n"));
    ob_buf_finish(&b);
}

static void tells_the_time(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *utc, *iso;
    } cases[] = {
        { 0, "19700101T000000Z", "1970-01-01T00:00:00Z" },
        { -1, "19691231T235959Z", "1969-12-31T23:59:59Z" },
        { INT64_C(1795291501999999999), "20261121T200501Z", "2026-11-21T20:05:01Z" },
        { INT64_C(951782400000000000), "20000229T000000Z", "2000-02-29T00:00:00Z" },
        { INT64_MAX, "22620411T234716Z", "2262-04-11T23:47:16Z" },
        { INT64_MIN, "16770921T001243Z", "1677-09-21T00:12:43Z" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char utc[17], iso[21];
        ob_clock_utc(utc, cases[i].ns);
        ob_clock_iso(iso, cases[i].ns);
        assert_string_equal(utc, cases[i].utc);
        assert_string_equal(iso, cases[i].iso);
    }
    static const struct {
        double seconds;
        const char *want;
    } spans[] = {
        { 0, "0 s" },
        { 0.0444, "0.044 s" },
        { 9.44, "9.4 s" },
        { 9.96, "10 s" },
        { 99.4, "99 s" },
        { 200, "3 min 20 s" },
        { 5999.6, "1 h 40 min" },
        { 7500, "2 h 05 min" },
        { 273600, "3 d 4 h" },
        { INFINITY, "for ever" },
        { NAN, "?" },
        { -1, "?" },
    };
    for (size_t i = 0; i < OB_COUNT(spans); i++) {
        char text[32];
        ob_clock_span(text, spans[i].seconds);
        assert_string_equal(text, spans[i].want);
    }
    int64_t earlier = ob_clock_ns();
    assert_true(ob_clock_ns() >= earlier);
    assert_true(ob_clock_wall_ns() > INT64_C(1600000000000000000));
}

#define INSIDE(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--data") == 0) {
        char *data = ob_path_data();
        puts(data);
        free(data);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_and_splits),
        INSIDE(absolute_paths),
        cmocka_unit_test(plain_names),
        INSIDE(makes_folders),
        cmocka_unit_test(expands_variables),
        INSIDE(replaces_whole_files),
        INSIDE(reads_regular_files_only),
        cmocka_unit_test(writes_all_or_says_why),
        INSIDE(logs_lines),
        cmocka_unit_test(tells_the_time),
        INSIDE(shipped_folders_near_the_program),
        cmocka_unit_test(personal_folders),
        cmocka_unit_test(shipped_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
