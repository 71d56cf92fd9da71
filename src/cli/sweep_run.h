/*
 * Running a sweep, for `sweep run` and for `sweep FILE`, which plans it first.
 */
#ifndef OB_CLI_SWEEP_RUN_H
#define OB_CLI_SWEEP_RUN_H

#include "optbench/cli/command.h"

/* How a sweep is run; entries of an option table. */
#define OB_SWEEP_RUN_OPTIONS                                                             \
    { .name = "jobs",                                                                    \
      .letter = 'j',                                                                     \
      .argument = "N",                                                                   \
      .help =                                                                            \
          "worker processes; one for each processor that may be used if not given" },    \
        { .name = "threads",                                                             \
          .argument = "N",                                                               \
          .help =                                                                        \
              "threads of each worker; the processors are shared out if not given" },    \
        { .name = "retries",                                                             \
          .argument = "N",                                                               \
          .help = "how often a cell that failed is tried again; as [sweep] retries" },   \
        { .name = "fail-fast",                                                           \
          .help = "the first cell that fails ends the sweep; as [sweep] fail_fast" },    \
        { .name = "shard",                                                               \
          .argument = "K/N",                                                             \
          .help =                                                                        \
              "every N-th cell from the K-th on, K from 0: a part for each of N "        \
              "machines; 'all': every cell; in a job array the part of the task if not " \
              "given" },                                                                 \
        { .name = "index",                                                               \
          .argument = "I",                                                               \
          .help = "only this cell, to its end; from 0 on" },                             \
    {                                                                                    \
        .name = "quiet", .letter = 'q', .help = "no progress on stderr"                  \
    }

/* Whether these options can be read, before anything is written; false with the exit
 * status, the complaint on stderr. */
bool ob_sweep_run_judge(const struct ob_args *args, int *status);

/* Runs the sweep in the folder `dir` as these options say; the exit status. */
int ob_sweep_run_dir(const struct ob_args *args, const char *dir);

#endif
