#include "../../lib/ob_golden.h"
#include "../../lib/ob_test.h"
#include "fake_feed.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/ui/path_picker.h"
#include "optbench/ui/request.h"

struct shown {
    struct fake_feed feed;
    struct ob_path_picker picker;
    char *path; /* what was taken */
};

/* Answers what it wants, as a screen does. */
static void serve(struct shown *s)
{
    const char *folder;
    while ((folder = ob_path_picker_wants(&s->picker))) {
        struct ob_browse found = { 0 };
        struct ob_err err = { 0 };
        bool ok = fake_browse(&s->feed.base, folder, &found, &err);
        ob_path_picker_give(&s->picker, ok ? &found : NULL, &err);
    }
}

static void begin(struct shown *s, const char *path, bool hostile)
{
    *s = (struct shown){ .path = NULL };
    fake_feed_init(&s->feed);
    s->feed.hostile = hostile;
    ob_path_picker_open(&s->picker, path);
    serve(s);
}

static void end(struct shown *s)
{
    ob_path_picker_finish(&s->picker);
    free(s->path);
}

static enum ob_picked key(struct shown *s, uint32_t k)
{
    char *path = NULL;
    enum ob_picked picked = ob_path_picker_key(&s->picker, k, &path);
    assert_true((picked == OB_PICKED_TAKEN) == (path != NULL));
    if (path) {
        free(s->path);
        s->path = path;
    }
    serve(s);
    return picked;
}

static void type(struct shown *s, const char *text)
{
    for (; *text; text++)
        key(s, (unsigned char)*text);
}

static void picture(const struct shown *s, int w, int h, enum ob_glyphs tier,
                    const char *name)
{
    struct ob_canvas c = { 0 };
    struct ob_buf text = { 0 };
    char path[160];
    ob_canvas_size(&c, w, h);
    ob_path_picker_draw(&s->picker, "choose a table", tier, &c);
    assert_true(ob_canvas_intact(&c));
    ob_canvas_write(&c, false, &text);
    snprintf(path, sizeof path, "tests/unit/ui/golden/files-%s-%dx%d-%s.txt", name, w, h,
             ob_glyphs_name(tier));
    ob_assert_golden(path, &text);
    ob_buf_finish(&text);
    ob_canvas_finish(&c);
}

static const char *at(const struct shown *s)
{
    const struct ob_path_picker *p = &s->picker;
    return p->at < p->fits ? p->folder.item[p->fit[p->at]].name : "";
}

static void walks_through_folders(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "", false);
    assert_string_equal(at(&s), "data"); /* folders first */
    assert_int_equal(key(&s, OB_KEY_ENTER), OB_PICKED_MOVED);
    assert_string_equal(s.picker.folder.path, "/work/data");
    assert_string_equal(at(&s), "faulty.csv"); /* then tables, the rest last */
    key(&s, OB_KEY_DOWN);
    key(&s, OB_KEY_DOWN);
    assert_string_equal(at(&s), "README.md");
    key(&s, OB_KEY_DOWN);
    assert_string_equal(at(&s), "README.md"); /* hidden ones are not there */
    key(&s, OB_KEY_LEFT);
    assert_string_equal(s.picker.folder.path, "/work");
    assert_string_equal(at(&s), "data"); /* where one came from */
    key(&s, OB_KEY_RIGHT);
    key(&s, OB_KEY_BACKSPACE);
    assert_string_equal(s.picker.folder.path, "/work");
    key(&s, OB_KEY_RIGHT);
    type(&s, "peo");
    assert_int_equal(key(&s, OB_KEY_ENTER), OB_PICKED_TAKEN);
    assert_string_equal(s.path, "/work/data/people.csv");
    assert_int_equal(key(&s, OB_KEY_ENTER), OB_PICKED_NOT); /* closed */
    end(&s);
}

static void a_path_can_be_typed(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "", false);
    type(&s, "/work/data/people.csv");
    assert_string_equal(s.picker.folder.path, "/work/data");
    assert_int_equal(key(&s, OB_KEY_ENTER), OB_PICKED_TAKEN);
    assert_string_equal(s.path, "/work/data/people.csv");
    end(&s);
    begin(&s, "/work", false);
    type(&s, "da");
    key(&s, OB_KEY_TAB); /* the only one, a folder */
    assert_string_equal(s.picker.folder.path, "/work/data");
    type(&s, "../");
    assert_string_equal(s.picker.folder.path, "/work");
    type(&s, "PRI");
    key(&s, OB_KEY_TAB);
    assert_string_equal(s.picker.line.text, "prices of houses, 2026.csv");
    key(&s, 21); /* Ctrl-U */
    type(&s, "nothing");
    assert_int_equal(key(&s, OB_KEY_ENTER), OB_PICKED_MOVED);
    assert_non_null(strstr(s.picker.why, "nothing of that name"));
    assert_int_equal(key(&s, OB_KEY_ESC), OB_PICKED_CLOSED);
    end(&s);
}

