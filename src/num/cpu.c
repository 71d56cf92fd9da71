#include <config.h>

#include "optbench/num/cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/num/kernels.h"

extern const struct ob_kernels ob_kernels_f32_baseline, ob_kernels_f64_baseline;
#ifdef OB_X86
extern const struct ob_kernels ob_kernels_f32_v3, ob_kernels_f64_v3;
extern const struct ob_kernels ob_kernels_f32_v4, ob_kernels_f64_v4;
#endif

static const struct variant {
    const char *name;  /* in run.json and on the screen */
    const char *alias; /* in OPTBENCH_CPU */
    const struct ob_kernels *kernels[2];
} variants[OB_ISAS] = {
    [OB_ISA_BASELINE] = { "baseline",
                          "baseline",
                          { &ob_kernels_f32_baseline, &ob_kernels_f64_baseline } },
#ifdef OB_X86
    [OB_ISA_V3] = { "x86-64-v3", "v3", { &ob_kernels_f32_v3, &ob_kernels_f64_v3 } },
    [OB_ISA_V4] = { "x86-64-v4", "v4", { &ob_kernels_f32_v4, &ob_kernels_f64_v4 } },
#else
    [OB_ISA_V3] = { "x86-64-v3", "v3", { NULL, NULL } },
    [OB_ISA_V4] = { "x86-64-v4", "v4", { NULL, NULL } },
#endif
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool present[OB_ISAS];
static enum ob_isa chosen;

static void look(void)
{
    present[OB_ISA_BASELINE] = true;
#ifdef OB_X86
    __builtin_cpu_init();
    /* Processors with these have the smaller members of their level, too. */
    present[OB_ISA_V3] = __builtin_cpu_supports("avx2") &&
                         __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                         __builtin_cpu_supports("bmi2") &&
                         __builtin_cpu_supports("popcnt");
    present[OB_ISA_V4] =
        present[OB_ISA_V3] && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    for (enum ob_isa i = 0; i < OB_ISAS; i++)
        if (present[i])
            chosen = i;
    const char *wish = getenv("OPTBENCH_CPU");
    for (enum ob_isa i = 0; wish && i < OB_ISAS; i++)
        if (strcmp(wish, variants[i].alias) == 0 && present[i])
            chosen = i;
}

enum ob_isa ob_cpu_isa(void)
{
    pthread_once(&once, look);
    return chosen;
}

bool ob_cpu_has(enum ob_isa isa)
{
    pthread_once(&once, look);
    return present[isa];
}

const char *ob_cpu_name(void)
{
    return variants[ob_cpu_isa()].name;
}

const char *ob_isa_name(enum ob_isa isa)
{
    return variants[isa].name;
}

const struct ob_kernels *ob_kernels(enum ob_dtype dtype)
{
    return variants[ob_cpu_isa()].kernels[dtype];
}

const struct ob_kernels *ob_kernels_of(enum ob_isa isa, enum ob_dtype dtype)
{
    return ob_cpu_has(isa) ? variants[isa].kernels[dtype] : NULL;
}
