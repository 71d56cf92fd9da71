/*
 * The generator of torch against tests/reference/torch_rng.txt: 174 calls on the fused
 * path and on the plain one, every value by a hash, the first and the last in clear.
 */
#include <config.h>

#include "num_test.h"
#include "optbench/num/torch_rng.h"

enum { VALUES_MAX = 4096, CASES = 348 };

/* One line of the file and what the generator gives for it. */
struct call {
    char line[256], path[16], op[64], first[40], last[40];
    unsigned long long hash;
    size_t n;
    bool whole; /* integers, in `q`; else `v` */
    double v[VALUES_MAX];
    int64_t q[VALUES_MAX];
};

/* The value of "key=" in the line, 0 where it is not there. */
static double number(const struct call *c, const char *key)
{
    char name[16];
    snprintf(name, sizeof name, " %s=", key);
    const char *at = strstr(c->line, name);
    return at ? strtod(at + strlen(name), NULL) : 0;
}

static int64_t whole(const struct call *c, const char *key)
{
    char name[16];
    snprintf(name, sizeof name, " %s=", key);
    const char *at = strstr(c->line, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void f32(struct call *c, size_t from, size_t n, const float *x)
{
    for (size_t i = 0; i < n; i++)
        c->v[from + i] = (double)x[i];
}

static void uniform_f32(struct call *c, struct ob_torch_rng *r, size_t from, size_t n)
{
    float x[VALUES_MAX];
    double high = number(c, "hi");
    ob_torch_uniform_f32(r, n, number(c, "lo"), high != 0 ? high : 1, x);
    f32(c, from, n, x);
}

static void normal_f32(struct call *c, struct ob_torch_rng *r, size_t from, size_t n)
{
    float x[VALUES_MAX];
    double std = number(c, "std");
    ob_torch_normal_f32(r, n, number(c, "mean"), std != 0 ? std : 1, x);
    f32(c, from, n, x);
}

static void linear(struct call *c, struct ob_torch_rng *r, size_t *at, size_t in,
                   size_t out, bool bias)
{
    float x[VALUES_MAX];
    double bound = ob_torch_linear_weight(in);
    ob_torch_uniform_f32(r, in * out, -bound, bound, x);
    f32(c, *at, in * out, x);
    *at += in * out;
    bound = ob_torch_linear_bias(in);
    if (bias)
        ob_torch_uniform_f32(r, out, -bound, bound, x);
    if (bias)
        f32(c, *at, out, x);
    *at += bias ? out : 0;
}

static void order(struct call *c, struct ob_torch_rng *r, size_t from, size_t n,
                  size_t keep)
{
    uint32_t row[VALUES_MAX];
    ob_torch_randperm(r, n, row);
    for (size_t i = 0; i < keep; i++)
        c->q[from + i] = row[i];
}

/* Two epochs of a DataLoader over 20 rows, `keep` of each. */
static void loader(struct call *c, struct ob_torch_rng *r, size_t keep)
{
    struct ob_torch_rng own;
    for (size_t epoch = 0; epoch < 2; epoch++) {
        ob_torch_random(r);
        ob_torch_init(&own, (uint64_t)ob_torch_random(r), r->fused);
        order(c, &own, epoch * keep, 20, keep);
    }
}

/* The same with generator=g: both numbers from it, and an order more behind each epoch.
 */
static void own_loader(struct call *c, bool fused)
{
    struct ob_torch_rng own;
    ob_torch_init(&own, 7, fused);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        ob_torch_random(&own);
        order(c, &own, epoch * 20, 20, 20);
        order(c, &own, 0, 20, 0);
    }
}

static bool is(const struct call *c, const char *op)
{
    return strcmp(c->op, op) == 0;
}

static bool make_whole(struct call *c, struct ob_torch_rng *r)
{
    c->whole = true;
    for (size_t i = 0; is(c, "raw32skip1000") && i < 1000; i++)
        ob_torch_u32(r);
    if (is(c, "dataloader_order_2epochs"))
        loader(c, r, 20);
    else if (is(c, "dataloader_droplast_2epochs"))
        loader(c, r, 14);
    else if (is(c, "dataloader_own_generator7_2epochs"))
        own_loader(c, r->fused);
    else if (is(c, "randperm"))
        order(c, r, 0, c->n, c->n);
    else if (strncmp(c->op, "raw32", 5) == 0)
        for (size_t i = 0; i < c->n; i++)
            c->q[i] = ob_torch_u32(r);
    else if (is(c, "random_i64"))
        for (size_t i = 0; i < c->n; i++)
            c->q[i] = ob_torch_random(r);
    else if (strncmp(c->op, "randint_", 8) == 0)
        for (size_t i = 0; i < c->n; i++)
            c->q[i] = ob_torch_randint(r, whole(c, "lo"), whole(c, "hi"));
    else
        c->whole = false;
    return c->whole;
}

static void networks(struct call *c, struct ob_torch_rng *r)
{
    size_t at = 0;
    if (is(c, "linear")) {
        linear(c, r, &at, (size_t)whole(c, "in"), (size_t)whole(c, "out"),
               whole(c, "bias"));
        return;
    }
    linear(c, r, &at, 20, 13, false);
    linear(c, r, &at, 13, 8, false);
    linear(c, r, &at, 8, 3, true);
}

static void mixed(struct call *c, struct ob_torch_rng *r)
{
    static const size_t parts[] = { 1, 1, 3, 16, 2 };
    size_t at = 0;
    if (is(c, "randn3_then_rand2")) {
        normal_f32(c, r, 0, 3);
        uniform_f32(c, r, 3, 2);
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; at += parts[i++])
        normal_f32(c, r, at, parts[i]);
}

static void compared(struct call *c, struct ob_torch_rng *r, double p, double yes)
{
    ob_torch_uniform_f64(r, c->n, 0, 1, c->v);
    for (size_t i = 0; i < c->n; i++)
        c->v[i] = c->v[i] < p ? yes : 0;
}

static bool make_real(struct call *c, struct ob_torch_rng *r)
{
    if (is(c, "rand_after_unshuffled_loader"))
        ob_torch_random(r);
    if (is(c, "linear") || is(c, "mlp_20_13_8_3"))
        networks(c, r);
    else if (is(c, "rand_f64") || is(c, "uniform_f64"))
        ob_torch_uniform_f64(r, c->n, number(c, "lo"), is(c, "rand_f64") ? 1 : 0.7, c->v);
    else if (is(c, "randn_f64"))
        ob_torch_normal_f64(r, c->n, 0, 1, c->v);
    else if (is(c, "randn3_then_rand2") || strncmp(c->op, "randn_f32_calls", 15) == 0)
        mixed(c, r);
    else if (is(c, "randn_f32") || is(c, "normal_f32"))
        normal_f32(c, r, 0, c->n);
    else if (is(c, "dropout_p0.5_ones20"))
        compared(c, r, 0.5, 2);
    else if (is(c, "bernoulli_p0.3"))
        compared(c, r, 0.3, 1);
    else if (strncmp(c->op, "rand_", 5) == 0 || is(c, "uniform_f32"))
        uniform_f32(c, r, 0, c->n);
    else
        return false;
    return true;
}

/* FNV-1a over 64 bits a value, low byte first. */
static unsigned long long hash_of(const struct call *c)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < c->n; i++) {
        uint64_t bits = (uint64_t)c->q[i];
        if (!c->whole)
            memcpy(&bits, &c->v[i], sizeof bits);
        for (int b = 0; b < 64; b += 8)
            h = (h ^ (bits >> b & 0xff)) * UINT64_C(0x100000001b3);
    }
    return h;
}

