#include "placed_typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "optbench/formula/emit.h"
#include "optbench/num/kernels.h"
#include "typed.h"

enum {
    PRIVATE_SUMS = 48,  /* of a lane that it keeps itself; more are in memory */
    SPILL_GROUPS = 256, /* that then work at once */
};

/* The value alone, or with the gradient: a text, its kernels. */
struct way {
    struct ob_formula_facts facts;
    struct ob_device_kernel *begin, *alone, *last;
    struct ob_device_kernel **pass, **next; /* [facts.passes] */
};

struct state {
    struct ob_device_program *program;
    struct way value, slope;
    struct ob_device_mem *column, *u, *part, *spill;
    uint64_t ld;
    bool spills;
};

/* ---- sizes ---- */

static uint64_t chunks_of(uint64_t rows)
{
    return (rows + OB_CHUNK - 1) / OB_CHUNK;
}

static uint64_t most_chunks(const struct ob_problem *p, size_t batch_cap)
{
    return chunks_of(p->rows > batch_cap ? p->rows : batch_cap);
}

/* Whether one group makes an evaluation, of all rows or of a batch. */
static bool alone(uint64_t rows)
{
    return rows <= OB_CHUNK;
}

static bool ever_alone(const struct ob_placed *pl)
{
    return alone(pl->problem->rows) || (pl->batch_cap > 0 && alone(pl->batch_cap));
}

static bool ever_many(const struct ob_placed *pl)
{
    return !alone(pl->problem->rows) || !alone(pl->batch_cap);
}

/* Which array a column is in, of those that the formulas read. */
static uint32_t *places(const struct typed *t, size_t *count)
{
    uint32_t *place = ob_xcalloc(t->data.n + 1, sizeof *place);
    *count = 0;
    for (size_t j = 0; j < t->data.n; j++)
        if (t->data.full[j])
            place[j] = (uint32_t)(*count)++;
    return place;
}

/* Appends the text of value, gradient where it is wanted, and clamped rows. */
static bool emit(const struct ob_problem *p, bool grad, struct ob_buf *out,
                 struct ob_formula_facts *facts, struct ob_err *err)
{
    const struct typed *t = p->state;
    size_t columns;
    uint32_t *place = places(t, &columns);
    uint32_t *root = ob_xcalloc(p->n + 2, sizeof *root);
    struct ob_formula_source from = {
        .graph = &t->graph, .root = root, .name = grad ? "slope" : "value", .place = place
    };
    root[from.roots++] = t->nodes.value;
    if (grad) {
        memcpy(root + 1, t->nodes.grad, p->n * sizeof *root);
        from.roots += p->n;
    }
    root[from.roots++] = t->nodes.clamped;
    bool done = ob_formula_emit(&from, out, facts, err);
    free(root);
    free(place);
    return done;
}

/* Elements of the arrays that an evaluation works in. */
struct room {
    size_t columns;
    uint64_t ld, u, part, spill;
};

static struct room room_of(const struct ob_problem *p, size_t batch_cap,
                           const struct ob_formula_facts *slope)
{
    const uint64_t chunks = most_chunks(p, batch_cap), terms = slope->most_terms;
    struct room r = { .ld = (p->rows + 63) / 64 * 64 };
    free(places(p->state, &r.columns));
    r.u = slope->slots + p->n + 2;
    r.part = chunks > 1 ? chunks * terms : 0;
    if (terms > PRIVATE_SUMS)
        r.spill = (chunks < SPILL_GROUPS ? chunks : SPILL_GROUPS) * terms * OB_LANES;
    return r;
}

static uint64_t bytes(const struct ob_problem *p, size_t batch_cap)
{
    struct ob_formula_facts slope;
    struct ob_buf text = { 0 };
    struct room r = { 0 };
    if (emit(p, true, &text, &slope, NULL))
        r = room_of(p, batch_cap, &slope);
    ob_buf_finish(&text);
    return (r.columns * r.ld + r.u + r.part + r.spill) * ob_dtype_size(p->dtype);
}

/* ---- the text ---- */

static void add_many(const struct ob_formula_facts *f, const char *name,
                     struct ob_buf *out)
{
    if (f->begin > 0)
        ob_buf_addf(out, "FORMULA_BEGIN(%s)\n", name);
    for (size_t k = 0; k < f->passes; k++) {
        ob_buf_addf(out, "FORMULA_PASS(%s, %zu)\n", name, k);
        if (k + 1 < f->passes)
            ob_buf_addf(out, "FORMULA_NEXT(%s, %zu, %zu)\n", name, k, k + 1);
        else
            ob_buf_addf(out, "FORMULA_LAST(%s, %zu)\n", name, k);
    }
}

static void add_alone(const struct ob_formula_facts *f, const char *name,
                      struct ob_buf *out)
{
    ob_buf_addf(out, "FORMULA_ALONE(%s)\n", name);
    for (size_t k = 0; k < f->passes; k++)
        ob_buf_addf(out, "FORMULA_ALONE_PASS(%s, %zu)\n", name, k);
    ob_buf_addf(out, "FORMULA_ALONE_END(%s)\n", name);
}

