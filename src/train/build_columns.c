#include <config.h>

#include <stdio.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/model/curvature.h"
#include "trainer_priv.h"

/* Which columns the log of a run has. */

const struct ob_metric *ob_trainer_metric(const struct ob_trainer *t,
                                          struct ob_diags *diags, const char *section,
                                          const char *key, const char *name)
{
    const struct ob_metric *m = ob_problem_metric(t->problem->type, name);
    const char *lacks = m ? ob_metric_lacks(m, t->problem) : NULL;
    if (!m)
        ob_spec_complain(t->spec, diags, OB_ECONFIG, section, key,
                         "the model '%s' has no metric '%s'", t->problem->type->name,
                         name);
    else if (lacks)
        ob_spec_complain(t->spec, diags, OB_ECONFIG, section, key,
                         "'%s' has no meaning here: %s", name, lacks);
    return lacks ? NULL : m;
}

/* Its column, and that of its figure on the validation part. */
static void add_metric(struct ob_trainer *t, const struct ob_metric *m)
{
    char name[OB_COLUMN_NAME];
    snprintf(name, sizeof name, "val_%s", m->name);
    ob_columns_add(&t->columns, m->name);
    if (t->columns.held)
        ob_columns_add(&t->columns, name);
    snprintf(t->val.key[t->columns.metrics], sizeof t->val.key[0], "val.%s", m->name);
    t->metric[t->columns.metrics++] = m;
}

/* What the model logs without being asked, where it has a meaning; else NULL. */
static const struct ob_metric *usual_metric(const struct ob_trainer *t)
{
    const struct ob_problem_type *type = t->problem->type;
    const struct ob_metric *m = type->usual ? ob_problem_metric(type, type->usual) : NULL;
    return m && !ob_metric_lacks(m, t->problem) ? m : NULL;
}

/* The metrics of [log], `accuracy` first, as the order of columns has it. */
static bool find_metrics(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_texts *want = &t->spec->log.metrics;
    const struct ob_metric *usual = usual_metric(t);
    if (usual)
        add_metric(t, usual);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < want->n; i++) {
            const char *name = want->item[i];
            if ((strcmp(name, "accuracy") == 0) != (pass == 0) ||
                ob_columns_find(&t->columns, name) >= 0)
                continue;
            OB_REQUIRE(t->columns.metrics < OB_RESULT_METRICS); /* names of one family */
            const struct ob_metric *m =
                ob_trainer_metric(t, diags, "log", "metrics", name);
            if (!m)
                return false;
            add_metric(t, m);
        }
    return true;
}

static bool add_mean(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    return ob_mean_init(t, &err) || ob_diags_add_err(diags, NULL, 0, &err);
}

/* A parameter may have any name that its formula gives it; in a log a name is one column,
 * and must have room. */
static bool add_column(struct ob_trainer *t, struct ob_diags *diags, const char *prefix,
                       size_t i)
{
    struct ob_columns *c = &t->columns;
    char name[OB_COLUMN_NAME_MAX], full[OB_COLUMN_NAME_MAX + 8];
    ob_layout_column_name(&t->problem->layout, i, name);
    snprintf(full, sizeof full, "%s%s", prefix, name);
    if (strlen(full) >= OB_COLUMN_NAME)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "parameters",
                                "the name of '%s' is too long for a column of the log",
                                full);
    if (ob_columns_find(c, full) >= 0 || strcmp(full, "step") == 0)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "parameters",
                                "'%s' is a column of the log already: call the "
                                "parameter something else",
                                full);
    ob_columns_add(c, full);
    return true;
}

static bool add_params(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_columns *c = &t->columns;
    c->param = c->width;
    for (; c->params < t->problem->n; c->params++)
        if (!add_column(t, diags, "", c->params))
            return false;
    c->grad = c->width;
    for (; t->spec->log.gradients && c->grads < t->problem->n; c->grads++)
        if (!add_column(t, diags, "grad.", c->grads))
            return false;
    return true;
}

/* Arrays of a checkpoint are named alike: "grad.w" is the gradient of w. */
static bool check_names(const struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_layout *l = &t->problem->layout;
    const struct ob_optimizer_type *o = t->optimizer->type;
    for (size_t i = 0; i < l->count; i++) {
        const char *name = l->tensor[i].name;
        size_t n = strcspn(name, ".");
        bool taken = n == strlen("grad") && strncmp(name, "grad", n) == 0;
        for (size_t s = 0; s < o->slots; s++)
            taken = taken || (strlen(o->slot_names[s]) == n &&
                              strncmp(o->slot_names[s], name, n) == 0);
        for (size_t w = 0; w < t->wraps.n; w++)
            taken = taken || (strlen(t->wraps.at[w].type->name) == n &&
                              strncmp(t->wraps.at[w].type->name, name, n) == 0);
        if (taken && name[n])
            return ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "parameters",
                                    "'%s' is what the program calls a buffer: call the "
                                    "parameter something else",
                                    name);
    }
    return true;
}

