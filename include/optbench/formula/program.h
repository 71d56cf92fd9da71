/*
 * Some nodes of a graph as a program that computes them fast: the graph is not needed any
 * more once it is made. Problems run one every step, the surface one every point, a data
 * source one for the columns it makes.
 *
 * What differs from row to row (or from point to point) is computed in blocks of up to
 * OB_LANES by vector code of the instruction set in use (num/cpu.h), the rest once,
 * before. Every operation is rounded by itself in the dtype, elementary functions are
 * those of num/fmath.h, and SUM follows the tree of num/kernels.h: the same bits for any
 * pool, instruction set and size of block. Sums that further rows depend on take further
 * passes.
 *
 * One thread runs a program at a time, with the pool's help; nothing is allocated then.
 */
#ifndef OB_FORMULA_PROGRAM_H
#define OB_FORMULA_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/formula/graph.h"
#include "optbench/num/cpu.h"
#include "optbench/num/dtype.h"
#include "optbench/num/pool.h"
#include "optbench/num/share.h"

struct ob_program;

/* What has a value per lane. */
enum ob_program_vary {
    OB_VARY_ROWS,      /* the columns: lanes are rows of data */
    OB_VARY_POINTS,    /* parameters and directions: lanes are points. Formulas over data
                          are allowed, too: their rows are then summed point by point */
    OB_VARY_DIRECTION, /* directions alone, at one point: columns of a Hessian */
};

struct ob_program_opts {
    enum ob_dtype dtype;
    enum ob_program_vary vary;
    size_t params;          /* of theta and of the direction */
    size_t columns;         /* that the inputs have */
    size_t rows;            /* most rows of a run; 0 without data */
    unsigned threads;       /* of the pool that it will run on; 0 = 1 */
    const enum ob_isa *isa; /* for tests and benchmarks; NULL = the one in use */
    bool in_place;          /* ROWS: what is per row may go to columns of the inputs */
    /* ROWS, and POINTS and DIRECTION over data: the chunks of rows of this rank are
     * computed here, and every rank runs the program; NULL = all of them. */
    struct ob_share *share;
};

/* Arrays are of the program's dtype and borrowed for the call. */
struct ob_program_inputs {
    const void *theta; /* [params]; POINTS: parameter j of point i at j * points + i */
    const void *direction; /* [params], likewise where it varies; NULL where not used */
    const void *const *column; /* [columns] arrays of [rows]; NULL without data */
    size_t rows;               /* <= opts.rows */
    size_t points;             /* lanes of POINTS and DIRECTION */
};

/*
 * A program for the m nodes `root`. Roots that are per row are allowed with
 * OB_VARY_ROWS. NULL with OB_ENOMEM, or with OB_ECONFIG where a node asks for a parameter
 * or a column beyond those there are.
 */
struct ob_program *ob_program_create(const struct ob_graph *g, const uint32_t *root,
                                     size_t m, const struct ob_program_opts *opts,
                                     struct ob_err *err);
void ob_program_destroy(struct ob_program *p);

/*
 * out[k] is where root k goes: one number for a uniform root, [rows] for a per-row one,
 * [points] with POINTS and DIRECTION; NULL where it is not wanted this time (it is
 * computed all the same). What is per row is left alone where another rank has the row.
 * No output may overlap an input, but that of a per-row root may be a column where the
 * program was made for it (opts.in_place): nothing is stored before the last pass has
 * read the rows of a block.
 */
void ob_program_run(struct ob_program *p, struct ob_pool *pool,
                    const struct ob_program_inputs *in, void *const *out);

/* What it consists of, for `check --json`, tests and people who wonder about speed. */
struct ob_program_size {
    size_t uniform;   /* operations once a run */
    size_t lane;      /* operations a block, all passes */
    size_t passes;    /* over the rows */
    size_t sums;      /* over the rows */
    size_t registers; /* of a lane each */
    size_t block;     /* lanes at a time */
};
void ob_program_size(const struct ob_program *p, struct ob_program_size *out);

#endif
