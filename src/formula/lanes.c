#include <config.h>

#include "lanes.h"

#define EXTERN(v) extern const struct lane_table lane_table_f32_##v, lane_table_f64_##v
EXTERN(baseline);
#ifdef OB_X86
EXTERN(v3);
EXTERN(v4);
#endif

const struct lane_table *lane_table_of(enum ob_isa isa, enum ob_dtype dtype)
{
#define OF(v) (dtype == OB_F32 ? &lane_table_f32_##v : &lane_table_f64_##v)
#ifdef OB_X86
    if (isa == OB_ISA_V4)
        return OF(v4);
    if (isa == OB_ISA_V3)
        return OF(v3);
#else
    (void)isa;
#endif
    return OF(baseline);
}
