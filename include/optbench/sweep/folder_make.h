/*
 * Folders of sweeps, made. Called by `optbench sweep` and `sweep plan`, main thread.
 */
#ifndef OB_SWEEP_FOLDER_MAKE_H
#define OB_SWEEP_FOLDER_MAKE_H

#include "optbench/conf/sweep.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/plan_make.h"

/* What was made, or would have been. */
struct ob_sweep_made {
    struct ob_plan plan;
    struct ob_plan_judged judged;
    struct ob_buf config; /* sweep.ini */
    struct ob_buf text;   /* plan.csv */
    struct ob_sweep_facts facts;
    bool was_there; /* the folder held exactly this sweep already */
};

void ob_sweep_made_finish(struct ob_sweep_made *m);

/*
 * Reads the experiment, plans and judges it, without writing anything. False with *diags
 * where there is a problem, OB_EUSAGE where it has no [sweep].
 */
bool ob_sweep_draft(const struct ob_spec_from *from, struct ob_sweep_made *m,
                    struct ob_diags *diags);

/*
 * Writes what was drafted into the folder `path`, which is made, with its parents. A
 * folder that holds the same sweep is left as it is. One that holds another sweep, or
 * other files, is refused (OB_EUSAGE); with `force` a plan without any cell that began is
 * replaced. OB_EIO where the folder cannot be written; a folder without sweep.json is
 * left then, which the next attempt takes over.
 */
bool ob_sweep_create(const char *path, bool force, struct ob_sweep_made *m,
                     struct ob_err *err);

#endif