/* The kernels that are ever launched: compilers take their time. */
static void add_kernels(const struct ob_placed *pl, const struct ob_formula_facts *f,
                        const char *name, struct ob_buf *out)
{
    for (size_t k = 0; k < f->passes; k++)
        ob_buf_addf(out, "FORMULA_CHUNK(%s, %zu)\n", name, k);
    ob_buf_addf(out, "FORMULA_RESULT(%s)\n", name);
    if (ever_many(pl))
        add_many(f, name, out);
    if (ever_alone(pl) || f->passes == 0)
        add_alone(f, name, out);
}

static bool add_text(struct ob_placed *pl, struct ob_buf *out, struct ob_err *err)
{
    struct state *s = pl->state;
    struct ob_buf value = { 0 }, slope = { 0 };
    bool ok = emit(pl->problem, false, &value, &s->value.facts, err) &&
              emit(pl->problem, true, &slope, &s->slope.facts, err);
    if (ok) {
        s->spills = s->slope.facts.most_terms > PRIVATE_SUMS;
        if (s->spills)
            ob_buf_adds(out, "#define FORMULA_SPILL\n");
        ob_device_text("#include \"kernels/formula.h\"\n", out);
        ob_buf_adds(out, ob_buf_text(&value));
        ob_buf_adds(out, ob_buf_text(&slope));
        add_kernels(pl, &s->value.facts, "value", out);
        add_kernels(pl, &s->slope.facts, "slope", out);
    }
    ob_buf_finish(&value);
    ob_buf_finish(&slope);
    return ok;
}

/* ---- start ---- */

/* The kernel NAME_WHAT, or NAME_WHAT_k where k is not negative; NULL is a failure. */
static struct ob_device_kernel *kernel(struct ob_placed *pl, const char *name,
                                       const char *what, int k, struct ob_err *err)
{
    const struct state *s = pl->state;
    char text[64], number[16] = "";
    if (k >= 0)
        snprintf(number, sizeof number, "_%d", k);
    snprintf(text, sizeof text, "%s_%s%s", name, what, number);
    return ob_device_kernel(pl->device, s->program, text, err);
}

static bool find_many(struct ob_placed *pl, const char *name, struct way *w,
                      struct ob_err *err)
{
    const size_t n = w->facts.passes;
    w->pass = ob_xcalloc(n, sizeof *w->pass);
    w->next = ob_xcalloc(n, sizeof *w->next);
    if (w->facts.begin > 0 && !(w->begin = kernel(pl, name, "begin", -1, err)))
        return false;
    for (size_t k = 0; k < n; k++)
        if (!(w->pass[k] = kernel(pl, name, "pass", (int)k, err)) ||
            (k + 1 < n && !(w->next[k] = kernel(pl, name, "next", (int)k, err))))
            return false;
    return (w->last = kernel(pl, name, "last", -1, err));
}

static bool find_kernels(struct ob_placed *pl, const char *name, struct way *w,
                         struct ob_err *err)
{
    const bool single = ever_alone(pl) || w->facts.passes == 0;
    return (!ever_many(pl) || w->facts.passes == 0 || find_many(pl, name, w, err)) &&
           (!single || (w->alone = kernel(pl, name, "alone", -1, err)));
}

