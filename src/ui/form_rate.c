#include <config.h>

#include <stdio.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/number.h"

static void keep(struct ob_form_rate *r, double lr, const char *why)
{
    r->text[0] = r->why[0] = '\0';
    if (!(lr > 0))
        return;
    ob_number_show(r->text, sizeof r->text, lr, 3);
    snprintf(r->why, sizeof r->why, "%.100s", why ? why : "");
}

void ob_form_take_rates(struct ob_form *f, const struct ob_data_view *v)
{
    const struct ob_data_suggest *s = &v->suggest;
    if (!s->known)
        return;
    snprintf(f->rate_model, sizeof f->rate_model, "%.31s", s->model ? s->model : "");
    keep(&f->rate[OB_FORM_RATE_PLAIN], s->lr, s->lr_why);
    keep(&f->rate[OB_FORM_RATE_ADAM], s->adam_lr, s->adam_lr_why);
}

/* The rate that fits the chosen optimizer, model and scale, NULL = none. */
static const struct ob_form_rate *rate_for(const struct ob_form *f)
{
    const char *kind = ob_form_chosen(f, "optimizer")->name;
    const char *scale = ob_form_value(f, "data", "scale");
    const struct ob_form_rate *r = NULL;
    if (strcmp(kind, "gd") == 0 || strcmp(kind, "sgd") == 0)
        r = &f->rate[OB_FORM_RATE_PLAIN];
    else if (strcmp(kind, "adam") == 0)
        r = &f->rate[OB_FORM_RATE_ADAM];
    if (!r || !r->text[0] || strcmp(ob_form_chosen(f, "model")->name, f->rate_model) != 0)
        return NULL;
    return scale && strncmp(scale, "standard", strlen("standard")) == 0 ? r : NULL;
}

const struct ob_form_rate *ob_form_propose_rate(struct ob_form *f)
{
    const struct ob_form_rate *r = rate_for(f);
    size_t row = ob_form_find(f, "optimizer", "lr");
    if (!r || row == f->rows || f->row[row].from != OB_FORM_DEFAULT)
        return NULL;
    snprintf(f->proposed_lr, sizeof f->proposed_lr, "%s", r->text);
    ob_form_put(f, f->row[row].where, "lr", r->text);
    return r;
}
