#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "surface.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "optbench/model/curvature.h"

static bool fail(int *status, const struct ob_err *err)
{
    *status = ob_cli_fail(err);
    return false;
}

/* The kind that is asked for, or else the one that says most. */
static bool choose_kind(struct surface *s, const struct surface_ask *ask, int *status)
{
    bool named = ask->x || ask->y, ways = s->run[0].way.k > 1;
    struct ob_suggest near;
    s->kind = s->point.problem->n <= OB_SURFACE_KNOWN || named ? OB_SURFACE_PARAMS
              : ways                                           ? OB_SURFACE_PCA
                                                               : OB_SURFACE_RANDOM;
    if (!ask->plane)
        return true;
    ob_suggest_init(&near, ask->plane);
    for (int k = 0; k < OB_SURFACE_PLANES; k++) {
        const char *name = ob_surface_plane_name((enum ob_surface_plane)k);
        ob_suggest_offer(&near, name);
        if (strcmp(name, ask->plane) != 0)
            continue;
        s->kind = (enum ob_surface_plane)k;
        if (s->kind == OB_SURFACE_PARAMS || !named)
            return true;
        *status = ob_cli_failf(OB_EUSAGE, "--x and --y go with --plane params");
        return false;
    }
    *status = ob_cli_unknown(&near, "; there are params, pca, random and curvature",
                             "--plane: unknown plane '%s'", ask->plane);
    return false;
}

/* The parameter of that name; without one the first but `not`. */
static bool find(const struct ob_layout *l, const char *name, size_t not, size_t *out,
                 int *status)
{
    struct ob_suggest near;
    struct ob_buf list = { 0 };
    char column[OB_COLUMN_NAME_MAX], (*all)[OB_COLUMN_NAME_MAX];
    size_t shown = l->n < OB_SURFACE_KNOWN ? l->n : OB_SURFACE_KNOWN;
    *out = name ? ob_layout_find_column(l, name) : not == 0;
    if (*out < l->n)
        return true;
    all = ob_xcalloc(shown, sizeof *all);
    ob_suggest_init(&near, name);
    ob_buf_adds(&list, "; there are ");
    for (size_t i = 0; i < shown; i++) {
        memcpy(all[i], ob_layout_column_name(l, i, column), sizeof *all);
        ob_suggest_offer(&near, all[i]);
        ob_buf_addf(&list, "%s%s", i ? ", " : "", all[i]);
    }
    if (shown < l->n)
        ob_buf_adds(&list, ", ...");
    *status =
        ob_cli_unknown(&near, ob_buf_text(&list), "there is no parameter '%s'", name);
    ob_buf_finish(&list);
    free(all);
    return false;
}

static bool by_params(struct surface *s, const struct surface_ask *ask, int *status)
{
    const struct ob_layout *l = &s->point.problem->layout;
    size_t i, j;
    if (!find(l, ask->x, l->n, &i, status))
        return false;
    if (!ask->x && ask->y && ob_layout_find_column(l, ask->y) == 0)
        i = 1;
    if (!find(l, ask->y, i, &j, status))
        return false;
    if (i == j) {
        *status = ob_cli_failf(OB_EUSAGE, "--x and --y are the same parameter");
        return false;
    }
    ob_plane_params(&s->plane, l->n, s->point.theta, i, j);
    ob_layout_column_name(l, i, s->x_name);
    ob_layout_column_name(l, j, s->y_name);
    return true;
}

static bool by_pca(struct surface *s, int *status)
{
    size_t n = s->point.problem->n, k = 0, points = 1;
    struct ob_err err;
    for (size_t r = 0; r < s->runs; r++)
        points += s->run[r].way.k;
    double *all = ob_xcalloc(points * n, sizeof *all);
    for (size_t r = 0; r < s->runs; r++) {
        const struct surface_path *p = &s->run[r].way;
        for (size_t i = 0; i < p->k; i++)
            if (surface_path_shows(p, i))
                memcpy(all + k++ * n, p->theta + i * n, n * sizeof *all);
    }
    bool ok = k > 0 ? ob_plane_pca(&s->plane, n, s->point.theta, all, k, &err)
                    : ob_fail(&err, OB_EUSAGE,
                              "--plane pca: there is no run that tells its way%s",
                              n > OB_SURFACE_KNOWN
                                  ? "; [log] path = 512 keeps that of so many parameters"
                                  : "");
    free(all);
    snprintf(s->x_name, sizeof s->x_name, "PC1");
    snprintf(s->y_name, sizeof s->y_name, "PC2");
    return ok || fail(status, &err);
}

static bool no_curvature(const struct ob_curvature *c, struct ob_err *err)
{
    if (!c->finite)
        return ob_fail(
            err, OB_EFAIL,
            "--plane curvature: loss, gradient or Hessian are not finite here");
    return ob_fail(err, OB_EFAIL, "--plane curvature: no eigenvector was found");
}

/* The gradient, and across it the direction of the largest curvature; at a stationary
 * point those of the largest and of the smallest. */
static bool by_curvature(struct surface *s, int *status)
{
    struct ob_problem *p = s->point.problem;
    struct ob_curvature c = { 0 };
    struct ob_curvature_opts opts = { .dtype =
                                          (enum ob_dtype)s->point.spec.experiment.dtype };
    struct ob_err err;
    char value[40];
    bool ok = ob_curvature_at(&c, p, s->point.theta, &opts, &err);
    if (ok && (!c.finite || c.k < 2))
        ok = no_curvature(&c, &err);
    if (ok) {
        const double *top = c.vector + (c.k - 1) * p->n;
        bool slope =
            ob_plane_directions(&s->plane, p->n, s->point.theta, c.grad, top, NULL);
        ok = slope ||
             ob_plane_directions(&s->plane, p->n, s->point.theta, top, c.vector, &err);
        ob_number_show(value, sizeof value, c.value[c.k - 1], 4);
        snprintf(s->x_name, sizeof s->x_name, slope ? "gradient" : "curvature %s", value);
        if (!slope)
            ob_number_show(value, sizeof value, c.value[0], 4);
        snprintf(s->y_name, sizeof s->y_name, "curvature %s", value);
    }
    ob_curvature_finish(&c);
    return ok || fail(status, &err);
}

bool surface_choose_plane(struct surface *s, const struct surface_ask *ask, int *status)
{
    size_t n = s->point.problem->n;
    if (n < 2) {
        *status = ob_cli_failf(OB_EUSAGE,
                               "a surface needs two parameters; this problem has one");
        return false;
    }
    if (!choose_kind(s, ask, status))
        return false;
    switch (s->kind) {
    case OB_SURFACE_PCA:
        return by_pca(s, status);
    case OB_SURFACE_CURVATURE:
        return by_curvature(s, status);
    case OB_SURFACE_RANDOM:
        ob_plane_random(&s->plane, n, s->point.theta, ask->seed);
        snprintf(s->x_name, sizeof s->x_name, "random 1");
        snprintf(s->y_name, sizeof s->y_name, "random 2");
        return true;
    default:
        return by_params(s, ask, status);
    }
}
