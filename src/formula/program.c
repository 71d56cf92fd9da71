#include "optbench/formula/program.h"

#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/num/kernels.h"
#include "program_priv.h"

/* What the tasks of one pass share. Each has a run of the chunks of this rank and its own
 * scratch. */
struct job {
    const struct ob_program *p;
    const struct ob_program_inputs *in;
    void *const *out;
    const struct pass *pass;
    struct ob_share *share;
    size_t lanes, chunks, tasks;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const char *input_at(const struct job *j, const struct input *i, size_t row)
{
    size_t size = j->p->size;
    if (i->kind == OB_OP_COLUMN)
        return (const char *)j->in->column[i->index] + row * size;
    const char *base = i->kind == OB_OP_PARAM ? j->in->theta : j->in->direction;
    return base + (i->index * j->in->points + row) * size;
}

/* The lane arrays that come from outside, for the lanes from f->row on; copies where the
 * last step reaches beyond what there is. */
static void bind_inputs(const struct job *j, const struct scratch *s,
                        struct lane_frame *f)
{
    const struct ob_program *p = j->p;
    char *end = (char *)f->sum + p->most_sums * OB_LANES * p->size;
    f->n = (f->exact + LANE_STEP - 1) / LANE_STEP * LANE_STEP;
    for (size_t k = 0; k < p->inputs; k++, end += p->block * p->size) {
        const char *from = input_at(j, &p->input[k], f->row);
        if (f->n != f->exact)
            memcpy(end, from, f->exact * p->size);
        /* Lane arrays are only written through the numbers of registers. */
        s->v[k] = f->n != f->exact ? end : (char *)(uintptr_t)from;
    }
}

static void clear_sums(const struct job *j, void *sum, size_t width)
{
    size_t lane = j->p->size;
    if (width == OB_LANES)
        memset(sum, 0, j->pass->sums * OB_LANES * lane);
    else
        for (size_t k = 0; k < j->pass->sums; k++)
            memset((char *)sum + k * OB_LANES * lane, 0, width * lane);
}

static void run_chunk(const struct job *j, const struct scratch *s, size_t chunk)
{
    const struct ob_program *p = j->p;
    const struct lane_op *begin = p->lane + j->pass->lane_from,
                         *end = p->lane + j->pass->lane_to;
    size_t row = chunk * OB_CHUNK, rows = least(j->lanes - row, OB_CHUNK), width = 1;
    struct lane_frame f = { .v = s->v, .u = p->u, .out = j->out };
    f.sum = s->memory + p->registers * (p->block * p->size + PROGRAM_PAD);
    while (width < rows && width < OB_LANES)
        width *= 2;
    clear_sums(j, f.sum, width);
    for (size_t done = 0; done < rows; done += p->block) {
        f.row = row + done;
        f.lane = done % OB_LANES;
        f.exact = least(rows - done, p->block);
        bind_inputs(j, s, &f);
        for (const struct lane_op *op = begin; op < end; op++)
            op->fn(op, &f);
    }
    char *to = j->chunks == 1 && !j->share
                   ? (char *)p->u + j->pass->sum_slot * p->size
                   : (char *)p->partial + chunk * j->pass->sums * p->size;
    p->table->fold(f.sum, width, j->pass->sums, to);
}

static void run_task(void *ctx, size_t task)
{
    const struct job *j = ctx;
    const size_t own = ob_share_count(j->share, j->chunks);
    size_t from = task * own / j->tasks, to = (task + 1) * own / j->tasks;
    for (size_t c = from; c < to; c++)
        run_chunk(j, &j->p->scratch[task], ob_share_chunk(j->share, c));
}

static void run_pass(struct job *j, struct ob_pool *pool)
{
    const struct ob_program *p = j->p;
    char *sums = (char *)p->u + j->pass->sum_slot * p->size;
    if (j->share && p->partial) /* what other ranks compute adds nothing here */
        memset(p->partial, 0, j->chunks * j->pass->sums * p->size);
    if (j->chunks == 0)
        memset(sums, 0, j->pass->sums * p->size);
    else if (j->tasks == 1)
        run_task(j, 0);
    else
        ob_pool_run(pool, run_task, j, j->tasks);
    if ((j->chunks > 1 || j->share) && j->pass->sums > 0)
        ob_kernels(p->opts.dtype)
            ->fold(j->chunks, j->pass->sums, j->pass->sums, p->partial, sums);
    ob_share_sum(j->share, p->opts.dtype, j->pass->sums, sums);
}

static void load(struct ob_program *p, const struct ob_program_inputs *in)
{
    if (p->opts.vary != OB_VARY_POINTS && p->opts.params > 0)
        memcpy(p->u, in->theta, p->opts.params * p->size);
    if (p->directed)
        memcpy((char *)p->u + p->opts.params * p->size, in->direction,
               p->opts.params * p->size);
    if (p->opts.dtype == OB_F32)
        ((float *)p->u)[p->rows_slot] = (float)in->rows;
    else
        ((double *)p->u)[p->rows_slot] = (double)in->rows;
}

/* The uniform roots of rows: one number each. */
static void give_numbers(const struct ob_program *p, void *const *out)
{
    for (size_t r = 0; r < p->roots; r++) {
        uint32_t slot = p->root_slot[r];
        if (slot == PROGRAM_NONE || !out[r])
            continue;
        if (p->opts.dtype == OB_F32)
            *(float *)out[r] = ((const float *)p->u)[slot];
        else
            *(double *)out[r] = ((const double *)p->u)[slot];
    }
}

/* The uniform roots of points: the same for all. */
static void give_lanes(const struct ob_program *p, size_t lanes, void *const *out)
{
    const struct lane_frame f = { .u = p->u, .out = out, .exact = lanes };
    for (size_t r = 0; r < p->roots; r++) {
        const struct lane_op op = { .dst = (uint32_t)r, .a = p->root_slot[r] };
        if (op.a != PROGRAM_NONE)
            p->table->spread(&op, &f);
    }
}

/* Points over data, one after the other. */
static void run_single(struct ob_program *p, struct ob_pool *pool,
                       const struct ob_program_inputs *in, void *const *out)
{
    struct ob_program_inputs one = *in;
    bool moves = p->opts.vary == OB_VARY_POINTS;
    for (size_t i = 0; i < in->points; i++) {
        for (size_t k = 0; k < p->opts.params; k++) {
            size_t at = (k * in->points + i) * p->size, to = k * p->size;
            if (moves)
                memcpy((char *)p->theta + to, (const char *)in->theta + at, p->size);
            if (in->direction)
                memcpy((char *)p->direction + to, (const char *)in->direction + at,
                       p->size);
        }
        one.theta = moves ? p->theta : in->theta;
        one.direction = in->direction ? p->direction : NULL;
        for (size_t r = 0; r < p->roots; r++)
            p->single_out[r] = out[r] ? (char *)out[r] + i * p->size : NULL;
        ob_program_run(p->single, pool, &one, p->single_out);
    }
}

void ob_program_run(struct ob_program *p, struct ob_pool *pool,
                    const struct ob_program_inputs *in, void *const *out)
{
    if (p->single) {
        run_single(p, pool, in, out);
        return;
    }
    struct job j = { .p = p, .in = in, .out = out };
    j.lanes = p->opts.vary == OB_VARY_ROWS ? in->rows : in->points;
    j.chunks = (j.lanes + OB_CHUNK - 1) / OB_CHUNK;
    j.share = p->opts.vary == OB_VARY_ROWS ? p->opts.share : NULL;
    j.tasks = least(p->tasks, ob_share_count(j.share, j.chunks));
    OB_REQUIRE(p->opts.vary != OB_VARY_ROWS || in->rows <= p->opts.rows ||
               p->passes == 0);
    load(p, in);
    for (size_t k = 0; k <= p->passes; k++) {
        j.pass = &p->pass[k];
        scalar_run(p->opts.dtype, p->scalar + j.pass->scalar_from,
                   j.pass->scalar_to - j.pass->scalar_from, p->u);
        if (k < p->passes)
            run_pass(&j, pool);
    }
    if (p->opts.vary == OB_VARY_ROWS)
        give_numbers(p, out);
    else
        give_lanes(p, j.lanes, out);
}
