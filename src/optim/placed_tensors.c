#include "placed_tensors.h"

#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "optbench/formula/emit.h"
#include "optbench/num/kernels.h"
#include "rule_code.h"

/* Of a piece; kernels/tensor.h has the same. */
enum { TENSOR_OFFSET, TENSOR_N, TENSOR_GROUP, TENSOR_CHUNK, TENSOR_CHUNKS, TENSOR_WORDS };

struct placed_tensors {
    size_t kind, base, pieces, chunks;
    struct ob_formula_facts facts;
    struct ob_device_program *program;
    struct ob_device_kernel *begin, *last, **pass, **next; /* [facts.passes] */
    struct ob_device_mem *piece, *where, *u, *part;
};

/* ---- which numbers ---- */

static bool is_given(const struct ob_node *n)
{
    return n->op == OB_OP_CONST || n->op == OB_OP_PARAM;
}

uint32_t *placed_tensor_nodes(const struct ob_optimizer *own, size_t *n)
{
    const struct rule_code *c = rule_code_of(own);
    bool *needed = ob_xcalloc(c->own.n, sizeof *needed);
    uint32_t *node = ob_xcalloc(c->own.n, sizeof *node);
    *n = 0;
    for (size_t r = 0; r < c->update.roots; r++)
        needed[c->root[r]] = true;
    for (size_t i = c->own.n; i-- > 0;) {
        const struct ob_node *at = &c->own.node[i];
        if (!needed[i] || is_given(at))
            continue;
        if (!at->rows)
            node[(*n)++] = (uint32_t)i;
        if (at->rows && ob_formula_operands(at->op) > 0)
            needed[at->a] = true;
        if (at->rows && ob_formula_operands(at->op) > 1)
            needed[at->b] = true;
    }
    free(needed);
    return node;
}

size_t placed_tensors_size(const struct ob_placed_rule *r, size_t kind)
{
    size_t n;
    free(placed_tensor_nodes(r->kind[kind].own, &n));
    return n * r->kind[kind].own->pieces;
}

/* ---- the text ---- */

static void add_kernels(const struct placed_tensors *t, struct ob_buf *out)
{
    const size_t n = t->facts.passes;
    if (n == 0)
        ob_buf_adds(out, "TENSOR_NONE(tensor)\n");
    else
        ob_buf_adds(out, "TENSOR_BEGIN(tensor)\n");
    for (size_t k = 0; k < n; k++) {
        ob_buf_addf(out, "TENSOR_PASS(tensor, %zu)\n", k);
        if (k + 1 < n)
            ob_buf_addf(out, "TENSOR_NEXT(tensor, %zu, %zu)\n", k, k + 1);
        else
            ob_buf_addf(out, "TENSOR_LAST(tensor, %zu)\n", k);
    }
}

static bool write_text(const struct ob_placed_rule *r, struct placed_tensors *t,
                       struct ob_buf *out, struct ob_err *err)
{
    const struct placed_kind *k = &r->kind[t->kind];
    uint32_t place[RULE_STATE + OB_RULE_STATE] = { RULE_THETA, RULE_GRAD };
    for (size_t s = 0; s < k->own->type->slots; s++)
        place[RULE_STATE + s] = (uint32_t)(RULE_STATE + k->slot[s]);
    struct ob_formula_source from = { .graph = &rule_code_of(k->own)->own,
                                      .name = "tensor",
                                      .place = place };
    uint32_t *root = placed_tensor_nodes(k->own, &from.roots);
    from.root = root;
    ob_buf_addf(out, "#define MOVE_GROUPS %zu\n#define MOVE_COEFS %zu\n",
                r->optimizer->groups, r->coefs);
    ob_device_text("#include \"kernels/tensor.h\"\n", out);
    bool done = ob_formula_emit(&from, out, &t->facts, err);
    free(root);
    if (done)
        add_kernels(t, out);
    return done;
}

static struct ob_device_kernel *kernel(const struct ob_placed_rule *r,
                                       struct placed_tensors *t, const char *what,
                                       size_t k, struct ob_err *err)
{
    char name[48];
    snprintf(name, sizeof name, "tensor_%s_%zu", what, k);
    return ob_device_kernel(r->device, t->program, name, err);
}

static bool find_kernels(const struct ob_placed_rule *r, struct placed_tensors *t,
                         struct ob_err *err)
{
    const size_t n = t->facts.passes;
    t->pass = ob_xcalloc(n + 1, sizeof *t->pass);
    t->next = ob_xcalloc(n + 1, sizeof *t->next);
    if (!(t->last = ob_device_kernel(r->device, t->program, "tensor_last", err)) ||
        (n > 0 &&
         !(t->begin = ob_device_kernel(r->device, t->program, "tensor_begin", err))))
        return false;
    for (size_t k = 0; k < n; k++)
        if (!(t->pass[k] = kernel(r, t, "pass", k, err)) ||
            (k + 1 < n && !(t->next[k] = kernel(r, t, "next", k, err))))
            return false;
    return true;
}

