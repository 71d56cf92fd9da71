#include "optbench/model/placed_penalty.h"

#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/device/penalty.h"
#include "optbench/device/text.h"
#include "optbench/num/kernels.h"
#include "penalty.h"

struct ob_placed_penalty {
    struct ob_placed *placed;
    bool none, tree;
    struct ob_device_program *program;
    struct ob_device_kernel *few, *all, *fold; /* of the program */
    struct ob_device_mem *factor;              /* doubles [OB_PENALTY_FACTORS] */
    struct ob_device_mem *piece; /* u64 [pieces][2]: offset and length of each */
    struct ob_device_mem *count; /* u64 [stretches]: pieces of each; tree */
    struct ob_device_mem *part;  /* doubles [pieces][2]; tree */
    size_t pieces;
};

/* Chunks of a stretch of n weights; where the sums are made in order it is one piece. */
static size_t pieces_of(bool tree, size_t n)
{
    return tree ? (n + OB_CHUNK - 1) / OB_CHUNK : 1;
}

static size_t all_pieces(const struct ob_problem *p, bool tree)
{
    size_t n = 0;
    for (size_t k = 0; k < p->weights; k++)
        n += pieces_of(tree, p->weight[k].n);
    return n;
}

static bool nothing(const struct ob_problem *p)
{
    return p->l1 == 0 && p->l2 == 0;
}

uint64_t ob_placed_penalty_bytes(const struct ob_problem *p)
{
    const bool tree = penalty_by_tree(p);
    const uint64_t pieces = all_pieces(p, tree);
    if (nothing(p))
        return 0;
    return (OB_PENALTY_FACTORS + 2 * pieces + (tree ? p->weights + 2 * pieces : 0)) * 8;
}

static bool reserve(struct ob_placed_penalty *y, struct ob_err *err)
{
    struct ob_device *d = y->placed->device;
    const size_t stretches = y->placed->problem->weights;
    y->factor = ob_device_alloc(d, OB_PENALTY_FACTORS * sizeof(double), err);
    y->piece =
        y->factor ? ob_device_alloc(d, y->pieces * 2 * sizeof(uint64_t), err) : NULL;
    if (!y->piece || !y->tree)
        return y->piece != NULL;
    y->count = ob_device_alloc(d, stretches * sizeof(uint64_t), err);
    y->part = y->count ? ob_device_alloc(d, y->pieces * 2 * sizeof(double), err) : NULL;
    return y->part != NULL;
}

/* The table of pieces, and of how many each stretch has. */
static void send_tables(struct ob_placed_penalty *y)
{
    const struct ob_problem *p = y->placed->problem;
    struct ob_device *d = y->placed->device;
    const double factor[OB_PENALTY_FACTORS] = { p->l1, p->l2 };
    uint64_t *piece = ob_xcalloc(y->pieces * 2, sizeof *piece);
    uint64_t *count = ob_xcalloc(p->weights + 1, sizeof *count);
    size_t at = 0;
    for (size_t k = 0; k < p->weights; k++) {
        const struct ob_stretch *s = &p->weight[k];
        count[k] = pieces_of(y->tree, s->n);
        for (size_t c = 0; c < count[k]; c++, at++) {
            const size_t left = s->n - c * OB_CHUNK;
            piece[2 * at] = s->offset + c * OB_CHUNK;
            piece[2 * at + 1] = left < OB_CHUNK ? left : OB_CHUNK;
        }
    }
    ob_device_upload(d, y->factor, 0, factor, sizeof factor);
    ob_device_upload(d, y->piece, 0, piece, y->pieces * 2 * sizeof *piece);
    if (y->tree)
        ob_device_upload(d, y->count, 0, count, p->weights * sizeof *count);
    free(piece);
    free(count);
}

