#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/ui/request.h"
#include "optbench/ui/term.h"

struct null_term {
    struct ob_term base;
    struct ob_canvas *into;
};

static void show(struct ob_term *t, const struct ob_canvas *c)
{
    struct ob_canvas *into = ((struct null_term *)t)->into;
    if (into->w != c->w || into->h != c->h)
        ob_canvas_size(into, c->w, c->h);
    memcpy(into->cell, c->cell, (size_t)c->w * (size_t)c->h * sizeof *c->cell);
}

static bool no_input(struct ob_term *t, int64_t now, struct ob_input *in)
{
    (void)t;
    (void)now;
    (void)in;
    return false;
}

static int64_t never(const struct ob_term *t)
{
    (void)t;
    return 0;
}

static int64_t not_busy(struct ob_term *t, int64_t now)
{
    (void)now;
    return never(t);
}

static void nothing(struct ob_term *t)
{
    (void)t;
}

static void recolour(struct ob_term *t, enum ob_depth depth)
{
    t->depth = depth < t->most ? depth : t->most;
}

static bool mouse(struct ob_term *t, bool on)
{
    t->mouse = on;
    return true;
}

static void title(struct ob_term *t, const char *text)
{
    (void)t;
    (void)text;
}

static bool copy(struct ob_term *t, const char *text, size_t n, struct ob_buf *where,
                 struct ob_err *err)
{
    (void)t;
    (void)err;
    ob_buf_add(where, text, n);
    return true;
}

static void destroy(struct ob_term *t)
{
    free(t);
}

static const struct ob_term_type ob_term_type_null = {
    .name = "null",
    .show = show,
    .input = no_input,
    .due = never,
    .busy = not_busy,
    .resized = nothing,
    .leave = nothing,
    .enter = nothing,
    .forget = nothing,
    .recolour = recolour,
    .mouse = mouse,
    .title = title,
    .copy = copy,
    .destroy = destroy,
};

struct ob_term *ob_term_null(int w, int h, struct ob_canvas *into)
{
    struct null_term *t = ob_xcalloc(1, sizeof *t);
    t->base.type = &ob_term_type_null;
    t->base.w = w;
    t->base.h = h;
    t->base.depth = t->base.most = OB_DEPTH_256;
    t->into = into;
    return &t->base;
}
