/*
 * Steps that a device makes by itself: every rule that treats elements alone gives the
 * bits of the host there, its vectors, counters and rates, with its options one by one
 * and several kinds in one kernel; typed rules do; looking ahead can be taken back;
 * nothing moves once a chunk is halted; the sums are those of the whole vector.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "../../lib/ob_toy.h"
#include "../device/device_test.h"
#include "optbench/base/rng.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/placed.h"
#include "optbench/optim/rule.h"

enum { N = OB_CHUNK + 517, STEPS = 7, AHEAD = 3, MOST = 24 };

static struct ob_device *device;

/* ---- a problem whose gradients come from the test ---- */

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const size_t n = N;
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "w", 1, &n);
    return true;
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    (void)p, (void)theta, (void)grad;
    *out = (struct ob_eval){ 0 };
}

static const struct ob_param no_params[] = { { 0 } };
static const struct ob_problem_type vectors = {
    .name = "vectors",
    .title = "A vector",
    .summary = "gradients come from the test",
    .reference = "none",
    .params = no_params,
    .start = start,
    .eval = eval,
};

/* ---- kinds and their options ---- */

struct kinds {
    struct ob_group group[MOST];
    const struct ob_optimizer_type *type[MOST];
    void *opts[MOST];
    size_t n;
};

static void add(struct kinds *k, const struct ob_optimizer_type *type,
                const char *settings)
{
    assert_true(k->n < MOST);
    k->type[k->n] = type;
    k->opts[k->n++] = toy_opts(type->params, type->opts_size, settings);
}

/* All switches that a rule has, and a decay; but those that exclude each other. */
static void add_switched(struct kinds *k, const struct ob_optimizer_type *type)
{
    struct ob_buf text = { 0 };
    if (ob_param_find(type->params, "weight_decay"))
        ob_buf_adds(&text, "weight_decay=0.03 ");
    if (ob_param_find(type->params, "momentum") &&
        strcmp(type->name, "schedule_free_sgd"))
        ob_buf_adds(&text, "momentum=0.8 ");
    for (const struct ob_param *p = type->params; p->name; p++)
        if (p->kind == OB_PARAM_BOOLEAN)
            ob_buf_addf(&text, "%s=%s ", p->name, p->fallback != 0 ? "no" : "yes");
    add(k, type, ob_buf_text(&text));
    ob_buf_finish(&text);
    if (type->check)
        assert_true(type->check(k->opts[k->n - 1], NULL));
}

static void finish_kinds(struct kinds *k)
{
    for (size_t i = 0; i < k->n; i++) {
        ob_params_finish(k->type[i]->params, k->opts[i]);
        free(k->opts[i]);
    }
    *k = (struct kinds){ 0 };
}

/* The first is [optimizer]; the others have two stretches each. */
static struct ob_optimizer *create(struct kinds *k, struct ob_problem *p,
                                   const struct ob_schedule *schedule, struct ob_err *err)
{
    struct ob_group group[2 * MOST];
    const size_t each = N / (2 * k->n);
    for (size_t i = 1; i < k->n; i++)
        for (size_t half = 0; half < 2; half++) {
            struct ob_group *g = &group[2 * (i - 1) + half];
            *g = (struct ob_group){ .offset = (half * k->n + i) * each,
                                    .n = each - 1,
                                    .type = k->type[i],
                                    .opts = k->opts[i] };
            snprintf(g->name, sizeof g->name, "g%zu", i);
        }
    const struct ob_optimizer_setup s = { .type = k->type[0],
                                          .opts = k->opts[0],
                                          .group = group,
                                          .groups = 2 * (k->n - 1),
                                          .schedule = schedule };
    return ob_optimizer_create(&s, p, err);
}

/* ---- the two sides ---- */

