#include <config.h>

#include "live_priv.h"

enum { LEAST_W = 40, LEAST_H = 5 }; /* smaller ones have no frame */

struct ob_rect ob_live_sheet_inside(struct ob_rect r)
{
    if (r.w < LEAST_W || r.h < LEAST_H)
        return r;
    return (struct ob_rect){ r.x + 2, r.y + 1, r.w - 4, r.h - 2 };
}

struct ob_rect ob_live_sheet_box(const struct ob_view *v, struct ob_canvas *c,
                                 struct ob_rect r, const char *title)
{
    ob_canvas_fill(c, r, " ", OB_STYLE_TEXT);
    if (r.w >= LEAST_W && r.h >= LEAST_H)
        ob_canvas_box(c, r, v->glyphs, title);
    return ob_live_sheet_inside(r);
}

bool ob_live_over_sheet(enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_EXPLAIN:
    case OB_REQUEST_KNOBS:
    case OB_REQUEST_TENSOR:
    case OB_REQUEST_CLASSES:
    case OB_REQUEST_AGAIN:
    case OB_REQUEST_VARY:
        return true;
    default:
        return ob_request_steers(r);
    }
}

bool ob_live_sheet_request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                           struct ob_wishes *wish)
{
    if (!s->sheet)
        return false;
    if (s->sheet->request(s, v, r, wish))
        return true;
    bool again = (r == OB_REQUEST_EXPLAIN && s->sheet == &ob_live_sheet_explain) ||
                 (r == OB_REQUEST_KNOBS && s->sheet == &ob_live_sheet_knobs);
    if (r == OB_REQUEST_BACK || r == OB_REQUEST_QUIT || again) {
        s->sheet = NULL;
        return true;
    }
    /* The other keys of the screen below mean what cannot be seen. */
    if (ob_request_info(r)->scope != OB_SCOPE_LIVE || ob_live_over_sheet(r))
        return false;
    ob_live_say(wish, "Esc first goes back to the charts");
    return true;
}
