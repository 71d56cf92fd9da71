#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/ui/screen.h"

/* Lines of the help overlay: first the keys of the screen, then those that mean the same
 * everywhere, then how to read what is shown. */
struct line {
    const char *keys; /* NULL = text runs from the left */
    const char *text;
};

static const struct line reading[] = {
    { NULL, "" },
    { NULL, "READING THE CHARTS" },
    { NULL, "Each column of dots is a fixed number of steps and shows their" },
    { NULL, "lowest to highest value: nothing is hidden.  x marks NaN and Inf," },
    { NULL, "v values that a logarithmic axis has no place for." },
    { NULL, "" },
    { NULL, "LEAVING" },
    { NULL, "A run is a process of its own: it goes on when this window closes." },
    { NULL, "optbench watch NAME shows it again, here or on another terminal." },
};

static size_t keys_of(enum ob_scope scope, struct line *out, size_t n)
{
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        if (info->scope == scope)
            out[n++] = (struct line){ info->keys, info->help };
    }
    return n;
}

static size_t collect(enum ob_scope scope, struct line *out)
{
    size_t n = 0;
    out[n++] = (struct line){ NULL, "THIS SCREEN" };
    n = keys_of(scope, out, n);
    out[n++] = (struct line){ NULL, "" };
    out[n++] = (struct line){ NULL, "EVERYWHERE" };
    n = keys_of(OB_SCOPE_ALL, out, n);
    if (scope == OB_SCOPE_HOME) {
        out[n++] = (struct line){ NULL, "" };
        out[n++] = (struct line){ NULL, "WHILE TYPING" };
        n = keys_of(OB_SCOPE_EDIT, out, n);
    }
    for (size_t i = 0; i < OB_COUNT(reading); i++)
        out[n++] = reading[i];
    return n;
}

/* One line with every kind of glyph, to see what the font can do. */
static void test_strip(struct ob_canvas *c, struct ob_rect r, enum ob_glyphs now)
{
    static const uint8_t wave[] = { 0x40, 0x44, 0x06, 0x03, 0x11, 0x30, 0xa0, 0xc0 };
    int x = r.x;
    x += ob_canvas_text(c, x, r.y, r.w, "V glyphs:", OB_STYLE_TEXT);
    for (int tier = 0; tier < OB_GLYPH_TIERS; tier++) {
        /* Plain ASCII shows nothing that an ASCII terminal could not. */
        if (now == OB_GLYPHS_ASCII && tier != OB_GLYPHS_ASCII)
            continue;
        x += 1;
        for (size_t i = 0; i < OB_COUNT(wave); i++) {
            char glyph[5];
            ob_glyph((enum ob_glyphs)tier, wave[i], glyph);
            x += ob_canvas_text(c, x, r.y, r.x + r.w - x, glyph, OB_STYLE_A);
        }
        x += 1;
        x +=
            ob_canvas_text(c, x, r.y, r.x + r.w - x, ob_glyphs_name((enum ob_glyphs)tier),
                           tier == (int)now ? OB_STYLE_KEY : OB_STYLE_DIM);
    }
}

void ob_screen_help(enum ob_scope scope, const struct ob_view *v, struct ob_canvas *c,
                    int page)
{
    struct line line[OB_REQUESTS + OB_COUNT(reading) + 5];
    size_t n = collect(scope, line);
    int w = c->w - 4 < 76 ? c->w - 4 : 76, h = c->h - 3;
    if (w < 20 || h < 5) {
        w = c->w;
        h = c->h;
    }
    struct ob_rect r = { (c->w - w) / 2, (c->h - h) / 2, w, h };
    int rows = h - 3 > 0 ? h - 3 : 1, pages = ((int)n + rows - 1) / rows;
    int shown = (page - 1) % pages;
    char title[64];
    snprintf(title, sizeof title, "help: %s  %d/%d  %s", ob_screens[v->screen]->name,
             shown + 1, pages, pages > 1 ? "? more, Esc closes" : "Esc closes");
    ob_canvas_fill(c, r, " ", OB_STYLE_TEXT);
    struct ob_rect in = ob_canvas_box(c, r, v->glyphs, title);
    if (in.w > 0) {
        in.x++;
        in.w -= 2;
    }
    for (int i = 0; i < rows && (size_t)(shown * rows + i) < n && i < in.h; i++) {
        const struct line *l = &line[shown * rows + i];
        if (l->keys) {
            ob_canvas_text(c, in.x + 1, in.y + i, 12, l->keys, OB_STYLE_KEY);
            ob_canvas_text(c, in.x + 14, in.y + i, in.w - 14, l->text, OB_STYLE_TEXT);
        } else {
            ob_canvas_text(c, in.x, in.y + i, in.w, l->text, OB_STYLE_TITLE);
        }
    }
    if (in.h > rows)
        test_strip(c, (struct ob_rect){ in.x, in.y + in.h - 1, in.w, 1 }, v->glyphs);
}
