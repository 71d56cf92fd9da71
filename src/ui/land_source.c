#include <math.h>
#include <stdio.h>
#include <string.h>

#include "home_priv.h"
#include "land_priv.h"
#include "live_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* A range follows a path at most so often, and by at most so many times what is seen. */
#define FOLLOW_NS INT64_C(2000000000)
#define FURTHEST  4

/* How often a question about a running run is asked again, each time after twice as long.
 */
enum { RETRIES = 5 };

enum ob_land_from ob_land_source(const struct ob_view *v)
{
    if (v->run.path)
        return OB_LAND_RUN;
    if (v->chosen[0])
        return OB_LAND_CHOSEN;
    return ob_form_is_open(&v->form) ? OB_LAND_FORM : OB_LAND_NONE;
}

static const char *path_of(const struct ob_view *v, enum ob_land_from from)
{
    switch (from) {
    case OB_LAND_RUN:
        return v->run.path;
    case OB_LAND_CHOSEN:
        return v->chosen;
    case OB_LAND_FORM:
        return v->form.now.path;
    default:
        return "";
    }
}

void ob_land_name(const struct ob_view *v, char *out, size_t cap)
{
    enum ob_land_from from = ob_land_source(v);
    char name[128];
    if (from == OB_LAND_RUN)
        ob_text_safe_z(name, sizeof name,
                       v->run.info.experiment[0] ? v->run.info.experiment
                                                 : v->run.info.name);
    else
        ob_text_safe_z(name, sizeof name,
                       ob_home_short_name(ob_path_base(path_of(v, from))));
    static const char *const what[] = {
        [OB_LAND_NONE] = "nothing is open",
        [OB_LAND_RUN] = "run",
        [OB_LAND_FORM] = "set up:",
        [OB_LAND_CHOSEN] = "chosen:",
    };
    snprintf(out, cap, "%s %s", what[from], from == OB_LAND_NONE ? "" : name);
}

bool ob_land_shown(const struct ob_land_state *s, const struct ob_view *v)
{
    const struct ob_surface_view *f = v->surface;
    return s->want.asked != 0 && f->known && f->z && strcmp(f->of, s->want.of) == 0;
}

bool ob_land_diverges(const struct ob_run_model *m)
{
    const struct ob_series *loss = &m->series[OB_Q_LOSS];
    if (loss->n == 0)
        return false;
    double first = ob_series_at(loss, 0), now = ob_series_at(loss, loss->n - 1);
    return !isfinite(now) || (isfinite(first) && now > first + 3 * fabs(first));
}

/* Keys that make the problem: data and model, without where it starts. */
static bool of_problem(const char *key)
{
    return (strncmp(key, "data.", 5) == 0 || strncmp(key, "model.", 6) == 0) &&
           strcmp(key, "model.init") != 0 && strcmp(key, "model.start") != 0;
}

static bool has_problem(const struct ob_settings *a, const struct ob_settings *b)
{
    for (size_t i = 0; i < b->n; i++) {
        const char *key = b->item[i].key;
        const char *value = of_problem(key) ? ob_settings_find(a, key) : NULL;
        if (of_problem(key) && (!value || strcmp(value, b->item[i].value) != 0))
            return false;
    }
    return true;
}

bool ob_land_belongs(const struct ob_view *v, int run)
{
    const struct ob_settings *own = &v->run.settings,
                             *other = &ob_live_run(v, run)->settings;
    return run == 0 || (has_problem(own, other) && has_problem(other, own));
}

/* Collects the runs of one problem that are shown, or the one thing that is. */
static size_t collect(struct ob_land_wanted *w, const struct ob_view *v)
{
    size_t n = 0;
    w->from = ob_land_source(v);
    if (w->from == OB_LAND_NONE)
        return 0;
    w->path[n++] = path_of(v, w->from);
    for (int i = 0; i < OB_OTHERS && w->from == OB_LAND_RUN; i++)
        if (v->other[i].path && ob_land_belongs(v, 1 + i))
            w->path[n++] = v->other[i].path;
    return n;
}

static uint64_t stamp_text(const char *text, uint64_t seed)
{
    return ob_hash(text, strlen(text) + 1, seed);
}

/* A number for all that an answer depends on. Where a run has got to since matters only
 * where the plane goes through its point, and as it ends. */
static uint64_t stamp_of(const struct ob_land_wanted *w, size_t n,
                         const struct ob_view *v)
{
    const double range[] = { w->box.x0, w->box.x1, w->box.y0, w->box.y1 };
    uint64_t h = 1;
    for (size_t i = 0; i < n; i++)
        h = stamp_text(w->path[i], h);
    const uint64_t number[] = {
        (uint64_t)w->from,
        (uint64_t)w->plane,
        w->size,
        w->ranged,
        v->opened,
        w->from == OB_LAND_FORM ? v->form.revision : 0,
        w->went && v->surface->n > 2 && !ob_run_model_active(&v->run),
    };
    h = ob_hash(number, sizeof number, stamp_text(w->y, stamp_text(w->x, h)));
    h = w->ranged ? ob_hash_doubles(range, 4, h) : h;
    return h ? h : 1;
}