/* As in other lists '/' begins to filter; a path is what has another one. */
static void a_slash_alone_stays_here(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "/work", false);
    size_t all = s.picker.fits;
    type(&s, "/");
    assert_string_equal(s.picker.folder.path, "/work");
    assert_int_equal(s.picker.fits, all);
    type(&s, "dat");
    assert_string_equal(at(&s), "data");
    assert_true(s.picker.fits < all);
    key(&s, OB_KEY_TAB);
    assert_string_equal(s.picker.folder.path, "/work/data");
    type(&s, "/work/");
    assert_string_equal(s.picker.folder.path, "/work");
    type(&s, "/work/data"); /* no entry of that name: a path */
    key(&s, OB_KEY_ENTER);
    assert_string_equal(s.picker.folder.path, "/work/data");
    end(&s);
}

static void begins_at_a_file(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "/work/data/people.csv", false);
    assert_string_equal(s.picker.folder.path, "/work/data");
    assert_string_equal(at(&s), "people.csv");
    type(&s, ".");
    assert_string_equal(at(&s), ".hidden.csv");
    end(&s);

    /* What cannot be read gives way to what is above it, with a word. */
    begin(&s, "/work/locked", false);
    assert_string_equal(s.picker.folder.path, "/work");
    assert_non_null(strstr(s.picker.why, "Permission denied"));
    key(&s, OB_KEY_UP);
    type(&s, "locked/");
    assert_string_equal(s.picker.folder.path, "/work");
    assert_non_null(strstr(s.picker.why, "Permission denied"));
    picture(&s, 60, 12, OB_GLYPHS_BRAILLE, "locked");
    end(&s);
}

static void pictures(void **state)
{
    (void)state;
    struct shown s;
    begin(&s, "", false);
    picture(&s, 40, 12, OB_GLYPHS_BRAILLE, "folder");
    picture(&s, 80, 24, OB_GLYPHS_BRAILLE, "folder");
    picture(&s, 80, 24, OB_GLYPHS_ASCII, "folder");
    picture(&s, 120, 40, OB_GLYPHS_BRAILLE, "folder");
    type(&s, "s");
    picture(&s, 80, 24, OB_GLYPHS_BRAILLE, "typed");
    end(&s);
    begin(&s, "", true);
    picture(&s, 80, 24, OB_GLYPHS_BRAILLE, "hostile");
    end(&s);
}

static void any_key_and_any_size(void **state)
{
    (void)state;
    static const uint32_t keys[] = { OB_KEY_UP,
                                     OB_KEY_DOWN,
                                     OB_KEY_LEFT,
                                     OB_KEY_RIGHT,
                                     OB_KEY_ENTER,
                                     OB_KEY_TAB,
                                     OB_KEY_BACKSPACE,
                                     OB_KEY_PAGE_DOWN,
                                     OB_KEY_PAGE_UP,
                                     '/',
                                     '.',
                                     'd',
                                     'a',
                                     'l',
                                     's',
                                     '~',
                                     OB_KEY_HOME,
                                     OB_KEY_END };
    struct ob_rng r;
    ob_rng_init(&r, 77, 0);
    for (int i = 0; i < 200; i++) {
        struct shown s;
        struct ob_canvas c = { 0 };
        begin(&s, "", i % 2);
        ob_canvas_size(&c, 1 + (int)ob_rng_below(&r, 90), 1 + (int)ob_rng_below(&r, 30));
        for (int k = 0; k < 30; k++) {
            key(&s, keys[ob_rng_below(&r, OB_COUNT(keys))]);
            assert_true(s.picker.fits == 0 || s.picker.at < s.picker.fits);
            ob_path_picker_draw(&s.picker, "choose", (enum ob_glyphs)(k % 3), &c);
            assert_true(ob_canvas_intact(&c));
        }
        ob_canvas_finish(&c);
        end(&s);
    }
}

/* A folder of the largest size that is read answers every key at once: 10 000 entries
 * narrowed, completed and drawn a hundred times over. */
static void a_large_folder_is_bounded(void **state)
{
    (void)state;
    struct shown s = { .path = NULL };
    struct ob_browse found = { .path = ob_xstrdup("/large") };
    struct ob_canvas c = { 0 };
    char name[64];
    for (int i = 0; i < OB_BROWSE_MAX; i++) {
        snprintf(name, sizeof name, "table-%05d.csv", i);
        ob_browse_add(&found, name, false, i);
    }
    ob_browse_sort(&found);
    found.more = 5;
    ob_path_picker_open(&s.picker, "/large");
    ob_path_picker_give(&s.picker, &found, NULL);
    ob_canvas_size(&c, 80, 24);
    for (int i = 0; i < 100; i++) {
        char *path = NULL;
        ob_path_picker_key(&s.picker, i % 2 ? OB_KEY_BACKSPACE : '7', &path);
        ob_path_picker_draw(&s.picker, "choose", OB_GLYPHS_ASCII, &c);
    }
    assert_int_equal(s.picker.fits, OB_BROWSE_MAX);
    char *path = NULL;
    ob_path_picker_key(&s.picker, OB_KEY_TAB, &path);
    assert_string_equal(s.picker.line.text, "table-0");
    ob_canvas_finish(&c);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_through_folders),
        cmocka_unit_test(a_path_can_be_typed),
        cmocka_unit_test(a_slash_alone_stays_here),
        cmocka_unit_test(begins_at_a_file),
        cmocka_unit_test(pictures),
        cmocka_unit_test(any_key_and_any_size),
        cmocka_unit_test(a_large_folder_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
