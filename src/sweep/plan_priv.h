/* What the files of plan_make.h share. */
#ifndef OB_SWEEP_PLAN_PRIV_H
#define OB_SWEEP_PLAN_PRIV_H

#include "optbench/sweep/plan_make.h"

#define KIND_KEY "optimizer.kind"

/* A key by whose values cells are repeated. */
struct plan_seed {
    char *key; /* "experiment.seed", "seed.init" */
    int64_t first, n;
};

/* Cells of one kind of optimizer. */
struct plan_block {
    const char *kind;                  /* value of optimizer.kind; NULL = it is no axis */
    const struct ob_sweep_axis **axis; /* [axes] without optimizer.kind */
    bool *drawn;                       /* [axes] whether values are drawn */
    size_t axes;
    size_t trials; /* for each combination of those that are not; 1 where none is */
    size_t cells;  /* for each combination of seeds */
    int64_t evals; /* stop.max_evals of its cells; 0 = not set */
};

struct planning {
    const struct ob_sweep_spec *spec;
    struct ob_spec base; /* the experiment, as far as it could be read */
    struct plan_block *block;
    size_t blocks;
    struct plan_seed *seed;
    size_t seeds, repeats; /* keys, and combinations of their values */
    size_t cells;
    const char **key; /* [keys] columns of the plan */
    size_t keys;
    int64_t steps; /* stop.max_steps of all cells; 0 = not set */
    struct ob_diags *diags;
};

/* Who is in which block, and how many cells there are (plan_blocks.c). */
bool plan_blocks(struct planning *g);
void plan_blocks_finish(struct planning *g);

/* Reads [sweep] seeds (plan_seeds.c). */
bool plan_seeds(struct planning *g);

/* a * b, where it is at most OB_PLAN_CELLS_MAX, else one more than that. */
size_t plan_product(size_t a, size_t b);

#endif
