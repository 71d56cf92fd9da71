#include <config.h>

#include "optbench/train/waypoint.h"

#include "optbench/base/compiler.h"

uint64_t ob_waypoint_stride(uint64_t step, uint64_t most)
{
    uint64_t stride = 1;
    OB_REQUIRE(most >= 2);
    while (step / stride >= most)
        stride *= 2;
    return stride;
}

uint64_t ob_waypoint_after(uint64_t step, uint64_t most)
{
    if (step > UINT64_MAX / 2)
        return UINT64_MAX;
    uint64_t stride = ob_waypoint_stride(step, most);
    uint64_t next = (step / stride + 1) * stride;
    /* One step too far for that stride is a multiple of the next one, or is none. */
    stride = ob_waypoint_stride(next, most);
    return (next + stride - 1) / stride * stride;
}
