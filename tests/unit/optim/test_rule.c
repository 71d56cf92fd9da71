/*
 * Typed rules: in the order of a built-in one they give its bits; norms are those of a
 * tensor; statements see what was assigned before them; what is wrong is told with its
 * column; options live on in the table, in groups and by hand.
 */
#include <math.h>
#include <string.h>

#include "../../lib/ob_toy.h"
#include "optbench/base/rng.h"
#include "optbench/num/pool.h"
#include "optbench/optim/optimizer.h"
#include "optbench/optim/rule.h"

/* More than a block of lanes and more than what one thread takes, in two tensors. */
enum { FIRST = 20011, SECOND = 49, N = FIRST + SECOND, STEPS = 25 };

static size_t sizes[2];

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "w", 1, &sizes[0]);
    ob_layout_add(&p->layout, "v", 1, &sizes[1]);
    return true;
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    (void)p;
    (void)theta;
    (void)grad;
    *out = (struct ob_eval){ 0 };
}

static const struct ob_param no_params[] = { { 0 } };
static const struct ob_problem_type vectors = {
    .name = "vectors",
    .title = "Two vectors",
    .summary = "gradients come from the test",
    .reference = "none",
    .params = no_params,
    .start = start,
    .eval = eval,
};

static void *options(const struct ob_optimizer_type *t, const char *const *text)
{
    void *opts = ob_xcalloc(1, t->opts_size);
    struct ob_err err;
    ob_params_reset(t->params, opts);
    for (; text && text[0]; text += 2) {
        const struct ob_param *p = ob_param_find(t->params, text[0]);
        if (!p || !ob_param_set(p, opts, text[1], &err))
            fail_msg("%s: %s", text[0], p ? err.text : "no such option");
    }
    return opts;
}

/* The type of a rule with these options; one whose texts are wrong, too. */
static const struct ob_optimizer_type *typed(const char *const *text)
{
    const struct ob_optimizer_type *plain = ob_optimizer_find("rule", NULL);
    struct ob_rule_opts o = { 0 };
    ob_params_reset(plain->params, &o);
    for (; text[0]; text += 2)
        if (ob_param_find(plain->params, text[0]))
            assert_true(
                ob_param_set(ob_param_find(plain->params, text[0]), &o, text[1], NULL));
    const struct ob_optimizer_type *t = ob_rule_type(&o);
    ob_params_finish(plain->params, &o);
    return t;
}

struct side {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    struct ob_pool *pool;
};

static void begin(struct side *s, const struct ob_optimizer_type *t,
                  const char *const *text, enum ob_dtype dtype, unsigned threads,
                  const struct ob_group *group)
{
    struct ob_err err = { 0 };
    void *opts = options(t, text);
    struct ob_optimizer_setup setup = {
        .type = t, .opts = opts, .group = group, .groups = group != NULL
    };
    *s = (struct side){ .pool = threads > 1 ? ob_pool_create(threads, NULL) : NULL };
    s->problem = toy_create(&vectors, dtype, "", NULL);
    s->problem->pool = s->pool;
    s->optimizer = ob_optimizer_create(&setup, s->problem, &err);
    if (!s->optimizer)
        fail_msg("%s", err.text);
    assert_true(ob_vec_init(&s->theta, dtype, s->problem->n, &err) &&
                ob_vec_init(&s->grad, dtype, s->problem->n, &err));
    ob_params_finish(t->params, opts);
    free(opts);
}

static void finish(struct side *s)
{
    ob_optimizer_destroy(s->optimizer);
    ob_problem_destroy(s->problem);
    ob_vec_finish(&s->theta);
    ob_vec_finish(&s->grad);
    ob_pool_destroy(s->pool);
}

/* The k-th step, by a gradient that depends on k and the element alone. */
static void make_step(struct side *s, uint64_t k)
{
    struct ob_rng rng;
    ob_rng_init(&rng, 7, k);
    for (size_t i = 0; i < s->problem->n; i++)
        ob_vec_set(&s->grad, i,
                   ob_rng_uniform(&rng) - 0.5 + 0.125 * ob_vec_get(&s->theta, i));
    struct ob_iterate it = {
        .problem = s->problem, .theta = &s->theta, .grad = &s->grad, .k = k
    };
    assert_int_equal(ob_optimizer_step(s->optimizer, &it), OB_STEP_OK);
}

