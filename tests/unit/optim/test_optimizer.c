/* What all optimizers share: registry, groups, live edits, explanations, contradictions;
 * and the rules on every instruction set. */
#include "rig.h"

#include <math.h>

#include "../../../src/optim/element.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"

static const double start[] = { -8, 8 };

static void registry(void **state)
{
    (void)state;
    struct ob_err err;
    for (const struct ob_optimizer_type *const *t = ob_optimizers(); *t; t++) {
        assert_ptr_equal(ob_optimizer_find((*t)->name, NULL), *t);
        assert_true((*t)->title && (*t)->summary && (*t)->reference);
        assert_int_equal(ob_param_find((*t)->params, "lr")->kind, OB_PARAM_REAL);
        for (unsigned i = 0; i < (*t)->slots; i++)
            assert_non_null((*t)->slot_names[i]);
    }
    assert_null(ob_optimizer_find("adm", &err));
    assert_non_null(strstr(err.text, "did you mean 'adam'"));
}

/* The first step of torch's SGD with momentum takes the gradient undamped. */
static void first_momentum_step(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "sgd", "lr=0.01 momentum=0.9 dampening=0.5", NULL, "", start);
    double loss = rig_loss(&r), g = ob_vec_get(&r.grad, 0);
    ob_assert_near(loss, 404, 1e-12);
    rig_step(&r);
    ob_assert_near(ob_vec_get(&r.theta, 0), -8 - 0.01 * g, 1e-15);
    ob_assert_near(r.it.lr, 0.01, 0);
    double buffer = g, theta = ob_vec_get(&r.theta, 0);
    rig_step(&r);
    buffer = 0.9 * buffer + 0.5 * ob_vec_get(&r.grad, 0);
    ob_assert_near(ob_vec_get(&r.theta, 0), theta - 0.01 * buffer, 1e-14);
    ob_assert_near(ob_vec_get(&r.optimizer->slot[0], 0), buffer, 1e-13);
    rig_finish(&r);
}

static void maximize_climbs(void **state)
{
    (void)state;
    struct rig r, s;
    rig_surface();
    rig_begin(&r, OB_F64, "sgd", "lr=0.001 maximize=yes", NULL, "", start);
    rig_begin(&s, OB_F64, "adam", "lr=0.1 maximize=yes", NULL, "", start);
    double first = rig_loss(&r);
    rig_step(&r);
    rig_step(&s);
    assert_true(rig_loss(&r) > first);
    assert_true(rig_loss(&s) > first);
    rig_finish(&r);
    rig_finish(&s);
}

struct options { /* as sgd has them */
    double lr, momentum, dampening, weight_decay;
    bool nesterov, maximize;
};

/* Four parameters: [1, 2] in a group with its own rate, the rest with the common one. */
static void groups_have_their_own_options(void **state)
{
    (void)state;
    const struct ob_optimizer_type *t = ob_optimizer_find("sgd", NULL);
    void *common = toy_opts(t->params, t->opts_size, "lr=0.5");
    void *special = toy_opts(t->params, t->opts_size, "lr=0.25 momentum=0.5");
    struct ob_group group[] = {
        { .name = "slow", .offset = 1, .n = 2, .opts = special },
    };
    struct ob_optimizer_setup s = {
        .type = t, .opts = common, .group = group, .groups = 1
    };
    toy = (struct toy_quadratic){ .n = 4, .b = { -1, -1, -1, -1 } };
    struct ob_problem *p = toy_create(&toy_quadratic, OB_F32, "", NULL);
    struct ob_err err;
    struct ob_optimizer *o = ob_optimizer_create(&s, p, &err);
    assert_non_null(o);
    assert_int_equal(o->segments, 3);
    struct ob_vec theta = toy_vec(OB_F32, 4, (double[]){ 0, 0, 0, 0 });
    struct ob_vec grad = toy_vec(OB_F32, 4, (double[]){ 1, 1, 1, 1 });
    struct ob_iterate it = {
        .problem = p, .theta = &theta, .grad = &grad, .k = 1, .lr = 0
    };
    ob_optimizer_step(o, &it);
    ob_assert_near(it.lr, 0.5, 0);
    ob_optimizer_step(o, &it);
    const double want[] = { -1, -0.625, -0.625, -1 };
    for (size_t i = 0; i < 4; i++)
        ob_assert_near(ob_vec_get(&theta, i), want[i], 0);
    assert_int_equal(o->counter[0], 2); /* only the group has begun its buffer */
    /* live: the group keeps its own rate, and follows where it had the common value */
    assert_true(ob_optimizer_set(o, "", "lr", "2", &err));
    assert_true(ob_optimizer_set(o, NULL, "weight_decay", "0.5", &err));
    assert_true(ob_optimizer_set(o, "slow", "momentum", "0.25", &err));
    const struct options *own = o->group_opts[1];
    ob_assert_near(ob_optimizer_lr(o), 2, 0);
    ob_assert_near(own->lr, 0.25, 0);
    ob_assert_near(own->weight_decay, 0.5, 0);
    ob_assert_near(own->momentum, 0.25, 0);
    assert_false(ob_optimizer_set(o, "fast", "lr", "1", &err));
    assert_string_equal(err.text, "no group is called 'fast'");
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
    ob_optimizer_destroy(o);
    ob_problem_destroy(p);
    free(common);
    free(special);
}

