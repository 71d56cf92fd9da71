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

static uint32_t key(struct ob_term *t)
{
    (void)t;
    return OB_KEY_NONE;
}

static void nothing(struct ob_term *t)
{
    (void)t;
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
    .key = key,
    .resized = nothing,
    .leave = nothing,
    .enter = nothing,
    .forget = nothing,
    .copy = copy,
    .destroy = destroy,
};

struct ob_term *ob_term_null(int w, int h, struct ob_canvas *into)
{
    struct null_term *t = ob_xcalloc(1, sizeof *t);
    t->base.type = &ob_term_type_null;
    t->base.w = w;
    t->base.h = h;
    t->base.depth = OB_DEPTH_256;
    t->into = into;
    return &t->base;
}
