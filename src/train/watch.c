#include <config.h>

#include "watch.h"

#include <math.h>
#include <string.h>

#include "trainer_priv.h"

static bool refuse(const struct ob_trainer *t, struct ob_diags *diags, const char *why)
{
    return ob_spec_complain(t->spec, diags, OB_ECONFIG, "stop", "patience_metric",
                            "'%s' %s", t->watch.name, why);
}

bool ob_watch_init(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_watch *w = &t->watch;
    const char *name = t->spec->stop.patience_metric;
    *w = (struct ob_watch){ .name = name ? name : t->val.problem ? "val_loss" : "loss" };
    w->val = strncmp(w->name, "val_", 4) == 0;
    const char *figure = w->name + (w->val ? 4 : 0);
    w->metric = strcmp(figure, "loss") != 0;
    w->more = ob_best_rises(figure);
    while (w->metric && w->index < t->columns.metrics &&
           strcmp(t->metric[w->index]->name, figure) != 0)
        w->index++;
    if (w->metric && (!w->val || w->index == t->columns.metrics))
        return refuse(t, diags,
                      "is not measured: loss, val_loss, or val_ and a metric of "
                      "log.metrics");
    if (w->val && !t->val.problem)
        return refuse(t, diags,
                      "is measured on rows that data.val or data.folds sets aside: set "
                      "one of them");
    return true;
}

bool ob_watch_look(const struct ob_trainer *t, double *value)
{
    const struct ob_watch *w = &t->watch;
    *value = NAN;
    if (w->val && t->val.state.now)
        *value = w->metric ? t->val.state.metric[w->index] : t->val.state.loss;
    else if (!w->val)
        *value = t->loss;
    return w->val ? t->val.state.now : !isnan(t->loss);
}
