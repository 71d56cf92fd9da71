#include "placed_typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "placed_text.h"
#include "typed.h"

enum { SPILL_GROUPS = 256 }; /* that work at once where the sums of lanes are in memory */

/* The value alone, or with the gradient. */
struct way {
    size_t passes;
    struct ob_device_kernel *begin, *alone, *last;
    struct ob_device_kernel **pass, **next; /* [passes] */
    struct ob_device_mem *u, *table;
};

struct state {
    struct placed_texts texts; /* until it has started */
    struct ob_device_program *program;
    struct way value, slope;
    struct ob_device_mem *column, *part, *spill;
    uint64_t ld;
    bool spills;
};

/* ---- sizes ---- */

static uint64_t chunks_of(uint64_t rows)
{
    return (rows + OB_CHUNK - 1) / OB_CHUNK;
}

/* Whether one group makes an evaluation, of all rows or of a batch. */
static bool is_alone(uint64_t rows)
{
    return rows <= OB_CHUNK;
}

/* Elements of the arrays that an evaluation works in. */
struct room {
    uint64_t ld, columns, value, slope, part, spill;
};

static uint64_t slots(const struct placed_text *one, uint64_t roots)
{
    return one->table.slots ? one->table.slots : one->facts.slots + roots;
}

static struct room room_of(const struct ob_problem *p, size_t batch_cap,
                           const struct placed_texts *t)
{
    const uint64_t chunks = chunks_of(p->rows > batch_cap ? p->rows : batch_cap);
    const uint64_t terms = t->slope.facts.most_terms;
    struct room r = { .ld = (p->rows + 63) / 64 * 64 };
    r.columns = t->columns * r.ld;
    r.value = slots(&t->value, 2);
    r.slope = slots(&t->slope, p->n + 2);
    r.part = chunks > 1 ? chunks * terms : 0;
    if (t->spills)
        r.spill = (chunks < SPILL_GROUPS ? chunks : SPILL_GROUPS) * terms * OB_LANES;
    return r;
}

static uint64_t bytes(const struct ob_problem *p, size_t batch_cap)
{
    struct placed_texts t;
    uint64_t n = 0;
    if (placed_texts_make(&t, p, NULL)) {
        const struct room r = room_of(p, batch_cap, &t);
        n = (r.columns + r.value + r.slope + r.part + r.spill) * ob_dtype_size(p->dtype) +
            (t.value.table.words + t.slope.table.words) * sizeof(uint32_t);
    }
    placed_texts_finish(&t);
    return n;
}

