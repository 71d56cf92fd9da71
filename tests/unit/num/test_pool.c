/* The pool: each task once, nothing lost between calls, asleep when idle; and the sums
 * over it against the naive tree. */
#include <config.h>

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "num_test.h"
#include "optbench/num/reduce.h"

struct count {
    _Atomic unsigned char seen[3000];
    size_t plain[3000]; /* written by tasks without atomics, read after the call */
};

static void visit(void *ctx, size_t task)
{
    struct count *c = ctx;
    atomic_fetch_add(&c->seen[task], 1);
    c->plain[task] = task * task;
}

static void every_task_once(void **state)
{
    (void)state;
    static struct count c;
    static const unsigned sizes[] = { 1, 2, 3, 8 };
    for (size_t s = 0; s < OB_COUNT(sizes); s++) {
        struct ob_pool *pool = ob_pool_create(sizes[s], NULL);
        assert_non_null(pool);
        assert_int_equal(ob_pool_threads(pool), sizes[s]);
        struct dice dice = { s };
        for (int round = 0; round < 1500; round++) {
            size_t tasks = round < 3 ? (size_t)round : roll_size(&dice, 0, 60);
            tasks = round % 100 == 99 ? 3000 : tasks;
            memset(&c, 0, sizeof c);
            ob_pool_run(pool, visit, &c, tasks);
            for (size_t t = 0; t < 3000; t++)
                if (c.seen[t] != (t < tasks) || c.plain[t] != (t < tasks ? t * t : 0))
                    fail_msg("task %zu of %zu ran %d times", t, tasks, c.seen[t]);
        }
        ob_pool_destroy(pool);
    }
    assert_int_equal(ob_pool_threads(NULL), 1);
    ob_pool_destroy(NULL);
    struct ob_pool *all = ob_pool_create(0, NULL);
    assert_true(ob_pool_threads(all) >= 1);
    ob_pool_destroy(all);
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Processor time that the process takes while this thread is blocked for 200 ms. The wait
 * is for a signal that never comes. */
static double idle_seconds(void)
{
    sigset_t none;
    sigemptyset(&none);
    double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
    sigtimedwait(&none, NULL, &(struct timespec){ .tv_nsec = 200000000 });
    return seconds(CLOCK_PROCESS_CPUTIME_ID) - before;
}

/* After the spin the workers sleep. A processor that was taken away during the spin adds
 * to the first figures; workers that never sleep add to all. */
static void idle_costs_nothing(void **state)
{
    (void)state;
    static struct count c;
    struct ob_pool *pool = ob_pool_create(2, NULL);
    ob_pool_run(pool, visit, &c, 100);
    double least = idle_seconds();
    for (int i = 0; i < 4 && least >= 0.05; i++)
        least = fmin(least, idle_seconds());
    assert_true(least < 0.05);
    ob_pool_run(pool, visit, &c, 100); /* and they still wake */
    ob_pool_destroy(pool);
}

/* Norms against the tree written out, to the bit, for any pool and both precisions. */
static void sums_are_the_tree(void **state)
{
    (void)state;
    struct dice dice = { 3 };
    struct ob_pool *pool[] = { NULL, ob_pool_create(2, NULL), ob_pool_create(5, NULL) };
    static const size_t sizes[] = { 0,   0,   1,    1,    2,    2,    3,    3,
                                    4,   4,   5,    5,    16,   17,   255,  256,
                                    257, 999, 2047, 2048, 2049, 4100, 9999, 600000 };
    double *term = calloc(600000, sizeof *term);
    for (size_t k = 0; k < OB_COUNT(sizes) + 20; k++) {
        size_t n = k < OB_COUNT(sizes) ? sizes[k] : roll_size(&dice, 1, 5000);
        enum ob_dtype dtype = k % 2 ? OB_F32 : OB_F64;
        struct ob_pool *p = pool[k % OB_COUNT(pool)];
        struct ob_vec a, b;
        assert_true(ob_vec_init(&a, dtype, n, NULL) && ob_vec_init(&b, dtype, n, NULL));
        for (size_t i = 0; i < n; i++) {
            ob_vec_set(&a, i, roll_real(&dice, -2, 2));
            ob_vec_set(&b, i, roll_real(&dice, -2, 2));
        }
#define EXPECT(call, expression)                                                         \
    do {                                                                                 \
        for (size_t i = 0; i < n; i++) {                                                 \
            double x = ob_vec_get(&a, i), y = ob_vec_get(&b, i);                         \
            (void)x, (void)y;                                                            \
            term[i] = (expression);                                                      \
        }                                                                                \
        double want_ = tree_f64(n, term), got_ = (call);                                 \
        ob_assert_bytes(&got_, &want_, sizeof got_);                                     \
    } while (0)
        EXPECT(ob_sum(p, &a), x);
        EXPECT(ob_dot(p, &a, &b), x * y);
        EXPECT(ob_norm1(p, &a), fabs(x));
        EXPECT(ob_norm2_squared(p, &a), x * x);
        for (size_t i = 0; i < n; i++) {
            double d = ob_dtype_round(dtype, ob_vec_get(&a, i) - ob_vec_get(&b, i));
            term[i] = d * d;
        }
        double want = sqrt(tree_f64(n, term)), got = ob_norm2_diff(p, &a, &b), most = 0;
        ob_assert_bytes(&got, &want, sizeof got);
        for (size_t i = 0; i < n; i++)
            most = fmax(most, fabs(ob_vec_get(&a, i)));
        assert_true(ob_absmax(&a) == most);
        assert_int_equal(ob_first_nonfinite(&a), n);
        if (n) {
            size_t at = roll_size(&dice, 0, n - 1);
            ob_vec_set(&a, at, (double)(k % 3 ? INFINITY : NAN));
            assert_int_equal(ob_first_nonfinite(&a), at);
            assert_true(!(ob_absmax(&a) <= most));
        }
        ob_vec_finish(&a);
        ob_vec_finish(&b);
    }
    free(term);
    for (size_t p = 0; p < OB_COUNT(pool); p++)
        ob_pool_destroy(pool[p]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_once),
        cmocka_unit_test(idle_costs_nothing),
        cmocka_unit_test(sums_are_the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
