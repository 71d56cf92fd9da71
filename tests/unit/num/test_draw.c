/* One way to draw, whatever the generator. */
#include <config.h>

#include "num_test.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"

enum { N = 3000 };

static const enum ob_rng_kind kinds[] = { OB_RNG_PHILOX, OB_RNG_TORCH,
                                          OB_RNG_TORCH_DEFAULT };

static struct ob_draw draw(enum ob_rng_kind kind, enum ob_dtype dtype, uint64_t seed)
{
    struct ob_draw d;
    const struct ob_draw_setup s = {
        .kind = kind, .dtype = dtype, .seed = seed, .stream = OB_STREAM_INIT
    };
    assert_true(ob_draw_init(&d, &s, NULL));
    return d;
}

/* Entry i of what is drawn is entry i of the stream, in one call or in many. */
static void philox_is_what_it_was(void **state)
{
    (void)state;
    double out[101];
    struct ob_draw d = draw(OB_RNG_PHILOX, OB_F32, 42);
    ob_draw_normal(&d, 50, 1, 2, out);
    ob_draw_normal(&d, 0, 1, 2, out);
    ob_draw_normal(&d, 1, 1, 2, out + 50);
    ob_draw_normal(&d, 50, 1, 2, out + 51);
    for (size_t i = 0; i < 101; i++)
        assert_true(out[i] == 1 + 2 * ob_normal_at(42, OB_STREAM_INIT, i));
    d = draw(OB_RNG_PHILOX, OB_F64, 42);
    ob_draw_uniform(&d, 3, -1, 4, out);
    ob_draw_uniform(&d, 98, -1, 4, out + 3);
    for (size_t i = 0; i < 101; i++)
        assert_true(out[i] == -1 + 5 * ob_uniform_at(42, OB_STREAM_INIT, i));
}

/* A pair that uniforms or normals have begun is not shared with the others. */
static void philox_never_uses_a_word_twice(void **state)
{
    (void)state;
    double u[3], z[3], v;
    struct ob_draw d = draw(OB_RNG_PHILOX, OB_F64, 7);
    ob_draw_uniform(&d, 3, 0, 1, u);
    ob_draw_normal(&d, 3, 0, 1, z);
    ob_draw_uniform(&d, 1, 0, 1, &v);
    assert_true(u[2] == ob_uniform_at(7, OB_STREAM_INIT, 2));
    assert_true(z[0] == ob_normal_at(7, OB_STREAM_INIT, 4));
    assert_true(z[2] == ob_normal_at(7, OB_STREAM_INIT, 6));
    assert_true(v == ob_uniform_at(7, OB_STREAM_INIT, 8));
}

/* float32 goes through a buffer in parts; the engine knows none. */
static void parts_of_a_call_are_one_call(void **state)
{
    (void)state;
    static float whole[N];
    static double parts[N];
    struct dice dice = { 1 };
    for (int round = 0; round < 60; round++) {
        size_t n = round < 40 ? roll_size(&dice, 0, 40) : roll_size(&dice, 1000, N);
        struct ob_torch_rng r;
        struct ob_draw d = draw(OB_RNG_TORCH, OB_F32, (uint64_t)round);
        ob_torch_init(&r, (uint64_t)round, true);
        ob_torch_normal_f32(&r, n, 1, 3, whole);
        ob_draw_normal(&d, n, 1, 3, parts);
        for (size_t i = 0; i < n; i++)
            assert_true(parts[i] == (double)whole[i]);
        ob_torch_uniform_f32(&r, n, -2, 3, whole);
        ob_draw_uniform(&d, n, -2, 3, parts);
        for (size_t i = 0; i < n; i++)
            assert_true(parts[i] == (double)whole[i]);
        assert_int_equal(ob_draw_seed(&d), ob_torch_random(&r));
    }
}

/* Something of everything, as numbers that can be compared. */
static void sample(struct ob_draw *d, double out[static 60])
{
    int64_t whole[5];
    uint32_t order[17];
    ob_draw_uniform(d, 3, -1, 1, out);
    ob_draw_normal(d, 5, 0, 1, out + 3);
    ob_draw_normal(d, 21, 2, 3, out + 8);
    ob_draw_integers(d, 5, -4, 9, whole);
    ob_draw_permutation(d, 17, order);
    for (size_t i = 0; i < 5; i++)
        out[29 + i] = (double)whole[i];
    for (size_t i = 0; i < 17; i++)
        out[34 + i] = order[i];
    for (size_t i = 51; i < 59; i++)
        out[i] = (double)ob_draw_seed(d);
    ob_draw_normal(d, 1, 0, 1, out + 59);
}