/* The rate in the log is that of [optimizer], wherever its parameters stand; that of the
 * first group only where [optimizer] moves nothing. */
static void the_rate_told_is_the_common_one(void **state)
{
    (void)state;
    static const char *const kinds[] = { "sgd", "adam" };
    static const char *const common[] = { "lr=0.5", "lr=0" };
    toy = (struct toy_quadratic){ .n = 4, .b = { -1, -1, -1, -1 } };
    for (size_t i = 0; i < 4; i++) {
        const struct ob_optimizer_type *t = ob_optimizer_find(kinds[i / 2], NULL);
        void *opts = toy_opts(t->params, t->opts_size, common[i % 2]);
        void *special = toy_opts(t->params, t->opts_size, "lr=0.25");
        struct ob_group group[] = { { .name = "first", .n = 2, .opts = special } };
        struct ob_optimizer_setup s = {
            .type = t, .opts = opts, .group = group, .groups = 1
        };
        struct ob_problem *p = toy_create(&toy_quadratic, OB_F64, "", NULL);
        struct ob_optimizer *o = ob_optimizer_create(&s, p, NULL);
        struct ob_vec theta = toy_vec(OB_F64, 4, (double[]){ 0, 0, 0, 0 });
        struct ob_vec grad = toy_vec(OB_F64, 4, (double[]){ 1, 1, 1, 1 });
        struct ob_iterate it = {
            .problem = p, .theta = &theta, .grad = &grad, .k = 1, .lr = 9
        };
        ob_optimizer_step(o, &it);
        ob_assert_near(it.lr, i % 2 ? 0.25 : 0.5, 0);
        ob_vec_finish(&theta);
        ob_vec_finish(&grad);
        ob_optimizer_destroy(o);
        ob_problem_destroy(p);
        ob_params_finish(t->params, opts);
        ob_params_finish(t->params, special);
        free(opts);
        free(special);
    }
}