struct side {
    struct ob_problem *problem;
    struct ob_optimizer *host,
        *ahead; /* the same; the second looks ahead for the device */
    struct ob_vec theta, grad, was;
    struct ob_placed_rule *rule;
    struct ob_placed_rule_call call;
};

static struct ob_device_mem *room(size_t bytes)
{
    struct ob_err err;
    struct ob_device_mem *m = ob_device_alloc(device, bytes, &err);
    if (!m)
        fail_msg("%s", err.text);
    return m;
}

static void fill(struct ob_vec *v, uint64_t stream, double scale)
{
    struct ob_rng r;
    ob_rng_init(&r, 11, stream);
    for (size_t i = 0; i < v->n; i++) {
        const double x = ob_rng_uniform(&r);
        ob_vec_set(v, i, i % 29 == 0 ? 0 : scale * (x - 0.5));
    }
}

static size_t bytes_of(const struct ob_vec *v)
{
    return v->n * ob_dtype_size(v->dtype);
}

static void begin(struct side *s, struct kinds *k, enum ob_dtype dtype,
                  const struct ob_schedule *schedule, bool sums)
{
    struct ob_err err;
    *s = (struct side){ .problem = toy_create(&vectors, dtype, "", NULL) };
    s->host = create(k, s->problem, schedule, &err);
    s->ahead = create(k, s->problem, schedule, &err);
    if (!s->host || !s->ahead)
        fail_msg("%s", err.text);
    assert_null(ob_optimizer_unplaced(s->ahead));
    s->rule = ob_placed_rule_create(s->ahead, device, sums, &err);
    if (!s->rule || !ob_placed_rule_build(s->rule, &err))
        fail_msg("%s", err.text);
    assert_true(ob_vec_init(&s->theta, dtype, N, &err) &&
                ob_vec_init(&s->grad, dtype, N, &err) &&
                ob_vec_init(&s->was, dtype, N, &err));
    fill(&s->theta, 1, 4);
    const size_t size = ob_dtype_size(dtype);
    s->call = (struct ob_placed_rule_call){
        .theta = room(N * size),
        .grad = room(N * size),
        .coef = room(AHEAD * ob_placed_rule_coefs(s->rule) * size),
        .word = room(AHEAD * ob_placed_rule_words(s->rule) * sizeof(int32_t)),
        .now = room(OB_NOW_WORDS * sizeof(uint64_t)),
        .part = room(2 * OB_RULE_SUMS * sizeof(double)),
    };
    for (size_t i = 0; i < s->host->type->slots; i++)
        s->call.slot[i] = room(N * size);
    ob_device_upload(device, s->call.theta, 0, s->theta.data, N * size);
}

static void finish(struct side *s)
{
    struct ob_device_mem *const mem[] = { s->call.theta, s->call.grad, s->call.coef,
                                          s->call.word,  s->call.now,  s->call.part };
    for (size_t i = 0; i < OB_COUNT(mem); i++)
        ob_device_free(device, mem[i]);
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        ob_device_free(device, s->call.slot[i]);
    ob_placed_rule_destroy(s->rule);
    ob_optimizer_destroy(s->host);
    ob_optimizer_destroy(s->ahead);
    ob_vec_finish(&s->theta);
    ob_vec_finish(&s->grad);
    ob_vec_finish(&s->was);
    ob_problem_destroy(s->problem);
}

static void same_vector(struct ob_device_mem *m, const struct ob_vec *want, uint64_t k,
                        const char *what)
{
    struct ob_err err;
    char *got = ob_xcalloc(want->n, ob_dtype_size(want->dtype));
    if (!ob_device_download(device, m, 0, got, bytes_of(want), &err))
        fail_msg("%s", err.text);
    const struct ob_vec v = { want->dtype, want->n, got };
    for (size_t i = 0; i < want->n; i++) {
        const double a = ob_vec_get(&v, i), b = ob_vec_get(want, i);
        if (memcmp(&a, &b, sizeof a) != 0 && !(isnan(a) && isnan(b)))
            fail_msg("step %llu: %s[%zu] is %a on the device, %a here",
                     (unsigned long long)k, what, i, a, b);
    }
    free(got);
}