static double reach(double from, double to)
{
    return FURTHEST * (to - from);
}

/* Widens an axis so that lo .. hi lie within, with a margin; false where they do. */
static bool widen(double *from, double *to, double lo, double hi)
{
    double far = reach(*from, *to), a = *from, b = *to;
    if (lo < a)
        a = fmax(lo - 0.1 * (b - lo), a - far);
    if (hi > b)
        b = fmin(hi + 0.1 * (hi - a), b + far);
    bool wider = a < *from || b > *to;
    *from = a;
    *to = b;
    return wider;
}

/* Where a way has left what is seen, the range grows with it. */
static void follow(struct ob_land_state *s, const struct ob_view *v)
{
    const struct ob_surface_view *f = v->surface;
    struct ob_land_wanted *w = &s->want;
    struct ob_land_box box = { f->x.from, f->x.to, f->y.from, f->y.to };
    bool moves = v->run.info.state == OB_RUN_RUNNING;
    bool wider = false;
    if (w->fixed || w->from != OB_LAND_RUN || f->under_way || !ob_land_shown(s, v) ||
        (moves && v->now_ns - w->asked_ns < FOLLOW_NS))
        return;
    for (int i = 0; i < OB_LAND_RUNS; i++) {
        const struct ob_land_way *way = &s->way[i];
        if (way->n == 0 || !(way->x0 <= way->x1))
            continue;
        wider |= widen(&box.x0, &box.x1, way->x0, way->x1);
        wider |= widen(&box.y0, &box.y1, way->y0, way->y1);
    }
    if (!wider)
        return;
    w->box = box;
    w->ranged = true;
}

bool ob_land_retry(struct ob_land_state *s, const struct ob_view *v)
{
    const struct ob_surface_view *f = v->surface;
    bool failed = f->known && !f->under_way && !f->z && strcmp(f->of, s->want.of) == 0;
    if (failed)
        s->want.asked = 0;
    return failed;
}

void ob_land_ask(struct ob_land_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    struct ob_land_wanted *w = &s->want;
    if (wish->wish != OB_WISH_NONE)
        return;
    size_t n = collect(w, v);
    if (n == 0)
        return;
    if (strcmp(w->of, w->path[0]) != 0) {
        snprintf(w->of, sizeof w->of, "%s", w->path[0]);
        w->ranged = false;
        w->x[0] = w->y[0] = '\0';
        w->went = false;
        w->retries = 0;
        s->probe.on = s->along.on = false;
    }
    bool goes_on = w->from == OB_LAND_RUN && ob_run_model_active(&v->run);
    /* What could not be told while it went on may be there now that it has ended. */
    if (w->went && !goes_on && ob_land_retry(s, v))
        w->went = false;
    w->went |= goes_on;
    /* A run that has just begun may have nothing to tell yet; one that has gone on for a
     * minute has nothing else to tell. */
    if (goes_on && w->retries < RETRIES &&
        v->now_ns - w->asked_ns >= FOLLOW_NS << w->retries && ob_land_retry(s, v))
        w->retries++;
    follow(s, v);
    uint64_t stamp = stamp_of(w, n, v);
    if (stamp == w->asked)
        return;
    w->asked = stamp;
    w->asked_ns = v->now_ns;
    wish->wish = OB_WISH_SURFACE;
    wish->surface = (struct ob_surface_ask){
        .path = w->path,
        .paths = n,
        .text = w->from == OB_LAND_FORM ? ob_buf_text(&v->form.now.text) : NULL,
        .plane = w->plane,
        .x = w->x[0] ? w->x : NULL,
        .y = w->y[0] ? w->y : NULL,
        .ranged = w->ranged,
        .x0 = w->box.x0,
        .x1 = w->box.x1,
        .y0 = w->box.y0,
        .y1 = w->box.y1,
        .size = w->size,
    };
}

/* Where most of the plane lies so low between its lowest and highest that nothing of it
 * would be seen. */
static bool wants_log(const struct ob_surface_view *f)
{
    size_t low = 0, all = f->nx * f->ny - f->holes;
    double limit = f->min.z + 0.04 * (f->max.z - f->min.z);
    for (size_t i = 0; i < f->nx * f->ny; i++)
        low += f->z[i] < limit;
    return 2 * low > all;
}

void ob_land_answered(struct ob_land_state *s, const struct ob_view *v)
{
    if (ob_land_shown(s, v) && !s->look.log_chosen)
        s->look.log = wants_log(v->surface);
}
