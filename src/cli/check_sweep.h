/* What `check` says of [sweep]; for src/cli alone. */
#ifndef OB_CLI_CHECK_SWEEP_H
#define OB_CLI_CHECK_SWEEP_H

#include "asked.h"
#include "optbench/base/json.h"

struct ob_check_sweep {
    bool there;         /* the config has [sweep] */
    size_t cells, keys; /* of the plan that it makes */
    const char *method; /* static: "grid", ... */
};

/* Plans and judges what was asked about, where it has [sweep]. False where that has
 * problems, which are in *diags. */
bool ob_check_sweep(const struct ob_cli_asked *asked, struct ob_check_sweep *out,
                    struct ob_diags *diags);

/* A line of the report; a member `sweep`, null where there is none. */
void ob_check_sweep_print(const struct ob_check_sweep *s);
void ob_check_sweep_json(const struct ob_check_sweep *s, struct ob_json *json);

#endif
