#include <config.h>

#include <stdio.h>
#include <unistd.h>

#include "optbench/base/text.h"
#include "optbench/cli/command.h"
#include "optbench/num/blas.h"
#include "optbench/num/cpu.h"

static int run(const struct ob_args *args)
{
    char safe[128];
    (void)args;
    printf("cpu      %ld threads, kernels for %s\n", sysconf(_SC_NPROCESSORS_ONLN),
           ob_cpu_name());
    printf("         variants of this build:");
    for (enum ob_isa isa = OB_ISA_BASELINE; isa < OB_ISAS; isa++)
        if (ob_cpu_has(isa))
            printf(" %s", ob_isa_name(isa));
    printf("\n         matrix products: %s\n",
           ob_text_safe_z(safe, sizeof safe, ob_blas_name()));
    return 0;
}

const struct ob_command_type ob_command_devices = {
    .name = "devices",
    .operands = "",
    .summary = "list what can compute here",
    .run = run,
};