static const char *lacks(const struct ob_problem *p)
{
    struct placed_texts t;
    const char *why = NULL;
    if (placed_texts_make(&t, p, NULL) && placed_texts_long(&t))
        why = "the formula has too many operations a row";
    placed_texts_finish(&t);
    return why;
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

static bool find_many(struct ob_placed *pl, const struct placed_text *text, struct way *w,
                      struct ob_err *err)
{
    const char *name = text->name;
    w->pass = ob_xcalloc(w->passes, sizeof *w->pass);
    w->next = ob_xcalloc(w->passes, sizeof *w->next);
    for (size_t k = 0; k < w->passes; k++)
        if (!(w->pass[k] = kernel(pl, name, "pass", (int)k, err)) ||
            (k + 1 < w->passes && !(w->next[k] = kernel(pl, name, "next", (int)k, err))))
            return false;
    return (!placed_text_begins(text) ||
            (w->begin = kernel(pl, name, "begin", -1, err))) &&
           (w->last = kernel(pl, name, "last", -1, err));
}

static bool find_kernels(struct ob_placed *pl, const struct placed_text *text, bool alone,
                         bool many, struct way *w, struct ob_err *err)
{
    w->passes = text->facts.passes;
    return ((!alone && w->passes > 0) ||
            (w->alone = kernel(pl, text->name, "alone", -1, err))) &&
           (!many || w->passes == 0 || find_many(pl, text, w, err));
}

/* Only what is ever launched is compiled. */
static bool build(struct ob_placed *pl, struct ob_err *err)
{
    struct state *s = pl->state;
    const uint64_t rows = pl->problem->rows, batch = pl->batch_cap;
    const bool alone = is_alone(rows) || (batch > 0 && is_alone(batch));
    const bool many = !is_alone(rows) || !is_alone(batch);
    struct ob_buf text = { 0 };
    const char *const define[] = { pl->problem->dtype == OB_F32 ? "OB_REAL_BITS=32"
                                                                : "OB_REAL_BITS=64",
                                   NULL };
    placed_texts_write(&s->texts, alone, many, &text);
    s->program = ob_device_build(pl->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    return s->program && find_kernels(pl, &s->texts.value, alone, many, &s->value, err) &&
           find_kernels(pl, &s->texts.slope, alone, many, &s->slope, err);
}

/* n elements; nothing where there are none. */
static bool reserve(struct ob_placed *pl, uint64_t n, struct ob_device_mem **out,
                    struct ob_err *err)
{
    if (n > 0)
        *out = ob_device_alloc(pl->device, n * ob_dtype_size(pl->problem->dtype), err);
    return n == 0 || *out;
}

static void upload_columns(struct ob_placed *pl)
{
    const struct state *s = pl->state;
    const struct columns *c = &((const struct typed *)pl->problem->state)->data;
    const size_t size = ob_dtype_size(c->dtype);
    for (size_t j = 0; j < c->n; j++)
        if (c->full[j])
            ob_device_upload(pl->device, s->column, s->texts.place[j] * s->ld * size,
                             c->full[j], c->rows * size);
}

/* The words of the table, and its constants in u. */
static bool upload_table(struct ob_placed *pl, const struct ob_formula_table *t,
                         struct way *w, struct ob_err *err)
{
    const enum ob_dtype dtype = pl->problem->dtype;
    const size_t size = ob_dtype_size(dtype), n = t->constants;
    if (t->words == 0)
        return true;
    w->table = ob_device_alloc(pl->device, t->words * sizeof *t->word, err);
    void *constant = w->table ? ob_alloc(n + 1, size, err) : NULL;
    if (!constant)
        return false;
    for (size_t i = 0; i < n; i++)
        ob_put(dtype, constant, i, t->constant[i]);
    ob_device_upload(pl->device, w->table, 0, t->word, t->words * sizeof *t->word);
    if (n > 0)
        ob_device_upload(pl->device, w->u, t->constant_at * size, constant, n * size);
    free(constant);
    return true;
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    struct state *s = pl->state = ob_xcalloc(1, sizeof *s);
    if (!placed_texts_make(&s->texts, pl->problem, err) || !build(pl, err))
        return false;
    const struct room r = room_of(pl->problem, pl->batch_cap, &s->texts);
    s->ld = r.ld;
    s->spills = s->texts.spills;
    if (!reserve(pl, r.columns, &s->column, err) ||
        !reserve(pl, r.value, &s->value.u, err) ||
        !reserve(pl, r.slope, &s->slope.u, err) || !reserve(pl, r.part, &s->part, err) ||
        !reserve(pl, r.spill, &s->spill, err))
        return false;
    upload_columns(pl);
    bool ok = upload_table(pl, &s->texts.value.table, &s->value, err) &&
              upload_table(pl, &s->texts.slope.table, &s->slope, err) &&
              ob_device_sync(pl->device, err);
    placed_texts_finish(&s->texts);
    return ok;
}

static void finish_way(struct ob_device *d, struct way *w)
{
    ob_device_free(d, w->u);
    ob_device_free(d, w->table);
    free(w->pass);
    free(w->next);
}

static void finish(struct ob_placed *pl)
{
    struct state *s = pl->state;
    struct ob_device *d = pl->device;
    if (!s)
        return;
    finish_way(d, &s->value);
    finish_way(d, &s->slope);
    ob_device_free(d, s->column);
    ob_device_free(d, s->part);
    ob_device_free(d, s->spill);
    ob_device_program_free(d, s->program);
    placed_texts_finish(&s->texts);
    free(s);
    pl->state = NULL;
}

/* ---- evaluation ---- */

/* The arguments of FORMULA_INPUTS, FORMULA_PARTS, FORMULA_OUTPUTS. */
enum { INPUTS = 9, PARTS = 2, OUTPUTS = 3 };

struct args {
    struct ob_device_arg arg[INPUTS + PARTS + OUTPUTS];
    size_t n;
};

static void add_mem(struct args *a, struct ob_device_mem *m)
{
    a->arg[a->n++] = (struct ob_device_arg)OB_ARG(m);
}

static void add_number(struct args *a, uint64_t x)
{
    a->arg[a->n++] = (struct ob_device_arg)OB_ARG_U64(x);
}

static struct args inputs(const struct ob_placed *pl, const struct way *w,
                          const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    struct args a = { .n = 0 };
    add_mem(&a, call->theta);
    add_mem(&a, s->column);
    add_number(&a, s->ld);
    add_number(&a, pl->problem->rows);
    add_mem(&a, call->now);
    add_mem(&a, call->batch ? call->rows : NULL);
    add_mem(&a, w->u);
    add_mem(&a, w->table);
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
    struct args a = inputs(pl, w, call);
    size_t groups = s->spills && chunks > SPILL_GROUPS ? SPILL_GROUPS : (size_t)chunks;
    if (w->begin)
        ob_device_launch(d, w->begin, 1, a.arg, a.n);
    add_mem(&a, s->part);
    add_number(&a, chunks);
    for (size_t k = 0; k < w->passes; k++) {
        ob_device_launch(d, w->pass[k], groups, a.arg, a.n);
        if (k + 1 < w->passes)
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
    if (w->passes > 0 && !is_alone(rows)) {
        eval_chunks(pl, w, chunks_of(rows), call);
        return;
    }
    struct args a = inputs(pl, w, call);
    add_outputs(&a, call);
    ob_device_launch(pl->device, w->alone, 1, a.arg, a.n);
}

static bool solo(struct ob_placed *pl, struct ob_placed_solo *out)
{
    static const char macros[] =
        "#define SOLO_PARAMS const OB_GLOBAL real *solo_column, ob_u64 solo_ld, "
        "ob_u64 solo_all, OB_GLOBAL real *solo_u, const OB_GLOBAL ob_u32 *solo_table, "
        "OB_GLOBAL real *solo_spill\n"
        "#define SOLO_LOCAL OB_LOCAL_ARRAY(real, solo_s, FORMULA_FOLD * OB_LANES);\n"
        "#define SOLO_EVAL(theta, grad, now, out) slope_solo(theta, solo_column, "
        "solo_ld, solo_all, now, (const OB_GLOBAL ob_u32 *)0, solo_u, solo_table, "
        "solo_spill, grad, out, 0, solo_s)\n";
    const struct state *s = pl->state;
    const uint64_t rows = pl->problem->rows;
    const struct ob_device_arg arg[] = { OB_ARG(s->column),      OB_ARG_U64(s->ld),
                                         OB_ARG_U64(rows),       OB_ARG(s->slope.u),
                                         OB_ARG(s->slope.table), OB_ARG(s->spill) };
    struct placed_texts t;
    bool ok = (s->slope.passes == 0 || is_alone(rows)) &&
              placed_texts_make(&t, pl->problem, NULL);
    if (!ok)
        return false;
    placed_texts_solo(&t, &out->text);
    placed_texts_finish(&t);
    ob_buf_adds(&out->text, macros);
    memcpy(out->arg, arg, sizeof arg);
    out->args = OB_COUNT(arg);
    return true;
}

const struct ob_placed_type placed_typed = {
    .lacks = lacks,
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = eval,
    .solo = solo,
};
