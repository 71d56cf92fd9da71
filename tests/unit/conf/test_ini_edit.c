#include <config.h>

#include <dirent.h>

#include "conf_test.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"
#include "optbench/conf/ini_edit.h"

static void write_text(struct ob_buf *b, const char *text)
{
    ob_buf_clear(b);
    ob_buf_adds(b, text);
}

static void assert_text(const struct ob_buf *b, const char *expected)
{
    assert_string_equal(ob_buf_text(b), expected);
}

/* What becomes of `before` when section.key is set to `value`. */
static void assert_set(const char *before, const char *section, const char *key,
                       const char *value, const char *after)
{
    struct ob_buf b = { 0 };
    write_text(&b, before);
    ob_ini_edit_set(&b, section, key, value, NULL);
    assert_text(&b, after);
    ob_buf_finish(&b);
}

static void values_are_replaced_in_place(void **state)
{
    (void)state;
    assert_set("[a]\nb = 1\nc = 2\n", "a", "b", "x y", "[a]\nb = x y\nc = 2\n");
    assert_set("[a]\n  b=1\n", "a", "b", "22", "[a]\n  b=22\n");
    assert_set("[a]\r\nb = 1\r\n", "a", "b", "2", "[a]\r\nb = 2\r\n");
    assert_set("[a]\nb = 1", "a", "b", "2", "[a]\nb = 2");
    assert_set("[a]\nb =\n", "a", "b", "2", "[a]\nb = 2\n");
    assert_set("[a]\nb = \"x ; y\" ; c\n", "a", "b", "z", "[a]\nb = z       ; c\n");
    /* A comment keeps its column while there is room. */
    assert_set("[a]\nb = yes   ; why\n", "a", "b", "no", "[a]\nb = no    ; why\n");
    assert_set("[a]\nb = 1 ; why\n", "a", "b", "12345", "[a]\nb = 12345 ; why\n");
    assert_set("[a]\nb = ; why\n", "a", "b", "1", "[a]\nb = 1 ; why\n");
    assert_set("[a]\nb = 1 2\n  3 4 ; c\n\n ; d\n  5\nc = 1\n", "a", "b", "9",
               "[a]\nb = 9\n  ; c\n\n ; d\nc = 1\n");
}

static void new_keys_look_like_their_neighbours(void **state)
{
    (void)state;
    assert_set("[a]\nb     = 1\n\n[c]\n", "a", "key", "2",
               "[a]\nb     = 1\nkey   = 2\n\n[c]\n");
    assert_set("[a]\nb=1\n", "a", "key", "2", "[a]\nb=1\nkey=2\n");
    assert_set("[a]\nb: 1\n  2\n; tail\n", "a", "key", "2",
               "[a]\nb: 1\n  2\nkey: 2\n; tail\n");
    assert_set("[a]\nb = 1", "a", "longer", "2", "[a]\nb = 1\nlonger = 2");
    assert_set("[a] ; c\n[b]\n", "a", "k", "2", "[a] ; c\nk = 2\n[b]\n");
    assert_set("[a]\nx = 1\n[b]\n[a]\ny = 1\n", "a", "k", "2",
               "[a]\nx = 1\n[b]\n[a]\ny = 1\nk = 2\n");
}

static void new_sections_have_their_place(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    assert_set("", "a", "k", "1", "[a]\nk = 1\n");
    assert_set("[a]\nk = 1\n", "b", "k", "1", "[a]\nk = 1\n\n[b]\nk = 1\n");
    assert_set("[a]\nk = 1", "b", "k", "1", "[a]\nk = 1\n\n[b]\nk = 1");
    write_text(&b, "[a]\nk = 1\n\n; of c\n[c]\nk = 1\n");
    ob_ini_edit_set(&b, "b", "k", "2", "c");
    assert_text(&b, "[a]\nk = 1\n\n[b]\nk = 2\n\n; of c\n[c]\nk = 1\n");
    ob_buf_finish(&b);
}

