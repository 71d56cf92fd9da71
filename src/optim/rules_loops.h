/*
 * The loops over the element rules for one instruction set: included by rules_baseline.c,
 * rules_v3.c and rules_v4.c, which differ in their compiler flags and in RULES_NAME.
 */
#include "rules.h"

#define OB_REAL_BITS 32
#include "rules_typed.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "rules_typed.h"
#undef OB_REAL_BITS

extern const struct rules RULES_NAME[2];
const struct rules RULES_NAME[2] = {
    [OB_F32] = { .sgd = sgd_f32, .adam = adam_f32 },
    [OB_F64] = { .sgd = sgd_f64, .adam = adam_f64 },
};
