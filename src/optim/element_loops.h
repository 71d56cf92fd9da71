/*
 * The loops over the rule of one file of rules/, for the instruction set that is being
 * compiled: included by that file, which has defined
 *
 *   RULE           its name: struct OB_FN(RULE) holds the coefficients, RULE_rule() is
 * the rule RULE_FILE      the file itself, "rules/NAME.c" RULE_SLOTS     buffers that it
 * has RULE_USED(f)   optional: how many of them, from the first, the flags f read and
 * write RULE_SPECIAL   optional: X(flags) for each combination with a loop of its own
 *
 * It gives element_NAME_<variant>[dtype], and RULE_HOST where the data sheet belongs.
 */
#include <string.h>

#include "element_fn.h"
#include "optbench/num/dtype.h"

#ifndef RULE_USED
#    define RULE_USED(f) RULE_SLOTS
#endif
#ifndef RULE_SPECIAL
#    define RULE_SPECIAL X(0)
#endif

#define OB_REAL_BITS 32
#include "element_typed.h"
#undef OB_REAL_BITS
#define OB_REAL_BITS 64
#include "element_typed.h"
#undef OB_REAL_BITS

#ifndef OB_RULES_VARIANT
#    define OB_RULES_VARIANT baseline
#    define RULE_HOST
#endif

#define RULE_TABLE_(id, variant) element_##id##_##variant
#define RULE_TABLE(id, variant)  RULE_TABLE_(id, variant)

extern element_fn *const RULE_TABLE(RULE, OB_RULES_VARIANT)[2];
element_fn *const RULE_TABLE(RULE, OB_RULES_VARIANT)[2] = {
    [OB_F32] = element_loop_f32,
    [OB_F64] = element_loop_f64,
};

#ifdef RULE_HOST
#    define RULE_QUOTE_(x)    #    x
#    define RULE_QUOTE(x)     RULE_QUOTE_(x)
#    define RULE_TEXT_(id)    element_##id##_text
#    define RULE_TEXT(id)     RULE_TEXT_(id)
#    define RULE_DOUBLES_(id) struct id##_f64
#    define RULE_DOUBLES(id)  RULE_DOUBLES_(id)

static unsigned element_used(int flags)
{
    (void)flags;
    return RULE_USED(flags);
}

extern const struct element_text RULE_TEXT(RULE);
const struct element_text RULE_TEXT(RULE) = {
    RULE_QUOTE(RULE),
    RULE_FILE,
    sizeof(RULE_DOUBLES(RULE)) / sizeof(double),
    element_used,
};
#endif
