/* Way points: which steps they are follows from the number of the step alone. */
#include "../../lib/ob_test.h"

#include "optbench/train/waypoint.h"

static void strides_are_the_smallest(void **state)
{
    (void)state;
    assert_int_equal(ob_waypoint_stride(0, 2), 1);
    assert_int_equal(ob_waypoint_stride(511, 512), 1);
    assert_int_equal(ob_waypoint_stride(512, 512), 2);
    assert_int_equal(ob_waypoint_stride(1023, 512), 2);
    assert_int_equal(ob_waypoint_stride(1024, 512), 4);
    for (uint64_t most = 2; most < 40; most++)
        for (uint64_t step = 0; step < 3000; step++) {
            uint64_t stride = ob_waypoint_stride(step, most);
            assert_true(step / stride + 1 <= most);
            assert_true(stride == 1 || step / (stride / 2) + 1 > most);
        }
}

/* From any step on the next one is the first that its own stride keeps. */
static void the_next_one_is_the_first(void **state)
{
    (void)state;
    for (uint64_t most = 2; most < 40; most++)
        for (uint64_t step = 0; step < 2000; step++) {
            uint64_t next = step + 1;
            while (next % ob_waypoint_stride(next, most) != 0)
                next++;
            assert_int_equal(ob_waypoint_after(step, most), next);
        }
    assert_true(ob_waypoint_after(UINT64_MAX - 3, 512) == UINT64_MAX);
    assert_int_equal(ob_waypoint_after(UINT64_C(1) << 62, 512),
                     (UINT64_C(1) << 62) + (UINT64_C(1) << 54));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strides_are_the_smallest),
        cmocka_unit_test(the_next_one_is_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