static void refused(const char *optimizer, const char *options, const char *search,
                    size_t groups, const char *part)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(optimizer, NULL);
    void *opts = toy_opts(t->params, t->opts_size, options);
    struct ob_group group = { .name = "g", .n = 1, .opts = opts };
    struct ob_optimizer_setup s = {
        .type = t,
        .opts = opts,
        .search = search ? ob_linesearch_find(search, NULL) : NULL,
        .group = &group,
        .groups = groups,
    };
    assert_false(ob_optimizer_check(&s, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    free(opts);
}

static void contradictions(void **state)
{
    (void)state;
    refused("sgd", "nesterov=yes", NULL, 0, "nesterov: needs a momentum");
    refused("sgd", "nesterov=yes momentum=0.9 dampening=0.1", NULL, 0, "dampening of 0");
    refused("sgd", "momentum=0.9", "armijo", 0, "while momentum is not 0");
    refused("sgd", "maximize=yes", "newton", 0, "while maximize is on");
    refused("adam", "", "armijo", 0, "chooses the length of its steps itself");
    refused("sgd", "", "armijo", 1, "there cannot be groups");
    refused("newton", "", NULL, 1, "there cannot be groups");
}

static void live_edits(void **state)
{
    (void)state;
    struct rig r;
    struct ob_err err;
    rig_surface();
    rig_begin(&r, OB_F64, "sgd", "lr=0.01 momentum=0.9 nesterov=yes", NULL, "", start);
    struct ob_optimizer *o = r.optimizer;
    assert_true(ob_optimizer_set(o, NULL, "lr", "0.02", &err));
    ob_assert_near(ob_optimizer_lr(o), 0.02, 0);
    assert_false(ob_optimizer_set(o, NULL, "lr", "-1", &err));
    assert_false(ob_optimizer_set(o, NULL, "lr", "fast", &err));
    assert_false(ob_optimizer_set(o, NULL, "speed", "1", &err));
    assert_string_equal(err.text, "sgd has no option 'speed'");
    assert_false(ob_optimizer_set(o, NULL, "nesterov", "no", &err));
    assert_non_null(strstr(err.text, "cannot change while a run is under way"));
    assert_false(ob_optimizer_set(o, NULL, "momentum", "0", &err));
    assert_non_null(strstr(err.text, "nesterov: needs"));
    ob_assert_near(((const struct options *)o->group_opts[0])->momentum, 0.9, 0);
    ob_assert_near(ob_optimizer_lr(o), 0.02, 0);
    rig_finish(&r);
    rig_begin(&r, OB_F64, "gd", "", "armijo", "", start);
    assert_false(ob_optimizer_set(r.optimizer, NULL, "momentum", "0.9", &err));
    assert_non_null(strstr(err.text, "line search cannot go on"));
    rig_finish(&r);
}

/* The step after `warm` others, of parameter x1, in words. That the numbers give the
 * stored bits is tested in tests/unit/train/test_explain.c. */
static void explains(const char *optimizer, const char *options, const char *search,
                     int warm, const char *part)
{
    struct rig r;
    struct ob_buf said = { 0 };
    struct ob_update u = { .i = 1, .known = true };
    rig_surface();
    rig_begin(&r, OB_F64, optimizer, options, search, "", start);
    for (int i = 0; i < warm; i++)
        rig_step(&r);
    rig_loss(&r);
    u.before = ob_vec_get(&r.theta, 1);
    u.grad = ob_vec_get(&r.grad, 1);
    memcpy(u.counter, r.optimizer->counter, sizeof u.counter);
    for (size_t s = 0; s < r.optimizer->type->slots; s++)
        u.slot[s] = ob_vec_get(&r.optimizer->slot[s], 1);
    rig_step(&r);
    u.after = ob_vec_get(&r.theta, 1);
    u.k = r.it.k;
    u.lr = r.it.lr;
    assert_true(ob_optimizer_set(r.optimizer, NULL, "lr", "0.7", NULL));
    ob_optimizer_explain(r.optimizer, &u, &said);
    if (!strstr(ob_buf_text(&said), part))
        fail_msg("'%s' does not say '%s'", ob_buf_text(&said), part);
    ob_buf_finish(&said);
    rig_finish(&r);
}

static void explanations_name_the_terms(void **state)
{
    (void)state;
    explains("sgd", "lr=0.25", NULL, 0,
             "new x1 = x1 - lr * grad = 8 - 0.25 * (-44) = 19\n");
    explains("sgd", "lr=0.25 maximize=yes", NULL, 0, "d = -grad = -(-44) = 44\n");
    explains("sgd", "lr=0.25 momentum=0.9", NULL, 0, "first step: buffer = grad = -44\n");
    explains("sgd", "lr=0.01 momentum=0.9 dampening=0.5", NULL, 3,
             "buffer = momentum * buffer + (1 - dampening) * grad = 0.9 * ");
    explains("sgd", "lr=0.01 momentum=0.9 nesterov=yes", NULL, 3,
             "d = grad + momentum * buffer = ");
    explains("gd", "lr=0.01 weight_decay=0.5", NULL, 0,
             "d = grad + weight_decay * x1 = (-44) + 0.5 * 8 = -40\n");
    explains("adam", "lr=0.1", NULL, 0, "exp_avg = beta1 * exp_avg + (1 - beta1) * grad");
    explains("adam", "lr=0.1 amsgrad=yes weight_decay=0.1", NULL, 5, "= max(");
    explains("newton", "", NULL, 0, "condition number of H 33.97");
    explains("gd", "", "armijo", 0, "direction = 44 (grad (-44))\nlength by armijo = ");
}

static const struct element_rule *rule_of(const struct ob_optimizer_type *t)
{
    return t->step == element_step ? t->detail : NULL;
}

/* One rule on one variant beside the baseline, all coefficients between 0.2 and 0.8. */
static void same_bits(const struct ob_optimizer_type *type, enum ob_isa isa,
                      enum ob_dtype t, int flags)
{
    enum { N = 1003 };
    static double seed[ELEMENT_ARRAYS][N], want[ELEMENT_ARRAYS][N],
        got[ELEMENT_ARRAYS][N];
    void *x[ELEMENT_ARRAYS], *y[ELEMENT_ARRAYS];
    double coef[ELEMENT_REALS];
    struct ob_rng r;
    ob_rng_init(&r, 3, (uint64_t)flags);
    for (size_t j = 0; j < ELEMENT_REALS; j++)
        coef[j] = 0.2 + 0.6 * ob_rng_uniform(&r);
    for (size_t k = 0; k < ELEMENT_ARRAYS; k++) {
        x[k] = want[k];
        y[k] = got[k];
        for (size_t i = 0; i < N; i++) {
            seed[k][i] = ob_rng_uniform(&r) - (k > 2 ? 0 : 0.5);
            if (t == OB_F32)
                ((float *)x[k])[i] = ((float *)y[k])[i] = (float)seed[k][i];
            else
                want[k][i] = got[k][i] = seed[k][i];
        }
    }
    element_loop(rule_of(type), OB_ISA_BASELINE, t)(N, x, coef, flags);
    element_loop(rule_of(type), isa, t)(N, y, coef, flags);
    for (size_t k = 0; k < ELEMENT_ARRAYS; k++)
        ob_assert_bytes(x[k], y[k], ob_dtype_size(t) * N);
}

/* Random arrays through every flag, on every variant that this machine has. */
static void rules_are_the_same_everywhere(void **state)
{
    (void)state;
    for (const struct ob_optimizer_type *const *t = ob_optimizers(); *t; t++)
        for (enum ob_isa isa = OB_ISA_V3; rule_of(*t) && isa <= OB_ISA_V4; isa++)
            for (int flags = 0; ob_cpu_has(isa) && flags < 64; flags++) {
                same_bits(*t, isa, OB_F32, flags);
                same_bits(*t, isa, OB_F64, flags);
            }
}

/* More elements than one share: threads must not change a bit, nor the cut. */
static void long_vectors_are_shared(void **state)
{
    (void)state;
    enum { N = 40001 };
    static float a[N], b[N], g[N];
    struct ob_pool *pool = ob_pool_create(3, NULL);
    const struct element_rule *sgd = rule_of(ob_optimizer_find("sgd", NULL));
    const double coef[ELEMENT_REALS] = { 0.1 };
    for (size_t i = 0; i < N; i++) {
        a[i] = b[i] = (float)i;
        g[i] = 1 / (1 + (float)i);
    }
    void *const x[ELEMENT_ARRAYS] = { a, g }, *const y[ELEMENT_ARRAYS] = { b, g };
    element_run(pool, OB_F32, sgd, N, x, coef, 0);
    element_loop(sgd, OB_ISA_BASELINE, OB_F32)(N, y, coef, 0);
    ob_assert_bytes(a, b, sizeof a);
    ob_assert_near((double)a[1], (double)(1 - 0.1f * 0.5f), 0);
    ob_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry),
        cmocka_unit_test(first_momentum_step),
        cmocka_unit_test(maximize_climbs),
        cmocka_unit_test(groups_have_their_own_options),
        cmocka_unit_test(the_rate_told_is_the_common_one),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(live_edits),
        cmocka_unit_test(explanations_name_the_terms),
        cmocka_unit_test(rules_are_the_same_everywhere),
        cmocka_unit_test(long_vectors_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
