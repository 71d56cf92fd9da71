#include <config.h>

#include "optbench/sweep/script.h"

#include <inttypes.h>
#include <string.h>

#include "optbench/base/path.h"
#include "optbench/base/shell.h"
#include "script_priv.h"

/* ---- options of sbatch ---- */

/* One word of such characters; sbatch takes a line apart at blanks, and a comma, say,
 * makes two partitions of one. */
static bool word(const char *option, const char *text, const char *of, const char *form,
                 struct ob_err *err)
{
    return (*text && !text[strspn(text, of)]) ||
           ob_fail(err, OB_EUSAGE, "%s '%s' is not %s", option, text, form);
}

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A number and perhaps one of K M G T. */
static bool memory(const char *text, struct ob_err *err)
{
    size_t n = strspn(text, DIGITS);
    bool unit = text[n] && strchr("KMGT", text[n]) && !text[n + 1];
    return (n > 0 && (!text[n] || unit)) ||
           ob_fail(err, OB_EUSAGE, "--mem '%s' is not a number with K, M, G or T", text);
}

/* An option that stands alone on its line; what ends a line or hides is no part of it. */
static bool further(const char *text, struct ob_err *err)
{
    for (const char *s = text; *s; s++)
        if (*s < ' ' || *s > '~')
            return ob_fail(err, OB_EUSAGE,
                           "--sbatch '%s': only printable ASCII may stand in a script's "
                           "#SBATCH line",
                           text);
    return (strncmp(text, "--", 2) == 0 && text[2]) ||
           ob_fail(err, OB_EUSAGE, "--sbatch '%s' does not begin with --", text);
}

static bool check(const struct ob_script *s, struct ob_err *err)
{
    uint64_t seconds;
    if (s->time && !ob_script_seconds(s->time, &seconds, err))
        return ob_fail_at(err, "--time");
    if (s->time && seconds <= s->warn)
        return ob_fail(err, OB_EUSAGE,
                       "--time %s is not longer than the %" PRIu64
                       " s of --warn before its end",
                       s->time, s->warn);
    if (s->memory && !memory(s->memory, err))
        return false;
    if (s->gpus && !word("--gpus", s->gpus, LETTERS DIGITS "_.:-",
                         "a number of GPUs, or TYPE:NUMBER", err))
        return false;
    if (s->partition && !word("--partition", s->partition, LETTERS DIGITS "_.,+-",
                              "the name of a partition", err))
        return false;
    if (s->account && !word("--account", s->account, LETTERS DIGITS "_.@+-",
                            "the name of an account", err))
        return false;
    for (size_t i = 0; i < s->nsbatch; i++)
        if (!further(s->sbatch[i], err))
            return false;
    return true;
}

static void option(struct ob_buf *out, const char *name, const char *value)
{
    if (value)
        ob_buf_addf(out, "#SBATCH --%s=%s\n", name, value);
}

/* sbatch has a syntax of its own for file names: % and \ mean something, and quotes. A
 * folder whose name is plain gets the logs; with any other they go where sbatch puts
 * them, the folder in which it was called. */
static void log_file(const struct ob_script *s, bool array, struct ob_buf *out)
{
    static const char plain[] = LETTERS DIGITS "/._+-", of_job[] = "%j";
    static const char of_task[] = {
        '%', 'A', '_', '%', 'a', '\0'
    }; /* no format of C's */
    if (!s->dir[strspn(s->dir, plain)])
        ob_buf_addf(out, "#SBATCH --output=%s/slurm-%s.out\n", s->dir,
                    array ? of_task : of_job);
}

static void array_of(const struct ob_script *s, struct ob_buf *out)
{
    ob_buf_addf(out, "#SBATCH --array=0-%zu", s->shards - 1);
    if (s->at_once)
        ob_buf_addf(out, "%%%zu", s->at_once);
    ob_buf_addc(out, '\n');
}

bool script_sbatch(const struct ob_script *s, bool array, struct ob_buf *out,
                   struct ob_err *err)
{
    if (!check(s, err))
        return false;
    option(out, "job-name", ob_path_is_plain(s->name) ? s->name : "sweep");
    if (array)
        array_of(s, out);
    else
        ob_buf_addf(out, "#SBATCH --ntasks=%zu\n", s->ranks);
    ob_buf_addf(out, "#SBATCH --cpus-per-task=%" PRIu64 "\n", s->cpus ? s->cpus : 1);
    option(out, "time", s->time);
    option(out, "mem", s->memory);
    option(out, "gpus", s->gpus);
    option(out, "partition", s->partition);
    option(out, "account", s->account);
    ob_buf_adds(out, "#SBATCH --requeue\n#SBATCH --open-mode=append\n");
    /* mpirun runs in the batch step, which B: names; srun makes a step of its own. */
    ob_buf_addf(out, "#SBATCH --signal=%s@%" PRIu64 "\n", array ? "TERM" : "B:USR1",
                s->warn);
    log_file(s, array, out);
    for (size_t i = 0; i < s->nsbatch; i++)
        ob_buf_addf(out, "#SBATCH %s\n", s->sbatch[i]);
    return true;
}

/* ---- what all have ---- */

void script_begin(const struct ob_script *s, struct ob_buf *out)
{
    for (size_t i = 0; i < s->nsetup; i++)
        ob_buf_addf(out, "%s\n", s->setup[i]);
    ob_buf_adds(out, "program=");
    ob_shell_word(out, s->program);
    ob_buf_adds(out, "\nsweep=");
    ob_shell_word(out, s->dir);
    ob_buf_addc(out, '\n');
}

bool ob_script_write(const struct ob_script *s, struct ob_buf *out, struct ob_err *err)
{
    size_t before = out->len;
    bool ok = s->kind == OB_SCRIPT_SLURM      ? script_slurm(s, out, err)
              : s->kind == OB_SCRIPT_PARALLEL ? script_parallel(s, out, err)
                                              : script_mpi(s, out, err);
    if (!ok)
        out->len = before;
    return ok;
}
