#include "wrap_loops.h"

#define OB_REAL_BITS 32
#include "wrap_loops_body.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "wrap_loops_body.h"

const struct wrap_loops *wrap_loops(enum ob_dtype dtype)
{
    return dtype == OB_F32 ? &loops_f32 : &loops_f64;
}