static bool build(struct ob_placed_penalty *y, struct ob_err *err)
{
    struct ob_device *d = y->placed->device;
    const char *define[] = { y->placed->problem->dtype == OB_F32 ? "OB_REAL_BITS=32"
                                                                 : "OB_REAL_BITS=64",
                             NULL };
    struct ob_buf text = { 0 };
    ob_device_text(ob_device_file("kernels/penalty.h"), &text);
    y->program = ob_device_build(d, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    if (!y->program)
        return false;
    if (!y->tree) {
        y->few = ob_device_kernel(d, y->program, "penalty_few", err);
        return y->few != NULL;
    }
    y->all = ob_device_kernel(d, y->program, "penalty_chunks", err);
    y->fold = y->all ? ob_device_kernel(d, y->program, "penalty_fold", err) : NULL;
    return y->fold != NULL;
}

struct ob_placed_penalty *ob_placed_penalty_create(struct ob_placed *pl,
                                                   struct ob_err *err)
{
    struct ob_placed_penalty *y = ob_xcalloc(1, sizeof *y);
    y->placed = pl;
    y->none = nothing(pl->problem);
    y->tree = penalty_by_tree(pl->problem);
    y->pieces = all_pieces(pl->problem, y->tree);
    if (y->none)
        return y;
    if (!reserve(y, err) || !build(y, err)) {
        ob_placed_penalty_destroy(y);
        return NULL;
    }
    send_tables(y);
    return y;
}

void ob_placed_penalty_destroy(struct ob_placed_penalty *y)
{
    if (!y)
        return;
    struct ob_device *d = y->placed->device;
    ob_device_program_free(d, y->program);
    ob_device_free(d, y->factor);
    ob_device_free(d, y->piece);
    ob_device_free(d, y->count);
    ob_device_free(d, y->part);
    free(y);
}

static uint32_t flags_of(const struct ob_placed_penalty *y, bool grad)
{
    return (grad ? OB_PENALTY_GRAD : 0u) |
           (y->placed->problem->smooth ? OB_PENALTY_SMOOTH : 0u);
}

static void in_order(struct ob_placed_penalty *y, const struct ob_placed_call *c)
{
    const struct ob_device_arg arg[] = {
        OB_ARG(c->theta),
        OB_ARG(c->now),
        OB_ARG(c->grad),
        OB_ARG(c->out),
        OB_ARG_U64(c->out_at),
        OB_ARG(y->piece),
        OB_ARG_U64(y->pieces),
        OB_ARG(y->factor),
        OB_ARG_U32(flags_of(y, c->grad != NULL)),
    };
    ob_device_launch(y->placed->device, y->few, 1, arg, sizeof arg / sizeof *arg);
}

static void by_tree(struct ob_placed_penalty *y, const struct ob_placed_call *c)
{
    const struct ob_device_arg all[] = {
        OB_ARG(c->theta),
        OB_ARG(c->now),
        OB_ARG(c->grad),
        OB_ARG(y->part),
        OB_ARG(y->piece),
        OB_ARG(y->factor),
        OB_ARG_U32(flags_of(y, c->grad != NULL)),
    };
    const struct ob_device_arg fold[] = {
        OB_ARG(y->part),       OB_ARG(c->now),   OB_ARG(c->out),
        OB_ARG_U64(c->out_at), OB_ARG(y->count), OB_ARG_U64(y->placed->problem->weights),
        OB_ARG(y->factor),
    };
    ob_device_launch(y->placed->device, y->all, y->pieces, all, sizeof all / sizeof *all);
    ob_device_launch(y->placed->device, y->fold, 1, fold, sizeof fold / sizeof *fold);
}

void ob_placed_penalty(struct ob_placed_penalty *y, const struct ob_placed_call *call)
{
    if (!y->none)
        (y->tree ? by_tree : in_order)(y, call);
}

bool ob_placed_penalty_none(const struct ob_placed_penalty *y)
{
    return y->none;
}

bool ob_placed_penalty_solo(const struct ob_placed_penalty *y,
                            struct ob_device_arg arg[static OB_PENALTY_SOLO_ARGS])
{
    if (y->none || y->tree)
        return false;
    arg[0] = (struct ob_device_arg)OB_ARG(y->piece);
    arg[1] = (struct ob_device_arg)OB_ARG_U64(y->pieces);
    arg[2] = (struct ob_device_arg)OB_ARG(y->factor);
    arg[3] = (struct ob_device_arg)OB_ARG_U32(flags_of(y, true));
    return true;
}