/* The largest eigenvalue of the Hessian, now and then. */
static bool add_curvature(struct ob_trainer *t, struct ob_diags *diags)
{
    t->columns.curvature = -1;
    if (t->spec->log.curvature == 0)
        return true;
    if (!ob_curvature_can(t->problem))
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "curvature",
                                "a %s model has no second derivatives",
                                t->problem->type->name);
    t->columns.curvature = (int)ob_columns_add(&t->columns, "lambda_max");
    ob_columns_add(&t->columns, "lr_limit");
    return true;
}

/* Whether some log of the model can have the column that this one has not. */
static bool is_optional(const struct ob_trainer *t, const char *name)
{
    static const char *const some[] = { "epoch",      "batch_loss", "evals",
                                        "grad_evals", "hvp_evals",  "step_evals",
                                        "lambda_max", "lr_limit",   "val_loss" };
    if (strncmp(name, "average_", strlen("average_")) == 0)
        return true;
    const char *metric = strncmp(name, "val_", 4) == 0 ? name + 4 : name;
    bool found = ob_problem_metric(t->problem->type, metric) != NULL;
    for (size_t i = 0; i < OB_COUNT(some); i++)
        found = found || strcmp(name, some[i]) == 0;
    return found || (strncmp(name, "grad.", 5) == 0 &&
                     ob_columns_find(&t->columns, name + 5) >= 0);
}

/* Charts of parameters that the file names: only now it is known whether they are there.
 */
static bool check_charts(const struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_texts *charts = &t->spec->ui.charts;
    bool named = ob_param_find(t->problem->type->params, "parameters") != NULL;
    for (size_t i = 0; named && t->columns.params && i < charts->n; i++) {
        char name[OB_COLUMN_NAME_MAX];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(charts->item[i], ":"),
                 charts->item[i]);
        if (ob_columns_find(&t->columns, name) < 0 && !is_optional(t, name))
            return ob_spec_complain(t->spec, diags, OB_ECONFIG, "ui", "charts",
                                    "'%s' is neither a parameter nor another column of "
                                    "the log",
                                    name);
    }
    return true;
}

/* path.npy must have room on a disk, and its points on their way there. */
static bool check_path(const struct ob_trainer *t, struct ob_diags *diags)
{
    static const size_t most = (size_t)1 << 26; /* numbers: 512 MiB */
    const size_t points = (size_t)t->spec->log.path, n = t->problem->n + 1;
    if (points == 0 || points <= most / n)
        return true;
    if (most / n < 2)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "path",
                                "points of %zu parameters are too large to be kept",
                                t->problem->n);
    return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "path",
                            "%zu points of %zu parameters are more than 512 MiB: keep "
                            "at most %zu",
                            points, t->problem->n, most / n);
}

/* A batch has a loss of its own where there are batches, an epoch is a pass over rows. */
static bool has_column(const struct ob_trainer *t, int id)
{
    return id == OB_COLUMN_BATCH_LOSS ? t->sampled
           : id == OB_COLUMN_EPOCH    ? t->rows > 0
           : id == OB_COLUMN_VAL_LOSS ? t->val.problem != NULL
                                      : true;
}

bool ob_trainer_make_columns(struct ob_trainer *t, struct ob_diags *diags)
{
    static const char *const fixed[] = {
#define X(id, name) [id] = name,
        OB_FIXED_COLUMNS(X)
#undef X
    };
    struct ob_columns *c = &t->columns;
    for (int i = 0; i < OB_COLUMN_FIXED; i++)
        c->at[i] = has_column(t, i) ? (int)ob_columns_add(c, fixed[i]) : -1;
    c->metric = c->width;
    c->held = t->val.problem != NULL;
    if (!find_metrics(t, diags) || !add_mean(t, diags))
        return false;
    ob_trainer_add_evals(t);
    if (!add_curvature(t, diags) || !check_path(t, diags) || !check_names(t, diags) ||
        !ob_trainer_add_internals(t, diags))
        return false;
    if (t->spec->log.params == OB_LOG_PARAMS_AUTO &&
        t->problem->n <= OB_TRAINER_PARAMS_LOGGED && !add_params(t, diags))
        return false;
    t->row = ob_xcalloc(1, ob_row_size(c->width));
    return check_charts(t, diags);
}
