#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/intern.h"
#include "optbench/base/mem.h"

static struct ob_brief brief_of(const struct fake_feed *f, size_t i)
{
    static const char *const optimizer[] = { "gd", "adam", "sgd", "newton" };
    struct ob_brief b = { .lr = i % 4 == 3 ? NAN : 0.03 / (double)(i + 1) };
    snprintf(b.data, sizeof b.data, "%s",
             fake_name(f, i % 2 ? "housing.csv" : "heights.csv"));
    snprintf(b.model, sizeof b.model, "%.31s",
             fake_name(f, i % 3 ? "linear" : "logistic"));
    snprintf(b.optimizer, sizeof b.optimizer, "%.31s", fake_name(f, optimizer[i % 4]));
    snprintf(b.loss, sizeof b.loss, "half_mse");
    snprintf(b.settings, sizeof b.settings, "%.90s", fake_name(f, "momentum 0.9"));
    snprintf(b.stop, sizeof b.stop, "%.90s", fake_name(f, "theta_delta 1e-4"));
    return b;
}

static void add_config(struct fake_feed *f, struct ob_home_model *home, const char *name,
                       const char *title, bool broken)
{
    home->config =
        ob_xreallocarray(home->config, home->configs + 1, sizeof *home->config);
    struct ob_brief brief = brief_of(f, home->configs);
    home->config[home->configs++] = (struct ob_config_entry){
        .path = ob_xasprintf("configs/%s", name),
        .name = ob_xstrdup(fake_name(f, name)),
        .title = ob_xstrdup(fake_name(f, title)),
        .about =
            ob_xstrdup(fake_name(f, "How well does a straight line do? Lower lr when "
                                    "it diverges.")),
        .broken = broken,
        .known = true,
        .shipped = f->shipped,
        .brief = brief,
    };
}

static void add_setting(struct ob_index *x, struct ob_index_run *r, const char *line)
{
    r->setting = ob_xreallocarray(r->setting, r->settings + 1, sizeof *r->setting);
    r->setting[r->settings++] = ob_intern_add(x->texts, line, strlen(line));
}

/* By key, as the index has them; the second run is tagged, the fourth has a note. */
static void add_settings(const struct fake_feed *f, struct ob_index *x, size_t i)
{
    struct ob_index_run *r = &x->item[i];
    char line[256];
    if (!x->texts)
        x->texts = ob_intern_create();
    snprintf(line, sizeof line, "batch.size=%s", i % 2 ? "all" : "64");
    add_setting(x, r, line);
    if (i % 4 == 1)
        add_setting(x, r, "optimizer.beta1=0.9");
    snprintf(line, sizeof line, "optimizer.kind=%.100s", x->brief[i].optimizer);
    add_setting(x, r, line);
    snprintf(line, sizeof line, "seed.init=%zu", i);
    add_setting(x, r, line);
    if (i == 1)
        r->tags = ob_xstrdup(fake_name(f, "paper v2"));
    if (i == 3)
        r->note = ob_xstrdup(fake_name(f, "lower lr next"));
}

static void add_run(struct fake_feed *f, struct ob_home_model *home, const char *name,
                    enum ob_run_state state, const char *stop, uint64_t step, double loss)
{
    struct ob_index *l = &home->runs;
    l->item = ob_xreallocarray(l->item, l->n + 1, sizeof *l->item);
    l->path = ob_xreallocarray(l->path, l->n + 1, sizeof *l->path);
    struct ob_index_run *r = &l->item[l->n];
    memset(r, 0, sizeof *r);
    snprintf(r->name, sizeof r->name, "%s", fake_name(f, name));
    snprintf(r->stop, sizeof r->stop, "%s", stop);
    r->known = true;
    r->bytes = 123456;
    r->seconds = 21;
    r->state = state;
    r->step = step;
    r->loss = loss;
    r->best_loss = loss / 2;
    r->theta_delta = loss / 10;
    r->plan_known = true;
    r->max_steps = 4000;
    r->started = FAKE_NOW - (int64_t)(l->n * l->n) * INT64_C(1800000000000);
    home->runs.brief =
        ob_xreallocarray(home->runs.brief, l->n + 1, sizeof *home->runs.brief);
    home->runs.brief[l->n] = brief_of(f, l->n);
    l->path[l->n] = ob_xasprintf("runs/%s", name);
    add_settings(f, l, l->n++);
}