static void assert_same(const struct ob_vec *a, const struct ob_vec *b, const char *what)
{
    for (size_t i = 0; i < a->n; i++)
        if (ob_vec_get(a, i) != ob_vec_get(b, i))
            fail_msg("%s: element %zu is %a, not %a", what, i, ob_vec_get(a, i),
                     ob_vec_get(b, i));
}

#define TEXT(...)                                                                        \
    (const char *const[])                                                                \
    {                                                                                    \
        __VA_ARGS__, NULL                                                                \
    }

/* ---- the bits of the built-in rules ---- */

static const struct {
    const char *kind;
    const char *const *built_in, *const *typed;
} pairs[] = {
    { "sgd", TEXT("lr", "0.05", "momentum", "0.9"),
      TEXT("state", "b", "params", "momentum 0.9", "update",
           "b = momentum*b + g, theta = theta - lr*b", "lr", "0.05") },
    { "sgd",
      TEXT("lr", "0.3", "momentum", "0.7", "nesterov", "yes", "weight_decay", "0.01"),
      TEXT("state", "b", "params", "momentum 0.7, decay 0.01", "update",
           "g = g + decay*theta, b = momentum*b + g, theta = theta - lr*(g + momentum*b)",
           "lr", "0.3") },
    { "adam", TEXT("lr", "0.01"),
      TEXT("state", "m v", "params", "beta1 0.9, beta2 0.999, eps 1e-8", "update",
           "m = beta1*m + (1 - beta1)*g, v = beta2*v + (1 - beta2)*g*g,"
           "theta = theta - lr/(1 - beta1^t)*m/(sqrt(v)/sqrt(1 - beta2^t) + eps)",
           "lr", "0.01") },
    { "lion", TEXT("lr", "0.003", "weight_decay", "0.1"),
      TEXT("state", "m", "params", "lr 3e-3, beta1 0.9, beta2 0.99, weight_decay 0.1",
           "update",
           "theta = theta*(1 - lr*weight_decay) - lr*sign(beta1*m + (1 - beta1)*g),"
           "m = beta2*m + (1 - beta2)*g") },
    { "signum", TEXT("lr", "0.003", "momentum", "0.9"),
      TEXT("state", "m", "params", "momentum 0.9", "update",
           "m = momentum*m + (1 - momentum)*g, theta = theta - lr*sign(m)", "lr",
           "0.003") },
};

static void typed_rules_have_the_bits_of_built_in_ones(void **state)
{
    (void)state;
    sizes[0] = FIRST;
    sizes[1] = SECOND;
    for (size_t i = 0; i < 4 * OB_COUNT(pairs); i++) {
        const char *const *text = pairs[i / 4].typed;
        enum ob_dtype dtype = i & 1 ? OB_F64 : OB_F32;
        struct side a, b;
        begin(&a, ob_optimizer_find(pairs[i / 4].kind, NULL), pairs[i / 4].built_in,
              dtype, 1, NULL);
        begin(&b, typed(text), text, dtype, i & 2 ? 3 : 1, NULL);
        for (uint64_t k = 1; k <= STEPS; k++) {
            make_step(&a, k);
            make_step(&b, k);
        }
        assert_same(&b.theta, &a.theta, pairs[i / 4].kind);
        for (size_t s = 0; s < b.optimizer->type->slots; s++)
            assert_same(&b.optimizer->slot[s], &a.optimizer->slot[s], pairs[i / 4].kind);
        finish(&a);
        finish(&b);
    }
}

/* ---- statements ---- */

