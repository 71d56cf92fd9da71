/*
 * Small problems and datasets for tests of the floors above data.
 *
 *   toy_dataset()    a dataset over the caller's arrays; nothing to release
 *   toy_quadratic    an ob_problem_type: f = c + theta' A theta / 2 - b' theta over
 *                    parameters x0, x1, ..., any symmetric A, definite or not
 *   toy_create()     a problem of any type with the defaults of its table, then the
 *                    settings "key=value ..." laid over them
 */
#ifndef OB_TOY_H
#define OB_TOY_H

#include "ob_test.h"

#include "optbench/base/mem.h"
#include "optbench/data/dataset.h"
#include "optbench/model/problem.h"
#include "optbench/num/vec.h"

enum { TOY_MAX = 8 };

/* What toy_quadratic is made of; set before toy_create(). */
struct toy_quadratic {
    size_t n;
    double a[TOY_MAX * TOY_MAX], b[TOY_MAX], c;
};

extern struct toy_quadratic toy;
extern const struct ob_problem_type toy_quadratic;

/* x [features] columns of [rows]; names are x0, x1, ... and y. Lives as long as the
 * program. */
struct ob_dataset toy_dataset(size_t rows, size_t features, const double *const *x,
                              const double *y);

/* Fails the test where a setting is wrong. l1 and l2 are understood, too. */
struct ob_problem *toy_create(const struct ob_problem_type *type, enum ob_dtype dtype,
                              const char *settings, const struct ob_dataset *data);

/* Lays "key=value ..." over defaults; the caller releases with ob_params_finish, free. */
void *toy_opts(const struct ob_param *params, size_t size, const char *settings);

/* A vector of the dtype holding the values. */
struct ob_vec toy_vec(enum ob_dtype dtype, size_t n, const double *value);

#endif
