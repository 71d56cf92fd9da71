/* What the line searches share. Private to src/optim. */
#ifndef OB_OPTIM_LINE_H
#define OB_OPTIM_LINE_H

#include "optbench/optim/linesearch.h"

/* Puts theta + t * dir into line->trial. */
void line_move(struct ob_line *line, double t);

/* The objective there; counts in line->evals. */
double line_value(struct ob_line *line, double t);

/* The same with the slope there. */
double line_value_and_slope(struct ob_line *line, double t, double *slope);

/* Slope and second derivative there; counts one evaluation. false for want of memory,
 * with the note. */
bool line_derivatives(struct ob_line *line, double t, double *slope, double *curvature);

/* Where the direction does not descend: writes the note and returns false. */
bool line_descends(struct ob_line *line);

#endif
