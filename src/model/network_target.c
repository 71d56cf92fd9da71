#include <math.h>
#include <stdlib.h>

#include "network.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static const char *const loss_names[] = {
    [OB_BLOCK_CROSS_ENTROPY] = "cross_entropy",
    [OB_BLOCK_BCE_LOGITS] = "bce_logits",
    [OB_BLOCK_MSE] = "mse",
    [OB_BLOCK_HALF_MSE] = "half_mse",
    [OB_BLOCK_HUBER] = "huber",
};

/* Row i of the target is not what `needs` says. */
static bool refuse(const struct ob_dataset *d, size_t i, const char *needs,
                   struct ob_err *err)
{
    char shown[OB_NUMBER_MAX];
    ob_number_write(shown, d->y.value[i]);
    return ob_fail(err, OB_EDATA, "column '%s': row %zu holds %s, and %s", d->y.name,
                   i + 1, shown, needs);
}

/* Classes are words, or whole numbers from 0; *k is how many there are. */
static bool count_classes(const struct ob_dataset *d, size_t *k, struct ob_err *err)
{
    double most = d->classes ? (double)d->classes - 1 : 0;
    for (size_t i = 0; !d->classes && i < d->rows; i++) {
        double y = d->y.value[i];
        if (y < 0 || y != floor(y))
            return refuse(d, i,
                          "cross_entropy tells classes apart: words, or whole numbers "
                          "from 0 (a network for numbers has loss = mse)",
                          err);
        if (y >= NET_CLASSES)
            return refuse(d, i, "65536 classes, numbered from 0, are the most", err);
        most = fmax(most, y);
    }
    /* A class may be missing in this part of the data; a bad one there is told there. */
    if (!d->classes && d->y_max < NET_CLASSES && d->y_max == floor(d->y_max))
        most = fmax(most, d->y_max);
    *k = (size_t)most + 1;
    if (*k < 2)
        return ob_fail(err, OB_EDATA,
                       "column '%s': all rows are of one class, and there is nothing to "
                       "tell apart",
                       d->y.name);
    return true;
}

static bool check_shares(const struct ob_dataset *d, bool *classes, struct ob_err *err)
{
    if (d->classes > 2)
        return ob_fail(err, OB_EDATA,
                       "column '%s': bce_logits tells two classes apart, and this column "
                       "has %zu different words",
                       d->y.name, d->classes);
    *classes = true;
    for (size_t i = 0; i < d->rows; i++) {
        double y = d->y.value[i];
        if (y < 0 || y > 1)
            return refuse(d, i, "bce_logits needs 0 to 1", err);
        *classes = *classes && (y == 0 || y == 1);
    }
    return true;
}

static void name_classes(struct ob_problem *p, const struct ob_dataset *d)
{
    if (d->classes != p->classes)
        return;
    p->class_name = ob_xcalloc(p->classes, sizeof *p->class_name);
    for (size_t i = 0; i < p->classes; i++)
        p->class_name[i] = ob_xstrdup(d->class_name[i]);
}

bool net_target(struct ob_problem *p, const struct ob_dataset *d,
                const struct net_setup *setup, struct ob_err *err)
{
    struct network *net = p->state;
    bool classes = false;
    net->outputs = 1;
    if (setup->loss == OB_BLOCK_CROSS_ENTROPY) {
        if (!count_classes(d, &net->outputs, err))
            return false;
        p->classes = net->outputs;
    } else if (setup->loss == OB_BLOCK_BCE_LOGITS) {
        if (!check_shares(d, &classes, err))
            return false;
        p->classes = classes ? 2 : 0;
    } else if (d->classes) {
        return ob_fail(err, OB_EDATA,
                       "column '%s' holds words, and %s compares numbers (classes have "
                       "loss = cross_entropy)",
                       d->y.name, loss_names[setup->loss]);
    }
    name_classes(p, d);
    p->outputs = net->outputs;
    net->target = (struct ob_block_target){ .loss = setup->loss,
                                            .smoothing = setup->smoothing,
                                            .delta = setup->delta };
    return true;
}
