#include "optbench/ui/arrange.h"

enum {
    LEAST_W = 40,
    LEAST_H = 10,
    STACKED_W = 60,
    WIDE_W = 100,
    SECOND_CHART_H = 20, /* rows from which two charts stand above each other */
    TABLE_H = 14,        /* rows from which there is a parameter table */
    SIDE_W = 34,         /* numbers beside the charts */
    SIDE_W_NARROW = 24,
    SIDE_FROM = 78,
    PREVIEW_H = 18, /* at most */
    FACTS_H = 11,   /* lines of progress and figures */
    FACTS_W = 46,
    FACTS_W_LARGE = 56,
    LARGE_W = 140,
    MACHINE_W = 32,
    MACHINE_FROM = 72, /* columns of events that can share them with the machine */
    EVENTS_H = 5,      /* lines of events below the table ... */
    EVENTS_FROM = 10,  /* ... where facts leave this many rows */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Tabs on top, message and keys below; what is left between. */
static struct ob_rect bars(int w, int h, struct ob_rect *tabs, struct ob_rect *message,
                           struct ob_rect *keys)
{
    *tabs = (struct ob_rect){ 0, 0, w, 1 };
    *message = (struct ob_rect){ 0, h - 2, w, 1 };
    *keys = (struct ob_rect){ 0, h - 1, w, 1 };
    return (struct ob_rect){ 0, 1, w, h - 3 };
}

static void small(struct ob_live_places *p, struct ob_rect body)
{
    int facts = body.h >= 9 ? 4 : 3;
    p->kind = OB_ARRANGE_SMALL;
    p->loss = (struct ob_rect){ 0, body.y, body.w, body.h - facts };
    p->facts = (struct ob_rect){ 0, body.y + body.h - facts, body.w, facts };
}

static void stacked(struct ob_live_places *p, struct ob_rect body, int h)
{
    int side = body.w >= SIDE_FROM ? SIDE_W : SIDE_W_NARROW, chart_w = body.w - side - 1;
    int first = h >= SECOND_CHART_H ? (body.h + 1) / 2 : body.h;
    int facts = least(FACTS_H, body.h);
    p->kind = OB_ARRANGE_STACKED;
    p->loss = (struct ob_rect){ 0, body.y, chart_w, first };
    p->delta = (struct ob_rect){ 0, body.y + first, chart_w, body.h - first };
    p->facts = (struct ob_rect){ body.w - side, body.y, side, facts };
    p->params = (struct ob_rect){ body.w - side, body.y + facts, side, body.h - facts };
    if (body.h - facts >= EVENTS_FROM) {
        p->params.h -= EVENTS_H + 1;
        p->events =
            (struct ob_rect){ body.w - side, body.y + body.h - EVENTS_H, side, EVENTS_H };
    }
}

static void wide(struct ob_live_places *p, struct ob_rect body)
{
    int low = least(FACTS_H + 2 + (body.h > 34 ? (body.h - 34) / 2 : 0), body.h / 2);
    int high = body.h - low, half = body.w / 2, y = body.y + high;
    int facts = body.w >= LARGE_W ? FACTS_W_LARGE : FACTS_W, right = body.w - facts;
    int events = low >= 12 ? low / 3 : 0;
    int machine = events > 0 && right >= MACHINE_FROM ? MACHINE_W : 0;
    p->kind = OB_ARRANGE_WIDE;
    p->loss = (struct ob_rect){ 0, body.y, half, high };
    p->delta = (struct ob_rect){ half, body.y, body.w - half, high };
    p->facts = (struct ob_rect){ 0, y, facts, low };
    p->params = (struct ob_rect){ facts, y, right, low - events };
    p->events = (struct ob_rect){ facts, y + low - events, right - machine, events };
    p->machine =
        (struct ob_rect){ body.w - machine, p->events.y, machine, machine ? events : 0 };
}

struct ob_live_places ob_arrange_live(int w, int h)
{
    struct ob_live_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    struct ob_rect body = bars(w, h, &p.tabs, &p.message, &p.keys);
    if (w < STACKED_W || h < TABLE_H)
        small(&p, body);
    else if (w >= WIDE_W && h >= SECOND_CHART_H)
        wide(&p, body);
    else
        stacked(&p, body, h);
    return p;
}

void ob_arrange_more_facts(struct ob_live_places *p, int more)
{
    enum { CHART = 10, TABLE = 4 };
    bool wide = p->kind == OB_ARRANGE_WIDE;
    int spare = wide ? p->loss.h - CHART : p->params.h - TABLE;
    more = least(more, spare);
    if (more <= 0 || (!wide && p->kind != OB_ARRANGE_STACKED))
        return;
    p->facts.h += more;
    if (!wide) {
        p->params.y += more;
        p->params.h -= more;
        return;
    }
    p->loss.h -= more;
    p->delta.h -= more;
    p->facts.y -= more;
    p->params.y -= more;
    p->params.h += more;
}

struct ob_curve_places ob_arrange_curve(int w, int h, size_t k, bool alone)
{
    struct ob_curve_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    struct ob_rect body = bars(w, h, &p.tabs, &p.message, &p.keys);
    p.head = (struct ob_rect){ 0, body.y, w, 1 };
    p.gauge = (struct ob_rect){ 0, body.y + 1, w, 1 };
    body.y += 2;
    body.h -= 2;
    if (w < STACKED_W || h < TABLE_H) {
        int high = least(3, least((int)(k < 3 ? k : 3), body.h / 2));
        high = high < 1 ? 1 : high;
        p.kind = OB_ARRANGE_SMALL;
        p.values = (struct ob_rect){ 0, body.y, w, high };
        p.side = (struct ob_rect){ 0, body.y + high, w, body.h - high };
        return p;
    }
    bool wide = w >= WIDE_W && h >= SECOND_CHART_H;
    int rim = wide ? 2 : 1, left = wide ? w / 2 : w * 2 / 5;
    int most = body.h * 3 / 5, need = (int)(k < 200 ? k : 200) + rim;
    int high = least(need < 4 ? 4 : need, most);
    p.kind = wide ? OB_ARRANGE_WIDE : OB_ARRANGE_STACKED;
    if (!wide && alone)
        high = body.h;
    p.values = (struct ob_rect){ 0, body.y, left, high };
    p.vector = (struct ob_rect){ 0, body.y + high, left, body.h - high };
    p.side = (struct ob_rect){ left, body.y, w - left, body.h };
    if (wide) {
        p.side.h = body.h - body.h * 2 / 5;
        p.matrix =
            (struct ob_rect){ left, body.y + p.side.h, w - left, body.h - p.side.h };
    } else { /* a column between, as there are no boxes */
        p.values.w -= 2;
        p.vector.w -= 2;
    }
    return p;
}

struct ob_home_places ob_arrange_home(int w, int h, size_t configs, size_t runs)
{
    struct ob_home_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    struct ob_rect body = bars(w, h, &p.tabs, &p.message, &p.keys);
    p.kind = w >= STACKED_W ? OB_ARRANGE_STACKED : OB_ARRANGE_SMALL;
    if (w >= STACKED_W && h >= SECOND_CHART_H) {
        int room = least(body.h * 2 / 5, PREVIEW_H);
        body.h -= room;
        p.preview = (struct ob_rect){ 0, body.y + body.h, w, room };
    }
    /* Both get half; what one does not need the other takes. A heading each, a blank
     * line between. */
    int half = (body.h - 1) / 2;
    int upper = configs + 1 < (size_t)body.h ? (int)configs + 1 : body.h;
    int lower = runs + 1 < (size_t)body.h ? (int)runs + 1 : body.h;
    if (runs == 0)
        lower = least(6, body.h); /* room for what one does then */
    if (upper < 2)
        upper = 2;
    if (upper > half && lower > half) {
        upper = half;
    } else if (upper > half) {
        upper = least(upper, body.h - 1 - lower);
    }
    p.configs = (struct ob_rect){ 0, body.y, w, upper };
    p.runs = (struct ob_rect){ 0, body.y + upper + 1, w, body.h - upper - 1 };
    return p;
}
