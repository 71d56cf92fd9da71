/* Words for a shell: as they are written, and as a real shell reads them. */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/base/shell.h"
#include "optbench/base/text.h"

#include "../../lib/ob_test.h"

static const struct {
    const char *word, *text;
} cases[] = {
    { NULL, "''" },
    { "", "''" },
    { "a/b-1.2_c", "a/b-1.2_c" },
    { "two words", "'two words'" },
    { "it's", "'it'\\''s'" },
    { "$(reboot)`x`\\", "'$(reboot)`x`\\'" },
    { "PATH=x", "'PATH=x'" },
    { "~", "'~'" },
    { "*", "'*'" },
    { "\xc3\xa4\xe2\x82\xac", "'\xc3\xa4\xe2\x82\xac'" },
    { "a\nb'\\c", "$'a\\x0ab\\'\\\\c'" },
    { "\x1b[2J", "$'\\x1b[2J'" },
    { "\xff"
      "1",
      "$'\\xff1'" },
    { "\xe2\x80\xae"
      "fdp",
      "$'\\xe2\\x80\\xaefdp'" },
};

static void words_are_written_as_they_should(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        ob_buf_clear(&out);
        ob_shell_word(&out, cases[i].word);
        assert_string_equal(ob_buf_text(&out), cases[i].text);
    }
    ob_buf_finish(&out);
}

/* Words of random bytes, all in one script that says them with a NUL behind each. */
static void bash_reads_the_same_bytes(void **state)
{
    (void)state;
    enum { WORDS = 300, LONGEST = 12 };
    static const char likely[] = "'\"\\$`!*?~#&|;<>(){}[] \t\n=x1\x1b\xc3\xa4";
    struct ob_rng rng;
    struct ob_buf script = { 0 }, want = { 0 };
    char file[] = "/tmp/optbench-shell-XXXXXX", got[WORDS * (LONGEST + 1) + 1];
    int out[2];
    ob_rng_init(&rng, 20261122, 0);
    for (int i = 0; i < WORDS; i++) {
        char word[LONGEST + 1] = "";
        size_t n = ob_rng_below(&rng, LONGEST + 1);
        for (size_t k = 0; k < n; k++)
            word[k] = ob_rng_below(&rng, 3)
                          ? likely[ob_rng_below(&rng, sizeof likely - 1)]
                          : (char)(1 + ob_rng_below(&rng, 255));
        ob_buf_adds(&script, "printf '%s\\0' ");
        size_t from = script.len;
        ob_shell_word(&script, word);
        struct ob_buf safe = { 0 };
        ob_text_safe(&safe, script.data + from, script.len - from);
        assert_string_equal(ob_buf_text(&safe), script.data + from);
        ob_buf_finish(&safe);
        ob_buf_addc(&script, '\n');
        ob_buf_add(&want, word, n + 1);
    }
    int fd = mkstemp(file);
    assert_true(fd >= 0 && pipe(out) == 0);
    assert_int_equal(write(fd, script.data, script.len), script.len);
    close(fd);
    if (fork() == 0) {
        dup2(out[1], 1);
        execlp("bash", "bash", file, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    size_t have = 0;
    for (ssize_t n; (n = read(out[0], got + have, sizeof got - have)) > 0;)
        have += (size_t)n;
    close(out[0]);
    unlink(file);
    assert_int_equal(have, want.len);
    assert_memory_equal(got, want.data, have);
    ob_buf_finish(&script);
    ob_buf_finish(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_written_as_they_should),
        cmocka_unit_test(bash_reads_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
