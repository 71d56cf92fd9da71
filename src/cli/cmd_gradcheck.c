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

static int check(struct ob_problem *p, const struct ob_vec *theta)
{
    char text[32];
    struct ob_gradcheck_row *row = ob_xcalloc(p->n, sizeof *row);
    double worst = ob_gradcheck(p, theta->data, row);
    print_rows(row, p->n);
    free(row);
    ob_number_show(text, sizeof text, worst, 2);
    printf("gradient: worst error %s, %s\n", text, worst <= tolerance ? "ok" : "WRONG");
    bool ok = worst <= tolerance;
    if (ob_problem_can(p) & OB_CAN_HESSIAN) {
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
        "relative error is above 1e-5.",
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
