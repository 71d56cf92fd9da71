/* One Newton step for the length alone: with phi(t) the objective along the direction,
 * t = -phi'(0) / phi''(0). Exact where the objective is quadratic. */
#include <stdio.h>

#include "line.h"
#include "optbench/base/number.h"

static bool length(const void *opts, struct ob_line *line, double *out)
{
    (void)opts;
    struct ob_err err;
    double second;
    char shown[OB_NUMBER_MAX];
    if (!line_descends(line))
        return false;
    if (!ob_problem_curvature(line->problem, line->theta->data, line->dir->data, &second,
                              &err)) {
        snprintf(line->note, sizeof line->note, "no second derivative: %.200s", err.text);
        return false;
    }
    if (!(second > 0)) {
        ob_number_show(shown, sizeof shown, second, 3);
        snprintf(line->note, sizeof line->note,
                 "the objective does not curve upwards along the direction (second "
                 "derivative %s), so its Newton step leads nowhere",
                 shown);
        return false;
    }
    *out = -line->slope / second;
    return true;
}

const struct ob_linesearch_type ob_linesearch_newton = {
    .name = "newton",
    .title = "One Newton step along the line",
    .summary = "length = first over second derivative along the direction",
    .reference = "Nocedal, Wright, Numerical Optimization, 2nd ed., equation 3.26 "
                 "generalised",
    .needs = OB_CAN_CURVATURE,
    .length = length,
};
