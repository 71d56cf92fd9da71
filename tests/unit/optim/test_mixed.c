/*
 * Groups with optimizers of their own: each kind does to its parameters, bit for bit,
 * what it would do to them alone; so it is when the run is saved and taken up, explained
 * and changed by hand, and whatever order and number of stretches the groups have.
 */
#include <string.h>

#include "../../lib/ob_toy.h"
#include "optbench/base/rng.h"
#include "optbench/optim/optimizer.h"

enum { N = 8, STEPS = 40, LIKELY = 2000 };

/* One side of a comparison: an optimizer over N parameters, or over some of them. */
struct side {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    void *opts[3]; /* of [optimizer] and the groups */
    const struct ob_optimizer_type *type[3];
};

static void opts_of(struct side *s, size_t at, const char *kind, const char *text)
{
    s->type[at] = ob_optimizer_find(kind, NULL);
    s->opts[at] = toy_opts(s->type[at]->params, s->type[at]->opts_size, text);
}

static void begin(struct side *s, enum ob_dtype dtype, size_t n,
                  const struct ob_optimizer_setup *setup)
{
    struct ob_err err;
    const double zero[N] = { 0 };
    toy = (struct toy_quadratic){ .n = n };
    s->problem = toy_create(&toy_quadratic, dtype, "", NULL);
    s->optimizer = ob_optimizer_create(setup, s->problem, &err);
    if (!s->optimizer)
        fail_msg("%s", err.text);
    s->theta = toy_vec(dtype, n, zero);
    s->grad = toy_vec(dtype, n, zero);
}

static void finish(struct side *s)
{
    ob_optimizer_destroy(s->optimizer);
    ob_problem_destroy(s->problem);
    ob_vec_finish(&s->theta);
    ob_vec_finish(&s->grad);
    for (size_t i = 0; i < 3; i++) {
        if (s->opts[i])
            ob_params_finish(s->type[i]->params, s->opts[i]);
        free(s->opts[i]);
    }
}

/* One kind alone over n parameters. */
static void begin_alone(struct side *s, enum ob_dtype dtype, size_t n, const char *kind,
                        const char *options)
{
    *s = (struct side){ 0 };
    opts_of(s, 0, kind, options);
    struct ob_optimizer_setup setup = { .type = s->type[0], .opts = s->opts[0] };
    begin(s, dtype, n, &setup);
}

static void step(struct side *s, uint64_t k)
{
    struct ob_iterate it = {
        .problem = s->problem, .theta = &s->theta, .grad = &s->grad, .k = k, .lr = 0
    };
    assert_int_equal(ob_optimizer_step(s->optimizer, &it), OB_STEP_OK);
}

/* Parameter i belongs to side owner[i], as the next of its parameters. */
static const size_t owner[N] = { 1, 0, 0, 1, 2, 1, 0, 2 };

static const struct kind {
    const char *name, *options;
} kinds[][3] = {
    { { "sgd", "lr=0.1 momentum=0.9 nesterov=yes" },
      { "adam", "lr=0.25 amsgrad=yes weight_decay=0.01" },
      { "sgd", "lr=0.5" } },
    { { "adam", "lr=0.01" }, { "adam", "lr=0.5 beta1=0.5" }, { "gd", "lr=0.125" } },
    { { "gd", "lr=0.1 momentum=0.5 dampening=0.25" },
      { "sgd", "lr=0.1 momentum=0.75 maximize=yes" },
      { "adam", "eps=0.001" } },
};

/* The eight parameters: group 1 has three stretches and group 2 two. */
static void begin_mixed(struct side *s, enum ob_dtype dtype, const struct kind kind[3])
{
    struct ob_group group[N];
    size_t groups = 0;
    *s = (struct side){ 0 };
    for (size_t g = 0; g < 3; g++)
        opts_of(s, g, kind[g].name, kind[g].options);
    for (size_t i = 0; i < N; i++) {
        const size_t g = owner[N - 1 - i]; /* in any order */
        if (g == 0)
            continue;
        group[groups] = (struct ob_group){
            .offset = N - 1 - i, .n = 1, .type = s->type[g], .opts = s->opts[g]
        };
        memcpy(group[groups++].name, g == 1 ? "one" : "two", sizeof "one");
    }
    struct ob_optimizer_setup setup = {
        .type = s->type[0], .opts = s->opts[0], .group = group, .groups = groups
    };
    begin(s, dtype, N, &setup);
    assert_int_equal(s->optimizer->groups, 3);
}

/* The same random gradient for parameter i of the whole and of its own side. */
static void draw_gradients(struct side *mixed, struct side alone[3], struct ob_rng *r)
{
    size_t next[3] = { 0 };
    for (size_t i = 0; i < N; i++) {
        double g = 4 * ob_rng_uniform(r) - 2;
        ob_vec_set(&mixed->grad, i, g);
        ob_vec_set(&alone[owner[i]].grad, next[owner[i]]++, g);
    }
}

