#include "sweep_scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/ui/screen.h"

double sweep_tile_value(const struct ob_heat_tile *t, bool mean)
{
    return t->measured == 0 ? (double)NAN : mean ? t->mean : t->best;
}

/* ---- the scale ---- */

static int rising(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

enum { PARTS = 4 }; /* of a decade, or of the power of ten below the reach */

static double outward(bool log, double v, double reach, bool up)
{
    if (log) {
        double at = log10(v) * PARTS;
        return pow(10, (up ? ceil(at - 1e-9) : floor(at + 1e-9)) / PARTS);
    }
    if (!(reach > 0) || !isfinite(reach))
        return v;
    double step = pow(10, floor(log10(reach))) / PARTS;
    return step * (up ? ceil(v / step - 1e-9) : floor(v / step + 1e-9));
}

/* x[0] is the best of them. */
static double far_end(const double *x, size_t n, bool log)
{
    double worst = x[n - 1], tenth = x[n - 1 - n / 10];
    bool far = log ? fabs(log10(worst / x[0])) > 2 * fabs(log10(tenth / x[0]))
                   : fabs(worst - x[0]) > 2 * fabs(tenth - x[0]);
    return n >= 5 && far ? tenth : worst;
}

static void turn(double *x, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        double t = x[i];
        x[i] = x[n - 1 - i];
        x[n - 1 - i] = t;
    }
}

struct sweep_scale sweep_scale_of(const struct ob_heat *h, bool mean, bool maximize,
                                  bool linear)
{
    enum { FACTOR = 4 }; /* values that differ by less lie evenly anyhow */
    struct sweep_scale s = { .best = NAN, .worst = NAN };
    size_t n = 0, tiles = h->rows.n * h->cols.n;
    double *x = ob_xcalloc(tiles + 1, sizeof *x);
    for (size_t k = 0; k < tiles; k++)
        if (isfinite(sweep_tile_value(&h->tile[k], mean)))
            x[n++] = sweep_tile_value(&h->tile[k], mean);
    if (n > 0) {
        qsort(x, n, sizeof *x, rising);
        s.log = !linear && x[0] > 0 && x[n - 1] / FACTOR > x[0];
        if (maximize)
            turn(x, n);
        double worst = far_end(x, n, s.log), reach = fabs(worst - x[0]);
        s.best = outward(s.log, x[0], reach, maximize);
        s.worst = outward(s.log, worst, reach, !maximize);
        s.beyond = maximize ? x[n - 1] < s.worst : x[n - 1] > s.worst;
    }
    free(x);
    return s;
}

double sweep_scale_part(const struct sweep_scale *s, double value)
{
    double part;
    if (isnan(s->best) || s->best == s->worst)
        return 1;
    if (s->log)
        part = value > 0 ? log10(value / s->worst) / log10(s->best / s->worst) : 0;
    else
        part = (value - s->worst) / (s->best - s->worst);
    return part > 0 ? fmin(part, 1) : 0;
}

/* ---- states ---- */

enum ob_cell_state sweep_tile_state(const struct ob_heat_tile *t)
{
    static const enum ob_cell_state first[] = {
        OB_CELL_FAILED,   OB_CELL_RUNNING, OB_CELL_INTERRUPTED, OB_CELL_HALTED,
        OB_CELL_DIVERGED, OB_CELL_WAITING, OB_CELL_DONE,
    };
    for (size_t i = 0; i < OB_COUNT(first); i++)
        if (t->of[first[i]] > 0)
            return first[i];
    return OB_CELL_STATES;
}

char sweep_state_letter(enum ob_cell_state s)
{
    static const char letter[OB_CELL_STATES] = {
        [OB_CELL_WAITING] = '.',     [OB_CELL_RUNNING] = '~', [OB_CELL_HALTED] = '=',
        [OB_CELL_INTERRUPTED] = '-', [OB_CELL_FAILED] = '!',  [OB_CELL_DIVERGED] = 'x',
        [OB_CELL_DONE] = '*',
    };
    return s < OB_CELL_STATES ? letter[s] : ' ';
}

_Static_assert(OB_CELL_STATES == 7, "a letter and a rank for each state");

/* ---- words ---- */

static const char *end_of(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

const char *sweep_key_name(const struct ob_plan *p, size_t key)
{
    if (key >= p->keys)
        return "";
    const char *whole = p->key[key], *end = end_of(whole);
    for (size_t i = 0; i < p->keys; i++)
        if (i != key && strcmp(end_of(p->key[i]), end) == 0)
            return whole;
    /* "kind" and "init" alone say little. */
    bool little =
        strcmp(end, "kind") == 0 || (ob_key_is_seed(whole) && strcmp(end, "seed") != 0);
    return little ? whole : end;
}

void sweep_value_text(const char *value, char out[static 64])
{
    enum { WHOLE = 9, DIGITS = 5 };
    double number;
    if (strlen(value) > WHOLE && ob_number_parse(value, strlen(value), &number))
        ob_number_show(out, 64, number, DIGITS);
    else
        ob_text_safe_z(out, 64, value);
}

void sweep_level_label(const struct ob_level *l, int width, char out[static 64])
{
    char number[32];
    if (width < 1) {
        out[0] = '\0';
        return;
    }
    if (!l->label[0])
        snprintf(out, 64, "-");
    else
        ob_text_safe_z(out, 64, l->label);
    if (ob_text_width(out) > width && !isnan(l->lo)) {
        double v = 0;
        if (!ob_number_parse(l->label, strlen(l->label), &v))
            v = l->lo;
        ob_show_number(number, v, width);
        snprintf(out, 64, "%s", number);
    }
    out[ob_text_clip(out, width)] = '\0';
}

/* ---- what a map begins with ---- */

enum { LIKED = 1000, MOST = 50 };

/* How much a key is worth across, and down; 0 = nothing, for it has one level. */
static int worth(const char *key, const struct ob_levels *l, bool across)
{
    int n = l->n < MOST ? (int)l->n : MOST;
    if (l->n < 2)
        return 0;
    if (strcmp(key, across ? "optimizer.lr" : "optimizer.kind") == 0)
        return LIKED;
    if (ob_key_is_seed(key))
        return 1;
    return across && l->numbers ? 2 * MOST + n : n + 1;
}

void sweep_keys_choose(const struct ob_plan *p, size_t *across, size_t *down)
{
    int best[2] = { 0, 0 };
    *across = *down = OB_LEVELS_NO_KEY;
    for (int way = 0; way < 2; way++)
        for (size_t k = 0; k < p->keys; k++) {
            struct ob_levels l = { 0 };
            ob_levels_make(&l, p, k, MOST);
            int w = worth(p->key[k], &l, way == 0);
            ob_levels_finish(&l);
            if (w <= best[way] || (way == 1 && k == *across))
                continue;
            best[way] = w;
            *(way == 0 ? across : down) = k;
        }
}