static void same_state(const struct side *s)
{
    assert_memory_equal(s->host->counter, s->ahead->counter, sizeof s->host->counter);
    for (size_t i = 0; i < s->host->arrays; i++)
        assert_memory_equal(s->host->array[i]->vec.data, s->ahead->array[i]->vec.data,
                            bytes_of(&s->host->array[i]->vec));
    for (size_t i = 0; i < OB_OPTIMIZER_GAUGES && s->host->gauge[i]; i++)
        assert_memory_equal(s->host->gauge[i], s->ahead->gauge[i], sizeof(double));
}

/* The tables of AHEAD steps from k on, with what the last of them leaves; rates of them.
 */
static void look_ahead(struct side *s, uint64_t k, double lr[static AHEAD])
{
    const size_t size = ob_dtype_size(s->theta.dtype);
    const size_t coefs = ob_placed_rule_coefs(s->rule);
    const size_t words = ob_placed_rule_words(s->rule);
    char *coef = ob_xcalloc(AHEAD * coefs, size);
    int32_t *word = ob_xcalloc(AHEAD * words, sizeof *word);
    for (size_t i = 0; i < AHEAD; i++)
        lr[i] = ob_placed_rule_prepare(s->rule, k + i, coef + i * coefs * size,
                                       word + i * words);
    ob_device_upload(device, s->call.coef, 0, coef, AHEAD * coefs * size);
    ob_device_upload(device, s->call.word, 0, word, AHEAD * words * sizeof *word);
    free(coef);
    free(word);
}

static void step_there(struct side *s, uint64_t index, bool halted)
{
    const uint64_t now[OB_NOW_WORDS] = {
        [OB_NOW_INDEX] = index, [OB_NOW_HALTED] = halted
    };
    ob_device_upload(device, s->call.now, 0, now, sizeof now);
    ob_device_upload(device, s->call.grad, 0, s->grad.data, bytes_of(&s->grad));
    ob_placed_rule_run(s->rule, &s->call);
}

static double step_here(struct side *s, uint64_t k)
{
    struct ob_iterate it = {
        .problem = s->problem, .theta = &s->theta, .grad = &s->grad, .k = k
    };
    ob_vec_copy(&s->was, &s->theta);
    assert_int_equal(ob_optimizer_step(s->host, &it), OB_STEP_OK);
    return it.lr;
}

/* STEPS steps on both sides, in chunks of AHEAD. */
static void compare(struct kinds *k, enum ob_dtype dtype,
                    const struct ob_schedule *schedule)
{
    struct side s;
    double lr[AHEAD] = { 0 };
    begin(&s, k, dtype, schedule, false);
    char *before = ob_xcalloc(1, ob_placed_rule_state_size(s.rule));
    for (uint64_t i = 1; i <= STEPS; i++) {
        const uint64_t at = (i - 1) % AHEAD;
        if (at == 0 && i > 1) { /* once for nothing: it can be taken back */
            ob_placed_rule_save(s.rule, before);
            look_ahead(&s, i, lr);
            ob_placed_rule_load(s.rule, before);
            same_state(&s);
        }
        if (at == 0)
            look_ahead(&s, i, lr);
        fill(&s.grad, 100 + i, 3);
        step_there(&s, at, false);
        const double told = step_here(&s, i);
        assert_memory_equal(&told, &lr[at], sizeof told);
    }
    same_vector(s.call.theta, &s.theta, STEPS, s.host->type->name);
    for (size_t i = 0; i < s.host->type->slots; i++)
        same_vector(s.call.slot[i], &s.host->slot[i], STEPS, s.host->type->slot_names[i]);
    free(before);
    finish(&s);
}

/* ---- the tests ---- */

