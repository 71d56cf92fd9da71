#include <config.h>

#include "script_priv.h"

/*
 * mpirun and not srun, for every MPI has it, inside of a batch system and without one. It
 * is no step, so Slurm's signal comes to this script; mpirun itself would answer SIGTERM
 * by killing the ranks and keeps SIGUSR1 to itself, so the ranks of this machine are
 * told, the first one among them, which tells the others. Other signals than SIGUSR1 mean
 * that somebody wants the job to end, so that it does not come back.
 */
static const char *const body[] = {
    "mpirun=$!",
    "ended=",
    "told=",
    "trap 'told=1; pkill -USR1 -P \"$mpirun\"' USR1",
    "trap 'told=1; ended=1; pkill -USR1 -P \"$mpirun\"' TERM INT HUP",
    "",
    "# A signal ends a wait before its time.",
    "wait \"$mpirun\"",
    "status=$?",
    "while [ \"$told\" ] && [ \"$status\" -gt 128 ]; do",
    "    told=",
    "    wait \"$mpirun\"",
    "    status=$?",
    "done",
    "",
    "# 75: told of its end, it has saved what it was at; it goes on when its turn comes.",
    "if [ \"$status\" -eq 75 ] && [ ! \"$ended\" ] && [ \"${SLURM_JOB_ID:-}\" ]; then",
    "    scontrol requeue \"$SLURM_JOB_ID\"",
    "fi",
    "exit \"$status\"",
};

bool script_mpi(const struct ob_script *s, struct ob_buf *out, struct ob_err *err)
{
    ob_buf_adds(out, "#!/bin/bash\n");
    if (!script_sbatch(s, false, out, err))
        return false;
    ob_buf_addf(
        out,
        "# A sweep of %zu cell%s by the ranks of one MPI job: submit it with sbatch, "
        "or run it\n# on one machine. A second time it goes on with the cells that "
        "are missing.\n\n",
        s->cells, s->cells == 1 ? "" : "s");
    script_begin(s, out);
    ob_buf_addf(out,
                "mpirun -n \"${SLURM_NTASKS:-%zu}\" \"$program\" sweep \"$sweep\" &\n",
                s->ranks);
    for (size_t i = 0; i < OB_COUNT(body); i++)
        ob_buf_addf(out, "%s\n", body[i]);
    return true;
}
