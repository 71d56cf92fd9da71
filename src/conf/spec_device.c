#include <config.h>

#include <string.h>

#include "optbench/base/suggest.h"
#include "optbench/device/device.h"
#include "spec_priv.h"

bool ob_spec_on_device(const struct ob_spec *spec)
{
    const char *name = spec->experiment.device;
    return strcmp(name, "cpu") != 0 && strcmp(name, "auto") != 0;
}

void spec_check_device(const struct ob_spec *spec, struct ob_diags *diags)
{
    const char *name = spec->experiment.device;
    const struct ob_param *p = ob_param_find(ob_experiment_params, "device");
    if (!strcmp(name, "cpu") || !strcmp(name, "auto") || ob_device_name_ok(name))
        return;
    const char *near = ob_text_suggest(name, p->choices);
    ob_spec_complain(spec, diags, OB_ECONFIG, "experiment", "device",
                     "'%s' is no device: write cpu, auto, opencl or cuda, or cuda:1 for "
                     "the second one%s%s%s",
                     name, near ? "; did you mean '" : "", near ? near : "",
                     near ? "'?" : "");
}
