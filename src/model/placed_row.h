/* Linear and logistic regression on a device (model/placed.h): what placed_row.c, which
 * puts the data there, shares with placed_row_eval.c. Private to src/model. */
#ifndef OB_SRC_MODEL_PLACED_ROW_H
#define OB_SRC_MODEL_PLACED_ROW_H

#include "optbench/model/placed.h"
#include "optbench/num/kernels.h"

/* For problems whose state is a struct row_model. */
extern const struct ob_placed_type row_placed;

enum { ROW_BLOCKS = OB_CHUNK / OB_LANES }; /* of a chunk, OB_LANES rows each */

/* How loss and gradient are made: in one group; rows and columns spread over groups; or
 * reading the matrix once, chunk by chunk. */
enum row_way { ROW_WAY_ONE, ROW_WAY_SPREAD, ROW_WAY_FUSED };

/* A matrix of the device: all rows, or those of a batch. */
struct row_matrix {
    struct ob_device_mem *x, *y;
    size_t rows, chunks, ld; /* room; of all rows: those there are */
    enum row_way way;
};

struct row_device {
    struct ob_device_program *program, *fused_program;
    /* Of the programs. */
    struct ob_device_kernel *one, *gather, *scores, *columns, *total, *fused, *predict;
    struct row_matrix full, batch;
    struct ob_device_mem *slope, *value; /* [rows] */
    struct ob_device_mem *part;          /* [cols + 1][chunks] */
    struct ob_device_mem *count;         /* u32 [chunks * ROW_BLOCKS] */
};

/* The member eval of row_placed; pl->state is a struct row_device. */
void row_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call);

/* z [n] of rows [from, from + n) at theta, computed for all rows where `from` is 0: it is
 * to be asked for from there on. False where the host is as fast, or the device failed
 * (pl->failed): z is then as before. */
bool row_placed_predict(struct ob_placed *pl, const void *theta, size_t from, size_t n,
                        void *z);

#endif
