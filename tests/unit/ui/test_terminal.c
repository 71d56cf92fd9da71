#include <config.h>

#include "../../lib/ob_test.h"

#include <stdlib.h>
#include <string.h>

#include "../../../src/ui/clip.h"
#include "../../../src/ui/fence.h"
#include "../../../src/ui/modes.h"
#include "optbench/base/compiler.h"
#include "optbench/base/path.h"
#include "optbench/ui/style.h"

#define SECOND INT64_C(1000000000)

static void modes_follow_the_name(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        bool events, sync, title;
    } kind[] = {
        { "xterm", true, true, true },
        { "xterm-256color", true, true, true },
        { "xterm-kitty", true, true, true },
        { "tmux-256color", true, true, true },
        { "rxvt-unicode", true, true, true },
        { "foot", true, true, true },
        { "screen", true, false, false },
        { "screen.xterm-256color", true, false, false },
        { "linux", false, false, false },
        { "vt100", false, false, false },
        { "vt220", false, false, false },
        { "dumb", false, false, false },
        { "ansi", false, false, false },
        { "xterminal", false, false, false },
        { "stove", false, false, false },
        { "", false, false, false },
    };
    for (size_t i = 0; i < OB_COUNT(kind); i++) {
        struct ob_modes m;
        struct ob_buf out = { 0 };
        ob_modes_of(&m, kind[i].term);
        assert_int_equal(m.events, kind[i].events);
        assert_int_equal(m.sync, kind[i].sync);
        assert_int_equal(m.title, kind[i].title);
        /* Such a terminal gets not a byte of it. */
        if (!m.events) {
            ob_modes_keep_title(&m, &out);
            ob_modes_events(&m, &out);
            ob_modes_off(&m, &out);
            assert_int_equal(out.len, 0);
        }
        ob_buf_finish(&out);
    }
}

/* What is switched on is switched off. */
static void modes_are_undone(void **state)
{
    (void)state;
    static const char *const mode[] = { "?1004", "?2004", "?1000", "?1006" };
    struct ob_modes m;
    struct ob_buf on = { 0 }, off = { 0 };
    ob_modes_of(&m, "xterm");
    ob_modes_keep_title(&m, &on);
    ob_modes_events(&m, &on);
    ob_modes_mouse(true, &on);
    ob_modes_off(&m, &off);
    for (size_t i = 0; i < OB_COUNT(mode); i++) {
        char set[16], reset[16];
        snprintf(set, sizeof set, "\033[%sh", mode[i]);
        snprintf(reset, sizeof reset, "\033[%sl", mode[i]);
        assert_non_null(strstr(ob_buf_text(&on), set));
        assert_non_null(strstr(ob_buf_text(&off), reset));
    }
    assert_non_null(strstr(ob_buf_text(&on), "\033[22;0t"));
    assert_non_null(strstr(ob_buf_text(&off), "\033[23;0t"));
    ob_buf_clear(&on);
    ob_modes_title("a\033b\ac", &on);
    assert_string_equal(ob_buf_text(&on), "\033]0;a\\x1bb\\x07c\a");
    ob_buf_finish(&on);
    ob_buf_finish(&off);
}

static void one_frame_is_under_way(void **state)
{
    (void)state;
    struct ob_fence f = { .on = false };
    assert_false(ob_fence_ask(&f, SECOND));
    assert_int_equal(ob_fence_busy(&f, SECOND), 0);
    f.on = true;
    assert_true(ob_fence_ask(&f, SECOND));
    assert_int_equal(ob_fence_busy(&f, SECOND + 5), 2 * SECOND);
    ob_fence_answer(&f);
    assert_int_equal(ob_fence_busy(&f, SECOND + 5), 0);
    assert_int_equal(f.owed, 0);
    /* Three silences in a row, and it is asked no more. */
    for (int i = 0; i < 3; i++) {
        assert_true(ob_fence_ask(&f, 10 * SECOND));
        assert_true(ob_fence_busy(&f, 10 * SECOND) > 0);
        assert_int_equal(ob_fence_busy(&f, 11 * SECOND), 0);
    }
    assert_false(ob_fence_ask(&f, 20 * SECOND));
    /* A late answer shows that it was only slow. */
    ob_fence_answer(&f);
    assert_true(ob_fence_ask(&f, 21 * SECOND));
}

