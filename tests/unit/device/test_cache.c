/* The cache of compiled programs: what is found again, and what is not believed. */
#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/device/cache.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#include "../../lib/ob_test.h"

static char *home;   /* fresh, $XDG_CACHE_HOME */
static char *folder; /* where the files go */

static int enter(void **state)
{
    (void)state;
    home = ob_xstrdup("/tmp/optbench-test-XXXXXX");
    if (!mkdtemp(home))
        return -1;
    folder = ob_path_join(home, "optbench/kernels");
    return setenv("XDG_CACHE_HOME", home, 1);
}

static int leave(void **state)
{
    (void)state;
    char *command = ob_xasprintf("rm -rf '%s'", home);
    int rc = system(command);
    free(command);
    free(folder);
    free(home);
    return rc;
}

static struct ob_cache_key key_of(const char *a, const char *b)
{
    const char *const part[] = { a, b, NULL };
    return ob_cache_key(part);
}

static bool finds(const struct ob_cache_key *key, const char *image)
{
    struct ob_buf found = { 0 };
    ob_buf_adds(&found, "before ");
    const bool there = ob_cache_load(key, &found);
    assert_memory_equal(found.data, "before ", 7);
    if (there)
        assert_string_equal(found.data + 7, image);
    else
        assert_int_equal(found.len, 7);
    ob_buf_finish(&found);
    return there;
}

static void keep(const struct ob_cache_key *key, const char *image)
{
    ob_cache_store(key, image, strlen(image));
}

/* The path of the only file. */
static char *only_file(void)
{
    DIR *stream = opendir(folder);
    char *path = NULL;
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream));)
        if (entry->d_name[0] != '.') {
            assert_null(path);
            path = ob_path_join(folder, entry->d_name);
        }
    closedir(stream);
    assert_non_null(path);
    return path;
}

static void keys_are_of_parts(void **state)
{
    (void)state;
    const struct ob_cache_key a = key_of("ab", "c"), b = key_of("a", "bc"),
                              c = key_of("ab", "c"), d = key_of("c", "ab");
    assert_memory_equal(&a, &c, sizeof a);
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_memory_not_equal(&a, &d, sizeof a);
    assert_true(a.hash[0] != b.hash[0] && a.hash[1] != b.hash[1]);
    assert_true(a.hash[0] != a.hash[1]);
}

static void finds_what_it_kept(void **state)
{
    struct stat st;
    (void)state;
    const struct ob_cache_key a = key_of("one", "text"), b = key_of("two", "text");
    assert_false(finds(&a, ""));
    assert_int_equal(access(folder, F_OK), -1); /* looking makes nothing */
    keep(&a, "an image");
    assert_true(finds(&a, "an image"));
    assert_false(finds(&b, ""));
    keep(&a, "another image");
    assert_true(finds(&a, "another image"));
    char *file = only_file();
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    keep(&b, "b");
    ob_cache_forget(&a);
    assert_false(finds(&a, ""));
    assert_true(finds(&b, "b"));
    ob_cache_store(&a, "", 0); /* an empty image is none */
    assert_false(finds(&a, ""));
    free(file);
}

/* Every byte of the file is needed, and nothing may stand behind it. */
static void believes_no_damage(void **state)
{
    (void)state;
    const struct ob_cache_key key = key_of("some", "program");
    keep(&key, "image");
    char *file = only_file();
    struct ob_buf whole = { 0 };
    assert_true(ob_file_read(file, 1000, &whole, NULL));
    assert_int_equal(whole.len, 45);
    for (size_t i = 0; i <= whole.len + 1; i++) {
        char bytes[64];
        memcpy(bytes, whole.data, whole.len + 1);
        size_t n = whole.len;
        if (i < whole.len)
            bytes[i] ^= 4;
        else
            n = i == whole.len ? n - 1 : n + 1;
        assert_true(ob_file_replace(AT_FDCWD, file, bytes, n, false, NULL));
        assert_false(finds(&key, ""));
    }
    assert_true(ob_file_replace(AT_FDCWD, file, whole.data, 20, false, NULL));
    assert_false(finds(&key, ""));
    char *elsewhere = ob_path_join(home, "elsewhere");
    assert_int_equal(rename(file, elsewhere), 0);
    assert_true(ob_file_replace(AT_FDCWD, elsewhere, whole.data, whole.len, false, NULL));
    assert_int_equal(symlink(elsewhere, file), 0);
    assert_false(finds(&key, ""));
    keep(&key, "image"); /* takes the place of the link */
    assert_true(finds(&key, "image"));
    ob_buf_finish(&whole);
    free(elsewhere);
    free(file);
}