static void a_saved_state_goes_on(void **state)
{
    (void)state;
    uint64_t saved[OB_DRAW_STATE_MAX], again[OB_DRAW_STATE_MAX];
    double a[60], b[60];
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (unsigned dtype = OB_F32; dtype <= OB_F64; dtype++)
            for (int before = 0; before < 30; before++) {
                struct ob_draw d = draw(kinds[k], dtype, 3),
                               other = draw(kinds[k], dtype, 3);
                for (int i = 0; i < before; i++)
                    sample(&d, a);
                size_t n = ob_draw_save(&d, saved);
                sample(&d, a);
                assert_true(ob_draw_restore(&other, n, saved));
                assert_int_equal(ob_draw_save(&other, again), n);
                assert_memory_equal(saved, again, n * sizeof *saved);
                sample(&other, b);
                assert_memory_equal(a, b, sizeof a);
            }
}

static void what_is_no_state_is_refused(void **state)
{
    (void)state;
    uint64_t saved[OB_DRAW_STATE_MAX], unchanged[OB_DRAW_STATE_MAX];
    struct ob_draw t = draw(OB_RNG_TORCH, OB_F32, 3), p = draw(OB_RNG_PHILOX, OB_F32, 3);
    size_t n = ob_draw_save(&t, saved);
    assert_int_equal(n, OB_DRAW_STATE_MAX);
    assert_false(ob_draw_restore(&p, n, saved));
    assert_false(ob_draw_restore(&t, n - 1, saved));
    saved[n - 2] = 625;
    assert_false(ob_draw_restore(&t, n, saved));
    saved[n - 2] = 624;
    saved[n - 1] = UINT64_C(0x7ff0000000000000);
    assert_false(ob_draw_restore(&t, n, saved));
    assert_int_equal(ob_draw_save(&t, unchanged), n);
    assert_int_equal(unchanged[n - 2], 624);
    assert_false(ob_draw_restore(&p, 2, (const uint64_t[]){ 8, 2 }));
    assert_true(ob_draw_restore(&p, 2, (const uint64_t[]){ 9, 1 }));
}

static void draws_keep_their_limits(void **state)
{
    (void)state;
    static double u[N];
    static int64_t q[N];
    static uint32_t order[N];
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct ob_draw d = draw(kinds[k], OB_F32, seed);
            unsigned seen[7] = { 0 };
            double sum = 0, squares = 0;
            static bool there[N];
            ob_draw_uniform(&d, N, -0.25, 0.5, u);
            ob_draw_integers(&d, N, -3, 4, q);
            ob_draw_permutation(&d, N, order);
            memset(there, 0, sizeof there);
            for (size_t i = 0; i < N; i++) {
                assert_true(u[i] >= -0.25 && u[i] <= 0.5 && q[i] >= -3 && q[i] < 4);
                assert_true(order[i] < N && !there[order[i]]);
                there[order[i]] = true;
                seen[q[i] + 3]++;
            }
            for (size_t i = 0; i < 7; i++)
                assert_in_range(seen[i], N / 7 - 110, N / 7 + 110);
            ob_draw_normal(&d, N, 5, 2, u);
            for (size_t i = 0; i < N; i++)
                sum += u[i];
            for (size_t i = 0; i < N; i++)
                squares += (u[i] - 5) * (u[i] - 5);
            ob_assert_near(sum / N, 5, 0.2);
            ob_assert_near(squares / N, 4, 0.5);
        }
    ob_draw_permutation(&(struct ob_draw){ 0 }, 0, order);
}

/* ---- what is drawn before ---- */

struct list {
    char *item[32];
    struct ob_texts texts;
};

static const struct ob_texts *list(struct list *l, const char *text)
{
    static char copy[256];
    char *save = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    l->texts = (struct ob_texts){ .item = l->item };
    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
        l->item[l->texts.n++] = w;
    return &l->texts;
}

