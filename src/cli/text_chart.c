#include <config.h>

#include "text_chart.h"

#include <langinfo.h>
#include <string.h>

#include "optbench/plot/chart.h"
#include "optbench/plot/dots.h"

static struct ob_series series(const double *value, size_t n)
{
    struct ob_series s = { 0 };
    for (size_t i = 0; i < n; i++)
        ob_series_append(&s, value[i]);
    return s;
}

void text_chart(const struct text_chart *c, struct ob_buf *out)
{
    const bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct ob_series x = series(c->x, c->n), y = series(c->y, c->n);
    struct ob_series y2 = series(c->y2 ? c->y2 : c->y, c->y2 ? c->n : 0);
    struct ob_chart chart = { .title = c->title,
                              .mode = OB_CHART_FIXED,
                              .from = c->x[0],
                              .to = c->x[c->n - 1],
                              .along = c->along,
                              .log_x = c->log_from > 0,
                              .log_from = c->log_from };
    const struct ob_trace trace[] = {
        { .x = &x, .y = &y, .n = c->n, .ink = OB_INK_A },
        { .x = &x, .y = &y2, .n = c->n, .ink = OB_INK_B },
    };
    const size_t traces = c->y2 ? 2 : 1;
    struct ob_dots dots = { 0 };
    ob_dots_size(&dots, c->cols, c->rows);
    ob_chart_fit(&chart, trace, traces, &dots.surface.extent, 0);
    ob_chart_draw(&chart, trace, traces, &dots.surface);
    ob_dots_write(&dots, utf8 ? OB_GLYPHS_BRAILLE : OB_GLYPHS_ASCII, out);
    ob_dots_finish(&dots);
    ob_series_finish(&x);
    ob_series_finish(&y);
    ob_series_finish(&y2);
}