static void clips_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *text, *base64;
    } known[] = { { "", "" },
                  { "f", "Zg==" },
                  { "fo", "Zm8=" },
                  { "foo", "Zm9v" },
                  { "foob", "Zm9vYg==" },
                  { "fooba", "Zm9vYmE=" },
                  { "foobar", "Zm9vYmFy" },
                  { "\xff\xfe\xfd", "//79" } };
    struct ob_buf out = { 0 };
    char wanted[64];
    for (size_t i = 0; i < OB_COUNT(known); i++) {
        ob_buf_clear(&out);
        assert_true(ob_clip_sequence(known[i].text, strlen(known[i].text), &out));
        snprintf(wanted, sizeof wanted, "\033]52;c;%s\a", known[i].base64);
        assert_string_equal(ob_buf_text(&out), wanted);
    }
    /* The longest that still fits, and one more. */
    char *text = calloc(1, OB_CLIP_MAX);
    size_t n = (OB_CLIP_MAX - 8) / 4 * 3;
    ob_buf_clear(&out);
    assert_true(ob_clip_sequence(text, n, &out));
    assert_true(out.len <= OB_CLIP_MAX);
    ob_buf_clear(&out);
    assert_false(ob_clip_sequence(text, n + 1, &out));
    assert_int_equal(out.len, 0);
    free(text);
    ob_buf_finish(&out);
}

static void clips_are_in_a_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/ob-clip-XXXXXX";
    struct ob_buf path = { 0 }, back = { 0 };
    struct ob_err err;
    assert_non_null(mkdtemp(folder));
    setenv("XDG_STATE_HOME", folder, 1);
    assert_true(ob_clip_file("first", 5, &path, &err));
    ob_buf_clear(&path);
    assert_true(ob_clip_file("one\ntwo", 7, &path, &err));
    assert_true(ob_file_read(ob_buf_text(&path), 100, &back, &err));
    assert_string_equal(ob_buf_text(&back), "one\ntwo");
    assert_int_equal(remove(ob_buf_text(&path)), 0);
    char *inner = ob_path_dir(ob_buf_text(&path));
    assert_int_equal(remove(inner), 0);
    assert_int_equal(remove(folder), 0);
    /* Where it cannot be kept, that is said. */
    setenv("XDG_STATE_HOME", "/dev/null/none", 1);
    assert_false(ob_clip_file("x", 1, &path, &err));
    assert_int_equal(err.code, OB_EIO);
    free(inner);
    ob_buf_finish(&path);
    ob_buf_finish(&back);
}

/* Each depth uses its own colours alone, never the dark blue; marked states stand out
 * without any. */
static void colours_of_each_depth(void **state)
{
    (void)state;
    static const int most[OB_DEPTHS] = { 0, 8, 16, 256 };
    for (int d = 0; d < OB_DEPTHS; d++) {
        int coloured = 0;
        for (int s = 0; s < OB_STYLES; s++) {
            struct ob_look look = ob_style_look((enum ob_style)s, (enum ob_depth)d);
            assert_true(look.colour >= -1 && look.colour < most[d] + (d == 0));
            assert_int_not_equal(look.colour, 4);
            assert_int_not_equal(look.colour, 12);
            coloured += look.colour >= 0;
            if (d == OB_DEPTH_16)
                assert_true(look.colour < 0 || look.colour >= 8);
        }
        assert_int_equal(coloured > 0, d != OB_DEPTH_MONO);
        assert_non_null(ob_depth_name((enum ob_depth)d));
    }
    assert_true(ob_style_look(OB_STYLE_ERROR, OB_DEPTH_MONO).underline);
    assert_int_equal(ob_style_look(OB_STYLE_ERROR, OB_DEPTH_16).colour, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_follow_the_name),  cmocka_unit_test(modes_are_undone),
        cmocka_unit_test(one_frame_is_under_way), cmocka_unit_test(clips_are_bounded),
        cmocka_unit_test(clips_are_in_a_file),    cmocka_unit_test(colours_of_each_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
