/*
 * The terminal program on a terminal in memory, with a feed from memory: what every test
 * of the screens begins with. Keys are typed, frames drawn, the screen is read back as
 * text or compared with a committed picture. One thread; a test owns its fixture.
 *
 *     struct fixture f;
 *     fixture_begin(&f, 80, 24);
 *     fixture_keys(&f, "\tj{PgDn}\n");
 *     assert_true(fixture_shows(&f, "RUNNING"));
 *     fixture_golden(&f, "live");
 *     fixture_end(&f);
 */
#ifndef OB_FIXTURE_H
#define OB_FIXTURE_H

#include "../../lib/ob_test.h"

#include "fake_feed.h"
#include "optbench/ui/app.h"

struct fixture {
    struct fake_feed feed;
    struct ob_canvas shown; /* what the terminal shows */
    struct ob_term *term;
    struct ob_app app;
};

/* Feed and terminal (256 colours, braille), to be changed before fixture_start() makes
 * the app and draws its first frame; fixture_begin() does both. */
void fixture_init(struct fixture *f, int w, int h);
void fixture_start(struct fixture *f);
void fixture_begin(struct fixture *f, int w, int h);
void fixture_end(struct fixture *f);

/* Opens the run "runs/heights" of the feed on the live screen and draws it. */
void fixture_open(struct fixture *f);

/* Types each character, Enter for a line's end; "{Left}" is the key of that name in
 * requests.def, "{News}" looks for news of the feed. Draws after each. */
void fixture_keys(struct fixture *f, const char *typed);

/* Draws at another size, with other glyphs. */
void fixture_size(struct fixture *f, int w, int h);
void fixture_glyphs(struct fixture *f, enum ob_glyphs tier);

/* Moves the clocks on, looks for news of the feed, draws. */
void fixture_pass(struct fixture *f, int64_t ns);

/* Takes the message away and draws: for pictures of what lies below. */
void fixture_hush(struct fixture *f);

/* The screen as text; with styles each row is followed by its style letters. Append to
 * *out. */
void fixture_text(const struct fixture *f, bool styles, struct ob_buf *out);
bool fixture_shows(const struct fixture *f, const char *text);

/* Compares with tests/unit/ui/golden/NAME-WxH-GLYPHS[-styles].txt; UPDATE_GOLDEN=1 writes
 * it. The whole folder is distributed. */
void fixture_golden(const struct fixture *f, const char *name);
void fixture_golden_styles(const struct fixture *f, const char *name);

#endif
