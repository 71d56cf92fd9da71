/* A quadratic function on a device: its matrix lives there. */
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "quadratic.h"

struct state {
    struct ob_device_program *program;
    struct ob_device_kernel *rows, *end, *alone;
    struct ob_device_mem *a, *b, *c, *term;
};

static uint64_t bytes(const struct ob_problem *p, size_t batch_cap)
{
    (void)batch_cap;
    const uint64_t n = p->n;
    return (n * n + 2 * n + 1) * ob_dtype_size(p->dtype);
}

/* n numbers, as the dtype has them; zeros where from is NULL. */
static struct ob_device_mem *put(struct ob_placed *pl, size_t n, const double *from,
                                 struct ob_err *err)
{
    const enum ob_dtype dtype = pl->problem->dtype;
    const size_t size = ob_dtype_size(dtype);
    struct ob_device_mem *m = ob_device_alloc(pl->device, n * size, err);
    if (!m || !from)
        return m;
    void *rounded = ob_alloc(n, size, err);
    for (size_t i = 0; rounded && i < n; i++)
        ob_put(dtype, rounded, i, from[i]);
    if (rounded)
        ob_device_upload(pl->device, m, 0, rounded, n * size);
    else
        ob_device_free(pl->device, m);
    bool done = rounded != NULL;
    free(rounded);
    return done ? m : NULL;
}

static bool build(struct ob_placed *pl, struct ob_err *err)
{
    struct state *s = pl->state;
    struct ob_device *d = pl->device;
    struct ob_buf text = { 0 };
    const char *const define[] = { pl->problem->dtype == OB_F32 ? "OB_REAL_BITS=32"
                                                                : "OB_REAL_BITS=64",
                                   NULL };
    ob_device_text("#include \"kernels/quadratic.h\"\n", &text);
    s->program = ob_device_build(d, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    return s->program &&
           (s->rows = ob_device_kernel(d, s->program, "quadratic_rows", err)) &&
           (s->end = ob_device_kernel(d, s->program, "quadratic_end", err)) &&
           (s->alone = ob_device_kernel(d, s->program, "quadratic_alone", err));
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    const struct quadratic *q = pl->problem->state;
    const size_t n = pl->problem->n;
    struct state *s = pl->state = ob_xcalloc(1, sizeof *s);
    return build(pl, err) && (s->a = put(pl, n * n, q->a, err)) &&
           (s->b = put(pl, n, q->b, err)) && (s->c = put(pl, 1, &q->c, err)) &&
           (s->term = put(pl, n, NULL, err)) && ob_device_sync(pl->device, err);
}

static void finish(struct ob_placed *pl)
{
    struct state *s = pl->state;
    struct ob_device *d = pl->device;
    if (!s)
        return;
    ob_device_free(d, s->a);
    ob_device_free(d, s->b);
    ob_device_free(d, s->c);
    ob_device_free(d, s->term);
    ob_device_program_free(d, s->program);
    free(s);
    pl->state = NULL;
}

static void eval_alone(struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    const struct ob_device_arg arg[] = { OB_ARG(s->a),        OB_ARG(s->b),
                                         OB_ARG(s->c),        OB_ARG_U64(pl->problem->n),
                                         OB_ARG(call->theta), OB_ARG(call->now),
                                         OB_ARG(call->grad),  OB_ARG(s->term),
                                         OB_ARG(call->out),   OB_ARG_U64(call->out_at) };
    ob_device_launch(pl->device, s->alone, 1, arg, OB_COUNT(arg));
}

static void eval(struct ob_placed *pl, const struct ob_placed_call *call)
{
    const struct state *s = pl->state;
    const size_t n = pl->problem->n;
    if (n <= OB_DEVICE_LANES) {
        eval_alone(pl, call);
        return;
    }
    const struct ob_device_arg rows[] = { OB_ARG(s->a),      OB_ARG(s->b),
                                          OB_ARG_U64(n),     OB_ARG(call->theta),
                                          OB_ARG(call->now), OB_ARG(call->grad),
                                          OB_ARG(s->term) };
    const struct ob_device_arg end[] = { OB_ARG(s->c),      OB_ARG_U64(n),
                                         OB_ARG(call->now), OB_ARG(s->term),
                                         OB_ARG(call->out), OB_ARG_U64(call->out_at) };
    ob_device_launch(pl->device, s->rows, (n + OB_DEVICE_LANES - 1) / OB_DEVICE_LANES,
                     rows, OB_COUNT(rows));
    ob_device_launch(pl->device, s->end, 1, end, OB_COUNT(end));
}

static bool solo(struct ob_placed *pl, struct ob_placed_solo *out)
{
    static const char macros[] =
        "#define SOLO_PARAMS const OB_GLOBAL real *solo_a, const OB_GLOBAL real *solo_b, "
        "const OB_GLOBAL real *solo_c, ob_u64 solo_n, OB_GLOBAL real *solo_term\n"
        "#define SOLO_LOCAL\n"
        "#define SOLO_EVAL(theta, grad, now, out) quadratic_solo(solo_a, solo_b, solo_c, "
        "solo_n, theta, now, grad, solo_term, out, 0)\n";
    const struct state *s = pl->state;
    const size_t n = pl->problem->n;
    const struct ob_device_arg arg[] = { OB_ARG(s->a), OB_ARG(s->b), OB_ARG(s->c),
                                         OB_ARG_U64(n), OB_ARG(s->term) };
    if (n > OB_DEVICE_LANES)
        return false;
    ob_device_text("#include \"kernels/quadratic.h\"\n", &out->text);
    ob_buf_adds(&out->text, macros);
    memcpy(out->arg, arg, sizeof arg);
    out->args = OB_COUNT(arg);
    return true;
}

const struct ob_placed_type placed_quadratic = {
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = eval,
    .solo = solo,
};