static bool same(const struct call *c, size_t i, const char *text)
{
    if (c->whole)
        return strtoll(text, NULL, 10) == c->q[i];
    double want = strtod(text, NULL);
    return memcmp(&want, &c->v[i], sizeof want) == 0;
}

/* "fused linear seed=0 in=20 ... n=260 HASH FIRST LAST" */
static void read_line(struct call *c)
{
    char *words[16], copy[sizeof c->line], *save = NULL;
    size_t n = 0;
    memcpy(copy, c->line, sizeof copy);
    for (char *w = strtok_r(copy, " \n", &save); w && n < 16;
         w = strtok_r(NULL, " \n", &save))
        words[n++] = w;
    assert_true(n >= 7);
    snprintf(c->path, sizeof c->path, "%s", words[0]);
    snprintf(c->op, sizeof c->op, "%s", words[1]);
    c->hash = strtoull(words[n - 3], NULL, 16);
    snprintf(c->first, sizeof c->first, "%s", words[n - 2]);
    snprintf(c->last, sizeof c->last, "%s", words[n - 1]);
    c->n = (size_t)whole(c, "n");
    assert_true(c->n >= 1 && c->n <= VALUES_MAX);
}

static void every_call_gives_the_bits_of_torch(void **state)
{
    (void)state;
    static struct call c;
    static struct ob_torch_rng r;
    char path[1024];
    int cases = 0;
    snprintf(path, sizeof path, "%s/tests/reference/torch_rng.txt",
             ob_test_env("OB_SRCDIR"));
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    for (; fgets(c.line, sizeof c.line, f); cases++) {
        read_line(&c);
        if (!is(&c, "rand_after_that"))
            ob_torch_init(&r, (uint64_t)whole(&c, "seed"), c.path[0] == 'f');
        if (!make_whole(&c, &r) && !make_real(&c, &r))
            fail_msg("what is '%s'?", c.op);
        if (!same(&c, 0, c.first) || !same(&c, c.n - 1, c.last) || hash_of(&c) != c.hash)
            fail_msg("%.*s: first %.17g or %lld, last %.17g or %lld",
                     (int)strcspn(c.line, "\n"), c.line, c.v[0], (long long)c.q[0],
                     c.v[c.n - 1], (long long)c.q[c.n - 1]);
    }
    fclose(f);
    assert_int_equal(cases, CASES);
}