/* LAMB's ratio by hand: each tensor has its own. */
static void norms_are_those_of_a_tensor(void **state)
{
    (void)state;
    static const char *const text[] = {
        "params",
        "floor 0.25",
        "update",
        "r = max(norm2(theta), floor)/norm2(g), theta = theta - lr*r*g + lr*mean(g)",
        "lr",
        "0.5",
        NULL
    };
    sizes[0] = 700;
    sizes[1] = 3;
    struct side s;
    begin(&s, typed(text), text, OB_F64, 1, NULL);
    for (uint64_t k = 1; k <= 4; k++) {
        double *before = ob_xcalloc(s.problem->n, sizeof *before);
        memcpy(before, s.theta.data, s.problem->n * sizeof *before);
        make_step(&s, k);
        for (size_t t = 0, at = 0; t < 2; at += sizes[t++]) {
            long double theta = 0, grad = 0, mean = 0;
            for (size_t i = at; i < at + sizes[t]; i++) {
                long double g = ob_vec_get(&s.grad, i);
                theta += (long double)before[i] * before[i];
                grad += g * g;
                mean += g / (long double)sizes[t];
            }
            long double ratio = fmaxl(sqrtl(theta), 0.25L) / sqrtl(grad);
            for (size_t i = at; i < at + sizes[t]; i++) {
                long double g = ob_vec_get(&s.grad, i);
                ob_assert_near(ob_vec_get(&s.theta, i),
                               (double)(before[i] - 0.5L * ratio * g + 0.5L * mean),
                               1e-14);
            }
        }
        free(before);
    }
    finish(&s);
}

/* Buffers that change places, one that is the same for all elements, the step's number,
 * a name for the rest of the update. */
static void statements_follow_each_other(void **state)
{
    (void)state;
    static const char *const text[] = {
        "state", "a b n", "update",
        "c = a + t, a = b, b = c, n = t*t, theta = theta - 0*g + c", NULL
    };
    sizes[0] = 5;
    sizes[1] = 2;
    struct side s;
    double a = 0, b = 0, theta = 0;
    begin(&s, typed(text), text, OB_F32, 1, NULL);
    for (uint64_t k = 1; k <= 6; k++) {
        double c = a + (double)k;
        make_step(&s, k);
        a = b;
        b = c;
        theta += c;
        for (size_t i = 0; i < s.problem->n; i++) {
            assert_true(ob_vec_get(&s.optimizer->slot[0], i) == a);
            assert_true(ob_vec_get(&s.optimizer->slot[1], i) == b);
            assert_true(ob_vec_get(&s.optimizer->slot[2], i) == (double)(k * k));
            assert_true(ob_vec_get(&s.theta, i) == theta);
        }
    }
    finish(&s);
}

/* ---- options ---- */

static void options_are_set_live_and_by_group(void **state)
{
    (void)state;
    static const char *const text[] = { "params", "lr 0.5, scale 2", "update",
                                        "theta = theta - lr*scale", NULL };
    const struct ob_optimizer_type *t = typed(text);
    struct ob_err err;
    struct side s;
    void *own = options(t, text);
    assert_true(ob_param_set(ob_param_find(t->params, "scale"), own, "8", &err));
    struct ob_group group = { .name = "v", .offset = 5, .n = 2, .opts = own };
    sizes[0] = 5;
    sizes[1] = 2;
    begin(&s, t, text, OB_F64, 1, &group);
    make_step(&s, 1);
    assert_true(ob_vec_get(&s.theta, 0) == -1 && ob_vec_get(&s.theta, 5) == -4);
    assert_true(ob_optimizer_set(s.optimizer, "", "scale", "6", &err));
    assert_true(ob_optimizer_set(s.optimizer, "v", "lr", "1", &err));
    make_step(&s, 2);
    assert_true(ob_vec_get(&s.theta, 4) == -4 && ob_vec_get(&s.theta, 6) == -12);
    assert_false(ob_optimizer_set(s.optimizer, "", "update", "theta = g", &err));
    assert_string_equal(err.text, "'update' cannot change while a run is under way");
    finish(&s);
    ob_params_finish(t->params, own);
    free(own);
}

static void equal_texts_are_one_type(void **state)
{
    (void)state;
    const char *const a[] = { "state", "m", "update", "m = g, theta = theta - m", NULL };
    const char *const b[] = { "state", "m", "update", "m = g, theta = theta - m ", NULL };
    const char *const plain[] = { NULL };
    assert_ptr_equal(typed(a), typed(a));
    assert_ptr_not_equal(typed(a), typed(b));
    assert_ptr_equal(typed(plain), ob_optimizer_find("rule", NULL));
    assert_true(ob_rule_is(typed(a)) && !ob_rule_is(ob_optimizer_find("adam", NULL)));
    assert_string_equal(typed(a)->equations, "m = g\ntheta = theta - m");
    assert_string_equal(typed(a)->slot_names[0], "m");
}

