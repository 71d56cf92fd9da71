#include "line.h"

#include <stdio.h>

#include "optbench/base/number.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

void line_move(struct ob_line *line, double t)
{
    ob_vec_copy(line->trial, line->theta);
    ob_kernels(line->trial->dtype)
        ->axpy(line->trial->n, t, line->dir->data, line->trial->data);
}

double line_value(struct ob_line *line, double t)
{
    struct ob_eval e;
    line_move(line, t);
    ob_problem_eval(line->problem, line->trial->data, NULL, &e);
    line->evals++;
    return e.loss;
}

double line_value_and_slope(struct ob_line *line, double t, double *slope)
{
    struct ob_eval e;
    line_move(line, t);
    ob_problem_eval(line->problem, line->trial->data, line->trial_grad->data, &e);
    line->evals++;
    *slope = ob_dot(line->problem->pool, line->trial_grad, line->dir);
    return e.loss;
}

bool line_derivatives(struct ob_line *line, double t, double *slope, double *curvature)
{
    struct ob_eval e;
    struct ob_err err;
    line_move(line, t);
    ob_problem_eval(line->problem, line->trial->data, line->trial_grad->data, &e);
    line->evals++;
    *slope = ob_dot(line->problem->pool, line->trial_grad, line->dir);
    if (ob_problem_curvature(line->problem, line->trial->data, line->dir->data, curvature,
                             &err))
        return true;
    snprintf(line->note, sizeof line->note, "no second derivative: %.200s", err.text);
    return false;
}

bool line_descends(struct ob_line *line)
{
    char shown[OB_NUMBER_MAX];
    if (line->slope < 0)
        return true;
    ob_number_show(shown, sizeof shown, line->slope, 3);
    snprintf(line->note, sizeof line->note,
             "the direction does not descend: the slope along it is %s", shown);
    return false;
}
