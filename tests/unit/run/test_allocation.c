/* Allocations of clusters: from the environment of each batch system into run.json and
 * back, and in words. */
#include <config.h>

#include <stdlib.h>

#include "optbench/run/allocation.h"
#include "optbench/run/runinfo.h"
#include "scratch.h"

#define SET_MOST 16

struct setting {
    const char *name, *value;
};

/* Every variable that is asked for; none of them may come from outside of the test. */
static const char *const asked[] = {
    "SLURM_JOB_ID",
    "SLURM_JOBID",
    "SLURM_ARRAY_JOB_ID",
    "SLURM_ARRAY_TASK_ID",
    "SLURM_JOB_NAME",
    "SLURM_JOB_NODELIST",
    "SLURM_NODELIST",
    "SLURM_JOB_PARTITION",
    "SLURM_JOB_ACCOUNT",
    "SLURM_STEP_GPUS",
    "SLURM_JOB_GPUS",
    "SLURM_CPUS_PER_TASK",
    "SLURM_CPUS_ON_NODE",
    "SLURM_RESTART_COUNT",
    "SLURM_MEM_PER_NODE",
    "SLURM_MEM_PER_CPU",
    "PBS_JOBID",
    "PBS_ARRAY_INDEX",
    "PBS_ARRAYID",
    "PBS_JOBNAME",
    "PBS_QUEUE",
    "PBS_ACCOUNT",
    "NCPUS",
    "PBS_NP",
    "LSB_JOBID",
    "LSB_JOBINDEX",
    "LSB_JOBNAME",
    "LSB_HOSTS",
    "LSB_QUEUE",
    "LSB_PROJECT_NAME",
    "LSB_DJOB_NUMPROC",
    "LSB_MAX_NUM_PROCESSORS",
    "JOB_ID",
    "SGE_TASK_ID",
    "JOB_NAME",
    "QUEUE",
    "NSLOTS",
    "RESTARTED",
};

static struct ob_allocation with(const struct setting *set)
{
    struct ob_allocation a;
    for (size_t i = 0; i < OB_COUNT(asked); i++)
        unsetenv(asked[i]);
    for (; set->name; set++)
        setenv(set->name, set->value, 1);
    ob_allocation_here(&a);
    return a;
}

static const struct {
    const char *words;
    struct setting set[SET_MOST];
} cases[] = {
    { "", { { 0 } } },
    { "slurm 7", { { "SLURM_JOB_ID", "7" } } },
    { "slurm 1230_4 (job 1234) on n[1-2], partition main, account lab, 2 CPUs, GPUs 0,1, "
      "4 GiB, restarted once",
      { { "SLURM_JOB_ID", "1234" },
        { "SLURM_ARRAY_JOB_ID", "1230" },
        { "SLURM_ARRAY_TASK_ID", "4" },
        { "SLURM_JOB_NODELIST", "n[1-2]" },
        { "SLURM_JOB_PARTITION", "main" },
        { "SLURM_JOB_ACCOUNT", "lab" },
        { "SLURM_JOB_GPUS", "0,1" },
        { "SLURM_CPUS_PER_TASK", "2" },
        { "SLURM_CPUS_ON_NODE", "64" },
        { "SLURM_MEM_PER_NODE", "4096" },
        { "SLURM_RESTART_COUNT", "1" },
        { "JOB_ID", "9" } } },
    { "slurm 8, 3 CPUs, 3000 MiB, restarted 2 times",
      { { "SLURM_JOB_ID", "8" },
        { "SLURM_CPUS_ON_NODE", "3" },
        { "SLURM_MEM_PER_CPU", "1000" },
        { "SLURM_RESTART_COUNT", "2" } } },
    { "slurm 8, 1 CPU",
      { { "SLURM_JOB_ID", "8" },
        { "SLURM_CPUS_ON_NODE", "1" },
        { "SLURM_MEM_PER_CPU", "9223372036854775807" },
        { "SLURM_RESTART_COUNT", "-3" } } },
    { "pbs 12[3].head, queue workq",
      { { "PBS_JOBID", "12[3].head" },
        { "PBS_ARRAY_INDEX", "3" },
        { "PBS_QUEUE", "workq" } } },
    { "lsf 5 on a b, queue normal, 2 CPUs",
      { { "LSB_JOBID", "5" },
        { "LSB_JOBINDEX", "0" },
        { "LSB_HOSTS", "a b" },
        { "LSB_QUEUE", "normal" },
        { "LSB_DJOB_NUMPROC", "2" } } },
    { "lsf 5_9", { { "LSB_JOBID", "5" }, { "LSB_JOBINDEX", "9" } } },
    { "sge 6, 4 CPUs",
      { { "JOB_ID", "6" }, { "SGE_TASK_ID", "undefined" }, { "NSLOTS", "4" } } },
    { "sge 6_2", { { "JOB_ID", "6" }, { "SGE_TASK_ID", "2" } } },
    { "", { { "JOB_ID", "6" } } },
};