static const struct ob_vec *slot_of(const struct ob_optimizer *o, const char *name)
{
    for (size_t k = 0; k < o->type->slots; k++)
        if (strcmp(o->type->slot_names[k], name) == 0)
            return &o->slot[k];
    fail_msg("no buffer is called %s", name);
    return NULL;
}

static void assert_same(const struct side *mixed, const struct side alone[3])
{
    size_t next[3] = { 0 };
    for (size_t i = 0; i < N; i++) {
        const struct side *own = &alone[owner[i]];
        size_t at = next[owner[i]]++;
        assert_true(ob_vec_get(&mixed->theta, i) == ob_vec_get(&own->theta, at));
        const struct ob_optimizer_type *t = own->optimizer->type;
        for (size_t k = 0; k < t->slots; k++)
            assert_true(ob_vec_get(slot_of(mixed->optimizer, t->slot_names[k]), i) ==
                        ob_vec_get(&own->optimizer->slot[k], at));
    }
}

/* Takes the state of `from` over into a fresh optimizer, as a checkpoint does. */
static void take_over(struct side *to, const struct side *from)
{
    size_t bytes = N * ob_dtype_size(from->theta.dtype);
    const struct ob_optimizer *o = from->optimizer;
    memcpy(to->theta.data, from->theta.data, bytes);
    for (size_t k = 0; k < o->type->slots; k++)
        memcpy(to->optimizer->slot[k].data, o->slot[k].data, bytes);
    for (size_t k = 0; k < ob_optimizer_counters(o); k++) {
        assert_string_equal(to->optimizer->type->counter_names[k],
                            o->type->counter_names[k]);
        to->optimizer->counter[k] = o->counter[k];
    }
}

static void each_kind_is_as_if_alone(void **state)
{
    (void)state;
    for (size_t c = 0; c < 2 * OB_COUNT(kinds); c++) {
        const struct kind *kind = kinds[c / 2];
        const enum ob_dtype dtype = c % 2 ? OB_F64 : OB_F32;
        struct side mixed, alone[3];
        struct ob_rng r;
        ob_rng_init(&r, c, 1);
        begin_mixed(&mixed, dtype, kind);
        for (size_t g = 0; g < 3; g++) {
            size_t n = 0;
            for (size_t i = 0; i < N; i++)
                n += owner[i] == g;
            begin_alone(&alone[g], dtype, n, kind[g].name, kind[g].options);
        }
        for (uint64_t k = 1; k <= STEPS; k++) {
            draw_gradients(&mixed, alone, &r);
            step(&mixed, k);
            for (size_t g = 0; g < 3; g++)
                step(&alone[g], k);
            assert_same(&mixed, alone);
            if (k == STEPS / 2) {
                struct side fresh;
                begin_mixed(&fresh, dtype, kind);
                take_over(&fresh, &mixed);
                finish(&mixed);
                mixed = fresh;
            }
        }
        finish(&mixed);
        for (size_t g = 0; g < 3; g++)
            finish(&alone[g]);
    }
}

/* Buffers of one name are shared, counters never: each name is there once. */
static void buffers_and_counters_have_names_of_their_own(void **state)
{
    (void)state;
    struct side s;
    begin_mixed(&s, OB_F64, kinds[2]); /* gd, sgd, adam: two before one */
    const struct ob_optimizer_type *t = s.optimizer->type;
    assert_string_equal(t->name, "gd");
    assert_int_equal(t->slots, 4);
    assert_string_equal(t->slot_names[0], "momentum_buffer");
    assert_string_equal(t->slot_names[1], "exp_avg");
    assert_int_equal(ob_optimizer_counters(s.optimizer), 3);
    assert_string_equal(t->counter_names[0], "momentum_begun");
    assert_string_equal(t->counter_names[1], "step");
    assert_string_equal(t->counter_names[2], "momentum_begun.sgd");
    finish(&s);
}

/* What was done to a parameter is told by its own kind, in the words that it has alone.
 */
