#include "optbench/optim/rule.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "optbench/base/mem.h"
#include "placed_priv.h"
#include "rate.h"
#include "rule_code.h"

/* ---- running ---- */

struct state {
    struct rule_code code;
    struct ob_program *program;
    double *coef;   /* [groups][coefs] of the step */
    void *rounded;  /* [coefs] of the dtype */
    bool *ready;    /* [groups] coef is of this step */
    bool made_code; /* code is to be finished */
};

/* The options of the first group of this type: the texts are the same in all of them. */
static const struct ob_rule_opts *texts_of(const struct ob_optimizer *o)
{
    size_t g = 0;
    while (o->group_type[g] != o->type)
        g++;
    return o->group_opts[g];
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct ob_rule_opts *opts = texts_of(o);
    s->made_code = true;
    if (!rule_code_make(&s->code, opts, err))
        return false;
    OB_REQUIRE(o->type->slots == opts->state.n);
    struct ob_program_opts how = { .dtype = o->problem->dtype,
                                   .params = s->code.coefs,
                                   .columns = RULE_STATE + opts->state.n,
                                   .rows = o->problem->n,
                                   .threads = ob_pool_threads(o->problem->pool),
                                   .in_place = true };
    s->program =
        ob_program_create(&s->code.own, s->code.root, s->code.update.roots, &how, err);
    s->coef = ob_xcalloc(o->groups * s->code.coefs + 1, sizeof *s->coef);
    s->rounded = ob_xcalloc(s->code.coefs + 1, sizeof(double));
    s->ready = ob_xcalloc(o->groups, sizeof *s->ready);
    return s->program != NULL;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    if (s->made_code)
        rule_code_finish(&s->code);
    ob_program_destroy(s->program);
    free(s->coef);
    free(s->rounded);
    free(s->ready);
}

const struct rule_code *rule_code_of(const struct ob_optimizer *o)
{
    return &((const struct state *)o->state)->code;
}

/* A step begins: none of its coefficients is there. */
static void begin(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    o->counter[0]++;
    it->lr = 0;
    memset(s->ready, 0, o->groups * sizeof *s->ready);
}

/* The coefficients of a group, once a step. */
static double *make(struct ob_optimizer *o, struct ob_iterate *it, size_t group)
{
    struct state *s = o->state;
    double *coef = s->coef + group * s->code.coefs;
    if (!s->ready[group]) {
        double lr = optimizer_group_lr(o, group, it->k);
        rule_code_coefficients(&s->code, o->group_opts[group], lr, o->counter[0], coef);
        s->ready[group] = true;
        optimizer_tell_rate(it, group, lr);
    }
    return coef;
}

const double *rule_ahead(struct ob_optimizer *o, uint64_t k, double *lr)
{
    struct state *s = o->state;
    struct ob_iterate it = { .k = k };
    begin(o, &it);
    for (size_t i = 0; i < o->segments; i++)
        make(o, &it, o->segment[i].group);
    *lr = it.lr;
    return s->coef;
}

/* The same, rounded. */
static void prepare(struct ob_optimizer *o, struct ob_iterate *it, size_t group)
{
    struct state *s = o->state;
    const double *coef = make(o, it, group);
    for (size_t i = 0; i < s->code.coefs; i++)
        if (it->theta->dtype == OB_F32)
            ((float *)s->rounded)[i] = (float)coef[i];
        else
            ((double *)s->rounded)[i] = coef[i];
}

/* A new value that is the same for all elements. */
static void spread(enum ob_dtype dtype, void *to, size_t n, const double *number)
{
    size_t size = ob_dtype_size(dtype);
    for (size_t i = 0; i < n; i++)
        memcpy((char *)to + i * size, number, size);
}

static void run(struct ob_optimizer *o, struct ob_iterate *it, size_t offset, size_t n)
{
    struct state *s = o->state;
    void *column[RULE_STATE + OB_RULE_STATE] = { element_at(it->theta, offset),
                                                 element_at(it->grad, offset) };
    void *to[1 + OB_RULE_STATE] = { column[RULE_THETA] }, *out[1 + OB_RULE_STATE];
    double number[1 + OB_RULE_STATE];
    for (size_t i = 0; i < o->type->slots; i++)
        to[1 + i] = column[RULE_STATE + i] = element_at(&o->slot[i], offset);
    for (size_t r = 0; r < s->code.update.roots; r++)
        out[r] = s->code.own.node[s->code.root[r]].rows ? to[r] : (void *)&number[r];
    struct ob_program_inputs in = { .theta = s->rounded,
                                    .column = (const void *const *)column,
                                    .rows = n };
    ob_program_run(s->program, it->problem->pool, &in, out);
    for (size_t r = 0; r < s->code.update.roots; r++)
        if (out[r] != to[r])
            spread(it->theta->dtype, to[r], n, &number[r]);
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct state *s = o->state;
    begin(o, it);
    if (s->code.tensors)
        for (size_t i = 0; i < o->pieces; i++) {
            prepare(o, it, o->piece[i].group);
            run(o, it, o->piece[i].offset, o->piece[i].n);
        }
    else
        for (size_t i = 0; i < o->segments; i++) {
            prepare(o, it, o->segment[i].group);
            run(o, it, o->segment[i].offset, o->segment[i].n);
        }
    return OB_STEP_OK;
}

