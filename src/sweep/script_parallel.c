#include <config.h>

#include <inttypes.h>

#include "script_priv.h"

/*
 * GNU parallel has replacement strings and a shell of its own, so the command that it
 * gets is the same for every sweep: paths come by the environment, which --env takes to
 * other machines, too. Its job log is not asked what is done: the sweep's folder knows.
 * It lets its jobs come to their ends at the first SIGTERM and ends them at the second
 * one, group by group, with time for their checkpoints.
 */
static const char *const begin[] = {
    "export OPTBENCH_PROGRAM=$program OPTBENCH_SWEEP=$sweep PARALLEL_SHELL=/bin/bash",
    "told=",
};
static const char *const end[] = {
    "    --env OPTBENCH_PROGRAM --env OPTBENCH_SWEEP --termseq TERM,60000,KILL,100 \\",
    "    \"$@\" \"$command\" &",
    "parallel=$!",
    "trap 'told=1; kill \"$parallel\"; kill \"$parallel\"' TERM INT HUP USR1",
    "",
    "# A signal ends the first wait before its time.",
    "wait \"$parallel\"",
    "status=$?",
    "if [ \"$told\" ]; then",
    "    wait \"$parallel\"",
    "    exit 75",
    "fi",
    "[ \"$status\" -eq 0 ] || exit 1",
};

static void lines(struct ob_buf *out, const char *const *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ob_buf_addf(out, "%s\n", line[i]);
}

/* As many as there are processors, or processors by what each of them takes. */
static void jobs(const struct ob_script *s, struct ob_buf *out)
{
    if (s->at_once)
        ob_buf_addf(out, "jobs=%zu\n", s->at_once);
    else if (s->cpus > 1)
        ob_buf_addf(out, "jobs=$((($(nproc) + %" PRIu64 ") / %" PRIu64 "))\n",
                    s->cpus - 1, s->cpus);
    else
        ob_buf_adds(out, "jobs=100%\n");
}

bool script_parallel(const struct ob_script *s, struct ob_buf *out, struct ob_err *err)
{
    (void)err;
    ob_buf_addf(
        out,
        "#!/bin/bash\n"
        "# A sweep of %zu cell%s in %zu shard%s, by GNU parallel. Begun again, it goes "
        "on with\n# the cells that are missing. What it is given are further options "
        "for parallel:\n# --bar, --sshlogin HOST.\n\n",
        s->cells, s->cells == 1 ? "" : "s", s->shards, s->shards == 1 ? "" : "s");
    script_begin(s, out);
    jobs(s, out);
    lines(out, begin, OB_COUNT(begin));
    ob_buf_addf(out,
                "# shellcheck disable=SC2016 # for the shell of each job\n"
                "command='exec \"$OPTBENCH_PROGRAM\" sweep run \"$OPTBENCH_SWEEP\" "
                "--shard {}/%zu -j %" PRIu64 " --quiet >/dev/null'\n\n",
                s->shards, s->cpus ? s->cpus : 1);
    ob_buf_addf(out, "parallel --will-cite --jobs \"$jobs\" --arg-file <(seq 0 %zu) \\\n",
                s->shards - 1);
    lines(out, end, OB_COUNT(end));
    return true;
}
