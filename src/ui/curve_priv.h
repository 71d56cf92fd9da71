/* The curvature screen, in parts. For src/ui/curve_*.c and screen_curvature.c alone. */
#ifndef OB_UI_CURVE_PRIV_H
#define OB_UI_CURVE_PRIV_H

#include "optbench/ui/arrange.h"
#include "optbench/ui/screen.h"

/* What stands at the side. */
enum curve_pane { CURVE_FACTS, CURVE_MATRIX, CURVE_VECTOR, CURVE_PANES };

struct curve_state {
    size_t selected; /* eigenvalue, 0 = the largest */
    size_t first;    /* the first one in sight */
    enum curve_pane pane;
    bool linear; /* bars by size instead of by order of magnitude */
    int scroll;  /* lines of the facts above the pane */
    struct ob_rect values_at;
};

/* The answer about the run that is open, or the experiment being set up, whichever the
 * screen is about; a zeroed one where there is none yet. */
const struct ob_curvature_view *ob_curve_answer(const struct ob_view *v);

/* The eigenvalue that is selected, as a place in value[]; k where there is none. */
size_t ob_curve_selected(const struct curve_state *s, const struct ob_curvature_view *c);

/* What it is of, where and when it was computed; how the rate stands to its limit. */
void ob_curve_head(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);
void ob_curve_gauge(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

/* The same where there is room for some words only. */
void ob_curve_one_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

/* Number and bar for each eigenvalue, the largest first; the line of a row that was
 * clicked at is the caller's affair. */
void ob_curve_values(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r);

/* The panes. Facts return how many lines they have in all; `small` puts first what
 * matters most. */
int ob_curve_facts(const struct curve_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r, bool small);
void ob_curve_vector(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r);
void ob_curve_matrix(const struct curve_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r);

/* As many of 6 digits as fit `width` columns; "-" for NAN. */
void ob_curve_number(char out[static 32], double v, int width);

/* A bar of a part 0 .. 1 of the width, at least a character where it is not 0. */
void ob_curve_bar(struct ob_canvas *c, struct ob_rect r, double part, enum ob_glyphs tier,
                  enum ob_style style);

#endif
