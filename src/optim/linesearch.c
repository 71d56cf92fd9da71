#include "optbench/optim/linesearch.h"

#include <string.h>

#include "optbench/base/suggest.h"

#define X(id) extern const struct ob_linesearch_type ob_linesearch_##id;
#include "linesearches.def"
#undef X

static const struct ob_linesearch_type *const types[] = {
#define X(id) &ob_linesearch_##id,
#include "linesearches.def"
#undef X
    NULL,
};

const struct ob_linesearch_type *const *ob_linesearches(void)
{
    return types;
}

const struct ob_linesearch_type *ob_linesearch_find(const char *name, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (const struct ob_linesearch_type *const *t = types; *t; t++) {
        if (strcmp((*t)->name, name) == 0)
            return *t;
        ob_suggest_offer(&s, (*t)->name);
    }
    if (s.best)
        ob_fail(err, OB_ECONFIG, "no line search is called '%s'; did you mean '%s'?",
                name, s.best);
    else
        ob_fail(err, OB_ECONFIG, "no line search is called '%s'", name);
    return NULL;
}