static void each_is_explained_by_its_own(void **state)
{
    (void)state;
    struct side mixed, alone[3];
    struct ob_rng r;
    ob_rng_init(&r, 5, 1);
    begin_mixed(&mixed, OB_F64, kinds[0]);
    begin_alone(&alone[0], OB_F64, 3, kinds[0][0].name, kinds[0][0].options);
    begin_alone(&alone[1], OB_F64, 3, kinds[0][1].name, kinds[0][1].options);
    begin_alone(&alone[2], OB_F64, 2, kinds[0][2].name, kinds[0][2].options);
    for (uint64_t k = 1; k <= 3; k++) {
        struct ob_update u[2] = { { .i = 0, .k = k, .known = true },
                                  { .i = 0, .k = k, .known = true } };
        struct side *const side[2] = { &mixed, &alone[1] }; /* owner[0] is 1 */
        struct ob_buf said[2] = { { 0 }, { 0 } };
        draw_gradients(&mixed, alone, &r);
        for (size_t i = 0; i < 2; i++) {
            const struct ob_optimizer *o = side[i]->optimizer;
            u[i].before = ob_vec_get(&side[i]->theta, 0);
            u[i].grad = ob_vec_get(&side[i]->grad, 0);
            memcpy(u[i].counter, o->counter, sizeof u[i].counter);
            for (size_t s = 0; s < o->type->slots; s++)
                u[i].slot[s] = ob_vec_get(&o->slot[s], 0);
            step(side[i], k);
            u[i].after = ob_vec_get(&side[i]->theta, 0);
            ob_optimizer_explain(o, &u[i], &said[i]);
        }
        assert_non_null(strstr(ob_buf_text(&said[0]), "max_exp_avg_sq"));
        assert_string_equal(ob_buf_text(&said[0]), ob_buf_text(&said[1]));
        ob_buf_finish(&said[0]);
        ob_buf_finish(&said[1]);
    }
    finish(&mixed);
    for (size_t g = 0; g < 3; g++)
        finish(&alone[g]);
}

static double setting(const struct side *s, size_t g, const char *key)
{
    const struct ob_optimizer *o = s->optimizer;
    return ob_param_number(ob_param_find(o->group_type[g]->params, key),
                           o->group_opts[g]);
}

static void settings_change_by_hand(void **state)
{
    (void)state;
    static const struct kind same_rates[3] = { { "sgd", "lr=0.5" },
                                               { "adam", "lr=0.5" },
                                               { "sgd", "lr=0.5" } };
    struct side s;
    struct ob_err err;
    begin_mixed(&s, OB_F64, same_rates);
    /* group two follows, being of the same kind */
    assert_true(ob_optimizer_set(s.optimizer, "", "lr", "0.25", &err));
    assert_true(setting(&s, 0, "lr") == 0.25);
    size_t adam = s.optimizer->group_type[1] == s.optimizer->group_type[0] ? 2 : 1;
    assert_true(setting(&s, adam, "lr") == 0.5);
    assert_true(setting(&s, 3 - adam, "lr") == 0.25);
    assert_true(ob_optimizer_set(s.optimizer, "one", "beta1", "0.75", &err));
    assert_true(setting(&s, adam, "beta1") == 0.75);
    assert_false(ob_optimizer_set(s.optimizer, "two", "beta1", "0.75", &err));
    assert_string_equal(err.text, "sgd has no option 'beta1'");
    assert_false(ob_optimizer_set(s.optimizer, "", "beta1", "0.75", &err));
    assert_false(ob_optimizer_set(s.optimizer, "one", "beta1", "1", &err));
    assert_true(setting(&s, adam, "beta1") == 0.75);
    finish(&s);
}

/* The rate of the log: [optimizer]'s, else that of the first kind that moves something.
 */
static void the_rate_told_is_the_common_one(void **state)
{
    (void)state;
    static const struct kind still[3] = { { "sgd", "lr=0" },
                                          { "adam", "lr=0.75" },
                                          { "sgd", "lr=0" } };
    for (size_t i = 0; i < 2; i++) {
        struct side s;
        begin_mixed(&s, OB_F64, i ? still : kinds[0]);
        struct ob_iterate it = {
            .problem = s.problem, .theta = &s.theta, .grad = &s.grad, .k = 1, .lr = 9
        };
        ob_optimizer_step(s.optimizer, &it);
        assert_true(it.lr == (i ? 0.75 : 0.1));
        finish(&s);
    }
}

static void some_kinds_cannot_be_of_a_group(void **state)
{
    (void)state;
    struct ob_err err;
    struct side s = { 0 };
    opts_of(&s, 0, "sgd", "");
    opts_of(&s, 1, "newton", "");
    opts_of(&s, 2, "sgd", "nesterov=yes");
    struct ob_group group = { "g", 0, 1, s.type[1], s.opts[1] };
    struct ob_optimizer_setup setup = {
        .type = s.type[0], .opts = s.opts[0], .group = &group, .groups = 1
    };
    assert_false(ob_optimizer_check_group(&setup, &group, &err));
    assert_string_equal(err.text, "kind: newton treats all parameters together, so it "
                                  "cannot be that of a group");
    assert_false(ob_optimizer_check(&setup, &err));
    assert_string_equal(err.text, "group.g: kind: newton treats all parameters together, "
                                  "so it cannot be that of a group");
    group.type = s.type[2];
    group.opts = s.opts[2];
    assert_false(ob_optimizer_check_group(&setup, &group, &err));
    assert_string_equal(err.text,
                        "nesterov: needs a momentum above 0 and a dampening of 0");
    for (size_t i = 0; i < 3; i++) {
        ob_params_finish(s.type[i]->params, s.opts[i]);
        free(s.opts[i]);
    }
}

