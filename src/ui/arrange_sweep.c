#include "optbench/ui/arrange.h"

enum {
    LEAST_W = 40,
    LEAST_H = 10,
    STACKED_W = 60,
    STACKED_H = 18,
    WIDE_W = 100, /* from here on map and chart stand beside each other, in boxes */
    WIDE_H = 22,
    CHART_H = 7,   /* lines of a chart worth its name */
    AROUND = 3,    /* lines of a map besides its tiles */
    BEST_H = 12,   /* of the best cells, their box included */
    FACTS_WIDE = 5 /* about the tile at the cursor, the box included */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The map takes what its rows need, the chart what is left. */
static void stacked(struct ob_sweep_places *p, struct ob_rect body, int rows, bool large)
{
    int need = least(rows, 100) + AROUND, most = body.h - CHART_H;
    need = need < CHART_H ? CHART_H : need;
    if (large || most < CHART_H) {
        p->map = body;
        return;
    }
    p->map = (struct ob_rect){ 0, body.y, body.w, least(need, most) };
    p->chart = (struct ob_rect){ 0, body.y + p->map.h, body.w, body.h - p->map.h };
}

static void wide(struct ob_sweep_places *p, struct ob_rect body, bool large)
{
    int left = large ? body.w : body.w * 3 / 5;
    int best = least(BEST_H, body.h / 3);
    p->map = (struct ob_rect){ 0, body.y, left, body.h - FACTS_WIDE };
    p->facts = (struct ob_rect){ 0, body.y + p->map.h, left, FACTS_WIDE };
    p->chart = (struct ob_rect){ left, body.y, body.w - left, body.h - best };
    p->ranks = (struct ob_rect){ left, body.y + p->chart.h, body.w - left, best };
}

struct ob_sweep_places ob_arrange_sweep(int w, int h, size_t rows, bool large)
{
    struct ob_sweep_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    p.tabs = (struct ob_rect){ 0, 0, w, 1 };
    p.message = (struct ob_rect){ 0, h - 2, w, 1 };
    p.keys = (struct ob_rect){ 0, h - 1, w, 1 };
    bool small = w < STACKED_W || h < STACKED_H, boxes = w >= WIDE_W && h >= WIDE_H;
    p.head = (struct ob_rect){ 0, 1, w, small ? 1 : 2 };
    struct ob_rect body = { 0, 1 + p.head.h, w, h - 3 - p.head.h };
    p.kind = boxes ? OB_ARRANGE_WIDE : small ? OB_ARRANGE_SMALL : OB_ARRANGE_STACKED;
    if (boxes) {
        wide(&p, body, large);
        return p;
    }
    int facts = small ? 1 : 2;
    p.facts = (struct ob_rect){ 0, body.y + body.h - facts, w, facts };
    body.h -= facts;
    stacked(&p, body, rows < 1000 ? (int)rows : 1000, large || small);
    return p;
}
