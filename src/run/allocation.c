#include <config.h>

#include "optbench/run/allocation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/run/runinfo.h"

#define MEGABYTE ((uint64_t)1 << 20)

/* ---- what the batch systems call it ---- */

/* Names of variables; a second one stands in where the first is not set. */
struct variable {
    const char *name, *other;
};

struct batch_system {
    const char *name;
    const char *none; /* what stands for a job that is no part of an array */
    struct variable id, array_id, array_task, job_name, nodes, partition, account, gpus;
    struct variable cpus, restarts;
    const char *memory_node, *memory_cpu; /* MiB of the node, MiB of a processor */
};

/* sbatch(1), srun(1); PBS Pro's qsub(1B), Torque's qsub(1); bsub(1); Grid Engine's
 * qsub(1). Grid Engine's names are everybody's, so it is asked last, and by one that is
 * its own. */
static const struct batch_system known[] = {
    { .name = "slurm",
      .id = { "SLURM_JOB_ID", "SLURM_JOBID" },
      .array_id = { "SLURM_ARRAY_JOB_ID", NULL },
      .array_task = { "SLURM_ARRAY_TASK_ID", NULL },
      .job_name = { "SLURM_JOB_NAME", NULL },
      .nodes = { "SLURM_JOB_NODELIST", "SLURM_NODELIST" },
      .partition = { "SLURM_JOB_PARTITION", NULL },
      .account = { "SLURM_JOB_ACCOUNT", NULL },
      .gpus = { "SLURM_STEP_GPUS", "SLURM_JOB_GPUS" },
      .cpus = { "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE" },
      .restarts = { "SLURM_RESTART_COUNT", NULL },
      .memory_node = "SLURM_MEM_PER_NODE",
      .memory_cpu = "SLURM_MEM_PER_CPU" },
    { .name = "pbs",
      .id = { "PBS_JOBID", NULL },
      .array_task = { "PBS_ARRAY_INDEX", "PBS_ARRAYID" },
      .job_name = { "PBS_JOBNAME", NULL },
      .partition = { "PBS_QUEUE", NULL },
      .account = { "PBS_ACCOUNT", NULL },
      .cpus = { "NCPUS", "PBS_NP" } },
    { .name = "lsf",
      .none = "0",
      .id = { "LSB_JOBID", NULL },
      .array_id = { "LSB_JOBID", NULL },
      .array_task = { "LSB_JOBINDEX", NULL },
      .job_name = { "LSB_JOBNAME", NULL },
      .nodes = { "LSB_HOSTS", NULL },
      .partition = { "LSB_QUEUE", NULL },
      .account = { "LSB_PROJECT_NAME", NULL },
      .cpus = { "LSB_DJOB_NUMPROC", "LSB_MAX_NUM_PROCESSORS" } },
    { .name = "sge",
      .none = "undefined",
      .id = { "JOB_ID", NULL },
      .array_id = { "JOB_ID", NULL },
      .array_task = { "SGE_TASK_ID", NULL },
      .job_name = { "JOB_NAME", NULL },
      .partition = { "QUEUE", NULL },
      .cpus = { "NSLOTS", NULL },
      .restarts = { "RESTARTED", NULL } },
};

/* "" where it is not set. */
static const char *value(const struct variable *v)
{
    const char *text = v->name ? getenv(v->name) : NULL;
    if ((!text || !*text) && v->other)
        text = getenv(v->other);
    return text ? text : "";
}

static uint64_t whole(const char *text)
{
    int64_t v = 0;
    return text && ob_integer_parse(text, strlen(text), &v) && v > 0 ? (uint64_t)v : 0;
}

static const struct batch_system *system_here(void)
{
    for (size_t i = 0; i < OB_COUNT(known); i++) {
        bool own = strcmp(known[i].name, "sge") != 0 || getenv("SGE_TASK_ID");
        if (own && *value(&known[i].id))
            return &known[i];
    }
    return NULL;
}

static uint64_t memory_here(const struct batch_system *s, uint64_t cpus)
{
    uint64_t node = whole(s->memory_node ? getenv(s->memory_node) : NULL);
    uint64_t each = whole(s->memory_cpu ? getenv(s->memory_cpu) : NULL);
    uint64_t bytes;
    if (!node && __builtin_mul_overflow(each, cpus, &node))
        return 0;
    return __builtin_mul_overflow(node, MEGABYTE, &bytes) ? 0 : bytes;
}

void ob_allocation_here(struct ob_allocation *a)
{
    const struct batch_system *s = system_here();
    *a = (struct ob_allocation){ .since = 0 };
    if (!s)
        return;
    snprintf(a->system, sizeof a->system, "%s", s->name);
#define TAKE(to, from) snprintf(a->to, sizeof a->to, "%s", value(&s->from))
    TAKE(id, id);
    TAKE(array_task, array_task);
    if (s->none && strcmp(a->array_task, s->none) == 0)
        a->array_task[0] = '\0';
    if (a->array_task[0])
        TAKE(array_id, array_id);
    TAKE(name, job_name);
    TAKE(nodes, nodes);
    TAKE(partition, partition);
    TAKE(account, account);
    TAKE(gpus, gpus);
#undef TAKE
    a->cpus = whole(value(&s->cpus));
    a->restarts = whole(value(&s->restarts));
    a->memory = memory_here(s, a->cpus);
}

