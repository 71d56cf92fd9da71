#include <config.h>

#include "../../../src/train/pace.h"

#include <math.h>

#include "../../lib/ob_test.h"

#define SECOND INT64_C(1000000000)

static void full_speed_never_waits(void **state)
{
    (void)state;
    struct ob_pace p = { 0 };
    assert_true(ob_pace_deadline(&p, 1) == INT64_MIN);
    ob_pace_set(&p, 0, 10, 5);
    assert_true(ob_pace_deadline(&p, 11) == INT64_MIN);
    assert_true(ob_pace_rate(&p, 11) == 0);
}

static void constant_pace_is_absolute(void **state)
{
    (void)state;
    struct ob_pace p;
    ob_pace_set(&p, 4, 100, 7 * SECOND);
    assert_int_equal(ob_pace_deadline(&p, 101), 7 * SECOND + SECOND / 4);
    assert_int_equal(ob_pace_deadline(&p, 108), 9 * SECOND);
    ob_pace_anchor(&p, 108, 60 * SECOND);
    assert_int_equal(ob_pace_deadline(&p, 109), 60 * SECOND + SECOND / 4);
    assert_true(ob_pace_rate(&p, 109) == 4);
    ob_pace_set(&p, 1e-300, 0, 0);
    assert_true(ob_pace_deadline(&p, 1) > INT64_C(1) << 60);
}

/* About eight seconds whatever the length, and every step sooner than the one before. */
static void automatic_pace_grows(void **state)
{
    (void)state;
    static const uint64_t lengths[] = { 3, 10, 29, 1043, 100000, 10000000 };
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        uint64_t n = lengths[l], stride = n > 1000 ? n / 1000 : 1;
        struct ob_pace p;
        ob_pace_shape(&p, n, 50, SECOND);
        int64_t end = ob_pace_deadline(&p, 50 + n);
        assert_true(end > 8 * SECOND && end < 10 * SECOND);
        int64_t last = SECOND, gap = INT64_MAX - 1;
        for (uint64_t k = stride; k <= n; k += stride) {
            int64_t at = ob_pace_deadline(&p, 50 + k);
            assert_true(at > last && at - last <= gap + 1);
            gap = at - last;
            last = at;
        }
        assert_true(ob_pace_rate(&p, 50 + n) > ob_pace_rate(&p, 50));
        ob_assert_near(ob_pace_rate(&p, 50 + n) / ob_pace_rate(&p, 50), p.growth, 1e-9);
    }
}

static void a_pause_moves_the_rest(void **state)
{
    (void)state;
    struct ob_pace p;
    ob_pace_shape(&p, 1000, 0, 0);
    int64_t at = ob_pace_deadline(&p, 500), next = ob_pace_deadline(&p, 501);
    ob_pace_anchor(&p, 500, 100 * SECOND);
    int64_t moved = ob_pace_deadline(&p, 501) - 100 * SECOND;
    assert_true(moved - (next - at) <= 1 && (next - at) - moved <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_speed_never_waits),
        cmocka_unit_test(constant_pace_is_absolute),
        cmocka_unit_test(automatic_pace_grows),
        cmocka_unit_test(a_pause_moves_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