static void unset_takes_lines_out(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    write_text(&b, "[a]\nk = 1\n  2 ; c\nl = 1\n");
    assert_true(ob_ini_edit_unset(&b, "a", "k"));
    assert_text(&b, "[a]\nl = 1\n");
    assert_false(ob_ini_edit_unset(&b, "a", "k"));
    assert_false(ob_ini_edit_unset(&b, "b", "l"));
    write_text(&b, "[z]\nq = 1\n\n[a]\nk = 1\n\n; of b\n[b]\nm = 1\n");
    assert_true(ob_ini_edit_unset(&b, "a", "k"));
    assert_text(&b, "[z]\nq = 1\n\n; of b\n[b]\nm = 1\n");
    write_text(&b, "[a]\n; stays\nk = 1\n");
    assert_true(ob_ini_edit_unset(&b, "a", "k"));
    assert_text(&b, "[a]\n; stays\n");
    ob_buf_finish(&b);
}

/* A key that was indented by mistake is refused by the reader. An edit of the one above
 * does not take it for a part of that value and throw it away. */
static void what_the_reader_refuses_stays(void **state)
{
    (void)state;
    static const char text[] = "[a]\nk = 1\n  lr = 0.1\n  2\n";
    struct ob_buf b = { 0 }, got = { 0 };
    assert_set(text, "a", "k", "9", "[a]\nk = 9\n  lr = 0.1\n");
    assert_set(text, "a", "l", "3", "[a]\nk = 1\n  lr = 0.1\n  2\nl = 3\n");
    write_text(&b, text);
    assert_true(ob_ini_edit_get(&b, "a", "k", &got, NULL));
    assert_text(&got, "1 2");
    assert_true(ob_ini_edit_unset(&b, "a", "k"));
    assert_text(&b, "[a]\n  lr = 0.1\n");
    ob_buf_finish(&got);
    ob_buf_finish(&b);
}

/* A text of random lines, many of them malformed. */
static void random_text(struct ob_rng *r, struct ob_buf *b)
{
    static const char *const line[] = {
        "[a]",      "[b]",           "[a.x] ; c", "k = 1",    "key=2 ; why",
        "l: x",     "  1 2 3",       "\t; c",     "",         "; text",
        "m = \"a",  "[broken",       "nonsense",  "= 3",      "l = ",
        "  [no]",   "m = \"q ; r\"", " k = 3",    "# [a]",    "k = \"x\"  # y",
        "[b] tail", "  more ; why",  "",          "key = 1 ", "l=;c",
        "  l = 4",
    };
    bool crlf = ob_rng_below(r, 4) == 0;
    size_t n = ob_rng_below(r, 14);
    ob_buf_clear(b);
    if (ob_rng_below(r, 10) == 0)
        ob_buf_adds(b, "\xef\xbb\xbf");
    for (size_t i = 0; i < n; i++)
        ob_buf_addf(b, "%s%s", line[ob_rng_below(r, sizeof line / sizeof *line)],
                    i + 1 == n && ob_rng_below(r, 2) ? ""
                    : crlf                           ? "\r\n"
                                                     : "\n");
}

static void parse(const struct ob_buf *b, struct ob_ini *ini)
{
    struct ob_diags diags = { 0 };
    *ini = (struct ob_ini){ 0 };
    ob_ini_parse("t.ini", ob_buf_text(b), b->len, ini, &diags);
    ob_diags_finish(&diags);
}

/* Every entry of `some` but section.key stands in `all` with the same value. */
static void assert_kept(const struct ob_ini *some, const struct ob_ini *all,
                        const char *section, const char *key)
{
    for (size_t i = 0; i < some->entries; i++) {
        const struct ob_ini_entry *e = &some->entry[i];
        bool found = !strcmp(e->section, section) && !strcmp(e->key, key);
        for (size_t k = 0; k < all->entries && !found; k++)
            found = !strcmp(e->section, all->entry[k].section) &&
                    !strcmp(e->key, all->entry[k].key) &&
                    !strcmp(e->value, all->entry[k].value);
        if (!found)
            fail_msg("lost %s.%s = %s", e->section, e->key, e->value);
    }
}

/* Whatever the text: a key that was set is read back by the reader, the others keep their
 * values, and taking a new key out again gives the old bytes. */
