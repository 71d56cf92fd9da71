#include <config.h>

#include "optbench/num/sparse.h"

#define OB_REAL_BITS 32
#include "sparse_body.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "sparse_body.h"

/* Entries of a task: some microseconds. */
#define TASK ((size_t)1 << 14)

struct job {
    const struct ob_sparse *s;
    const void *v;
    const struct ob_sparse_sum *sum;
    void *out;
    size_t tasks;
};

/* The row in which entry `n * task / tasks` lies, so that tasks have about as many
 * entries each however long the rows are. */
static size_t border(const struct job *job, size_t task)
{
    const struct ob_sparse *s = job->s;
    size_t n = ob_sparse_entries(s), low = 0, high = s->rows;
    if (task == job->tasks)
        return s->rows;
    size_t want =
        s->begin[0] + n / job->tasks * task + n % job->tasks * task / job->tasks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->begin[middle] < want)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void times_task(void *ctx, size_t task)
{
    const struct job *job = ctx;
    size_t first = task ? border(job, task) : 0, end = border(job, task + 1);
    if (job->s->dtype == OB_F32)
        times_f32(job->s, first, end, job->v, job->sum, job->out);
    else
        times_f64(job->s, first, end, job->v, job->sum, job->out);
}

void ob_sparse_times(const struct ob_sparse *s, struct ob_pool *pool, const void *v,
                     const struct ob_sparse_sum *sum, void *out)
{
    struct job job = { .s = s, .v = v, .sum = sum, .out = out };
    job.tasks = (ob_sparse_entries(s) + s->rows) / TASK + 1;
    ob_pool_run(pool, times_task, &job, job.tasks);
}

void ob_sparse_scatter(const struct ob_sparse *s, const void *r, double scale,
                       double *wide, void *out)
{
    if (s->dtype == OB_F32)
        scatter_f32(s, r, scale, wide, out);
    else
        scatter_f64(s, r, scale, wide, out);
}

void ob_sparse_layer_forward(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                             const void *w, const void *bias, void *h)
{
    if (s->dtype == OB_F32)
        forward_f32(s, l, w, bias, h);
    else
        forward_f64(s, l, w, bias, h);
}

void ob_sparse_layer_backward(const struct ob_sparse *s, const struct ob_sparse_layer *l,
                              const void *g, double *wide)
{
    if (s->dtype == OB_F32)
        backward_f32(s, l, g, wide);
    else
        backward_f64(s, l, g, wide);
}
