/*
 * Which cells of a sweep a process runs: all, or every N-th from the K-th on, so that
 * shards of a plan whose cells grow along an axis take equally long; with halving every
 * N-th pool (rungs.h). The shard of a job array follows from Slurm's environment. Pure
 * but for ob_shard_environment(). Includes only base.
 */
#ifndef OB_SWEEP_SHARD_H
#define OB_SWEEP_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

/* Shard k of n, 0 <= k < n; zeroed (n = 0) = all cells. */
struct ob_shard {
    size_t k, n;
};

/* Reads "K/N", 0 <= K < N <= 1000000. OB_EUSAGE. */
bool ob_shard_parse(struct ob_shard *s, const char *text, struct ob_err *err);

/* That of this task of a Slurm job array: K = SLURM_ARRAY_TASK_ID less
 * SLURM_ARRAY_TASK_MIN, N = SLURM_ARRAY_TASK_COUNT. All cells where there is no array.
 * OB_EUSAGE where its ids have gaps, so that K/N cannot be told from them. */
bool ob_shard_environment(struct ob_shard *s, struct ob_err *err);

#endif
