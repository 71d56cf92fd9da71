/* Scripts for clusters: limits of time, how many shards, what is refused, and that no
 * path, however it is called, stands anywhere but in its quotes. What shells and Slurm
 * make of them is tests/cli/script.sh and tests/cluster/slurm.sh. */
#include <config.h>

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/base/shell.h"
#include "optbench/base/text.h"
#include "optbench/sweep/script.h"

#include "../../lib/ob_test.h"

static void times_are_those_of_sbatch(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t seconds;
    } good[] = {
        { "90", 5400 },          { "1:30", 90 },      { "02:03:04", 7384 },
        { "2-12", 216000 },      { "1-0:30", 88200 }, { "0-00:00:07", 7 },
        { "1-00:00:00", 86400 },
    };
    static const char *const bad[] = {
        "",   "0",          "0:00",  "0-0",       "-1",  "1h", "1:",
        ":1", "1:2:3:4",    "1-",    "1-1:1:1:1", "1 ",  " 1", "1.5",
        "+1", "9999999999", "1-2-3", "UNLIMITED", "1\n",
    };
    struct ob_err err;
    uint64_t seconds;
    for (size_t i = 0; i < OB_COUNT(good); i++) {
        if (!ob_script_seconds(good[i].text, &seconds, &err))
            fail_msg("%s: %s", good[i].text, err.text);
        assert_int_equal(seconds, good[i].seconds);
    }
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        if (ob_script_seconds(bad[i], &seconds, &err))
            fail_msg("'%s' is %llu s", bad[i], (unsigned long long)seconds);
        assert_int_equal(err.code, OB_EUSAGE);
    }
}

static void shards_take_half_an_hour(void **state)
{
    (void)state;
    static const struct {
        struct ob_script_work w;
        size_t shards;
    } cases[] = {
        { { .cells = 100, .seconds = NAN }, 16 },
        { { .cells = 5, .seconds = NAN }, 5 },
        { { .cells = 0, .seconds = NAN }, 1 },
        { { .cells = 100, .seconds = 0 }, 1 },
        { { .cells = 100, .seconds = 1800 }, 1 },
        { { .cells = 100, .seconds = 1801 }, 2 },
        { { .cells = 100, .seconds = 36000 }, 20 },
        { { .cells = 100, .seconds = 36000, .cpus = 4 }, 5 },
        { { .cells = 100, .seconds = 36000, .limit = 1800 }, 40 },
        { { .cells = 100, .seconds = 36000, .limit = 360000 }, 20 },
        { { .cells = 100, .seconds = 1e18 }, 100 },
        { { .cells = 1000000, .seconds = INFINITY }, OB_SCRIPT_ARRAY_MOST },
        { { .cells = 100, .seconds = 36000, .most = 3 }, 3 },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++)
        assert_int_equal(ob_script_shards(&cases[i].w), cases[i].shards);
    /* 100 cells of 360 s: 5 shards of 20 cells, four at a time. */
    ob_assert_near(ob_script_shard_seconds(&cases[7].w, 5), 1800, 1e-9);
    assert_true(isnan(ob_script_shard_seconds(&cases[0].w, 16)));
}

static struct ob_script sample(enum ob_script_kind kind)
{
    return (struct ob_script){ .kind = kind,
                               .program = "/usr/bin/optbench",
                               .dir = "/scratch/me/rates",
                               .name = "rates",
                               .cells = 100,
                               .shards = 8,
                               .ranks = 4,
                               .cpus = 2,
                               .warn = 120 };
}

