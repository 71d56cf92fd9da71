#include "placed_text.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "typed.h"

enum {
    TABLE_FROM = 400,  /* uniform operations that are numbers, and no text any more */
    ROW_MOST = 3000,   /* operations a row: some seconds of compiling */
    PRIVATE_SUMS = 48, /* of a lane, that it keeps itself */
};

/* ---- making ---- */

static void find_places(struct placed_texts *t, const struct columns *data)
{
    t->place = ob_xcalloc(data->n + 1, sizeof *t->place);
    for (size_t j = 0; j < data->n; j++)
        if (data->full[j])
            t->place[j] = (uint32_t)t->columns++;
}

/* The value, the gradient where it is wanted, the count of clamped rows. */
static uint32_t *list_roots(const struct typed *typed, size_t n, bool grad, size_t *roots)
{
    uint32_t *root = ob_xcalloc(n + 2, sizeof *root);
    *roots = 0;
    root[(*roots)++] = typed->nodes.value;
    for (size_t i = 0; grad && i < n; i++)
        root[(*roots)++] = typed->nodes.grad[i];
    root[(*roots)++] = typed->nodes.clamped;
    return root;
}

static bool emit(struct placed_text *one, const struct placed_texts *t,
                 const struct ob_problem *p, struct ob_err *err)
{
    const struct typed *typed = p->state;
    struct ob_formula_source from = {
        .graph = &typed->graph, .name = one->name, .place = t->place, .table = t->table
    };
    uint32_t *root = list_roots(typed, p->n, one == &t->slope, &from.roots);
    from.root = root;
    ob_buf_clear(&one->body);
    bool done = ob_formula_emit(&from, &one->body, &one->facts, err) &&
                (!t->table || ob_formula_table(&from, p->n, &one->table, err));
    free(root);
    return done;
}

bool placed_texts_make(struct placed_texts *t, const struct ob_problem *p,
                       struct ob_err *err)
{
    *t = (struct placed_texts){ .value = { .name = "value" },
                                .slope = { .name = "slope" } };
    find_places(t, &((const struct typed *)p->state)->data);
    if (!emit(&t->slope, t, p, err))
        return false;
    t->spills = t->slope.facts.most_terms > PRIVATE_SUMS;
    t->table = t->slope.facts.uniform > TABLE_FROM;
    return (!t->table || emit(&t->slope, t, p, err)) && emit(&t->value, t, p, err);
}

void placed_texts_finish(struct placed_texts *t)
{
    ob_buf_finish(&t->value.body);
    ob_buf_finish(&t->slope.body);
    ob_formula_table_finish(&t->value.table);
    ob_formula_table_finish(&t->slope.table);
    free(t->place);
    *t = (struct placed_texts){ 0 };
}

bool placed_texts_long(const struct placed_texts *t)
{
    return t->slope.facts.row > ROW_MOST;
}

bool placed_text_begins(const struct placed_text *one)
{
    return one->facts.begin > 0 || one->table.words > 0;
}

/* ---- writing: the macros are those of kernels/formula.h ---- */

static void add_many(const struct placed_text *one, struct ob_buf *out)
{
    const size_t n = one->facts.passes;
    if (placed_text_begins(one))
        ob_buf_addf(out, "FORMULA_BEGIN(%s)\n", one->name);
    for (size_t k = 0; k < n; k++) {
        ob_buf_addf(out, "FORMULA_PASS(%s, %zu)\n", one->name, k);
        if (k + 1 < n)
            ob_buf_addf(out, "FORMULA_NEXT(%s, %zu, %zu)\n", one->name, k, k + 1);
        else
            ob_buf_addf(out, "FORMULA_LAST(%s, %zu)\n", one->name, k);
    }
}

static void add_alone(const struct placed_text *one, struct ob_buf *out)
{
    ob_buf_addf(out, "FORMULA_ALONE(%s)\n", one->name);
    for (size_t k = 0; k < one->facts.passes; k++)
        ob_buf_addf(out, "FORMULA_ALONE_PASS(%s, %zu)\n", one->name, k);
    ob_buf_addf(out, "FORMULA_ALONE_END(%s)\n", one->name);
}

static void add_kernels(const struct placed_text *one, bool alone, bool many,
                        struct ob_buf *out)
{
    ob_buf_adds(out, ob_buf_text(&one->body));
    for (size_t k = 0; k < one->facts.passes; k++)
        ob_buf_addf(out, "FORMULA_CHUNK(%s, %zu)\n", one->name, k);
    ob_buf_addf(out, "FORMULA_RESULT(%s)\n", one->name);
    if (many && one->facts.passes > 0)
        add_many(one, out);
    if (alone || one->facts.passes == 0)
        add_alone(one, out);
}

static void add_start(const struct placed_texts *t, struct ob_buf *out)
{
    if (t->spills)
        ob_buf_adds(out, "#define FORMULA_SPILL\n");
    if (t->table) {
        ob_buf_adds(out, "#define FORMULA_TABLE\n");
        ob_formula_table_numbers(out);
    }
    ob_device_text("#include \"kernels/formula.h\"\n", out);
}

void placed_texts_write(const struct placed_texts *t, bool alone, bool many,
                        struct ob_buf *out)
{
    add_start(t, out);
    add_kernels(&t->value, alone, many, out);
    add_kernels(&t->slope, alone, many, out);
}

void placed_texts_solo(const struct placed_texts *t, struct ob_buf *out)
{
    add_start(t, out);
    add_kernels(&t->slope, true, false, out);
}
