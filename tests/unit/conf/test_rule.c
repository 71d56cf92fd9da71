/*
 * Typed rules in a file: params become keys of [optimizer], of groups and of sets; the
 * texts may stand in several lines, in [optimizer.rule] and in a group of its own; the
 * resolved file reads back as it is.
 */
#include <config.h>

#include "conf_test.h"
#include "optbench/optim/rule.h"

#define MODEL "[model]\nkind = quadratic\nA = [[2, 0], [0, 1]]\n"
#define RULE                                                                             \
    "[optimizer]\nkind = rule\nstate = m\nparams = lr 0.5, beta 0.9\n"                   \
    "update = m = beta*m + g,\n  theta = theta - lr*m\n"

static double number(const struct ob_optimizer_type *t, const void *opts, const char *key)
{
    const struct ob_param *p = ob_param_find(t->params, key);
    assert_non_null(p);
    return ob_param_number(p, opts);
}

static double of_spec(const struct ob_spec *s, const char *key)
{
    return number(s->optimizer.type, s->optimizer.opts, key);
}

static double of_group(const struct ob_spec *s, const char *key)
{
    return number(s->group[0].type, s->group[0].opts, key);
}

/* The resolved file, read again, resolves to the same bytes. */
static void assert_reads_back(const struct ob_spec *spec)
{
    struct ob_buf text = { 0 }, again = { 0 };
    struct ob_spec copy;
    ob_spec_write(spec, &text);
    load_good(ob_buf_text(&text), NULL, &copy);
    ob_spec_write(&copy, &again);
    assert_string_equal(ob_buf_text(&again), ob_buf_text(&text));
    ob_buf_finish(&text);
    ob_buf_finish(&again);
    ob_spec_finish(&copy);
}

static void params_are_keys(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(MODEL RULE "beta = 0.25\n",
              (const char *const[]){ "optimizer.lr=0.125", NULL }, &s);
    assert_true(of_spec(&s, "beta") == 0.25 && of_spec(&s, "lr") == 0.125);
    assert_int_equal(s.optimizer.type->slots, 1);
    assert_resolved(&s, "optimizer", "kind", "rule");
    assert_resolved(&s, "optimizer", "update", "m = beta*m + g, theta = theta - lr*m");
    assert_resolved(&s, "optimizer", "beta", "0.25");
    assert_reads_back(&s);
    ob_spec_finish(&s);
    load_good(MODEL RULE, (const char *const[]){ "optimizer.beta=0.75", NULL }, &s);
    assert_true(of_spec(&s, "beta") == 0.75 && of_spec(&s, "lr") == 0.5);
    ob_spec_finish(&s);
}

/* A text that a set replaces names other options. */
static void sets_change_the_texts(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(MODEL RULE,
              (const char *const[]){ "optimizer.params=gamma 3", "optimizer.state=",
                                     "optimizer.update=theta = gamma*g",
                                     "optimizer.gamma=4", NULL },
              &s);
    assert_true(of_spec(&s, "gamma") == 4);
    assert_null(ob_param_find(s.optimizer.type->params, "beta"));
    assert_reads_back(&s);
    ob_spec_finish(&s);
}

static void the_section_of_the_kind_holds_it(void **state)
{
    (void)state;
    struct ob_spec s;
    static const char text[] =
        MODEL "[optimizer]\nkind = rule\n[optimizer.rule]\nparams = beta 0.9\n"
              "update = theta = theta - beta*g\nbeta = 0.5\n";
    load_good(text, NULL, &s);
    assert_true(of_spec(&s, "beta") == 0.5);
    assert_reads_back(&s);
    ob_spec_finish(&s);
    /* Idle, it is checked all the same, with its own options. */
    load_good(text, (const char *const[]){ "optimizer.kind=adam", NULL }, &s);
    assert_false(ob_rule_is(s.optimizer.type));
    ob_spec_finish(&s);
}

static void groups_have_values_or_texts_of_their_own(void **state)
{
    (void)state;
    struct ob_spec s;
    load_good(MODEL RULE "beta = 0.25\n[group.a]\nmatch = *\nlr = 2\n", NULL, &s);
    assert_ptr_equal(s.group[0].type, s.optimizer.type);
    assert_true(of_group(&s, "beta") == 0.25 && of_group(&s, "lr") == 2);
    assert_reads_back(&s);
    ob_spec_finish(&s);
    load_good(MODEL RULE "beta = 0.25\n[group.a]\nmatch = *\nstate =\n"
                         "params = beta 0.5, eps 1\nupdate = theta = beta*g + eps\n",
              NULL, &s);
    assert_ptr_not_equal(s.group[0].type, s.optimizer.type);
    assert_true(of_group(&s, "beta") == 0.25 && of_group(&s, "lr") == 0.5 &&
                of_group(&s, "eps") == 1);
    assert_reads_back(&s);
    ob_spec_finish(&s);
    load_good(MODEL "[optimizer.rule]\nparams = beta 0.5\nupdate = theta = beta*g\n"
                    "[group.a]\nmatch = *\nkind = rule\nbeta = 3\n",
              NULL, &s);
    assert_true(of_group(&s, "beta") == 3);
    assert_reads_back(&s);
    ob_spec_finish(&s);
}

static void mistakes_have_their_line(void **state)
{
    (void)state;
    load_bad(MODEL RULE "betta = 3\n", NULL,
             "optbench: t.ini:10: optimizer.betta: unknown key; did you mean 'beta'?\n");
    load_bad(MODEL RULE "momentum = 3\n", NULL,
             "optbench: t.ini:10: optimizer.momentum: not an option of the rule: params "
             "names those that it has, as in params = momentum 3\n");
    load_bad(MODEL "[optimizer]\nkind = rule\nupdate = theta = theta - lr*q\n", NULL,
             "optbench: t.ini:6: optimizer.update: unknown name 'q' (column 20)\n");
    load_bad(
        MODEL "[optimizer]\nkind = rule\nparams = beta, gamma 2\ngamma = 3\n", NULL,
        "optbench: t.ini:6: optimizer.params: 'beta' needs a default, as in beta 0.9 "
        "(column 1)\n");
    load_bad(MODEL RULE "[group.a]\nmatch = *\nupdate = theta = q\n", NULL,
             "optbench: t.ini:12: group.a.update: unknown name 'q' (column 9)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(params_are_keys),
        cmocka_unit_test(sets_change_the_texts),
        cmocka_unit_test(the_section_of_the_kind_holds_it),
        cmocka_unit_test(groups_have_values_or_texts_of_their_own),
        cmocka_unit_test(mistakes_have_their_line),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