/* A folder that others can write into is not read; the log says why, once. */
static void trusts_its_own_folder_only(void **state)
{
    (void)state;
    const struct ob_cache_key key = key_of("some", "program");
    char *log = ob_path_join(home, "log");
    const int fd = open(log, O_RDWR | O_CREAT | O_APPEND, 0600);
    assert_true(fd >= 0);
    keep(&key, "image");
    ob_log_open(fd);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_false(finds(&key, ""));
    keep(&key, "other");
    assert_int_equal(chmod(folder, 0700), 0);
    assert_true(finds(&key, "image"));
    ob_log_close();
    struct ob_buf lines = { 0 };
    assert_true(ob_file_read(log, 1000, &lines, NULL));
    assert_non_null(strstr(lines.data, " compiled kernels are not kept: "));
    assert_non_null(strstr(lines.data, "optbench/kernels: others could write there\n"));
    assert_ptr_equal(strchr(lines.data, '\n'), lines.data + lines.len - 1);
    ob_buf_finish(&lines);
    close(fd);
    free(log);
}

static void does_without_a_folder(void **state)
{
    (void)state;
    const struct ob_cache_key key = key_of("some", "program");
    char *file = ob_path_join(home, "file");
    assert_true(ob_file_replace(AT_FDCWD, file, "", 0, false, NULL));
    setenv("XDG_CACHE_HOME", file, 1);
    keep(&key, "image");
    assert_false(finds(&key, ""));
    ob_cache_trim(0);
    ob_cache_forget(&key);
    unsetenv("XDG_CACHE_HOME");
    const char *was = getenv("HOME");
    char *kept = was ? ob_xstrdup(was) : NULL;
    unsetenv("HOME");
    keep(&key, "image");
    assert_false(finds(&key, ""));
    if (kept)
        setenv("HOME", kept, 1);
    free(kept);
    free(file);
}

static void set_age(const struct ob_cache_key *key, time_t seconds)
{
    char *name =
        ob_xasprintf("%s/%016llx%016llx.bin", folder, (unsigned long long)key->hash[0],
                     (unsigned long long)key->hash[1]);
    const struct timespec at[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };
    assert_int_equal(utimensat(AT_FDCWD, name, at, 0), 0);
    free(name);
}

static void forgets_what_was_not_used_longest(void **state)
{
    enum { N = 5 };
    struct ob_cache_key key[N];
    (void)state;
    for (size_t i = 0; i < N; i++) {
        const char name[] = { (char)('a' + i), '\0' };
        key[i] = key_of(name, "");
        keep(&key[i], "12345678"); /* a file of 48 bytes */
        set_age(&key[i], 1000 + (time_t)i);
    }
    assert_true(finds(&key[0], "12345678")); /* used now */
    ob_cache_trim(N * 48);
    assert_true(finds(&key[1], "12345678"));
    set_age(&key[1], 1001);
    ob_cache_trim(3 * 48);
    assert_true(finds(&key[0], "12345678"));
    assert_false(finds(&key[1], ""));
    assert_false(finds(&key[2], ""));
    assert_true(finds(&key[3], "12345678"));
    assert_true(finds(&key[4], "12345678"));
    ob_cache_trim(0);
    for (size_t i = 0; i < N; i++)
        assert_false(finds(&key[i], ""));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_of_parts),
        TEST(finds_what_it_kept),
        TEST(believes_no_damage),
        TEST(trusts_its_own_folder_only),
        TEST(does_without_a_folder),
        TEST(forgets_what_was_not_used_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
