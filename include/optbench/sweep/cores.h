/*
 * How many processors this process may use: those of its affinity mask, within what a
 * control group (cpu.max, cpu.cfs_quota_us) and Slurm (SLURM_CPUS_PER_TASK) leave it. For
 * the number of workers of a sweep, and of threads in each. Includes only base.
 */
#ifndef OB_SWEEP_CORES_H
#define OB_SWEEP_CORES_H

/* At least 1. */
unsigned ob_cores(void);

/* Threads of each of `workers` processes; at least 1. */
unsigned ob_cores_share(unsigned cores, unsigned workers);

#endif