/* Only the low half of a seed counts, and a negative one is taken from 2^64. */
static void seeds_are_cut_as_in_torch(void **state)
{
    (void)state;
    struct ob_torch_rng a, b;
    ob_torch_init(&a, (uint64_t)-1, true);
    ob_torch_init(&b, UINT32_MAX, true);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(ob_torch_u32(&a), ob_torch_u32(&b));
    ob_torch_init(&a, 0, true);
    assert_int_equal(ob_torch_u64(&a), (UINT64_C(2357136044) << 32) + 2546248239);
}

/* From 2^32 on a whole number takes 64 bits. */
static void wide_ranges_take_two_words(void **state)
{
    (void)state;
    struct ob_torch_rng a, b;
    ob_torch_init(&a, 5, true);
    ob_torch_init(&b, 5, true);
    int64_t x = ob_torch_randint(&a, -3, (INT64_C(1) << 32) - 3);
    assert_int_equal(x, (int64_t)(ob_torch_u64(&b) % (UINT64_C(1) << 32)) - 3);
    x = ob_torch_randint(&a, -3, (INT64_C(1) << 32) - 4);
    assert_int_equal(x, (int64_t)(ob_torch_u32(&b) % UINT32_MAX) - 3);
    x = ob_torch_randint(&a, INT64_MIN, INT64_MAX);
    assert_true(x < INT64_MAX);
    ob_torch_u64(&b);
    assert_int_equal(ob_torch_u32(&a), ob_torch_u32(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_gives_the_bits_of_torch),
        cmocka_unit_test(seeds_are_cut_as_in_torch),
        cmocka_unit_test(wide_ranges_take_two_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
