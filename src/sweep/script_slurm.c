#include <config.h>

#include "script_priv.h"

/*
 * srun makes the shard a step of the job, which is what --signal reaches; since Slurm
 * 22.05 it no longer takes over --cpus-per-task. A job is requeued by its place in the
 * array: the id of the last one is also that of the whole array. Who cancels the job ends
 * this script with it, so that nothing cancelled comes back.
 */
static const char *const body[] = {
    "",
    ": \"${SLURM_ARRAY_TASK_ID:?this script is for sbatch}\"",
    "",
    "srun --ntasks=1 --cpus-per-task=\"${SLURM_CPUS_PER_TASK:-1}\" \\",
    NULL, /* the line with the number of shards */
    "status=$?",
    "",
    "# 75: told of its end, it has saved what it was at; it goes on when its turn comes.",
    "if [ \"$status\" -eq 75 ]; then",
    "    scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"",
    "fi",
    "exit \"$status\"",
};

bool script_slurm(const struct ob_script *s, struct ob_buf *out, struct ob_err *err)
{
    ob_buf_adds(out, "#!/bin/bash\n");
    if (!script_sbatch(s, true, out, err))
        return false;
    ob_buf_addf(
        out,
        "# A sweep of %zu cell%s in %zu shard%s: submit it with sbatch. Submitted "
        "again, it\n# goes on with the cells that are missing.\n\n",
        s->cells, s->cells == 1 ? "" : "s", s->shards, s->shards == 1 ? "" : "s");
    script_begin(s, out);
    for (size_t i = 0; i < OB_COUNT(body); i++)
        if (body[i])
            ob_buf_addf(out, "%s\n", body[i]);
        else
            ob_buf_addf(out,
                        "    \"$program\" sweep run \"$sweep\" --shard "
                        "\"$SLURM_ARRAY_TASK_ID/%zu\"\n",
                        s->shards);
    return true;
}
