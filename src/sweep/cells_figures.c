/* Figures of cells by name. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells_priv.h"
#include "optbench/base/mem.h"

/* ---- names ---- */

/* Every cell has room for every name. */
static void widen(struct ob_cells *c, size_t stride)
{
    double *wide = ob_xcalloc(c->n * stride + 1, sizeof *wide);
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < stride; k++)
            wide[i * stride + k] =
                k < c->stride ? c->figure[i * c->stride + k] : (double)NAN;
    free(c->figure);
    c->figure = wide;
    c->stride = stride;
}

bool ob_cells_name(struct ob_cells *c, const char *name, uint32_t *out)
{
    size_t n = strlen(name);
    if (ob_intern_count(c->names) >= OB_CELLS_FIGURES &&
        !ob_intern_find(c->names, name, n, out))
        return false;
    *out = ob_intern_add(c->names, name, n);
    if (*out >= c->stride)
        widen(c, c->stride ? 2 * c->stride : 4);
    return true;
}

const char *ob_cells_figure_name(const struct ob_cells *c, size_t k)
{
    return k < ob_intern_count(c->names) ? ob_intern_at(c->names, (uint32_t)k) : NULL;
}

double ob_cells_figure(const struct ob_cells *c, size_t i, const char *name)
{
    const struct ob_sweep_cell *cell = &c->cell[i];
    uint32_t k;
    if (strcmp(name, "loss") == 0)
        return cell->loss;
    if (strcmp(name, "best_loss") == 0)
        return cell->best_loss;
    if (strcmp(name, "steps") == 0)
        return cell->state == OB_CELL_WAITING ? (double)NAN : (double)cell->step;
    if (strcmp(name, "evals") == 0)
        return cell->evals;
    if (strcmp(name, "seconds") == 0)
        return cell->seconds;
    return ob_intern_find(c->names, name, strlen(name), &k) && c->figure
               ? c->figure[i * c->stride + k]
               : (double)NAN;
}

/* ---- of a summary ---- */

static void put(struct ob_cells *c, struct found *f, const char *part, const char *name,
                double value)
{
    char whole[96];
    uint32_t k;
    snprintf(whole, sizeof whole, "%s%s", part, name);
    if (isnan(value) || f->figures == OB_CELLS_FIGURES || !ob_cells_name(c, whole, &k))
        return;
    f->figure[f->figures].name = k;
    f->figure[f->figures++].value = value;
}

static void put_part(struct ob_cells *c, struct found *f, const char *name,
                     const struct ob_summary_part *p)
{
    if (p->rows == 0)
        return;
    put(c, f, name, "loss", p->loss);
    for (size_t i = 0; i < p->metrics; i++)
        put(c, f, name, p->metric[i].name, p->metric[i].value);
}

void ob_cells_take_figures(struct ob_cells *c, const struct ob_summary *s,
                           struct found *out)
{
    if (s->measured) {
        put(c, out, "", "grad_norm", s->grad_norm);
        put(c, out, "", "theta_delta", s->theta_delta);
    }
    put(c, out, "", "epochs", s->epochs);
    for (size_t i = 0; i < s->metrics; i++)
        put(c, out, "", s->metric[i].name, s->metric[i].value);
    put_part(c, out, "val_", &s->validation);
    if (s->validation.rows)
        put(c, out, "", "best_val_loss", s->validation.best_loss);
    put_part(c, out, "test_", &s->test);
    if (s->has_target && s->target_step) {
        put(c, out, "", "target_step", (double)s->target_step);
        put(c, out, "", "target_evals", (double)s->target_evals);
        put(c, out, "", "target_seconds", s->target_seconds);
    }
    if (s->has_reference) {
        put(c, out, "", "suboptimality", s->loss - s->reference_loss);
        put(c, out, "", "distance", s->reference_distance);
    }
}
