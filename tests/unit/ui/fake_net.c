#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

enum { SMALL_IN = 20, SMALL_OUT = 3, DEEP = 100 /* units of each layer */ };

const char *const fake_net_columns[] = {
    "step", "epoch",    "loss",     "batch_loss",   "theta_delta", "grad_norm",
    "lr",   "val_loss", "accuracy", "val_accuracy", "evals",       NULL,
};

void fake_net_row(struct ob_run_model *m, size_t i)
{
    struct ob_series *s = m->series;
    double x = (double)i, fall = exp(-x * 0.006);
    if (i % FAKE_EPOCH != 0)
        return;
    ob_series_append(&s[OB_Q_VAL_STEP], x);
    ob_series_append(&s[OB_Q_VAL], 0.9 * fall + 0.03 + 4e-5 * x);
    ob_series_append(&s[OB_Q_ACC_STEP], x);
    ob_series_append(&s[OB_Q_ACC], 1 - 0.66 * fall);
    ob_series_append(&s[OB_Q_VAL_ACC_STEP], x);
    ob_series_append(&s[OB_Q_VAL_ACC], 0.95 - 0.62 * fall);
}

/* Units of layer i, from 1; those that go in are layer 0. */
static size_t width(const struct fake_feed *f, unsigned i)
{
    static const size_t small[] = { SMALL_IN, 13, 8, SMALL_OUT };
    if (f->layers < OB_COUNT(small))
        return i > f->layers ? SMALL_OUT : small[i];
    return i > f->layers ? SMALL_OUT : DEEP;
}

static void name_tensor(struct ob_live_tensor *t, const struct fake_feed *f, unsigned i,
                        const char *what)
{
    char name[48];
    if (i > f->layers)
        snprintf(name, sizeof name, "output.%s", what);
    else
        snprintf(name, sizeof name, "linear%u.%s", i, what);
    snprintf(t->name, sizeof t->name, "%s", f->hostile ? fake_name(f, name) : name);
}

static void fill_values(struct ob_live *l, const struct ob_live_tensor *t, size_t which)
{
    for (size_t i = 0; i < t->shown; i++) {
        double phase = 0.37 * (double)i + (double)which;
        l->value[t->first + i] = 0.4 * sin(phase);
        l->grad[t->first + i] = 0.01 * cos(3 * phase);
        l->change[t->first + i] = -0.0005 * cos(3 * phase);
    }
}

/* As the engine does: the room is shared out evenly, what small tensors leave goes to
 * later ones. */
void fake_net_live(const struct fake_feed *f, struct ob_live *l)
{
    const size_t tensors = 2 * ((size_t)f->layers + 1);
    size_t room = OB_LIVE_VALUES, at = 0;
    ob_live_alloc(l, tensors, OB_LIVE_VALUES, 0);
    for (size_t i = 0; i < tensors; i++) {
        struct ob_live_tensor *t = &l->tensor[i];
        unsigned layer = (unsigned)(i / 2) + 1;
        size_t out = width(f, layer), in = width(f, layer - 1), share;
        bool bias = i % 2 == 1;
        name_tensor(t, f, layer, bias ? "bias" : "weight");
        t->ndim = bias ? 1 : 2;
        t->shape[0] = out;
        t->shape[1] = bias ? 0 : in;
        t->size = bias ? out : out * in;
        t->norm = sqrt((double)t->size) * 0.3;
        t->grad_norm = 0.02 / (double)(i + 1);
        t->change_norm = 1e-4 * (double)(i % 5 + 1);
        t->max_change = 2e-5 * (double)(i % 7 + 1);
        t->units = bias || layer > f->layers ? 0 : out;
        t->dead = layer == 1 ? 2 : 0;
        t->dead = t->units ? t->dead : 0;
        share = room / (tensors - i);
        t->first = at;
        t->shown = t->size < share ? t->size : share;
        fill_values(l, t, i);
        at += t->shown;
        room -= t->shown;
        l->params += t->size;
    }
    l->shown = at;
    l->epoch_steps = FAKE_EPOCH;
    l->batch_rows = 32;
}

/* Three classes of the small network, 40 of the deep one; class i is taken for the next
 * one now and then. */
void fake_net_confusion(const struct fake_feed *f, struct ob_view_tensor *out)
{
    static const char *const name[] = { "setosa", "versicolor", "virginica" };
    const size_t k = f->layers > 2 ? 40 : OB_COUNT(name);
    *out = (struct ob_view_tensor){ .step = 1043, .ndim = 2, .shape = { k, k } };
    out->n = k * k;
    out->value = ob_xcalloc(out->n, sizeof *out->value);
    for (size_t i = 0; i < k; i++) {
        out->value[i * k + i] = 50 - (double)i;
        out->value[i * k + (i + 1) % k] = (double)i;
    }
    if (f->layers > 2)
        return;
    out->label = ob_xcalloc(k, sizeof *out->label);
    for (out->labels = 0; out->labels < k; out->labels++)
        out->label[out->labels] = ob_xstrdup(fake_name(f, name[out->labels]));
}