/* As many kinds as one optimizer can hold go into one kernel, so that few are compiled.
 */
static void check_all(enum ob_dtype dtype)
{
    const struct ob_optimizer_type *const *t = ob_optimizers();
    struct kinds some = { 0 };
    size_t placed = 0;
    while (*t) {
        struct ob_problem *p = toy_create(&vectors, dtype, "", NULL);
        struct kinds one = { 0 };
        struct ob_err err;
        add(&one, *t, "");
        struct ob_optimizer *o =
            strcmp((*t)->name, "rule") ? create(&one, p, NULL, &err) : NULL;
        const bool can = o && !ob_optimizer_unplaced(o);
        ob_optimizer_destroy(o);
        finish_kinds(&one);
        if (can) {
            const size_t had = some.n;
            add(&some, *t, "");
            add_switched(&some, *t);
            o = some.n + 2 <= MOST ? create(&some, p, NULL, &err) : NULL;
            placed++;
            if (!o && had > 0) { /* no room for its buffers: it begins the next */
                struct kinds full = some;
                full.n = had;
                compare(&full, dtype, NULL);
                finish_kinds(&some);
                t--;
                placed--;
            }
            ob_optimizer_destroy(o);
        }
        ob_problem_destroy(p);
        t++;
    }
    compare(&some, dtype, NULL);
    finish_kinds(&some);
    assert_true(placed >= 17);
}

static void test_rules_f32(void **state)
{
    (void)state;
    check_all(OB_F32);
}

static void test_rules_f64(void **state)
{
    (void)state;
    check_all(OB_F64);
}

static void add_typed(struct kinds *k, const char *const (*text)[2], size_t n)
{
    const struct ob_param *table = ob_optimizer_rule_params();
    struct ob_rule_opts *o = ob_xcalloc(1, sizeof *o);
    struct ob_err err;
    ob_params_reset(table, o);
    for (size_t i = 0; i < n; i++)
        assert_true(ob_param_set(ob_param_find(table, text[i][0]), o, text[i][1], &err));
    const struct ob_optimizer_type *t = ob_rule_type(o);
    for (size_t i = 3; i < ob_params_count(t->params); i++) /* what `params` names */
        ob_param_set(&t->params[i], o, "0.9", NULL);
    k->type[k->n] = t;
    k->opts[k->n++] = o;
}

/* Sums of what was computed from sums; a buffer becomes one number for all of a piece. */
static const char *const with_sums[][2] = {
    { "state", "m, s" },
    { "params", "lr 0.05, beta 0.9" },
    { "update", "m = beta*m + (1 - beta)*g, c = m - mean(m), s = norm2(c), "
                "theta = theta - lr*c/(s + 1e-3) - 1e-3*dot(theta, g)/(sum(g^2) + 1)" },
};

/* Over more than a chunk; in chunks of steps. */
static void test_tensors(void **state)
{
    struct kinds k = { 0 };
    (void)state;
    add_typed(&k, with_sums, OB_COUNT(with_sums));
    compare(&k, OB_F64, NULL);
    finish_kinds(&k);
}

/* Buffers change places; one becomes a constant, one a coefficient. */
static void test_typed(void **state)
{
    static const char *const text[][2] = {
        { "state", "m, v, c, d" },
        { "params", "lr 0.05, beta 0.9" },
        { "update", "old = m, m = v + 0.1*abs(g), v = old, d = 1 - beta^t, c = 0.25, "
                    "theta = theta - lr*tanh(m)/(sqrt(g^2 + 1) + c) - 1e-3*sign(v)" },
    };
    struct kinds k = { 0 };
    (void)state;
    add_typed(&k, text, OB_COUNT(text));
    add_typed(&k, with_sums, OB_COUNT(with_sums));
    add(&k, ob_optimizer_find("adamw", NULL), "");
    compare(&k, OB_F32, NULL);
    finish_kinds(&k);
}