static void edits_touch_nothing_else(void **state)
{
    (void)state;
    static const char *const section[] = { "a", "b", "a.x", "new" };
    static const char *const key[] = { "k", "l", "m", "fresh" };
    struct ob_rng r;
    ob_rng_init(&r, 31, 0);
    for (int i = 0; i < 20000; i++) {
        struct ob_buf b = { 0 }, old = { 0 }, got = { 0 };
        struct ob_ini before, after;
        const char *s = section[ob_rng_below(&r, 4)], *k = key[ob_rng_below(&r, 4)];
        random_text(&r, &b);
        ob_buf_add(&old, ob_buf_text(&b), b.len);
        parse(&b, &before);
        bool was = ob_ini_edit_get(&b, s, k, &got, NULL), empty = false;
        unsigned line;
        if (ob_ini_edit_has(&b, s, &line)) {
            empty = true;
            for (size_t e = 0; e < before.entries; e++)
                empty = empty && strcmp(before.entry[e].section, s) != 0;
        }
        ob_ini_edit_set(&b, s, k, "v 1", ob_rng_below(&r, 2) ? "b" : NULL);
        parse(&b, &after);
        ob_buf_clear(&got);
        assert_true(ob_ini_edit_get(&b, s, k, &got, NULL));
        if (strcmp(ob_buf_text(&got), "v 1"))
            fail_msg("[%s] %s: <<%s>> became <<%s>>", s, k, ob_buf_text(&old),
                     ob_buf_text(&b));
        assert_kept(&before, &after, s, k);
        assert_kept(&after, &before, s, k);
        if (!was && !empty) {
            struct ob_buf set = { 0 };
            ob_buf_add(&set, ob_buf_text(&b), b.len);
            assert_true(ob_ini_edit_unset(&b, s, k));
            if (strcmp(ob_buf_text(&b), ob_buf_text(&old)))
                fail_msg("[%s] %s: <<%s>> became <<%s>> became <<%s>>", s, k,
                         ob_buf_text(&old), ob_buf_text(&set), ob_buf_text(&b));
            ob_buf_finish(&set);
        }
        ob_ini_finish(&before);
        ob_ini_finish(&after);
        ob_buf_finish(&b);
        ob_buf_finish(&old);
        ob_buf_finish(&got);
    }
}

/* In the shipped experiments the editor sees what the reader sees. */
static void agrees_with_the_reader(void **state)
{
    (void)state;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), "configs");
    DIR *dir = opendir(folder);
    size_t files = 0;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir));) {
        char *path = ob_path_join(folder, d->d_name);
        struct ob_buf b = { 0 }, got = { 0 };
        struct ob_ini ini;
        struct ob_err err;
        if (strstr(d->d_name, ".ini") && ob_file_read(path, OB_INI_FILE_MAX, &b, &err)) {
            char *text = ob_xstrdup(ob_buf_text(&b));
            parse(&b, &ini);
            files++;
            for (size_t i = 0; i < ini.entries; i++) {
                const struct ob_ini_entry *e = &ini.entry[i];
                unsigned line;
                ob_buf_clear(&got);
                assert_true(ob_ini_edit_get(&b, e->section, e->key, &got, &line));
                assert_string_equal(ob_buf_text(&got), e->value);
                assert_int_equal(line, e->line);
                if (strchr(e->value, '\n') || strstr(e->value, "  "))
                    continue;
                ob_ini_edit_set(&b, e->section, e->key, "q", NULL);
            }
            assert_string_not_equal(ob_buf_text(&b), text);
            ob_ini_finish(&ini);
            free(text);
        }
        ob_buf_finish(&b);
        ob_buf_finish(&got);
        free(path);
    }
    closedir(dir);
    free(folder);
    assert_true(files >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_replaced_in_place),
        cmocka_unit_test(new_keys_look_like_their_neighbours),
        cmocka_unit_test(new_sections_have_their_place),
        cmocka_unit_test(unset_takes_lines_out),
        cmocka_unit_test(what_the_reader_refuses_stays),
        cmocka_unit_test(edits_touch_nothing_else),
        cmocka_unit_test(agrees_with_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