static bool build(struct ob_placed *pl, struct ob_err *err)
{
    struct state *s = pl->state;
    struct ob_buf text = { 0 };
    const char *define[] = { pl->problem->dtype == OB_F32 ? "OB_REAL_BITS=32"
                                                          : "OB_REAL_BITS=64",
                             NULL };
    if (add_text(pl, &text, err))
        s->program = ob_device_build(pl->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    return s->program && find_kernels(pl, "value", &s->value, err) &&
           find_kernels(pl, "slope", &s->slope, err);
}

/* n elements; nothing where there are none. */
static bool reserve(struct ob_placed *pl, uint64_t n, struct ob_device_mem **out,
                    struct ob_err *err)
{
    if (n > 0)
        *out = ob_device_alloc(pl->device, n * ob_dtype_size(pl->problem->dtype), err);
    return n == 0 || *out;
}

static void upload(struct ob_placed *pl)
{
    const struct state *s = pl->state;
    const struct columns *c = &((const struct typed *)pl->problem->state)->data;
    const size_t size = ob_dtype_size(c->dtype);
    uint64_t at = 0;
    for (size_t j = 0; j < c->n; j++) {
        if (!c->full[j])
            continue;
        ob_device_upload(pl->device, s->column, at * size, c->full[j], c->rows * size);
        at += s->ld;
    }
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    struct state *s = pl->state = ob_xcalloc(1, sizeof *s);
    if (!build(pl, err))
        return false;
    const struct room r = room_of(pl->problem, pl->batch_cap, &s->slope.facts);
    s->ld = r.ld;
    if (!reserve(pl, r.columns * r.ld, &s->column, err) ||
        !reserve(pl, r.u, &s->u, err) || !reserve(pl, r.part, &s->part, err) ||
        !reserve(pl, r.spill, &s->spill, err))
        return false;
    upload(pl);
    return ob_device_sync(pl->device, err);
}

static void finish(struct ob_placed *pl)
{
    struct state *s = pl->state;
    struct ob_device *d = pl->device;
    if (!s)
        return;
    ob_device_free(d, s->column);
    ob_device_free(d, s->u);
    ob_device_free(d, s->part);
    ob_device_free(d, s->spill);
    ob_device_program_free(d, s->program);
    free(s->value.pass);
    free(s->value.next);
    free(s->slope.pass);
    free(s->slope.next);
    free(s);
    pl->state = NULL;
}

/* ---- evaluation ---- */

/* The arguments of FORMULA_INPUTS, FORMULA_PARTS, FORMULA_OUTPUTS. */
enum { INPUTS = 8, PARTS = 2, OUTPUTS = 3 };

struct args {
    struct ob_device_arg arg[INPUTS + PARTS + OUTPUTS];
    size_t n;
};

static void add(struct args *a, struct ob_device_arg arg)
{
    a->arg[a->n++] = arg;
}

static void add_mem(struct args *a, struct ob_device_mem *m)
{
    add(a, (struct ob_device_arg)OB_ARG(m));
}

static void add_number(struct args *a, uint64_t x)
{
    add(a, (struct ob_device_arg)OB_ARG_U64(x));
}

static struct args inputs(const struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    struct args a = { .n = 0 };
    add_mem(&a, call->theta);
    add_mem(&a, s->column);
    add_number(&a, s->ld);
    add_number(&a, pl->problem->rows);
    add_mem(&a, call->now);
    add_mem(&a, call->batch ? call->rows : NULL);
    add_mem(&a, s->u);
    add_mem(&a, s->spill);
    return a;
}

static void add_outputs(struct args *a, const struct ob_placed_call *call)
{
    add_mem(a, call->grad);
    add_mem(a, call->out);
    add_number(a, call->out_at);
}

/* Several chunks: passes over them, and one group between two. */
static void eval_chunks(struct ob_placed *pl, const struct way *w, uint64_t chunks,
                        const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    struct ob_device *d = pl->device;
    struct args a = inputs(pl, call);
    size_t groups = s->spills && chunks > SPILL_GROUPS ? SPILL_GROUPS : (size_t)chunks;
    if (w->facts.begin > 0)
        ob_device_launch(d, w->begin, 1, a.arg, a.n);
    add_mem(&a, s->part);
    add_number(&a, chunks);
    for (size_t k = 0; k < w->facts.passes; k++) {
        ob_device_launch(d, w->pass[k], groups, a.arg, a.n);
        if (k + 1 < w->facts.passes)
            ob_device_launch(d, w->next[k], 1, a.arg, a.n);
    }
    add_outputs(&a, call);
    ob_device_launch(d, w->last, 1, a.arg, a.n);
}

static void eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    const struct way *w = call->grad ? &s->slope : &s->value;
    const uint64_t rows = call->batch ? pl->batch_cap : pl->problem->rows;
    if (w->facts.passes > 0 && !alone(rows)) {
        eval_chunks(pl, w, chunks_of(rows), call);
        return;
    }
    struct args a = inputs(pl, call);
    add_outputs(&a, call);
    ob_device_launch(pl->device, w->alone, 1, a.arg, a.n);
}

/* The text of all kernels once more, of which the slope by one group is used. */
static bool solo(struct ob_placed *pl, struct ob_placed_solo *out)
{
    static const char macros[] =
        "#define SOLO_PARAMS const OB_GLOBAL real *solo_column, ob_u64 solo_ld, "
        "ob_u64 solo_all, OB_GLOBAL real *solo_u, OB_GLOBAL real *solo_spill\n"
        "#define SOLO_LOCAL OB_LOCAL_ARRAY(real, solo_s, FORMULA_FOLD * OB_LANES);\n"
        "#define SOLO_EVAL(theta, grad, now, out) slope_solo(theta, solo_column, "
        "solo_ld, "
        "solo_all, now, (const OB_GLOBAL ob_u32 *)0, solo_u, solo_spill, grad, out, 0, "
        "solo_s)\n";
    const struct state *s = pl->state;
    const uint64_t rows = pl->problem->rows;
    const struct ob_device_arg arg[] = { OB_ARG(s->column), OB_ARG_U64(s->ld),
                                         OB_ARG_U64(rows), OB_ARG(s->u),
                                         OB_ARG(s->spill) };
    if ((s->slope.facts.passes > 0 && !alone(rows)) || !add_text(pl, &out->text, NULL))
        return false;
    ob_buf_adds(&out->text, macros);
    memcpy(out->arg, arg, sizeof arg);
    out->args = OB_COUNT(arg);
    return true;
}

const struct ob_placed_type placed_typed = {
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = eval,
    .solo = solo,
};