/* ---- in words ---- */

void ob_allocation_id(const struct ob_allocation *a, char out[static 96])
{
    if (a->array_task[0] && a->array_id[0]) /* else the id of the job says it all */
        snprintf(out, 96, "%s_%s", a->array_id, a->array_task);
    else
        snprintf(out, 96, "%s", a->id);
}

/* In the units in which it is asked for. */
static void add_memory(struct ob_buf *out, uint64_t bytes)
{
    uint64_t m = bytes / MEGABYTE;
    if (m > 0 && m % 1024 == 0)
        ob_buf_addf(out, ", %" PRIu64 " GiB", m / 1024);
    else if (m > 0)
        ob_buf_addf(out, ", %" PRIu64 " MiB", m);
}

static void add_restarts(struct ob_buf *out, uint64_t n)
{
    if (n == 1)
        ob_buf_adds(out, ", restarted once");
    else if (n > 1)
        ob_buf_addf(out, ", restarted %" PRIu64 " times", n);
}

void ob_allocation_words(const struct ob_allocation *a, struct ob_buf *out)
{
    char id[96];
    if (!a->system[0])
        return;
    ob_allocation_id(a, id);
    ob_buf_addf(out, "%s %s", a->system, id);
    if (strcmp(id, a->id) != 0 && strcmp(a->array_id, a->id) != 0)
        ob_buf_addf(out, " (job %s)", a->id);
    if (a->nodes[0])
        ob_buf_addf(out, " on %s", a->nodes);
    if (a->partition[0])
        ob_buf_addf(out, ", %s %s",
                    strcmp(a->system, "slurm") == 0 ? "partition" : "queue",
                    a->partition);
    if (a->account[0])
        ob_buf_addf(out, ", account %s", a->account);
    if (a->cpus)
        ob_buf_addf(out, ", %" PRIu64 " CPU%s", a->cpus, a->cpus == 1 ? "" : "s");
    if (a->gpus[0])
        ob_buf_addf(out, ", GPUs %s", a->gpus);
    add_memory(out, a->memory);
    add_restarts(out, a->restarts);
}

/* ---- in run.json ---- */

/* What is written only where it is known. */
#define TEXTS(X)                                                                         \
    X(array_id)                                                                          \
    X(array_task)                                                                        \
    X(name)                                                                              \
    X(nodes)                                                                             \
    X(partition)                                                                         \
    X(account)                                                                           \
    X(gpus)
#define COUNTS(X)                                                                        \
    X(cpus)                                                                              \
    X(memory)                                                                            \
    X(restarts)

void ob_allocation_write(const struct ob_allocation *a, struct ob_json *j)
{
    char date[21];
    if (!a->system[0]) {
        ob_json_null(j);
        return;
    }
    ob_clock_iso(date, a->since);
    ob_json_begin_object(j);
    ob_field_put_text(j, "system", a->system);
    ob_field_put_text(j, "id", a->id);
#define X(m)                                                                             \
    if (a->m[0])                                                                         \
        ob_field_put_text(j, #m, a->m);
    TEXTS(X)
#undef X
#define X(m)                                                                             \
    if (a->m)                                                                            \
        ob_field_put_count(j, #m, a->m);
    COUNTS(X)
#undef X
    ob_field_put_text(j, "since_utc", date);
    ob_field_put_int(j, "since", a->since);
    ob_json_end_object(j);
}

void ob_allocation_read(struct ob_allocation *a, const struct ob_json_value *v)
{
    *a = (struct ob_allocation){ .since = ob_json_int(ob_json_get(v, "since"), 0) };
    ob_field_text(v, "system", a->system, sizeof a->system);
    ob_field_text(v, "id", a->id, sizeof a->id);
#define X(m) ob_field_text(v, #m, a->m, sizeof a->m);
    TEXTS(X)
#undef X
#define X(m) a->m = ob_field_count(v, #m, INT64_MAX);
    COUNTS(X)
#undef X
}

/* ---- several ---- */

void ob_allocations_finish(struct ob_allocations *list)
{
    free(list->item);
    *list = (struct ob_allocations){ 0 };
}

void ob_allocations_add(struct ob_allocations *list, const struct ob_allocation *a)
{
    if (list->n == OB_ALLOCATIONS_MAX)
        memmove(list->item, list->item + 1, --list->n * sizeof *list->item);
    else
        list->item = ob_xreallocarray(list->item, list->n + 1, sizeof *list->item);
    list->item[list->n++] = *a;
}

void ob_allocations_read(struct ob_allocations *list, const struct ob_rundir *d)
{
    struct ob_buf text = { 0 };
    struct ob_json_value *v = NULL;
    *list = (struct ob_allocations){ 0 };
    if (ob_rundir_read(d, "run.json", OB_RUN_JSON_MAX, &text, NULL))
        v = ob_json_parse(ob_buf_text(&text), text.len, NULL);
    const struct ob_json_value *all = ob_json_get(v, "earlier_jobs");
    size_t n = ob_json_kind(all) == OB_JSON_ARRAY ? ob_json_count(all) : 0;
    for (size_t i = 0; i < n; i++) {
        struct ob_allocation a;
        ob_allocation_read(&a, ob_json_at(all, i));
        if (a.system[0])
            ob_allocations_add(list, &a);
    }
    ob_json_free(v);
    ob_buf_finish(&text);
}
