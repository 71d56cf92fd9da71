/*
 * Least squares over many rows by the ranks of an MPI job: how long a pass takes that
 * gives loss and gradient. bench/ranks.sh sets two ranks beside two threads of one
 * process; the loss is printed, too, for it has to be the same.
 *
 *     ranks ROWS COLS f32|f64 THREADS PASSES
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"
#include "optbench/data/dataset.h"
#include "optbench/model/shared.h"
#include "src/mpi/comm.h"

struct size {
    size_t rows, cols;
    enum ob_dtype dtype;
    unsigned threads, passes;
};

static long long integer(const char *text)
{
    int64_t v;
    if (ob_integer_parse(text, strlen(text), &v) && v > 0)
        return v;
    fprintf(stderr, "ranks: '%s' is no number\n", text);
    exit(2);
}

/* Columns are one long row of random numbers, each some numbers further on: data of their
 * own would need twice the memory while they are copied. */
static struct ob_problem *make(const struct size *s, struct ob_pool *pool,
                               struct ob_share *share, struct ob_err *err)
{
    enum { APART = 97 };
    const size_t all = s->rows + s->cols * APART;
    double *number = ob_xcalloc(all, sizeof *number);
    struct ob_column *x = ob_xcalloc(s->cols, sizeof *x);
    struct ob_dataset d = { .rows = s->rows, .features = s->cols, .x = x, .has_y = true };
    struct ob_rng rng;
    ob_rng_init(&rng, 5, 0);
    for (size_t i = 0; i < all; i++)
        number[i] = ob_rng_uniform(&rng) - 0.5;
    for (size_t j = 0; j < s->cols; j++)
        x[j] = (struct ob_column){ .name = (char[]){ "x" }, .value = number + j * APART };
    d.y = (struct ob_column){ .name = (char[]){ "y" }, .value = number + 1 };
    const struct ob_problem_type *type = ob_problem_find("linear", err);
    const struct ob_problem_common common = {
        .dtype = s->dtype, .pool = pool, .share = share, .apart = share != NULL
    };
    void *opts = ob_xcalloc(1, type->opts_size + 1);
    ob_params_reset(type->params, opts);
    struct ob_problem *p = ob_problem_create(type, opts, &common, &d, err);
    ob_params_finish(type->params, opts);
    free(opts);
    free(x);
    free(number);
    return p;
}

static void measure(const struct size *s, struct ob_problem *p, unsigned ranks)
{
    const size_t bytes = s->rows * s->cols * ob_dtype_size(s->dtype);
    void *theta = ob_xcalloc(p->n, sizeof(double)),
         *grad = ob_xcalloc(p->n, sizeof(double));
    char loss[OB_NUMBER_MAX];
    double best = 0, sum = 0;
    struct ob_eval e;
    ob_problem_eval(p, theta, grad, &e);
    for (unsigned k = 0; k < s->passes; k++) {
        int64_t from = ob_clock_ns();
        ob_problem_eval(p, theta, grad, &e);
        double took = (double)(ob_clock_ns() - from) * 1e-9;
        best = k == 0 || took < best ? took : best;
        sum += took;
    }
    ob_number_write(loss, e.loss);
    printf("%u ranks x %u threads: %.4f s a pass (best %.4f), %.1f GB/s, loss %s\n",
           ranks, s->threads, sum / s->passes, best, (double)bytes * 1e-9 / best, loss);
    free(theta);
    free(grad);
}

int main(int argc, char **argv)
{
    struct ob_err err = { 0 };
    struct comm comm;
    if (argc != 6) {
        fputs("usage: ranks ROWS COLS f32|f64 THREADS PASSES\n", stderr);
        return 2;
    }
    const struct size s = { .rows = (size_t)integer(argv[1]),
                            .cols = (size_t)integer(argv[2]),
                            .dtype = strcmp(argv[3], "f32") == 0 ? OB_F32 : OB_F64,
                            .threads = (unsigned)integer(argv[4]),
                            .passes = (unsigned)integer(argv[5]) };
    if (!comm_begin(&comm, &err)) {
        fprintf(stderr, "ranks: %s\n", err.text);
        return 1;
    }
    struct ob_pool *pool = s.threads > 1 ? ob_pool_create(s.threads, &err) : NULL;
    struct ob_problem *p = make(&s, pool, comm.ranks > 1 ? &comm.share : NULL, &err);
    if (!p)
        comm.share.fail(&comm.share, &err);
    if (comm.rank > 0) {
        ob_problem_follow(p);
    } else {
        if (comm.ranks > 1)
            ob_problem_lead(p);
        measure(&s, p, comm.ranks);
    }
    ob_problem_destroy(p);
    ob_pool_destroy(pool);
    comm_end(&comm);
    return 0;
}