/* ---- mistakes ---- */

static const struct {
    const char *state, *params, *update, *said;
} wrong[] = {
    { "m", "", "m = g, theta = theta - lr*q", "update: unknown name 'q' (column 27)" },
    { "m", "beta1 0.9", "m = betta1*m,theta = m",
      "update: unknown name 'betta1'; did you mean 'beta1'? (column 5)" },
    { "", "", "theta = theta - lr*(g", "update: '(' is never closed (column 20)" },
    { "", "", "theta - g",
      "update: a statement is: name = formula, and commas stand between them (column "
      "1)" },
    { "", "", "theta =",
      "update: a statement is: name = formula, and commas stand between them (column "
      "1)" },
    { "", "", "u = g",
      "update: theta is never assigned: write theta = theta - ... as the last "
      "statement" },
    { "mom", "", "mom2 = g, theta = mom2",
      "update: 'mom' of state is never assigned; is 'mom2' meant for it?" },
    { "v", "", "theta = theta - g",
      "update: 'v' of state is never assigned: it would stay 0" },
    { "", "", "t = 3, theta = g",
      "update: 't' is given from outside and cannot be assigned (column 1)" },
    { "", "a 1", "theta = g, a = 2",
      "update: 'a' is given from outside and cannot be assigned (column 12)" },
    { "", "", "sqrt = 2, theta = g",
      "update: 'sqrt' cannot be a name: it is none, or that of a function or a constant "
      "(column 1)" },
    { "", "", "theta = [g, g]",
      "update: this is a vector of 2, and a number is due: sum, mean or norm2 "
      "(column 9)" },
    { "m g", "", "", "state: 'g' has a meaning already" },
    { "m grad", "", "",
      "state: 'grad' is the name of something else in a checkpoint: choose another, such "
      "as my_grad" },
    { "average", "", "",
      "state: 'average' is the name of something else in a checkpoint: choose another, "
      "such as my_average" },
    { "m m", "", "", "state: 'm' is there twice" },
    { "pi", "", "", "state: 'pi' is a function or a constant of formulas" },
    { "m", "m 3", "", "state: 'm' is one of params, and cannot be both" },
    { "a b c d f h i j k", "", "", "state: 9 names, and 8 are the most" },
    { "", "beta", "", "params: 'beta' needs a default, as in beta 0.9 (column 1)" },
    { "", "a 1, beta x", "", "params: the default of 'beta' is no number (column 11)" },
    { "", "a 1, a 2", "", "params: 'a' is there twice (column 6)" },
    { "", "lr -1", "", "params: lr is at least 0 (column 4)" },
    { "", "a.b 1", "",
      "params: 'a.b' is no name: it begins with a letter and goes on with letters, "
      "digits "
      "and _ (column 1)" },
};

static void mistakes_are_told_with_their_column(void **state)
{
    (void)state;
    const struct ob_optimizer_type *plain = ob_optimizer_find("rule", NULL);
    for (size_t i = 0; i < OB_COUNT(wrong); i++) {
        const char *const text[] = { "state",
                                     wrong[i].state,
                                     "params",
                                     wrong[i].params,
                                     *wrong[i].update ? "update" : NULL,
                                     wrong[i].update,
                                     NULL };
        const struct ob_optimizer_type *t = typed(text);
        struct ob_err err = { 0 };
        void *opts = options(t, text);
        assert_string_equal(t->name, plain->name);
        assert_false(t->check(opts, &err));
        if (strcmp(err.text, wrong[i].said) != 0)
            fail_msg("'%s' said '%s', not '%s'", wrong[i].update, err.text,
                     wrong[i].said);
        ob_params_finish(t->params, opts);
        free(opts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_rules_have_the_bits_of_built_in_ones),
        cmocka_unit_test(norms_are_those_of_a_tensor),
        cmocka_unit_test(statements_follow_each_other),
        cmocka_unit_test(options_are_set_live_and_by_group),
        cmocka_unit_test(equal_texts_are_one_type),
        cmocka_unit_test(mistakes_are_told_with_their_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
