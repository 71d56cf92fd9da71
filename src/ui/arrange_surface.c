#include "optbench/ui/arrange.h"

enum {
    LEAST_W = 40,
    LEAST_H = 10,
    STACKED_W = 60, /* from here on both pictures are shown ... */
    STACKED_H = 20,
    WIDE_W = 100, /* ... and from here on in boxes, the map large enough for axes */
    SIDE = 27,
    FACTS = 12, /* lines beside the surface, their box included ... */
    FACTS_MOST = 18,
    FACTS_LEAST = 10,
};

static void stacked(struct ob_surface_places *p, struct ob_rect body)
{
    int side = SIDE + (body.w - STACKED_W) / 8;
    int facts = body.h - body.h / 2 < FACTS_LEAST ? body.h / 2 : FACTS_LEAST;
    p->kind = OB_ARRANGE_STACKED;
    p->large = (struct ob_rect){ 0, body.y, body.w - side, body.h };
    p->facts = (struct ob_rect){ body.w - side, body.y, side, facts };
    p->small = (struct ob_rect){ body.w - side, body.y + facts, side, body.h - facts };
}

static void wide(struct ob_surface_places *p, struct ob_rect body)
{
    int side = body.w * 2 / 5, facts = body.h * 2 / 5;
    facts = facts < FACTS ? FACTS : facts > FACTS_MOST ? FACTS_MOST : facts;
    facts = facts > body.h - LEAST_H ? body.h - LEAST_H : facts;
    p->kind = OB_ARRANGE_WIDE;
    p->large = (struct ob_rect){ 0, body.y, body.w - side, body.h };
    p->small = (struct ob_rect){ body.w - side, body.y, side, body.h - facts };
    p->facts = (struct ob_rect){ body.w - side, body.y + body.h - facts, side, facts };
}

struct ob_surface_places ob_arrange_surface(int w, int h)
{
    struct ob_surface_places p = { .kind = OB_ARRANGE_LINE };
    if (w < LEAST_W || h < LEAST_H) {
        p.line = (struct ob_rect){ 0, 0, w, h };
        return p;
    }
    p.tabs = (struct ob_rect){ 0, 0, w, 1 };
    p.message = (struct ob_rect){ 0, h - 2, w, 1 };
    p.keys = (struct ob_rect){ 0, h - 1, w, 1 };
    p.note = (struct ob_rect){ 0, h - 3, w, 1 };
    struct ob_rect body = { 0, 1, w, h - 4 };
    if (w < STACKED_W || h < STACKED_H) {
        p.kind = OB_ARRANGE_SMALL;
        p.large = (struct ob_rect){ 0, body.y, w, body.h - 1 };
        p.facts = (struct ob_rect){ 0, body.y + body.h - 1, w, 1 };
    } else if (w < WIDE_W) {
        stacked(&p, body);
    } else {
        wide(&p, body);
    }
    return p;
}
