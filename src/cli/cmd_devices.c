#include <config.h>

#include "devices.h"
#include "optbench/cli/command.h"

static int run(const struct ob_args *args)
{
    struct devices d;
    devices_find(&d, !ob_args_has(args, "quick"));
    if (ob_args_has(args, "json"))
        devices_print_json(&d);
    else
        devices_print(&d);
    devices_finish(&d);
    return 0;
}

const struct ob_command_type ob_command_devices = {
    .name = "devices",
    .operands = "",
    .summary = "list what can compute here",
    .about =
        "Lists the processor and each device of CUDA and OpenCL: memory, precision,\n"
        "whether it gives the processor's bits, and how fast it copies and starts a\n"
        "kernel, measured now. Of an interface without a device it says why. The names,\n"
        "opencl:0 and so on, are what [experiment] device and --device take.",
    .options =
        (const struct ob_option[]){
            { .name = "quick", .letter = 'q', .help = "measure nothing" },
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            { 0 },
        },
    .run = run,
};
