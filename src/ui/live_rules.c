/* How far things are on their way, a line each: the stop rules, the epoch. */
#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LABEL = OB_LIVE_LABEL };

/* "0:32", "1h02", "3 d": at most six columns. */
void ob_live_left_text(char out[static 32], double seconds)
{
    if (isnan(seconds) || seconds > 1e9)
        snprintf(out, 32, "-");
    else if (seconds < 3600)
        snprintf(out, 32, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
    else if (seconds < 100 * 3600.0)
        snprintf(out, 32, "%dh%02d", (int)(seconds / 3600), (int)(seconds / 60) % 60);
    else
        snprintf(out, 32, "%d d", (int)(seconds / 86400));
}

/* A short number from x on; returns the column behind its place. */
static int short_number(struct ob_canvas *c, int x, int y, int width, double v)
{
    char text[32];
    ob_show_number(text, v, width);
    ob_canvas_text(c, x, y, width, text, OB_STYLE_VALUE);
    return x + width + 1;
}

static void bar(struct ob_canvas *c, struct ob_rect r, double part, enum ob_glyphs tier)
{
    int full = (int)(part * r.w);
    for (int k = 0; k < r.w; k++)
        ob_canvas_text(c, r.x + k, r.y, 1,
                       ob_rule_glyph(tier, k < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_A);
}

/* How far it is at the end of its line: "██████░░░░  62%  0:32". */
struct way {
    double part, left; /* 0 to 1; seconds; or NAN */
    bool active;       /* time goes on */
};

enum { LEFT = 7, PERCENT = 5 };

/* From x on; what has no room is left out, the bar first. */
static void draw_way(const struct way *w, enum ob_glyphs tier, struct ob_canvas *c,
                     struct ob_rect r, int x)
{
    enum { BAR = 3 };
    char text[32];
    int end = r.x + r.w - (w->active ? LEFT : 0);
    ob_live_left_text(text, w->left);
    if (w->active)
        ob_canvas_line(c, (struct ob_rect){ end, r.y, LEFT, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%s", text);
    end -= PERCENT;
    struct ob_rect percent = { end, r.y, PERCENT, 1 };
    if (isnan(w->part)) {
        ob_canvas_line(c, percent, 0, OB_RIGHT, OB_STYLE_VALUE, "-");
        return;
    }
    if (end - x >= BAR)
        bar(c, (struct ob_rect){ x, r.y, end - x, 1 }, w->part, tier);
    ob_canvas_line(c, percent, 0, OB_RIGHT, OB_STYLE_VALUE, "%.0f%%",
                   floor(100 * w->part));
}

/* "theta_delta 3.8e-5 0.0001 ██████░░░░  62%  0:32" in one line; what has no room is left
 * out, the value first, then the target, then the bar. */
void ob_live_rule(const struct ob_live_figures *f, size_t i, enum ob_glyphs tier,
                  struct ob_canvas *c, struct ob_rect r)
{
    enum { TARGET = 6, NUMBER = 8, BAR = 3, LONG_BAR = 8 };
    char text[32];
    const struct ob_live_rule *rule = &f->live.rule[i];
    const struct way way = { f->part[i], f->left[i], f->active };
    int x = r.x + LABEL, end = r.x + r.w - (f->active ? LEFT : 0) - PERCENT;
    ob_text_safe_z(text, sizeof text, rule->name);
    ob_canvas_text(c, r.x, r.y, LABEL - 1, text, OB_STYLE_LABEL);
    if (end - x >= NUMBER + TARGET + 2 + LONG_BAR)
        x = short_number(c, x, r.y, NUMBER, rule->value);
    if (end - x >= NUMBER + 1 + LONG_BAR)
        x = short_number(c, x, r.y, NUMBER, rule->target);
    else if (end - x >= TARGET + 1 + BAR)
        x = short_number(c, x, r.y, TARGET, rule->target);
    draw_way(&way, tier, c, r, x);
}

bool ob_live_epoch(const struct ob_live_figures *f, struct ob_epoch_facts *out)
{
    const uint64_t steps = f->live.epoch_steps;
    if (steps < 2 || isnan(f->facts.step))
        return false;
    uint64_t made = (uint64_t)f->facts.step, before = made > 0 ? made - 1 : 0;
    *out = (struct ob_epoch_facts){ .epoch = before / steps + 1, .epochs = NAN };
    out->batch = made > 0 ? before % steps + 1 : 0;
    out->batches = steps;
    for (size_t i = 0; i < f->live.rules; i++)
        if (strcmp(f->live.rule[i].name, "max_epochs") == 0)
            out->epochs = f->live.rule[i].target;
    return true;
}

/* "epoch 4/20  13/64 ████░░░░  20%  0:03": which batch of the epoch it was, how long the
 * rest of the epoch will take. */
void ob_live_epoch_line(const struct ob_live_figures *f, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r)
{
    struct ob_epoch_facts e;
    char text[64], total[32] = "";
    if (!ob_live_epoch(f, &e))
        return;
    struct way way = { (double)e.batch / (double)e.batches, NAN, f->active };
    if (f->active && f->live.rate > 0)
        way.left = (double)(e.batches - e.batch) / f->live.rate;
    if (e.epochs < 1e6)
        snprintf(total, sizeof total, "/%.0f", ceil(e.epochs));
    int n = snprintf(text, sizeof text, "epoch %" PRIu64 "%s", e.epoch, total);
    ob_canvas_text(c, r.x, r.y, r.w, text, OB_STYLE_LABEL);
    int x = r.x + (n < LABEL ? LABEL : n + 1);
    snprintf(text, sizeof text, "%" PRIu64 "/%" PRIu64, e.batch, e.batches);
    n = (int)strlen(text);
    if (r.x + r.w - x > n + PERCENT + (f->active ? LEFT : 0))
        x += ob_canvas_text(c, x, r.y, n, text, OB_STYLE_VALUE) + 1;
    draw_way(&way, tier, c, r, x);
}
