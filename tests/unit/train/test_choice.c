/* What `auto` chooses, of GPUs that are made up. */
#include <config.h>

#include "../../../src/train/choice.h"

#include "../../lib/ob_test.h"
#include "optbench/base/rng.h"

static const struct ob_device_facts h200 = { .api = "cuda",
                                             .name = "NVIDIA H200",
                                             .architecture = "sm_90",
                                             .memory = UINT64_C(150) << 30,
                                             .units = 132,
                                             .clock_mhz = 1980,
                                             .gpu = true,
                                             .float64 = true,
                                             .exact = true };

static struct ob_choice_task linear(size_t rows, size_t features)
{
    return (struct ob_choice_task){ .cost = { .kind = OB_COST_LINEAR,
                                              .rows = rows,
                                              .table = rows,
                                              .features = features,
                                              .parameters = features + 1,
                                              .tensors = 2,
                                              .size = sizeof(float),
                                              .threads = 1 },
                                    .steps = 100000,
                                    .hosted = true,
                                    .bytes = 4 * rows * (features + 1) };
}

static void small_ones_stay(void **state)
{
    (void)state;
    char why[OB_CHOICE_WHY];
    struct ob_choice_task task = linear(49, 1);
    assert_true(ob_choice_is_plain(&task, why));
    assert_string_equal(why, "49x2 is too small for a GPU");
    task.hosted = false;
    assert_true(ob_choice_is_plain(&task, why));
    task.cost = (struct ob_cost){
        .kind = OB_COST_FUNCTION, .parameters = 2, .tensors = 2, .size = 8, .threads = 1
    };
    assert_true(ob_choice_is_plain(&task, why));
    assert_string_equal(why, "a function of 2 parameters is too small for a GPU");
    task.cost = (struct ob_cost){ .kind = OB_COST_NETWORK,
                                  .rows = 16,
                                  .features = 2,
                                  .parameters = 337,
                                  .tensors = 6,
                                  .size = 4,
                                  .threads = 1 };
    assert_true(ob_choice_is_plain(&task, why));
    assert_string_equal(why,
                        "16 rows in a network of 337 parameters are too small for a GPU");
}

static void large_ones_go(void **state)
{
    (void)state;
    char why[OB_CHOICE_WHY];
    struct ob_device_facts slow = h200, item[2];
    struct ob_choice_gpus gpus = { .item = item, .n = 2 };
    struct ob_choice_task task = linear(1000000, 100);
    slow.units = 10;
    item[0] = slow;
    item[1] = h200;
    item[1].index = 1;
    assert_false(ob_choice_is_plain(&task, why));
    assert_ptr_equal(ob_choice_best(&task, &gpus, why), &item[1]);
    assert_non_null(strstr(why, "times as fast as the processor"));

    /* Only the slow one has room. */
    item[0].memory = task.bytes;
    item[1].memory = task.bytes - 1;
    assert_ptr_equal(ob_choice_best(&task, &gpus, why), &item[0]);
    item[0].memory--;
    assert_null(ob_choice_best(&task, &gpus, why));
    assert_string_equal(why, "it needs 404 MB of a GPU's memory, cuda:0 has 404 MB");
    gpus.n = 0;
    assert_null(ob_choice_best(&task, &gpus, why));
    assert_string_equal(why, "no GPU was found");
}

static void reasons(void **state)
{
    (void)state;
    char why[OB_CHOICE_WHY];
    struct ob_device_facts snail = h200;
    struct ob_choice_gpus gpus = { .item = &snail, .n = 1 };
    struct ob_choice_task task = linear(1000000, 100);
    task.steps = 10;
    assert_true(ob_choice_is_plain(&task, why));
    assert_non_null(strstr(why, "10 steps take about 0."));
    task.steps = 100000;
    task.lacks = "the data are sparse";
    assert_true(ob_choice_is_plain(&task, why));
    assert_string_equal(why, "not for a GPU: the data are sparse");
    task.lacks = NULL;
    snail.units = 1;
    snail.clock_mhz = 100;
    assert_null(ob_choice_best(&task, &gpus, why));
    assert_non_null(strstr(why, "cuda:0 would take about "));
}

/* Whoever has more to do never goes back to the processor, and costs are sane numbers. */
static void is_monotonic(void **state)
{
    (void)state;
    enum { CASES = 2000 };
    struct ob_rng g;
    char why[OB_CHOICE_WHY];
    ob_rng_init(&g, 7, 0);
    for (int i = 0; i < CASES; i++) {
        struct ob_choice_task task =
            linear(1 + ob_rng_below(&g, 1u << 22), 1 + ob_rng_below(&g, 200));
        task.cost.kind = (enum ob_cost_kind)ob_rng_below(&g, 3);
        task.cost.threads = 1 + (unsigned)ob_rng_below(&g, 64);
        task.cost.size = ob_rng_below(&g, 2) ? 4 : 8;
        task.cost.blas = ob_rng_below(&g, 2);
        task.hosted = ob_rng_below(&g, 2);
        const bool plain = ob_choice_is_plain(&task, why);
        const double cpu = ob_cost_cpu(&task.cost);
        assert_true(cpu > 0 && cpu < 1e4);
        assert_true(ob_cost_gpu(&task.cost, &h200, false) <=
                    ob_cost_gpu(&task.cost, &h200, true));
        assert_true(ob_cost_gpu(&task.cost, NULL, true) <=
                    ob_cost_gpu(&task.cost, &h200, true));
        task.cost.rows *= 2;
        task.cost.table *= 2;
        assert_true(ob_cost_cpu(&task.cost) >= cpu);
        if (!plain)
            assert_false(ob_choice_is_plain(&task, why));
    }
}

static void grants(void **state)
{
    (void)state;
    static const struct {
        const char *slurm, *visible, *granted;
    } cases[] = { { NULL, NULL, NULL },
                  { "", "", NULL },
                  { NULL, "-1", NULL },
                  { NULL, "NoDevFiles", NULL },
                  { "0,3", NULL, "SLURM_JOB_GPUS=0,3" },
                  { "2", "0", "SLURM_JOB_GPUS=2" },
                  { NULL, "GPU-8f3", "CUDA_VISIBLE_DEVICES=GPU-8f3" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_buf out = { 0 };
        unsetenv("SLURM_JOB_GPUS");
        unsetenv("CUDA_VISIBLE_DEVICES");
        if (cases[i].slurm)
            setenv("SLURM_JOB_GPUS", cases[i].slurm, 1);
        if (cases[i].visible)
            setenv("CUDA_VISIBLE_DEVICES", cases[i].visible, 1);
        assert_int_equal(ob_choice_granted(&out), cases[i].granted != NULL);
        assert_string_equal(ob_buf_text(&out), cases[i].granted ? cases[i].granted : "");
        ob_buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_stay), cmocka_unit_test(large_ones_go),
        cmocka_unit_test(reasons),         cmocka_unit_test(is_monotonic),
        cmocka_unit_test(grants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
