/* What holds of every screen and overlay, at every size and after any keys. */
#include <config.h>

#include "scenes.h"

#include <ftw.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/base/text.h"

enum { WALKS = 40, KEYS = 200, SIZES = 500 };

/* Glyphs fill the row: a wide one is followed by its right half, nothing else is empty,
 * and nothing could be taken for a command by a terminal. */
static void assert_row(const struct ob_cell *cell, int w)
{
    for (int x = 0; x < w; x++) {
        uint32_t rune = 0;
        size_t n = strnlen(cell[x].glyph, sizeof cell[x].glyph);
        assert_true(n > 0 && ob_utf8_decode(cell[x].glyph, n, &rune) > 0);
        assert_true(rune >= 0x20 && !(rune >= 0x7f && rune < 0xa0));
        assert_int_not_equal(rune, 0x202e);
        int wide = ob_rune_width(rune);
        assert_in_range(wide, 1, w - x);
        if (wide == 2)
            assert_int_equal(cell[++x].glyph[0], '\0');
        assert_true(cell[x].style < OB_STYLES);
    }
}

/* The way to the keys is in sight: the help, or how to leave the line being typed or the
 * question. */
static bool shows_a_way(const struct fixture *f)
{
    return f->app.view.asking || f->app.help.open || fixture_shows(f, "? help") ||
           fixture_shows(f, "Esc ");
}

static void assert_sane(const struct fixture *f, bool ascii)
{
    const struct ob_canvas *c = &f->shown;
    assert_true(ob_canvas_intact(&f->app.canvas));
    assert_true(ob_canvas_intact(c));
    for (int y = 0; y < c->h; y++)
        assert_row(&c->cell[(size_t)y * (size_t)c->w], c->w);
    for (int i = 0; i < c->w * c->h && ascii; i++)
        assert_true((unsigned char)c->cell[i].glyph[0] < 0x80);
    if (c->w >= 40 && c->h >= 10 && !shows_a_way(f)) {
        struct ob_buf out = { 0 };
        fixture_text(f, false, &out);
        fail_msg("no help in sight at %d x %d:\n%s", c->w, c->h, ob_buf_text(&out));
    }
}

/* Whether what Enter acts on can be seen. */
static bool has_focus(const struct ob_canvas *c)
{
    for (int i = 0; i < c->w * c->h; i++)
        if (c->cell[i].style == OB_STYLE_CURSOR)
            return true;
    return false;
}

static void any_size_will_do(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 31, 0);
    for (size_t i = 0; i < scene_count(); i++) {
        struct fixture f;
        struct scene s = scene_at(i);
        /* The screens themselves at all sizes, what lies over them at some. */
        int sizes = i < OB_SCREENS ? SIZES : SIZES / 25;
        scene_begin(&f, &s, 80, 24);
        /* The live screen shows its table only where the charts leave room. */
        bool focus = f.app.view.screen != OB_SCREEN_LIVE && has_focus(&f.shown);
        for (int k = 0; k < sizes; k++) {
            bool ascii = k % 2 == 1;
            f.term->glyphs = f.term->finest = f.app.view.glyphs =
                ascii ? OB_GLYPHS_ASCII : OB_GLYPHS_BRAILLE;
            f.term->depth = (enum ob_depth)(k / 2 % OB_DEPTHS);
            fixture_size(&f, 1 + (int)ob_rng_below(&r, 300),
                         1 + (int)ob_rng_below(&r, 100));
            assert_sane(&f, ascii);
            if (focus && f.shown.w >= 40 && f.shown.h >= 12 && !has_focus(&f.shown))
                fail_msg("%s: no cursor at %d x %d", s.name, f.shown.w, f.shown.h);
        }
        fixture_end(&f);
    }
}

/* All keys that mean something anywhere, [n]. */
static size_t all_keys(uint32_t *key, size_t most)
{
    size_t n = 0;
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const char *names = ob_request_info((enum ob_request)i)->keys;
        while (*names) {
            size_t len = strcspn(names, " ");
            assert_true(n < most);
            key[n] = ob_key_parse(names, len);
            assert_int_not_equal(key[n++], OB_KEY_NONE);
            names += len + strspn(names + len, " ");
        }
    }
    return n;
}

static uint32_t some_key(struct ob_rng *r)
{
    static const uint32_t junk[] = { 0x4e2d, 0x202e, 0x301, 0x1f600, 0xffff,
                                     0x80,   1,      31,    '7',     0x10fff,
                                     '%',    '"',    '\\',  '\n',    OB_KEY_UNKNOWN };
    uint32_t key[512];
    size_t n = all_keys(key, OB_COUNT(key));
    if (ob_rng_below(r, 10) == 0)
        return junk[ob_rng_below(r, OB_COUNT(junk))];
    return key[ob_rng_below(r, n)];
}

/* Something happened elsewhere: a run started, an engine answered, a list changed. */
static void some_news(struct fixture *f, struct ob_rng *r)
{
    struct ob_feed *feed = &f->feed.base;
    f->feed.next_bits = 1U << ob_rng_below(r, 5);
    f->feed.state = (enum ob_run_state)ob_rng_below(r, 6);
    feed->answer.ok = ob_rng_below(r, 2) == 0;
    feed->code = OB_EIO;
    snprintf(feed->started, sizeof feed->started, "runs/%s",
             ob_rng_below(r, 4) ? "heights" : "missing");
    snprintf(feed->why, sizeof feed->why, "\033[2J\nbad\x9b\n%.*s",
             (int)ob_rng_below(r, 200),
             "and more, and more, and more, and more, and more");
    snprintf(feed->answer.error, sizeof feed->answer.error, "\033]0;x\007 take over\n");
}

