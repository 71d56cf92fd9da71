#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "bare_cubic.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/formula/diff.h"
#include "optbench/formula/parse.h"
#include "optbench/formula/program.h"

/*
 * Formulas as a person types them: the sine fit, value and gradient over 2,000 rows, and
 * a surface of 400 x 400 points. Read as text, differentiated, compiled to a program; the
 * calibration is the same arithmetic written by hand. One thread.
 */
enum {
    ROWS = 2000,
    PADDED = 2048,
    PARAMS = 4,
    SIDE = 400,
    PASSES = 2000,
    SURFACES = 20,
    CALLS = 200000,
};

static const double theta[PARAMS] = { 0.1, 0.8, -0.02, -0.09 };

struct formula {
    enum ob_dtype dtype;
    struct ob_graph graph;
    struct ob_scope scope;
    struct ob_program *program;
    void *theta;
    void *input[2]; /* [PADDED] or [SIDE * SIDE]: columns or points; padded with zeros */
    void *out[1 + PARAMS];
    struct ob_program_inputs in;
};

static void teardown(void *ctx)
{
    struct formula *f = ctx;
    ob_program_destroy(f->program);
    ob_scope_finish(&f->scope);
    ob_graph_finish(&f->graph);
    free(f->theta);
    free(f->input[0]);
    free(f->input[1]);
    for (size_t k = 0; k < 1 + PARAMS; k++)
        free(f->out[k]);
    free(f);
}

static void set(const struct formula *f, void *array, size_t i, double value)
{
    if (f->dtype == OB_F32)
        ((float *)array)[i] = (float)value;
    else
        ((double *)array)[i] = value;
}

static bool allocate(struct formula *f, size_t in, size_t out, struct ob_err *err)
{
    size_t size = ob_dtype_size(f->dtype);
    bool done = (f->theta = ob_alloc(2 * in, size, err)) != NULL;
    for (size_t k = 0; k < 2; k++)
        done = done && (f->input[k] = ob_alloc(in, size, err));
    for (size_t k = 0; k < 1 + PARAMS; k++)
        done = done && (f->out[k] = ob_alloc(out, size, err));
    return done;
}

static bool build_sine(struct formula *f, struct ob_err *err)
{
    struct ob_scope *s = &f->scope;
    const struct ob_shape number = { 0, 0 };
    uint32_t root[1 + PARAMS], predict;
    static const char *const names[] = { "a", "b", "c", "d" };
    struct ob_program_opts opts = {
        .dtype = f->dtype, .params = PARAMS, .columns = 2, .rows = ROWS
    };
    for (size_t j = 0; j < PARAMS; j++)
        if (!ob_scope_param(s, names[j], number, err))
            return false;
    if (!ob_scope_column(s, "x", 0, err) || !ob_scope_column(s, "y", 1, err) ||
        !ob_formula_parse_row(s, "a + b*x + c*x^2 + d*x^3", &predict, err) ||
        !ob_scope_node(s, "predict", predict, err) ||
        !ob_formula_parse(s, "sum((predict - y)^2)", root, err) ||
        !ob_formula_gradient(&f->graph, root[0], PARAMS, root + 1, err))
        return false;
    f->program = ob_program_create(&f->graph, root, 1 + PARAMS, &opts, err);
    return f->program != NULL;
}

static struct formula *create(enum ob_dtype dtype)
{
    struct formula *f = ob_xcalloc(1, sizeof *f);
    f->dtype = dtype;
    ob_graph_init(&f->graph);
    ob_scope_init(&f->scope, &f->graph);
    return f;
}

static void *setup_sine(enum ob_dtype dtype, struct ob_err *err)
{
    struct formula *f = create(dtype);
    if (!allocate(f, PADDED, 1, err) || !build_sine(f, err)) {
        teardown(f);
        return NULL;
    }
    for (size_t i = 0; i < ROWS; i++) {
        double x = 3.14159265358979 * (2 * (double)i / (ROWS - 1) - 1);
        set(f, f->input[0], i, x);
        set(f, f->input[1], i, sin(x));
    }
    for (size_t j = 0; j < PARAMS; j++)
        set(f, f->theta, j, theta[j]);
    f->in = (struct ob_program_inputs){ .theta = f->theta,
                                        .column = (const void *const *)f->input,
                                        .rows = ROWS };
    return f;
}

static void *setup_sine_f32(struct ob_err *err)
{
    return setup_sine(OB_F32, err);
}

static void *setup_sine_f64(struct ob_err *err)
{
    return setup_sine(OB_F64, err);
}

static double measure_sine(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < PASSES; i++)
        ob_program_run(f->program, NULL, &f->in, f->out);
    return (bench_busy() - begin) / PASSES;
}

/* The rows behind ROWS are zeros and add what the others would: it is the time of whole
 * registers that counts. */