static bool build(const struct ob_placed_rule *r, struct placed_tensors *t,
                  struct ob_err *err)
{
    const char *const define[] = { r->optimizer->problem->dtype == OB_F32
                                       ? "OB_REAL_BITS=32"
                                       : "OB_REAL_BITS=64",
                                   NULL };
    struct ob_buf text = { 0 };
    if (write_text(r, t, &text, err))
        t->program = ob_device_build(r->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    return t->program && find_kernels(r, t, err);
}

/* ---- pieces ---- */

static size_t chunks_of(size_t n)
{
    return (n + OB_CHUNK - 1) / OB_CHUNK;
}

static void list_pieces(const struct ob_optimizer *own, uint64_t *piece, uint32_t *where)
{
    size_t chunk = 0;
    for (size_t i = 0; i < own->pieces; i++, piece += TENSOR_WORDS) {
        const struct ob_piece *p = &own->piece[i];
        piece[TENSOR_OFFSET] = p->offset;
        piece[TENSOR_N] = p->n;
        piece[TENSOR_GROUP] = p->group;
        piece[TENSOR_CHUNK] = chunk;
        piece[TENSOR_CHUNKS] = chunks_of(p->n);
        for (size_t k = 0; k < chunks_of(p->n); k++)
            where[chunk++] = (uint32_t)i;
    }
}

static bool upload(const struct ob_placed_rule *r, struct placed_tensors *t,
                   struct ob_err *err)
{
    const struct ob_optimizer *own = r->kind[t->kind].own;
    const size_t size = ob_dtype_size(r->optimizer->problem->dtype);
    const size_t words = t->pieces * TENSOR_WORDS;
    uint64_t *piece = ob_xcalloc(words, sizeof *piece);
    uint32_t *where = ob_xcalloc(t->chunks, sizeof *where);
    list_pieces(own, piece, where);
    struct ob_device *d = r->device;
    bool ok =
        (t->piece = ob_device_alloc(d, words * sizeof *piece, err)) &&
        (t->where = ob_device_alloc(d, t->chunks * sizeof *where, err)) &&
        (t->u = ob_device_alloc(d, (t->facts.slots + 1) * t->pieces * size, err)) &&
        (t->part = ob_device_alloc(d, (t->facts.most_terms + 1) * t->chunks * size, err));
    if (ok) {
        ob_device_upload(d, t->piece, 0, piece, words * sizeof *piece);
        ob_device_upload(d, t->where, 0, where, t->chunks * sizeof *where);
    }
    free(piece);
    free(where);
    return ok;
}

struct placed_tensors *placed_tensors_create(const struct ob_placed_rule *r, size_t kind,
                                             size_t base, struct ob_err *err)
{
    const struct ob_optimizer *own = r->kind[kind].own;
    struct placed_tensors *t = ob_xcalloc(1, sizeof *t);
    t->kind = kind;
    t->base = base;
    t->pieces = own->pieces;
    for (size_t i = 0; i < own->pieces; i++)
        t->chunks += chunks_of(own->piece[i].n);
    if (build(r, t, err) && upload(r, t, err))
        return t;
    placed_tensors_destroy(r->device, t);
    return NULL;
}

void placed_tensors_destroy(struct ob_device *d, struct placed_tensors *t)
{
    if (!t)
        return;
    ob_device_free(d, t->piece);
    ob_device_free(d, t->where);
    ob_device_free(d, t->u);
    ob_device_free(d, t->part);
    ob_device_program_free(d, t->program);
    free(t->pass);
    free(t->next);
    free(t);
}

/* ---- running ---- */

void placed_tensors_run(const struct ob_placed_rule *r, struct placed_tensors *t,
                        const struct ob_placed_rule_call *call)
{
    struct ob_device_arg arg[2 + OB_OPTIMIZER_SLOTS + 9] = { OB_ARG(call->theta),
                                                             OB_ARG(call->grad) };
    const struct ob_device_arg more[9] = {
        OB_ARG(call->coef),    OB_ARG(call->now), OB_ARG(t->piece),
        OB_ARG(t->where),      OB_ARG(t->u),      OB_ARG(t->part),
        OB_ARG_U64(t->chunks), OB_ARG(r->tensor), OB_ARG_U64(t->base),
    };
    size_t args = 2;
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        arg[args++] = (struct ob_device_arg)OB_ARG(call->slot[i]);
    for (size_t i = 0; i < OB_COUNT(more); i++)
        arg[args++] = more[i];
    if (t->begin && t->facts.begin > 0)
        ob_device_launch(r->device, t->begin, t->pieces, arg, args);
    for (size_t k = 0; k < t->facts.passes; k++) {
        ob_device_launch(r->device, t->pass[k], t->chunks, arg, args);
        if (k + 1 < t->facts.passes)
            ob_device_launch(r->device, t->next[k], t->pieces, arg, args);
    }
    ob_device_launch(r->device, t->last, t->pieces, arg, args);
}