static void add_folder(struct fake_feed *f, struct ob_home_model *home, const char *path,
                       bool gone)
{
    add_config(f, home, path, gone ? "this folder is gone" : "", gone);
    struct ob_config_entry *e = &home->config[home->configs - 1];
    free(e->path);
    e->path = ob_xstrdup(path);
    e->heading = e->added = true;
}

static void add_sweep(struct fake_feed *f, struct ob_home_model *home)
{
    add_folder(f, home, "sweeps", false);
    home->config[home->configs - 1].added = false;
    add_config(f, home, "fresh", "Rates by the dozen", false);
    struct ob_config_entry *e = &home->config[home->configs - 1];
    free(e->path);
    e->path = ob_xstrdup("sweeps/fresh/sweep.ini");
    e->sweep = true;
}

static void add_configs(struct fake_feed *f, struct ob_home_model *home)
{
    if (f->more_sweeps)
        add_sweep(f, home);
    if (f->folders) {
        add_folder(f, home, "/work/exp", false);
        add_config(f, home, "course.ini", "The third exercise", false);
        add_config(f, home, "other.ini", "", false);
        add_folder(f, home, "/gone", true);
        add_folder(f, home, "shipped with optbench", false);
        home->config[home->configs - 1].added = false;
    }
    add_config(f, home, "admission.ini", "Admission by test scores, Newton's method",
               false);
    add_config(f, home, "broken.ini", "line 3: unknown section [optimzer]", true);
    add_config(f, home, "heights.ini", "Height by age, full-batch gradient descent",
               false);
    add_config(f, home, "housing.ini", "House prices by area", false);
}

static void add_runs(struct fake_feed *f, struct ob_home_model *home)
{
    add_run(f, home, "20261126T210000Z-heights-3f2a9c1e", OB_RUN_RUNNING, "", 1600,
            0.0612);
    add_run(f, home, "20261126T203000Z-heights-8a11bb02", OB_RUN_FINISHED, "theta_delta",
            1043, 0.000946);
    add_run(f, home, "20261126T190000Z-housing-77b0aa01", OB_RUN_FINISHED, "diverged",
            311, NAN);
    add_run(f, home, "20261126T163000Z-housing-77b0aa00", OB_RUN_INTERRUPTED, "", 12,
            2.0665e9);
    add_run(f, home, "20261126T130000Z-admission-10c0ffee", OB_RUN_FAILED, "", 0, NAN);
}

/* Takes from a run what reading brings. */
static void forget(struct ob_index_run *r, struct ob_brief *b)
{
    r->known = false;
    r->state = OB_RUN_UNKNOWN;
    r->stop[0] = '\0';
    r->step = r->bytes = 0;
    r->loss = r->best_loss = r->theta_delta = r->seconds = NAN;
    *b = (struct ob_brief){ .lr = NAN };
}

bool fake_list(struct ob_feed *base, struct ob_home_model *home, bool all,
               struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    unsigned changes = home->changes;
    bool archive = home->archive;
    (void)all;
    (void)err;
    ob_home_model_finish(home);
    home->changes = changes;
    home->archive = archive;
    f->lists++;
    add_configs(f, home);
    if (!f->no_runs)
        add_runs(f, home);
    for (size_t i = home->runs.n - f->unread; i < home->runs.n; i++)
        forget(&home->runs.item[i], &home->runs.brief[i]);
    ob_home_model_count(home);
    return true;
}

bool fake_more(struct ob_feed *base, struct ob_home_model *home)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (f->unread == 0)
        return false;
    f->unread--;
    return fake_list(base, home, false, NULL) && f->unread > 0;
}
