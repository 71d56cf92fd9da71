/* The parameters of a run, out of what it has written; for open_point.c alone. */
#ifndef OB_CLI_POINT_THETA_H
#define OB_CLI_POINT_THETA_H

#include "open_point.h"
#include "optbench/run/rundir.h"

struct point_want {
    enum ob_point_where where;
    uint64_t step; /* of OB_POINT_STEP */
    bool average;  /* that of the run at OB_POINT_END, where it keeps one */
};

/* Fill p->theta and p->step; problem and theta are there. */

/* From the newest of `live`, summary.json and the last checkpoint; with what was set
 * while it ran in p->spec. OB_EDATA where none of them has all parameters. */
bool point_newest(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err);

/* The average of the newest checkpoint. OB_EUSAGE where it has none. */
bool point_average(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err);

/* From checkpoints/best.safetensors. OB_EUSAGE where the run has none. */
bool point_best(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err);

/* From the row of a step in metrics.csv; p->lr, too. OB_EUSAGE where there is none, or
 * its log has no parameters. */
bool point_logged(struct ob_point *p, const struct ob_rundir *dir, uint64_t step,
                  struct ob_err *err);

#endif
