#include <config.h>

#include <string.h>

#include "explain_facts.h"
#include "optbench/base/compiler.h"
#include "optbench/optim/optimizer.h"
#include "optbench/optim/wrap.h"

void explain_equations(FILE *to, const char *equations)
{
    fputs(equations && *equations ? "\n" : "", to);
    while (equations && *equations) {
        size_t n = strcspn(equations, "\n");
        fprintf(to, "    %.*s\n", (int)n, equations);
        equations += n + (equations[n] == '\n');
    }
}

/* Begins the entry, or goes on with it. */
static void item(struct ob_buf *out, const char *name, bool *begun, const char *text)
{
    ob_buf_addf(out, "%s%s%s", *begun ? "; " : name, *begun ? "" : "\t", text);
    *begun = true;
}

static void end(struct ob_buf *out, bool begun)
{
    if (begun)
        ob_buf_addc(out, '\n');
}

static void needs(const struct ob_optimizer_type *t, struct ob_buf *out)
{
    static const struct {
        unsigned bit;
        const char *text;
    } words[] = {
        { OB_NEEDS_HESSIAN, "the Hessian of the model" },
        { OB_NEEDS_HVP, "products with the Hessian" },
        { OB_NEEDS_LEAST_SQUARES, "the Gauss-Newton matrix of the loss" },
        { OB_NEEDS_ROWS, "gradients of single rows" },
        { OB_FULL_BATCH, "all rows in every step" },
        { OB_WHOLE_VECTOR, "all parameters together (no groups)" },
    };
    bool begun = false;
    for (size_t i = 0; i < OB_COUNT(words); i++)
        if (t->needs & words[i].bit)
            item(out, "Needs", &begun, words[i].text);
    end(out, begun);
}

static void keeps(const struct ob_optimizer_type *t, struct ob_buf *out)
{
    bool begun = false;
    for (unsigned i = 0; i < t->slots; i++)
        item(out, "Keeps", &begun, t->slot_names[i]);
    end(out, begun);
}

static void tells(const struct ob_optimizer_type *t, struct ob_buf *out)
{
    bool begun = false;
    for (const struct ob_gauge *g = t->gauges; g && g->name; g++) {
        item(out, "Tells", &begun, g->name);
        if (g->title)
            ob_buf_addf(out, ", %s", g->title);
    }
    end(out, begun);
}

void explain_optimizer(const struct ob_kind *k, struct ob_buf *out)
{
    const struct ob_optimizer_type *t = k->type;
    needs(t, out);
    keeps(t, out);
    if (t->average)
        ob_buf_adds(out, "Stands for\tan average of its parameters, which is measured, "
                         "predicted with and saved beside them\n");
    tells(t, out);
}

bool explain_wrapper(const char *section, const char **title, const char **reference,
                     const char **equations)
{
    for (const struct ob_wrapper_type *const *w = ob_wrappers(); *w; w++) {
        if (strcmp((*w)->name, section) != 0)
            continue;
        *title = (*w)->title;
        *reference = (*w)->reference;
        *equations = (*w)->equations;
        return true;
    }
    return false;
}