static void options_are_checked(void **state)
{
    (void)state;
    static const char *const one_line[] = { "--qos=long\n#SBATCH --x" },
                             *const no_option[] = { "qos=long" },
                             *const hidden[] = { "--comment=a\xe2\x80\xae" };
    struct ob_script s[13];
    for (size_t i = 0; i < OB_COUNT(s); i++)
        s[i] = sample(OB_SCRIPT_SLURM);
    s[0].time = "1h";
    s[1].time = "2:00"; /* not longer than what the signal takes of it */
    s[2].memory = "4GB";
    s[3].memory = "G";
    s[4].gpus = "a100 2";
    s[5].gpus = "";
    s[6].partition = "main\n";
    s[7].partition = "$(x)";
    s[8].account = "a b";
    s[9].sbatch = one_line, s[9].nsbatch = 1;
    s[10].sbatch = no_option, s[10].nsbatch = 1;
    s[11].sbatch = hidden, s[11].nsbatch = 1;
    s[12].memory = "";
    for (size_t i = 0; i < OB_COUNT(s); i++) {
        struct ob_buf out = { 0 };
        struct ob_err err;
        ob_buf_adds(&out, "before");
        if (ob_script_write(&s[i], &out, &err))
            fail_msg("case %zu is written", i);
        assert_int_equal(err.code, OB_EUSAGE);
        assert_int_equal(out.len, strlen("before"));
        ob_buf_finish(&out);
    }
}

static void what_was_asked_for_stands_there(void **state)
{
    (void)state;
    static const char *const want[] = {
        "#SBATCH --job-name=rates\n",
        "#SBATCH --array=0-7%3\n",
        "#SBATCH --cpus-per-task=2\n",
        "#SBATCH --time=1:30:00\n",
        "#SBATCH --mem=4G\n",
        "#SBATCH --gpus=a100:2\n",
        "#SBATCH --partition=a,b\n",
        "#SBATCH --account=lab\n",
        "#SBATCH --requeue\n",
        "#SBATCH --open-mode=append\n",
        "#SBATCH --signal=TERM@120\n",
        "#SBATCH --qos=long\n",
        "\nmodule load openblas\n",
        "--shard \"$SLURM_ARRAY_TASK_ID/8\"",
        "#SBATCH --output=/scratch/me/rates/slurm-%A_%a.out\n",
    };
    static const char *const sbatch[] = { "--qos=long" };
    static const char *const setup[] = { "module load openblas" };
    struct ob_script s = sample(OB_SCRIPT_SLURM);
    struct ob_buf out = { 0 };
    struct ob_err err;
    s.at_once = 3;
    s.time = "1:30:00";
    s.memory = "4G";
    s.gpus = "a100:2";
    s.partition = "a,b";
    s.account = "lab";
    s.sbatch = sbatch, s.nsbatch = 1;
    s.setup = setup, s.nsetup = 1;
    if (!ob_script_write(&s, &out, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < OB_COUNT(want); i++)
        if (!strstr(ob_buf_text(&out), want[i]))
            fail_msg("missing: %s", want[i]);
    ob_buf_finish(&out);
}

/* With its word in quotes taken out, a script of a hostile path is that of any other. */
static void paths_stand_in_their_quotes(void **state)
{
    (void)state;
    static const char likely[] = "'\"\\$`#%{}!;&| \n\t\x1b\xc3\xa4"
                                 "a";
    struct ob_rng rng;
    ob_rng_init(&rng, 9, 1);
    for (int round = 0; round < 300; round++) {
        struct ob_script s = sample((enum ob_script_kind)(round % 3));
        struct ob_buf a = { 0 }, b = { 0 }, word = { 0 };
        struct ob_err err;
        char dir[24] = "/x\n";
        for (size_t k = 3; k < sizeof dir - 1; k++)
            dir[k] = likely[ob_rng_below(&rng, sizeof likely - 1)];
        s.dir = dir;
        s.name = dir;
        assert_true(ob_script_write(&s, &a, &err));
        s.dir = "/\n";
        assert_true(ob_script_write(&s, &b, &err));
        ob_buf_adds(&word, "\nsweep=");
        ob_shell_word(&word, dir);
        const char *at = strstr(ob_buf_text(&a), ob_buf_text(&word));
        const char *other = strstr(ob_buf_text(&b), "\nsweep=$'/\\x0a'");
        assert_non_null(at);
        assert_non_null(other);
        assert_int_equal(at - a.data, other - b.data);
        assert_memory_equal(a.data, b.data, (size_t)(at - a.data));
        assert_string_equal(at + word.len, other + strlen("\nsweep=$'/\\x0a'"));
        ob_buf_finish(&a);
        ob_buf_finish(&b);
        ob_buf_finish(&word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_sbatch),
        cmocka_unit_test(shards_take_half_an_hour),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(what_was_asked_for_stands_there),
        cmocka_unit_test(paths_stand_in_their_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
