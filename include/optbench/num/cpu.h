/*
 * Which of the compiled instruction-set variants this process uses. Decided once, on
 * first use, from the processor and the environment variable OPTBENCH_CPU (baseline, v3,
 * v4 or auto; a variant that the processor lacks or a word that is none of these means
 * auto). All variants give the same bits; only speed differs.
 *
 * Other floors that compile element loops per variant (optim's rules) choose by this,
 * too.
 */
#ifndef OB_NUM_CPU_H
#define OB_NUM_CPU_H

#include <stdbool.h>

enum ob_isa {
    OB_ISA_BASELINE, /* what the compiler makes for any x86-64, or for another machine */
    OB_ISA_V3,       /* x86-64-v3: AVX2 */
    OB_ISA_V4,       /* x86-64-v4: AVX-512 */
    OB_ISAS
};

enum ob_isa ob_cpu_isa(void);

/* Whether this build has the variant and this processor can run it. */
bool ob_cpu_has(enum ob_isa isa);

/* "baseline", "x86-64-v3", "x86-64-v4": the variant in use, for run.json and `devices`.
 */
const char *ob_cpu_name(void);
const char *ob_isa_name(enum ob_isa isa);

#endif