static double calibrate_sine(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    size_t rows = (ROWS + 63) / 64 * 64;
    float sums[1 + PARAMS];
    double wide[1 + PARAMS];
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < PASSES; i++) {
        if (f->dtype == OB_F32)
            bare_cubic_f32(rows, f->input[0], f->input[1], f->theta, sums);
        else
            bare_cubic_f64(rows, f->input[0], f->input[1], f->theta, wide);
    }
    return (bench_busy() - begin) / PASSES;
}

static const char bowl[] = "(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2";

static void *setup_call(struct ob_err *err)
{
    struct formula *f = create(OB_F64);
    struct ob_program_opts opts = { .dtype = OB_F64, .params = 2 };
    uint32_t root[3];
    f->scope.infer = true;
    bool done = allocate(f, 2, 1, err) && ob_formula_parse(&f->scope, bowl, root, err) &&
                ob_formula_gradient(&f->graph, root[0], 2, root + 1, err) &&
                (f->program = ob_program_create(&f->graph, root, 3, &opts, err));
    if (!done) {
        teardown(f);
        return NULL;
    }
    f->in = (struct ob_program_inputs){ .theta = f->theta };
    return f;
}

/* As in training, each point is made from the gradient at the one before. */
static void descend(double *at, double da, double db)
{
    at[0] -= 1e-3 * da;
    at[1] -= 1e-3 * db;
}

static double measure_call(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < CALLS; i++) {
        ob_program_run(f->program, NULL, &f->in, f->out);
        descend(f->theta, *(double *)f->out[1], *(double *)f->out[2]);
    }
    return (bench_busy() - begin) / CALLS;
}

static double calibrate_call(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    double out[3];
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < CALLS; i++) {
        bare_bowl_gradient(f->theta, out);
        descend(f->theta, out[1], out[2]);
    }
    return (bench_busy() - begin) / CALLS;
}

static void *setup_surface(struct ob_err *err)
{
    struct formula *f = create(OB_F64);
    struct ob_program_opts opts = { .dtype = OB_F64,
                                    .vary = OB_VARY_POINTS,
                                    .params = 2 };
    uint32_t root;
    f->scope.infer = true;
    bool done = allocate(f, (size_t)SIDE * SIDE, (size_t)SIDE * SIDE, err) &&
                ob_formula_parse(&f->scope, bowl, &root, err) &&
                (f->program = ob_program_create(&f->graph, &root, 1, &opts, err));
    if (!done) {
        teardown(f);
        return NULL;
    }
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        set(f, f->theta, i, (double)(i % SIDE) / SIDE);
        set(f, f->theta, i + (size_t)SIDE * SIDE, (double)(i / SIDE) / SIDE);
    }
    f->in =
        (struct ob_program_inputs){ .theta = f->theta, .points = (size_t)SIDE * SIDE };
    return f;
}

static double measure_surface(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < SURFACES; i++)
        ob_program_run(f->program, NULL, &f->in, f->out);
    return (bench_busy() - begin) / SURFACES;
}

static double calibrate_surface(void *ctx, struct ob_err *err)
{
    struct formula *f = ctx;
    const double *at = f->theta;
    (void)err;
    double begin = bench_busy();
    for (int i = 0; i < SURFACES; i++)
        bare_bowl((size_t)SIDE * SIDE, at, at + (size_t)SIDE * SIDE, f->out[1]);
    return (bench_busy() - begin) / SURFACES;
}

const struct bench_case bench_formula_f32 = {
    .name = "formula-sine-f32",
    .what = "value and gradient of the typed sine fit / a loop by hand",
    .kind = BENCH_TIMES_AT_MOST,
    .goal = 5,
    .setup = setup_sine_f32,
    .teardown = teardown,
    .measure = measure_sine,
    .calibrate = calibrate_sine,
};

const struct bench_case bench_formula_f64 = {
    .name = "formula-sine-f64",
    .what = "value and gradient of the typed sine fit / a loop by hand",
    .kind = BENCH_TIMES_AT_MOST,
    .goal = 5,
    .setup = setup_sine_f64,
    .teardown = teardown,
    .measure = measure_sine,
    .calibrate = calibrate_sine,
};

const struct bench_case bench_formula_call = {
    .name = "formula-call",
    .what = "value and gradient of a typed function of two parameters / by hand",
    .kind = BENCH_TIMES_AT_MOST,
    .setup = setup_call,
    .teardown = teardown,
    .measure = measure_call,
    .calibrate = calibrate_call,
};

const struct bench_case bench_formula_surface = {
    .name = "formula-surface",
    .what = "a typed function at 400 x 400 points / a loop by hand",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.02,
    .setup = setup_surface,
    .teardown = teardown,
    .measure = measure_surface,
    .calibrate = calibrate_surface,
};
