#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "relief_priv.h"

/* What a part of a cell shows of the ground. */
struct patch {
    float part, light;
    int dots; /* of the ground, 0 = none is there */
};

/* Rows y0 to y1 - 1 of the dots of a cell. */
static struct patch patch_of(const struct ob_relief_stage *s, int col, int row, int y0,
                             int y1)
{
    struct patch p = { 0, 0, 0 };
    for (int y = 4 * row + y0; y < 4 * row + y1; y++) {
        for (int x = 2 * col; x < 2 * col + 2; x++) {
            const struct ob_relief_dot *d = &s->dot[y * s->w + x];
            if (d->depth >= OB_RELIEF_FAR)
                continue;
            p.part += d->part;
            p.light += d->light;
            p.dots++;
        }
    }
    if (p.dots > 0) {
        p.part /= (float)p.dots;
        p.light /= (float)p.dots;
    }
    if (2 * p.dots < 2 * (y1 - y0))
        p.dots = 0;
    return p;
}

static uint8_t heat_of(double part)
{
    return (uint8_t)(1 + ob_picture_heat(part));
}

/* Height above all, and a third of it light, which tells slopes where heights are about
 * the same. */
static uint8_t shade(const struct patch *p)
{
    return p->dots > 0 ? heat_of(0.7 * (double)p->part + 0.3 * (double)p->light) : 0;
}

static void set_glyph(struct ob_tile *t, const char *glyph)
{
    memcpy(t->glyph, glyph, strlen(glyph) + 1);
}

/* One ground, but an upper half block over another where the colours of the two halves
 * are no neighbours, or one of them shows no ground: a turning surface sends less then.
 */
static void shaded(const struct ob_relief_stage *s, int col, int row, struct ob_tile *t)
{
    struct patch upper = patch_of(s, col, row, 0, 2), lower = patch_of(s, col, row, 2, 4);
    uint8_t a = shade(&upper), b = shade(&lower);
    bool halves = s->v->tier != OB_GLYPHS_ASCII;
    if (!a && !b)
        return;
    if ((a && b && abs(a - b) <= 1) || !halves) {
        struct patch all = patch_of(s, col, row, 0, 4);
        set_glyph(t, " ");
        t->ground = all.dots > 0 ? shade(&all) : a > b ? a : b;
        /* Nothing shows it, but neighbours have it: less to send. */
        t->heat = t->ground;
    } else if (a) {
        set_glyph(t, "▀");
        t->heat = a;
        t->ground = b;
    } else {
        set_glyph(t, "▄");
        t->heat = b;
    }
}

static void ramp(const struct ob_relief_stage *s, int col, int row, struct ob_tile *t)
{
    static const char glyph[] = ".:-=+*#%@";
    struct patch p = patch_of(s, col, row, 0, 4);
    if (p.dots == 0)
        return;
    double v = 0.55 * (double)p.part + 0.45 * (double)p.light;
    int i = (int)(v * (double)(sizeof glyph - 1));
    t->glyph[0] = glyph[i < 0 ? 0 : i > 8 ? 8 : i];
    t->heat = heat_of((double)p.part);
}

static void masked(const struct ob_relief_stage *s, uint8_t mask, enum ob_ink ink,
                   struct ob_tile *t)
{
    ob_glyph(s->v->tier, mask, t->glyph);
    t->ink = (uint8_t)ink;
}

/* A trail has its cells for itself, so that it can be told from a mesh without colour. */
static void compose(const struct ob_relief_stage *s, int col, int row)
{
    const struct ob_relief_cell *c = &s->cell[row * s->onto->cols + col];
    struct ob_tile *t = &s->onto->tile[row * s->onto->cols + col];
    enum ob_relief_style style = s->v->style;
    if (style == OB_RELIEF_SHADED && !s->v->grounds)
        style = OB_RELIEF_RAMP;
    if (c->trail) {
        ob_picture_trail(t, s->v->tier, c->trail, c->letter);
        t->ink = c->ink;
        return;
    }
    if (style == OB_RELIEF_WIRE) {
        uint8_t mask = c->mesh | c->frame | c->hidden;
        if (mask)
            masked(s, mask, OB_INK_BAND, t);
        if (c->mesh)
            t->heat = heat_of((double)c->part);
        return;
    }
    if (style == OB_RELIEF_SHADED)
        shaded(s, col, row, t);
    else
        ramp(s, col, row, t);
    if (c->hidden || (!t->glyph[0] && c->frame)) {
        struct patch all = patch_of(s, col, row, 0, 4);
        t->heat = 0;
        t->ground = t->ground > 0 ? shade(&all) : 0;
        masked(s, c->hidden | c->frame, OB_INK_BAND, t);
    }
}

void ob_relief_compose(struct ob_relief_stage *s)
{
    for (int row = 0; row < s->onto->rows; row++)
        for (int col = 0; col < s->onto->cols; col++)
            compose(s, col, row);
}
