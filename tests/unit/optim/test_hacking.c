/*
 * The optimizer that HACKING.md adds, built from its text: its loops on every instruction
 * set, and three steps by hand on f = x^2 with lr = 0.1, beta = 0.5, nu = 0.5 from x = 1:
 *
 *   grad 2       m 1       x = 1 - 0.1 (1 + 0.5) = 0.85
 *   grad 1.7     m 1.35    x = 0.85 - 0.1 (0.85 + 0.675) = 0.6975
 *   grad 1.395   m 1.3725  x = 0.6975 - 0.1 (0.6975 + 0.68625) = 0.559125
 */
#include "../../../src/optim/element.h"
#include "../../lib/ob_toy.h"

#include <stdlib.h>

extern const struct ob_optimizer_type ob_optimizer_qhm;

static void three_steps(void **state)
{
    (void)state;
    const double want[] = { 0.85, 0.6975, 0.559125 };
    const struct ob_optimizer_type *t = &ob_optimizer_qhm;
    toy = (struct toy_quadratic){ .n = 1, .a = { 2 } };
    struct ob_problem *p = toy_create(&toy_quadratic, OB_F64, "", NULL);
    void *opts = toy_opts(t->params, t->opts_size, "lr=0.1 beta=0.5 nu=0.5");
    const struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    struct ob_optimizer *o = ob_optimizer_create(&setup, p, NULL);
    struct ob_vec theta = toy_vec(OB_F64, 1, (double[]){ 1 });
    struct ob_vec grad = toy_vec(OB_F64, 1, (double[]){ 0 });
    struct ob_iterate it = { .problem = p, .theta = &theta, .grad = &grad };
    struct ob_eval e;
    for (size_t i = 0; i < OB_COUNT(want); i++) {
        ob_problem_eval(p, theta.data, grad.data, &e);
        it.k++;
        assert_int_equal(ob_optimizer_step(o, &it), OB_STEP_OK);
        ob_assert_near(ob_vec_get(&theta, 0), want[i], 1e-15);
    }
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
    ob_optimizer_destroy(o);
    ob_params_finish(t->params, opts);
    free(opts);
    ob_problem_destroy(p);
}

static void loops_for_every_instruction_set(void **state)
{
    (void)state;
    const struct element_rule *rule = ob_optimizer_qhm.detail;
    const double coef[ELEMENT_REALS] = { 0.1, 0.5, 0.5, 0.25, 0.75 };
    for (enum ob_isa isa = OB_ISA_BASELINE; isa < OB_ISAS; isa++) {
        double theta[20], grad[20], m[20];
        if (!ob_cpu_has(isa))
            continue;
        for (int i = 0; i < 20; i++) {
            theta[i] = 1;
            grad[i] = m[i] = i;
        }
        element_loop(rule, isa, OB_F64)(20, (void *[ELEMENT_ARRAYS]){ theta, grad, m },
                                        coef, 0);
        for (int i = 0; i < 20; i++) {
            ob_assert_near(theta[i], 1 - 0.1 * i, 1e-15);
            ob_assert_near(m[i], i, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_steps),
        cmocka_unit_test(loops_for_every_instruction_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