/* A draw behind the calls. */
static struct ob_draw behind(enum ob_dtype dtype, const char *calls)
{
    struct list l;
    struct ob_draw d;
    const struct ob_draw_setup s = {
        .kind = OB_RNG_TORCH, .dtype = dtype, .seed = 11, .before = list(&l, calls)
    };
    assert_true(ob_draw_init(&d, &s, NULL));
    return d;
}

/* Each word draws what the call it stands for draws. */
static void calls_can_be_repeated(void **state)
{
    (void)state;
    static double x[N], y[1];
    static uint32_t order[N];
    int64_t q[9];
    for (unsigned dtype = OB_F32; dtype <= OB_F64; dtype++) {
        struct ob_draw want = draw(OB_RNG_TORCH, dtype, 11);
        ob_draw_normal(&want, 3, 0, 1, x);
        ob_draw_normal(&want, 17, 0, 1, x);
        ob_draw_normal(&want, 32, 0, 1, x);
        ob_draw_uniform(&want, 5, 0, 1, x);
        for (int i = 0; i < 3; i++)
            ob_draw_seed(&want);
        ob_draw_permutation(&want, 1000, order);
        ob_draw_uniform(&want, 4, -1, 1, x);
        ob_draw_uniform(&want, 2, -1, 1, x);
        ob_draw_integers(&want, 9, -1, 3, q);
        ob_draw_integers(&want, 2, 0, INT64_C(1) << 32, q);
        struct ob_draw d = behind(dtype, "randn 3 randn 17 randn 32 rand 5 random64 "
                                         "random64 2 randperm 1000 linear 2 2 "
                                         "randint -1 3 9 randint 0 4294967296 2");
        ob_draw_normal(&want, 1, 0, 1, x);
        ob_draw_normal(&d, 1, 0, 1, y);
        assert_true(x[0] == y[0]);
        assert_int_equal(ob_draw_seed(&d), ob_draw_seed(&want));
    }
}

static void a_wrong_call_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "rndn 5", "unknown call 'rndn'; did you mean 'randn'?" },
        { "5", "'5' is no call that can be repeated: there are randn, rand, random64, "
               "randperm, linear and randint" },
        { "randn", "randn needs how many numbers behind it" },
        { "randn rand 5", "randn needs how many numbers behind it" },
        { "randn 5 5", "randn needs how many numbers behind it" },
        { "random64 2 2",
          "random64 needs how many numbers, or nothing for one behind it" },
        { "linear 2", "linear needs how many inputs and outputs behind it" },
        { "randint 5 10", "randint needs its two ends and how many numbers behind it" },
        { "randint 5 5 1", "randint needs its lower end first" },
        { "randn 2.5", "randn: '2.5' is not a whole number" },
        { "randn nan", "randn: 'nan' is not a whole number" },
        { "rand 1e300", "rand: '1e300' is not a whole number" },
        { "rand -1", "rand cannot draw fewer than none" },
        { "randperm 1e10", "randperm draws more than 1e9 numbers" },
        { "linear 1e5 1e5", "linear draws more than 1e9 numbers" },
    };
    struct ob_draw d;
    struct ob_err err;
    struct list l;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ob_draw_setup s = { .kind = OB_RNG_TORCH,
                                         .before = list(&l, cases[i].text) };
        assert_false(ob_draw_check(s.before, &err));
        assert_string_equal(err.text, cases[i].want);
        assert_int_equal(err.code, OB_ECONFIG);
        err.text[0] = '\0';
        assert_false(ob_draw_init(&d, &s, &err));
        assert_string_equal(err.text, cases[i].want);
    }
    const struct ob_draw_setup s = { .before = list(&l, "randn 2") };
    assert_false(ob_draw_init(&d, &s, &err));
    assert_string_equal(err.text, "only rng = torch has calls to repeat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_is_what_it_was),
        cmocka_unit_test(philox_never_uses_a_word_twice),
        cmocka_unit_test(parts_of_a_call_are_one_call),
        cmocka_unit_test(a_saved_state_goes_on),
        cmocka_unit_test(what_is_no_state_is_refused),
        cmocka_unit_test(draws_keep_their_limits),
        cmocka_unit_test(calls_can_be_repeated),
        cmocka_unit_test(a_wrong_call_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
