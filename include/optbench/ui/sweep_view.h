/*
 * A sweep as the terminal looks at it: its plan, what is known of its cells, whether
 * somebody runs it. A feed fills it and keeps what it points to; screens only look. One
 * thread, the terminal's; a zeroed struct is no sweep.
 */
#ifndef OB_UI_SWEEP_VIEW_H
#define OB_UI_SWEEP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/sweep/cells.h"
#include "optbench/sweep/pace.h"
#include "optbench/sweep/plan.h"

struct ob_sweep_view {
    char path[4096];              /* its folder; "" = no sweep is open */
    char name[128];               /* of the experiment; raw */
    const struct ob_plan *plan;   /* NULL = no sweep is open; lent by the feed ... */
    const struct ob_cells *cells; /* ... until it opens another one */
    unsigned opened;              /* counts the sweeps that were shown */
    bool looked;                  /* all cells were looked at once */
    bool runs;                    /* a process of this machine runs it */
    struct ob_sweep_pace pace;
};

/* A sweep that could be opened. */
struct ob_sweep_found {
    char *path;     /* owned */
    char label[64]; /* what it is called; safe */
};

struct ob_sweeps_found {
    struct ob_sweep_found *item; /* [n], the one changed last first; owned */
    size_t n;
};

void ob_sweeps_found_finish(struct ob_sweeps_found *s);

#endif
