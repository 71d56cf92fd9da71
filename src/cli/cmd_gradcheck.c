#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "open_config.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/model/gradcheck.h"
#include "optbench/model/init.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"

/* Above this relative error a row counts as wrong: central differences in double are good
 * to about 1e-7 of the gradient's size on smooth losses. */
static const double tolerance = 1e-5;

/* What would take minutes is checked in part: beyond so many parameters a sample of them
 * and no Hessian, beyond so many rows the first ones, where the model knows batches. */
enum { ALL_PARAMETERS = 2000, SOME_PARAMETERS = 64, ALL_ROWS = 20000, SOME_ROWS = 1000 };

static void print_rows(const struct ob_gradcheck_row *row, size_t n)
{
    char safe[96], value[32], exact[32], numeric[32], error[32];
    printf("%-16s %14s %14s %14s %10s\n", "parameter", "value", "gradient", "differences",
           "error");
    for (size_t i = 0; i < n; i++) {
        ob_number_show(value, sizeof value, row[i].value, 6);
        ob_number_show(exact, sizeof exact, row[i].exact, 9);
        ob_number_show(numeric, sizeof numeric, row[i].numeric, 9);
        ob_number_show(error, sizeof error, row[i].error, 2);
        printf("%-16s %14s %14s %14s %10s%s\n",
               ob_text_safe_z(safe, sizeof safe, row[i].name), value, exact, numeric,
               error, row[i].error <= tolerance ? "" : "  WRONG");
    }
}

/* Restricts a large problem to its first rows, and says so. False for want of memory. */
static bool choose_rows(struct ob_problem *p, struct ob_err *err)
{
    if (p->n <= ALL_PARAMETERS || p->rows <= ALL_ROWS ||
        !(ob_problem_can(p) & OB_CAN_BATCH))
        return true;
    uint32_t row[SOME_ROWS];
    for (uint32_t i = 0; i < SOME_ROWS; i++)
        row[i] = i;
    printf("the first %d of %zu rows\n", SOME_ROWS, p->rows);
    return ob_problem_batch(p, row, SOME_ROWS, err);
}

static int check(struct ob_problem *p, const struct ob_vec *theta)
{
    char text[32];
    struct ob_err err = { 0 };
    const bool all = p->n <= ALL_PARAMETERS;
    const size_t k = all ? p->n : SOME_PARAMETERS;
    if (!choose_rows(p, &err))
        return ob_cli_fail(&err);
    struct ob_gradcheck_row *row = ob_xcalloc(k, sizeof *row);
    double worst = ob_gradcheck_some(p, theta->data, k, row);
    print_rows(row, k);
    free(row);
    if (!all)
        printf("%zu of %zu parameters, evenly spread; no Hessian beyond %d\n", k, p->n,
               ALL_PARAMETERS);
    ob_number_show(text, sizeof text, worst, 2);
    printf("gradient: worst error %s, %s\n", text, worst <= tolerance ? "ok" : "WRONG");
    bool ok = worst <= tolerance;
    if (all && (ob_problem_can(p) & OB_CAN_HESSIAN)) {
        worst = ob_hesscheck(p, theta->data);
        ob_number_show(text, sizeof text, worst, 2);
        printf("Hessian:  worst error %s, %s\n", text,
               worst <= tolerance ? "ok" : "WRONG");
        ok = ok && worst <= tolerance;
    }
    return ok ? 0 : ob_code_exit(OB_EFAIL);
}

/* A random direction away from the start, where symmetric starts hide mistakes. */
static void perturb(struct ob_vec *theta, uint64_t seed, double size)
{
    for (size_t i = 0; i < theta->n; i++)
        ob_vec_set(theta, i,
                   ob_vec_get(theta, i) + size * ob_normal_at(seed, OB_STREAM_AWAY, i));
}

static int check_data(const struct ob_spec *spec, const struct ob_dataset *data,
                      double size)
{
    struct ob_problem_common common = ob_spec_common(spec);
    struct ob_err err = { 0 };
    struct ob_vec theta = { 0 };
    struct ob_draw_setup draws;
    int status;
    common.dtype = OB_F64;
    ob_spec_draws(spec, OB_AXIS_INIT, &draws);
    struct ob_problem *p =
        ob_problem_create(spec->model.type, spec->model.opts, &common,
                          ob_spec_needs_data(spec) ? data : NULL, &err);
    if (p && ob_vec_init(&theta, OB_F64, p->n, &err) &&
        ob_problem_init_theta(p, &spec->model.common, &draws, &theta, &err)) {
        perturb(&theta, (uint64_t)spec->seed.init, size);
        status = check(p, &theta);
    } else
        status = ob_cli_fail(&err);
    ob_vec_finish(&theta);
    ob_problem_destroy(p);
    return status;
}

static int run(const struct ob_args *args)
{
    struct ob_spec spec;
    struct ob_dataset data = { 0 };
    double size = 0.1;
    int status = 0;
    if (!ob_args_real(args, "away", 0, 1e6, &size))
        return ob_code_exit(OB_EUSAGE);
    if (!ob_cli_open_data(args, &spec, &data, &status))
        return status;
    status = check_data(&spec, &data, size);
    ob_dataset_finish(&data);
    ob_spec_finish(&spec);
    return status;
}

const struct ob_command_type ob_command_gradcheck = {
    .name = "gradcheck",
    .operands = "CONFIG",
    .least = 1,
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "compare gradients and Hessian with differences",
    .about =
        "Checks at the experiment's start, moved by a random amount so that symmetry\n"
        "hides nothing, in float64 whatever the config says. Ends with 1 where a\n"
        "relative error is above 1e-5. Beyond 2,000 parameters 64 of them are compared, "
        "and no\n"
        "Hessian; beyond 20,000 rows, too, on the first 1,000.",
    .options =
        (const struct ob_option[]){
            OB_OPTION_SET,
            { .name = "away",
              .argument = "SIZE",
              .help = "standard deviation of the move away from the start (0.1)" },
            { 0 },
        },
    .run = run,
};