static void environment_is_understood(void **state)
{
    (void)state;
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_allocation a = with(cases[i].set);
        ob_buf_clear(&text);
        ob_allocation_words(&a, &text);
        assert_string_equal(ob_buf_text(&text), cases[i].words);
    }
    ob_buf_finish(&text);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char *name = ob_xcalloc(5001, 1);
    memset(name, 'x', 5000);
    struct ob_allocation a = with((struct setting[]){
        { "SLURM_JOB_ID", name }, { "SLURM_JOB_NAME", name }, { NULL, NULL } });
    assert_int_equal(strlen(a.id), sizeof a.id - 1);
    assert_int_equal(strlen(a.name), sizeof a.name - 1);
    free(name);
}

/* ---- run.json ---- */

static void write_info(const struct ob_rundir *d, const struct ob_run_info *info)
{
    struct ob_buf text = { 0 };
    ob_run_info_write(info, &text);
    scratch_put(d, "run.json", ob_buf_text(&text), false);
    ob_buf_finish(&text);
}

static void info_comes_back(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "jobs");
    struct ob_allocations earlier = { 0 }, again;
    struct ob_run_info info = { .recorded = OB_RUN_FINISHED }, back;
    struct ob_err err;
    write_info(&d, &info);
    assert_true(ob_run_info_recorded(&d, &back, &err));
    assert_string_equal(back.job.system, "");
    ob_allocations_read(&again, &d);
    assert_int_equal(again.n, 0);

    /* More than are kept, as long as they may be, of what takes most room in JSON. */
    for (unsigned i = 0; i < OB_ALLOCATIONS_MAX + 5; i++) {
        struct ob_allocation a = with(cases[2].set);
        memset(a.nodes, 1, sizeof a.nodes - 1);
        memset(a.name, 1, sizeof a.name - 1);
        memset(a.account, 1, sizeof a.account - 1);
        memset(a.gpus, 1, sizeof a.gpus - 1);
        a.restarts = i;
        a.since = INT64_C(1795464301000000001) + i;
        ob_allocations_add(&earlier, &a);
    }
    info.job = with(cases[2].set);
    info.job.since = INT64_C(1795464399000000001);
    info.earlier_jobs = &earlier;
    write_info(&d, &info);
    assert_true(ob_run_info_recorded(&d, &back, &err));
    assert_memory_equal(&back.job, &info.job, sizeof info.job);
    ob_allocations_read(&again, &d);
    assert_int_equal(again.n, OB_ALLOCATIONS_MAX);
    for (size_t i = 0; i < again.n; i++)
        assert_memory_equal(&again.item[i], &earlier.item[i], sizeof *again.item);
    assert_int_equal(again.item[0].restarts, 5);
    ob_allocations_finish(&again);

    /* Out of the cluster again. */
    info.job = (struct ob_allocation){ 0 };
    write_info(&d, &info);
    assert_true(ob_run_info_recorded(&d, &back, &err));
    assert_string_equal(back.job.system, "");
    ob_allocations_finish(&earlier);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void hostile_jobs_do_no_harm(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{\"state\":\"finished\",\"job\":7,\"earlier_jobs\":{}}",
        "{\"state\":\"finished\",\"job\":[],\"earlier_jobs\":[1,null,{},{\"system\":3}]}",
        "{\"state\":\"finished\",\"job\":{\"system\":\"a system of a long name\","
        "\"cpus\":-1,\"memory\":1e300,\"since\":\"x\"}}",
    };
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "jobs");
    struct ob_err err;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        struct ob_allocations list;
        struct ob_run_info info;
        scratch_put(&d, "run.json", bad[i], false);
        assert_true(ob_run_info_recorded(&d, &info, &err));
        assert_true(info.job.cpus == 0 && info.job.memory == 0 && info.job.since == 0);
        ob_allocations_read(&list, &d);
        assert_int_equal(list.n, 0);
        ob_allocations_finish(&list);
    }
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environment_is_understood),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(info_comes_back),
        cmocka_unit_test(hostile_jobs_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
