/* Who goes where: the tensors of a model and the optimizer that each has, for `check`. */
#ifndef OB_CLI_CHECK_TENSORS_H
#define OB_CLI_CHECK_TENSORS_H

#include "optbench/base/json.h"
#include "optbench/train/trainer.h"

/* A line each to stdout: name, shape, optimizer, section, what a group sets otherwise. */
void ob_check_tensors_print(const struct ob_trainer *t);

/* The member `tensors` of an open object. */
void ob_check_tensors_json(const struct ob_trainer *t, struct ob_json *out);

#endif