/* A schedule that moves the momentum, too: tables have it step by step. */
static void test_schedule(void **state)
{
    (void)state;
    struct kinds k = { 0 };
    struct ob_schedule s = { 0 };
    struct ob_err err;
    const struct ob_schedule_type *type = ob_schedule_find("onecycle", &err);
    void *opts = toy_opts(type->params, type->opts_size, "");
    struct ob_schedule_opts common = { 0 };
    const struct ob_schedule_clock clock = { .max_steps = STEPS, .steps_per_epoch = 1 };
    const struct ob_schedule_setup setup = { .type = type,
                                             .opts = opts,
                                             .common = &common };
    if (!ob_schedule_init(&s, &setup, &clock, &err))
        fail_msg("%s", err.text);
    add(&k, ob_optimizer_find("adam", NULL), "");
    compare(&k, OB_F32, &s);
    finish_kinds(&k);
    ob_schedule_finish(&s);
    ob_params_finish(type->params, opts);
    free(opts);
}

static double sum_of(const double *part, size_t which)
{
    return part[which] + part[OB_RULE_SUMS + which]; /* two chunks: their tree */
}

/* Sums are those of the host; a halted step changes nothing and leaves none. */
static void test_sums(void **state)
{
    (void)state;
    struct kinds k = { 0 };
    struct side s;
    double lr[AHEAD], part[2 * OB_RULE_SUMS];
    struct ob_err err;
    add(&k, ob_optimizer_find("sgd", NULL), "lr=0.05");
    begin(&s, &k, OB_F32, NULL, true);
    look_ahead(&s, 1, lr);
    fill(&s.grad, 3, 2);
    step_there(&s, 0, false);
    step_here(&s, 1);
    assert_true(ob_device_download(device, s.call.part, 0, part, sizeof part, &err));
    const double moved = sqrt(sum_of(part, OB_RULE_MOVED)),
                 slope = sqrt(sum_of(part, OB_RULE_GRAD)),
                 size = sqrt(sum_of(part, OB_RULE_SIZE));
    size_t changed = 0, sloped = 0;
    for (size_t i = 0; i < N; i++) {
        changed += ob_vec_get(&s.theta, i) != ob_vec_get(&s.was, i);
        sloped += ob_vec_get(&s.grad, i) != 0;
    }
    assert_true(moved == ob_norm2_diff(NULL, &s.theta, &s.was));
    assert_true(slope == ob_norm2(NULL, &s.grad) && size == ob_norm2(NULL, &s.theta));
    assert_true(sum_of(part, OB_RULE_CHANGED) == (double)changed);
    assert_true(sum_of(part, OB_RULE_SLOPED) == (double)sloped && sloped < N);
    step_there(&s, 1, true);
    same_vector(s.call.theta, &s.theta, 2, "theta");
    finish(&s);
    finish_kinds(&k);
}

static void test_not(void **state)
{
    (void)state;
    static const char *const name[] = { "lbfgs", "lamb", "muon", "sophia_h", "prodigy" };
    for (size_t i = 0; i < OB_COUNT(name); i++) {
        struct kinds k = { 0 };
        struct ob_problem *p = toy_create(&vectors, OB_F64, "", NULL);
        struct ob_err err;
        add(&k, ob_optimizer_find(name[i], NULL), "");
        struct ob_optimizer *o = create(&k, p, NULL, &err);
        assert_true(!o || ob_optimizer_unplaced(o));
        ob_optimizer_destroy(o);
        ob_problem_destroy(p);
        finish_kinds(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_f32), cmocka_unit_test(test_rules_f64),
        cmocka_unit_test(test_typed),     cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_schedule),  cmocka_unit_test(test_sums),
        cmocka_unit_test(test_not),
    };
    device = ob_test_device();
    const int failed = cmocka_run_group_tests_name("placed rules", tests, NULL, NULL);
    ob_device_close(device);
    return failed;
}
