/*
 * The edge of stability on the chart of lambda_max: the largest eigenvalue of the Hessian
 * at which gradient descent is stable with the rate of each row, 2/lr, and further out
 * with momentum m, (2+2m)/lr: Polyak, "Some methods of speeding up the convergence of
 * iteration methods", 1964; with Nesterov's, (2+2m)/((1+2m) lr): Lessard, Recht, Packard,
 * "Analysis and design of optimization algorithms via integral quadratic constraints",
 * SIAM J. Optim. 26, 2016. Weight decay lowers it by itself. For the live screen alone.
 */
#ifndef OB_UI_LIVE_EDGE_H
#define OB_UI_LIVE_EDGE_H

#include "optbench/plot/chart.h"
#include "optbench/ui/model.h"

/* A zeroed struct is none. It must not move while a trace of it is in use. */
struct ob_live_edge {
    bool on;
    char name[32];         /* "2/lr", "(2+2m)/lr - wd" */
    struct ob_guide guide; /* of the rates; its name is the one above */
};

/* Sets the edge of a run. There is none where its optimizer scales each parameter by
 * itself (adam, newton) or groups have rates of their own, where the run climbs, and
 * where momentum or decay were changed on the way: one line would be wrong for some rows.
 */
void ob_live_edge_set(struct ob_live_edge *e, const struct ob_run_model *m);

/* The edge in one row of OB_Q_STEP; NAN where it has no rate. */
double ob_live_edge_at(const struct ob_live_edge *e, const struct ob_run_model *m,
                       size_t row);

#endif
