/*
 * What a process finds out once about where it runs, for the run.json of all its runs:
 * processor, machine, and the repository that the working directory lies in, which is
 * what the config and a plug-in were most often made with.
 */
#ifndef OB_RUN_ENGINE_FACTS_H
#define OB_RUN_ENGINE_FACTS_H

#include "optbench/run/runinfo.h"

struct engine_facts {
    char cpu[128], host[256], boot[48];
    char git_commit[65], git_branch[128], git_dirty[8]; /* as in struct ob_run_info */
};

void engine_facts_gather(struct engine_facts *f);

/* Into run.json; those of the repository only where the run begins here, for a run that
 * is taken up keeps what it was begun with. */
void engine_facts_fill(const struct engine_facts *f, bool begins, struct ob_run_info *i);

#endif
