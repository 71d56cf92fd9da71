#include "scalar.h"

#define OB_REAL_BITS 32
#include "scalar_body.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "scalar_body.h"

void scalar_run(enum ob_dtype dtype, const struct scalar_op *op, size_t n, void *u)
{
    if (dtype == OB_F32)
        scalar_run_f32(op, n, u);
    else
        scalar_run_f64(op, n, u);
}

double scalar_apply(enum ob_dtype dtype, enum ob_formula_op op, double a, double b)
{
    const struct scalar_op one = { .op = op, .dst = 0, .a = 0, .b = 1 };
    if (dtype == OB_F64) {
        double u[2] = { a, b };
        scalar_run_f64(&one, 1, u);
        return u[0];
    }
    float u[2] = { (float)a, (float)b };
    scalar_run_f32(&one, 1, u);
    return (double)u[0];
}
