#include <config.h>

#include "cost.h"

#include <math.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/device/device.h"

/* The processor, a thread of a Zen 5 EPYC; bench/cost.sh measures them again. */
#define CPU_STEP       0.3e-6 /* s: the trainer, the row, the optimizer's call */
#define CPU_BYTES      18e9   /* bytes/s that a pass over rows reads */
#define CPU_BYTES_MOST 200e9  /* ... with however many threads */
#define CPU_ROW        3e-9   /* s: the loss term of a row */
#define CPU_TYPED      0.5e-9 /* s: a row of a formula, for each parameter and one more */
#define CPU_FLOPS      40e9   /* in float32, in the order that we prescribe */
#define CPU_FLOPS_BLAS 180e9
#define CPU_LAYER      1e-6  /* s: what a tensor of a network costs beside its numbers */
#define CPU_ELEMENT    10e-9 /* s: a parameter of a function without data */

/* A GPU. Single precision has a multiplication and an addition a clock in each of 64
 * lanes or more of a unit; double a half of them in the chips for computing and a 64th in
 * the others. Memory: from 3 (RTX 4090) to 18 (H200) bytes a clock and unit. */
#define GPU_LAUNCH      3e-6  /* s: a kernel behind another */
#define GPU_WAIT        25e-6 /* s: until the host knows that the last one has ended */
#define GPU_LINK        10e9  /* bytes/s between the host and it */
#define GPU_LANES       64.0
#define GPU_BYTES_CLOCK 3.0
#define GPU_REACHED     0.6  /* share of the memory's speed that is reached */
#define GPU_TILED       0.15 /* share of the operations that our own products reach */
#define GPU_BLAS        0.5
#define GPU_START       1.5 /* s: driver and compiler */
#define GPU_MHZ         1000.0
#define DOUBLE_RARE     64.0

/* ---- what there is to do ---- */

/* Bytes of the rows and of the parameters, with their gradient and the optimizer's
 * buffers, which are read and written. */
static double row_bytes(const struct ob_cost *c)
{
    return (double)c->rows * (double)(c->features + 1) * (double)c->size;
}

static double parameter_bytes(const struct ob_cost *c)
{
    return (double)c->parameters * (double)(4 + 2 * c->slots) * (double)c->size;
}

/* Forward, and backward by weights and by activations. */
static double operations(const struct ob_cost *c)
{
    const double factor = c->kind == OB_COST_NETWORK ? 6 : 4;
    const double rows = c->rows ? (double)c->rows : 1;
    return factor * rows * (double)c->parameters;
}

static size_t launches(const struct ob_cost *c)
{
    enum { STEP = 4, TENSOR = 4 };
    return STEP + (c->kind == OB_COST_NETWORK ? TENSOR * c->tensors : 2);
}

/* ---- the processor ---- */

static double work_cpu(const struct ob_cost *c)
{
    const double single = c->size == sizeof(float) ? 1 : 0.5;
    const double rows = (double)c->rows, n = (double)c->parameters;
    switch (c->kind) {
    case OB_COST_NETWORK:
        return CPU_LAYER * (double)c->tensors +
               operations(c) / (single * (c->blas ? CPU_FLOPS_BLAS : CPU_FLOPS));
    case OB_COST_TYPED:
        return rows * (n + 1) * CPU_TYPED / single;
    case OB_COST_FUNCTION:
        return n * CPU_ELEMENT;
    case OB_COST_LINEAR:
        break;
    }
    return rows * CPU_ROW / single;
}

double ob_cost_cpu(const struct ob_cost *c)
{
    const double threads = c->threads ? c->threads : 1;
    const double speed = fmin(CPU_BYTES * threads, CPU_BYTES_MOST);
    const double rows = fmax(row_bytes(c) / speed, work_cpu(c) / threads);
    return CPU_STEP + rows + parameter_bytes(c) / speed;
}

/* ---- a GPU ---- */

/* The chips that are made for computing in double. */
static bool has_doubles(const struct ob_device_facts *f)
{
    static const char *const made[] = { "sm_60", "sm_70", "sm_80", "sm_90", "sm_100" };
    for (size_t i = 0; i < OB_COUNT(made); i++)
        if (strcmp(f->architecture, made[i]) == 0)
            return true;
    return false;
}

static double clocks(const struct ob_device_facts *f)
{
    return (double)(f->units ? f->units : 1) * (f->clock_mhz ? f->clock_mhz : GPU_MHZ) *
           1e6;
}

static double work_gpu(const struct ob_cost *c, const struct ob_device_facts *f)
{
    double rate = clocks(f) * 2 * GPU_LANES * (c->blas ? GPU_BLAS : GPU_TILED);
    if (c->size == sizeof(double))
        rate /= has_doubles(f) ? 2 : DOUBLE_RARE;
    const double bytes = row_bytes(c) + parameter_bytes(c);
    const double speed = clocks(f) * GPU_BYTES_CLOCK * GPU_REACHED;
    return fmax(operations(c) / rate, bytes / speed);
}

double ob_cost_gpu(const struct ob_cost *c, const struct ob_device_facts *f, bool hosted)
{
    double s = GPU_LAUNCH * (double)launches(c);
    if (hosted)
        s += 2 * GPU_WAIT + 2 * (double)(c->parameters * c->size) / GPU_LINK;
    return f ? s + work_gpu(c, f) : s;
}

double ob_cost_start(const struct ob_cost *c)
{
    const double row = (double)(c->features + 1) * (double)c->size;
    return GPU_START + (double)c->table * row / GPU_LINK;
}
