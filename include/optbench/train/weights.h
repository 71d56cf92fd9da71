/*
 * Parameters out of a safetensors file, a checkpoint or one that torch or another program
 * has written: `[model] init_from` and `run --init-from`. Any thread.
 *
 * Every tensor of the model must be in the file, under its name and with its shape; sizes
 * of 1 do not count, so that a bias [1] is a number. F64, F32, F16 and BF16 are taken and
 * rounded to the dtype of the run. Of a checkpoint the buffers beside the parameters are
 * passed over; another file must not have tensors that the model has not.
 *
 * The file is untrusted: the header, every size and every place is checked against the
 * length of the file before it is used, arrays must cover it without gaps, and where the
 * check sum of a checkpoint is there it must be right. Numbers must be finite.
 */
#ifndef OB_TRAIN_WEIGHTS_H
#define OB_TRAIN_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/num/layout.h"
#include "optbench/num/vec.h"

/* Fills theta [layout->n]. OB_EIO where the file cannot be read, OB_EDATA with what is
 * wrong in it or does not fit; theta is as it was then. */
bool ob_weights_load(const char *path, const struct ob_layout *layout,
                     struct ob_vec *theta, struct ob_err *err);

/* The same for the content of a file, n bytes; the text of *err names no file. */
bool ob_weights_parse(const void *block, size_t n, const struct ob_layout *layout,
                      struct ob_vec *theta, struct ob_err *err);

#endif