/* Rosenbrock's valley: y by sgd and x by adahessian, whose Hessian depends on y. Which of
 * them is [optimizer] and comes first makes no difference. */
static void a_kind_that_looks_finds_all_as_they_were(void **state)
{
    (void)state;
    double end[2][2];
    for (size_t first = 0; first < 2; first++) {
        struct side s = { 0 };
        struct ob_err err;
        opts_of(&s, first, "sgd", "lr=0.001");
        opts_of(&s, 1 - first, "adahessian", "lr=0.1");
        struct ob_group group = { "g", first, 1, s.type[1], s.opts[1] };
        struct ob_optimizer_setup setup = {
            .type = s.type[0], .opts = s.opts[0], .group = &group, .groups = 1
        };
        s.problem = toy_create(ob_problem_find("rosenbrock", &err), OB_F64, "", NULL);
        s.optimizer = ob_optimizer_create(&setup, s.problem, &err);
        s.theta = toy_vec(OB_F64, 2, (double[]){ -1.2, 1 });
        s.grad = toy_vec(OB_F64, 2, (double[]){ 0, 0 });
        for (uint64_t k = 1; k <= 5; k++) {
            struct ob_eval e;
            ob_problem_eval(s.problem, s.theta.data, s.grad.data, &e);
            step(&s, k);
        }
        for (size_t i = 0; i < 2; i++)
            end[first][i] = ob_vec_get(&s.theta, i);
        finish(&s);
    }
    assert_memory_equal(end[0], end[1], sizeof end[0]);
}

static enum ob_step_result give_up(struct ob_optimizer *o, struct ob_iterate *it)
{
    (void)it;
    snprintf(o->note, sizeof o->note, "no memory");
    return OB_STEP_STUCK;
}

/* As svrg where memory is short, or a kind that somebody else wrote. */
static void a_kind_that_cannot_go_on_says_so(void **state)
{
    (void)state;
    struct side s = { 0 };
    opts_of(&s, 0, "sgd", "lr=0.5");
    opts_of(&s, 1, "sgd", "");
    struct ob_optimizer_type weary = *s.type[1];
    weary.step = give_up;
    struct ob_group group = { "g", 0, 1, &weary, s.opts[1] };
    struct ob_optimizer_setup setup = {
        .type = s.type[0], .opts = s.opts[0], .group = &group, .groups = 1
    };
    begin(&s, OB_F64, N, &setup);
    struct ob_iterate it = {
        .problem = s.problem, .theta = &s.theta, .grad = &s.grad, .k = 1, .lr = 0
    };
    assert_int_equal(ob_optimizer_step(s.optimizer, &it), OB_STEP_STUCK);
    assert_string_equal(s.optimizer->note, "no memory");
    finish(&s);
}

/* One group may have any number of stretches; it is sets of options that are counted. */
static void many_stretches_are_one_group(void **state)
{
    (void)state;
    static struct ob_group group[LIKELY];
    struct ob_err err;
    struct side s = { 0 };
    opts_of(&s, 0, "sgd", "");
    for (size_t i = 0; i < LIKELY; i++)
        group[i] = (struct ob_group){ "g", 2 * i, 1, NULL, s.opts[0] };
    struct ob_optimizer_setup setup = {
        .type = s.type[0], .opts = s.opts[0], .group = group, .groups = LIKELY
    };
    assert_true(ob_optimizer_check(&setup, &err));
    for (size_t i = 0; i < OB_OPTIMIZER_GROUPS; i++)
        snprintf(group[i].name, sizeof group[i].name, "g%zu", i);
    assert_false(ob_optimizer_check(&setup, &err));
    assert_string_equal(err.text, "more than 63 groups");
    ob_params_finish(s.type[0]->params, s.opts[0]);
    free(s.opts[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_as_if_alone),
        cmocka_unit_test(buffers_and_counters_have_names_of_their_own),
        cmocka_unit_test(each_is_explained_by_its_own),
        cmocka_unit_test(settings_change_by_hand),
        cmocka_unit_test(the_rate_told_is_the_common_one),
        cmocka_unit_test(some_kinds_cannot_be_of_a_group),
        cmocka_unit_test(a_kind_that_looks_finds_all_as_they_were),
        cmocka_unit_test(a_kind_that_cannot_go_on_says_so),
        cmocka_unit_test(many_stretches_are_one_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