static bool check(const void *opts, struct ob_err *err)
{
    struct rule_update u;
    bool ok = rule_update_read(opts, &u, err);
    rule_update_finish(&u);
    return ok;
}

/* ---- the kind without a text ---- */

#define LR_HELP "learning rate: length of the step, lr in the formulas"

static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_TEXTS(struct ob_rule_opts, state, .fallback_text = "",
             .help = "names of the buffers that the update keeps for every element, 0 "
                     "before the first step"),
    OB_TEXT(struct ob_rule_opts, params, .fallback_text = "",
            .help = "options of the update with their defaults: lr 0.01, beta1 0.9; each "
                    "is a key of its own then, and may change while a run is under way"),
    OB_TEXT(struct ob_rule_opts, update, .fallback_text = "theta = theta - lr*g",
            .help = "statements divided by commas: m = beta1*m + (1 - beta1)*g, theta = "
                    "theta - lr*m; formulas of theta, g (the gradient), t (the step), "
                    "lr, options, state and what was assigned before; norm2, mean, sum "
                    "and dot are over a tensor"),
    OB_REAL(struct ob_rule_opts, lr, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = LR_HELP),
    { 0 },
};

enum { FIXED = OB_COUNT(params) - 1 };

const struct ob_param *ob_optimizer_rule_params(void)
{
    return params;
}

#define MEMBERS                                                                          \
    .name = "rule", .title = "Typed rule",                                               \
    .summary = "an update that is typed as formulas, with state and options of its own", \
    .reference = "the statements of the config",                                         \
    .opts_size = sizeof(struct ob_rule_opts), .state_size = sizeof(struct state),        \
    .counter_names = counters, .start = start, .finish = finish, .step = step,           \
    .check = check

const struct ob_optimizer_type ob_optimizer_rule = {
    MEMBERS,
    .params = params,
    .equations = "theta = theta - lr*g",
};

/* ---- types of texts ---- */

/* One that was made, with what it was made of. */
struct typed {
    struct ob_optimizer_type type;
    struct ob_rule_opts opts; /* the texts alone */
    struct rule_params given;
    struct ob_param table[FIXED + OB_RULE_PARAMS + 1];
    struct typed *next;
};

static struct typed *made;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool ob_rule_is(const struct ob_optimizer_type *type)
{
    return type->step == step;
}

static bool same_text(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

static bool same(const struct ob_rule_opts *a, const struct ob_rule_opts *b)
{
    bool equal = a->state.n == b->state.n && same_text(a->params, b->params) &&
                 !strcmp(rule_update_text(a), rule_update_text(b));
    for (size_t i = 0; equal && i < a->state.n; i++)
        equal = !strcmp(a->state.item[i], b->state.item[i]);
    return equal;
}

/* The statements, a line each while there are few: the last line has the rest. */
static char *equations(const struct ob_rule_opts *o)
{
    enum { LINES = 5 };
    const char *text = rule_update_text(o);
    struct rule_statement st;
    struct ob_buf b = { 0 };
    size_t at = 0;
    for (size_t i = 0; rule_statement_next(text, &at, &st, NULL); i++) {
        if (i > 0)
            ob_buf_adds(&b, i < LINES ? "\n" : ", ");
        ob_buf_add(&b, text + st.from, st.to - st.from);
    }
    return b.len ? ob_buf_take(&b) : ob_xstrdup(text);
}

static void fill_table(struct typed *t)
{
    struct ob_param *p = t->table + FIXED;
    memcpy(t->table, params, sizeof params);
    for (size_t i = 0; i < t->given.n; i++)
        *p++ = (struct ob_param){
            .name = t->given.name[i],
            .kind = OB_PARAM_REAL,
            .offset = offsetof(struct ob_rule_opts, given) + i * sizeof(double),
            .fallback = t->given.value[i],
            .live = true,
            .help = "option of the update",
        };
    t->table[FIXED - 1].fallback = t->given.lr;
}

static struct typed *make_type(const struct ob_rule_opts *o)
{
    struct typed *t = ob_xcalloc(1, sizeof *t);
    ob_params_copy(params, &t->opts, o);
    rule_params_read(o->params, &t->given, NULL);
    fill_table(t);
    bool few = o->state.n <= OB_RULE_STATE; /* more are refused by check() */
    t->type = (struct ob_optimizer_type){
        MEMBERS,
        .slots = few ? (unsigned)o->state.n : 0,
        .slot_names = (const char *const *)t->opts.state.item,
        .params = t->table,
        .equations = equations(o),
    };
    return t;
}

const struct ob_optimizer_type *ob_rule_type(const struct ob_rule_opts *o)
{
    struct ob_rule_opts plain = { 0 };
    if (same(o, &plain))
        return &ob_optimizer_rule;
    pthread_mutex_lock(&lock);
    struct typed *t = made;
    while (t && !same(&t->opts, o))
        t = t->next;
    if (!t) {
        t = make_type(o);
        t->next = made;
        made = t;
    }
    pthread_mutex_unlock(&lock);
    return &t->type;
}
