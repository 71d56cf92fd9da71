/* How a sweep stands, in its forms; for sweep_status*.c alone. */
#ifndef OB_CLI_SWEEP_STATUS_H
#define OB_CLI_SWEEP_STATUS_H

#include "open_sweep.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/pace.h"
#include "optbench/sweep/rungs.h"
#include "optbench/sweep/runners.h"
#include "optbench/sweep/sensitivity.h"

/* All that is told, gathered once. */
struct status {
    const struct ob_sweep *sweep;
    const struct ob_cells *cells;
    struct ob_sweep_pace pace;
    size_t best;          /* OB_CELLS_NONE */
    size_t by;            /* key whose values have a line each; OB_LEVELS_NO_KEY */
    struct ob_heat kinds; /* [rows.n] of `by`, one column */
    struct ob_runner *runner;
    size_t runners;
    struct status_rung {
        uint64_t least, most; /* steps of its cells, 0 = to the end */
        size_t reached;       /* cells that came to it */
        size_t here;          /* that stand there */
        double best;          /* metric of these; NAN = none */
        size_t on;            /* that go on from it, as far as that is decided */
        size_t wanted;        /* that are still to be trained to it */
    } rung[OB_RUNGS_MAX];
    unsigned rungs; /* 0 = no halving */
    int64_t now;    /* wall clock, ns since 1970 */
};

void ob_status_text(const struct status *s, struct ob_buf *out);
void ob_status_json(const struct status *s, struct ob_buf *out);
void ob_status_csv(const struct status *s, struct ob_buf *out);

/* "c00042". */
const char *ob_status_name(const struct status *s, size_t cell,
                           char out[static OB_PLAN_NAME_MAX]);

#endif
