/* The parts of script.c: what stands in every script, and a file for each kind. */
#ifndef OB_SWEEP_SCRIPT_PRIV_H
#define OB_SWEEP_SCRIPT_PRIV_H

#include "optbench/sweep/script.h"

/* Options of a job as "#SBATCH" lines, checked; `array` where it is one of an array. */
bool script_sbatch(const struct ob_script *s, bool array, struct ob_buf *out,
                   struct ob_err *err);

/* The lines of --setup, and the paths as variables `program` and `sweep`. */
void script_begin(const struct ob_script *s, struct ob_buf *out);

bool script_slurm(const struct ob_script *s, struct ob_buf *out, struct ob_err *err);
bool script_parallel(const struct ob_script *s, struct ob_buf *out, struct ob_err *err);
bool script_mpi(const struct ob_script *s, struct ob_buf *out, struct ob_err *err);

#endif
