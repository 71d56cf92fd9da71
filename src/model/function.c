/* A function of the parameters alone, as it is typed. */
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "typed.h"

struct opts {
    char *f;
    struct ob_texts parameters;
    char *let;
};

static const struct ob_param params[] = {
    OB_TEXT(struct opts, f, .required = true,
            .help = "the formula, such as (2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2"),
    OB_TEXTS(struct opts, parameters,
             .help =
                 "the parameters in their order, vectors as w[3], matrices as A[2x2]; "
                 "left out: every unknown name of the formula, as they appear"),
    OB_TEXT(struct opts, let,
            .help = "names for parts of the formula: r = x^2 + y^2, s = sqrt(r)"),
    { 0 },
};

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct typed *t = p->state;
    uint32_t root;
    (void)d;
    typed_begin(p);
    t->scope.infer = o->parameters.n == 0;
    if (!typed_declare(t, &o->parameters, err) || !typed_define(t, o->let, err))
        return false;
    if (!ob_formula_parse(&t->scope, o->f, &root, err))
        return ob_fail_at(err, "f");
    typed_text(t, o->f);
    return typed_build(p, root, NULL, err);
}

const struct ob_problem_type ob_problem_function = {
    .name = "function",
    .title = "Function",
    .summary = "a function of the parameters, typed as a formula; penalties run over all "
               "parameters",
    .reference = "Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct typed),
    .params = params,
    .start = start,
    .has_reference = typed_has_reference,
    .reference_point = typed_reference_point,
    .finish = typed_finish,
    TYPED_MEMBERS,
};