static void walk(struct fixture *f, struct ob_rng *r)
{
    for (int i = 0; i < KEYS; i++) {
        if (ob_rng_below(r, 8) == 0) {
            f->term->w = 1 + (int)ob_rng_below(r, 300);
            f->term->h = 1 + (int)ob_rng_below(r, 100);
        }
        if (ob_rng_below(r, 8) == 0)
            some_news(f, r);
        ob_app_key(&f->app, some_key(r));
        fixture_pass(f, (int64_t)ob_rng_below(r, 300000000));
        assert_sane(f, false);
        /* The loop would have left, or stopped. */
        f->app.quit = f->app.suspend = false;
    }
}

static void keys_lead_out_again(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 32, 0);
    for (int i = 0; i < WALKS; i++) {
        struct fixture f;
        struct scene s = scene_at((size_t)i % scene_count());
        s.hostile = i % 5 == 0;
        s.batches = i % 3 == 0;
        fixture_init(&f, 80, 24);
        f.feed.rows = ob_rng_below(&r, 3000);
        f.feed.grow = ob_rng_below(&r, 50);
        f.feed.no_earlier = i % 7 == 0;
        scene_play(&f, &s);
        walk(&f, &r);
        fixture_size(&f, 80, 24);
        fixture_keys(&f, "{Esc}{Esc}{Esc}{Esc}{Esc}");
        if (!f.app.quit && !fixture_shows(&f, "? help  q quit"))
            fail_msg("walk %d ends where there is no help", i);
        for (int k = 0; k < OB_SCREENS && !f.app.quit; k++)
            fixture_keys(&f, "q");
        assert_true(f.app.quit);
        fixture_end(&f);
    }
}

/* What a person, or whoever else, could notice of a key. */
struct trace {
    struct ob_buf screen;
    struct fake_feed feed;
    bool quit, suspend;
    unsigned forgets;
};

static unsigned forgets;

static void forget(struct ob_term *t)
{
    (void)t;
    forgets++;
}

static void trace(const struct fixture *f, struct trace *t)
{
    memset(t, 0, sizeof *t);
    fixture_text(f, true, &t->screen);
    t->feed = f->feed;
    t->quit = f->app.quit;
    t->suspend = f->app.suspend;
    t->forgets = forgets;
}

static bool differ(const struct trace *a, const struct trace *b)
{
    return strcmp(ob_buf_text(&a->screen), ob_buf_text(&b->screen)) != 0 ||
           memcmp(&a->feed, &b->feed, sizeof a->feed) != 0 || a->quit != b->quit ||
           a->suspend != b->suspend || a->forgets != b->forgets;
}

/* Whether the keys of a scope are those that work now: the hint bar says so. */
static bool in_scope(const struct fixture *f, enum ob_scope scope)
{
    char hint[64];
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *r = ob_request_info((enum ob_request)i);
        if (r->scope == scope && r->hint) {
            snprintf(hint, sizeof hint, "%.*s %s", (int)strcspn(r->keys, " "), r->keys,
                     r->hint);
            if (fixture_shows(f, hint))
                return true;
        }
    }
    return false;
}

/* The scopes whose keys work in each scene, [scene_count()]; free() it. */
struct scopes {
    bool in[OB_SCOPES];
};

static struct scopes *find_scopes(void)
{
    struct scopes *found = ob_xcalloc(scene_count(), sizeof *found);
    for (size_t i = 0; i < scene_count(); i++) {
        struct fixture f;
        struct scene s = scene_at(i);
        scene_begin(&f, &s, 120, 40);
        for (int k = 0; k < OB_SCOPES && !f.app.view.asking; k++)
            found[i].in[k] = in_scope(&f, (enum ob_scope)k);
        fixture_end(&f);
    }
    return found;
}

/* Presses the key in one scene. */
static bool acts(size_t scene, uint32_t key)
{
    struct ob_term_type type;
    struct fixture f;
    struct trace before, after;
    struct scene s = scene_at(scene);
    scene_begin(&f, &s, 120, 40);
    type = *f.term->type;
    type.forget = forget;
    f.term->type = &type;
    trace(&f, &before);
    ob_app_key(&f.app, key);
    ob_app_draw(&f.app);
    trace(&f, &after);
    bool found = differ(&before, &after);
    ob_buf_finish(&before.screen);
    ob_buf_finish(&after.screen);
    fixture_end(&f);
    return found;
}

/* Tries each scene where it should work; *tried = there is one. */
static bool does_something(const struct scopes *scopes, enum ob_scope scope, uint32_t key,
                           bool *tried)
{
    for (size_t i = 0; i < scene_count(); i++) {
        *tried |= scopes[i].in[scope];
        if (scopes[i].in[scope] && acts(i, key))
            return true;
    }
    return false;
}

/* No key is dead: somewhere it does something, or says why not. */
static void every_request_does_something(void **state)
{
    (void)state;
    struct scopes *scopes = find_scopes();
    size_t dead = 0;
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *r = ob_request_info((enum ob_request)i);
        for (const char *k = r->keys; *k;) {
            size_t len = strcspn(k, " ");
            bool tried = false;
            if (!does_something(scopes, r->scope, ob_key_parse(k, len), &tried)) {
                print_error("%.*s (%s) %s\n", (int)len, k, r->help,
                            tried ? "does nothing in any scene"
                                  : "belongs to no scene of scenes.def");
                dead++;
            }
            k += len + strspn(k + len, " ");
        }
    }
    free(scopes);
    assert_int_equal(dead, 0);
}

/* Some keys write files: into a folder that is thrown away. */
static char folder[] = "/tmp/ob-properties-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st;
    (void)kind;
    (void)f;
    return remove(path);
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") == 0 ? nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_size_will_do),
        cmocka_unit_test(keys_lead_out_again),
        cmocka_unit_test(every_request_does_something),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
