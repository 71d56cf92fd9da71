#include "optbench/ui/arrange.h"

enum {
    LEAST_W = 40,
    LEAST_H = 10,
    STACKED_W = 60,
    STACKED_H = 14,
    WIDE_W = 100,
    FIELDS_W = 58,     /* at most, where there is more than that */
    EXPLAIN_LEAST = 8, /* lines, where data stand below */
    DATA_LEAST = 6,
    SMALL_EXPLAIN = 2,
};

/* Explanation above, data below, both at the right of the fields. */
static void beside(struct ob_setup_places *p, struct ob_rect body)
{
    int fields = body.w * 11 / 20;
    if (fields > FIELDS_W)
        fields = FIELDS_W;
    int gap = p->kind == OB_ARRANGE_WIDE ? 0 : 2, x = body.x + fields + gap;
    int explain = body.h * 9 / 20;
    if (explain < EXPLAIN_LEAST)
        explain = EXPLAIN_LEAST;
    if (body.h - explain < DATA_LEAST)
        explain = body.h;
    p->fields = (struct ob_rect){ body.x, body.y, fields, body.h };
    p->explain = (struct ob_rect){ x, body.y, body.w - fields - gap, explain };
    p->data =
        (struct ob_rect){ x, body.y + explain, body.w - fields - gap, body.h - explain };
}

struct ob_setup_places ob_arrange_setup(int w, int h, bool large)
{
    struct ob_setup_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    p.tabs = (struct ob_rect){ 0, 0, w, 1 };
    p.state = (struct ob_rect){ 0, h - 3, w, 1 };
    p.message = (struct ob_rect){ 0, h - 2, w, 1 };
    p.keys = (struct ob_rect){ 0, h - 1, w, 1 };
    struct ob_rect body = { 0, 1, w, h - 4 };
    bool small = w < STACKED_W || h < STACKED_H;
    p.kind = small                             ? OB_ARRANGE_SMALL
             : w >= WIDE_W && h >= LEAST_W / 2 ? OB_ARRANGE_WIDE
                                               : OB_ARRANGE_STACKED;
    if (large) {
        p.data = body;
    } else if (small) {
        int explain = body.h >= 6 + SMALL_EXPLAIN ? SMALL_EXPLAIN : 1;
        p.fields = (struct ob_rect){ 0, body.y, w, body.h - explain };
        p.explain = (struct ob_rect){ 0, body.y + body.h - explain, w, explain };
    } else {
        beside(&p, body);
    }
    return p;
}
