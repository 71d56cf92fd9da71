/* The key `target` of [stop]: "loss <= 0.1", "accuracy > 0.95". */
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/optim/stop.h"

static const struct op {
    const char *text;
    int id;
} ops[] = {
    /* the longer first: "<=" begins with "<" */
    { "<=", OB_TARGET_LE },
    { ">=", OB_TARGET_GE },
    { "<", OB_TARGET_LT },
    { ">", OB_TARGET_GT },
};

static bool bad_target(const char *text, struct ob_err *err)
{
    return ob_fail(err, OB_ECONFIG,
                   "target: '%s' is not of the form `loss <= 0.1` (a metric, one of < <= "
                   "> >=, a number)",
                   text);
}

bool ob_target_parse(const char *text, struct ob_target *out, struct ob_err *err)
{
    struct ob_target t = { 0 };
    const char *at = text + strspn(text, " \t");
    size_t n = strcspn(at, " \t<>=");
    const struct op *op = NULL;
    if (n == 0 || n >= sizeof t.metric)
        return bad_target(text, err);
    memcpy(t.metric, at, n);
    at += n + strspn(at + n, " \t");
    for (size_t i = 0; i < OB_COUNT(ops) && !op; i++)
        if (strncmp(at, ops[i].text, strlen(ops[i].text)) == 0)
            op = &ops[i];
    if (!op)
        return bad_target(text, err);
    t.op = op->id;
    at += strlen(op->text);
    at += strspn(at, " \t");
    n = strcspn(at, " \t");
    if (at[n + strspn(at + n, " \t")] != '\0' || !ob_number_parse(at, n, &t.value) ||
        t.value != t.value)
        return bad_target(text, err);
    *out = t;
    return true;
}
