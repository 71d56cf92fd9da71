#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

static const char evil[] = "\033[2J\033]0;owned\007\xe2\x80\xae evil\nname\x9b";

static const char *const columns[] = {
    "step",       "epoch", "loss", "theta_delta", "grad_norm", "lr",
    "lambda_max", "evals", "w0",   "bias",        NULL,
};

static const char *const inside_columns[] = {
    "grad_evals", "hvp_evals", "step_evals", "trust_radius", "effective_step.w", NULL,
};

const char *fake_name(const struct fake_feed *f, const char *name)
{
    return f->hostile ? evil : name;
}

/* From -1 to 1, the same for the same i: the finalizer of splitmix64. */
static double noise(uint64_t i)
{
    i = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    i = (i ^ (i >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ (i >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)(int64_t)(i ^ (i >> 31)) * 0x1p-63;
}

static void attend(struct ob_feed *f, enum ob_attention what)
{
    (void)f;
    (void)what;
}

/* The quantities of row i of a run that falls geometrically. */
static void add_row(struct fake_feed *f, struct ob_run_model *m, size_t i, double lr)
{
    struct ob_series *s = m->series;
    lr = f->fall > 0 ? f->fall : lr;
    double x = (double)i, loss = 0.9 * exp(-x * lr) + 0.000946;
    double delta = 0.02 * exp(-x * lr / 2);
    if (f->noisy) {
        loss = pow(1 + x / 100, -0.7) * (1 + 0.2 * noise(i)) + 0.000946;
        delta = 0.02 * pow(1 + x / 100, -0.5) * (1 + 0.5 * noise(~(uint64_t)i));
    }
    ob_series_append(&s[OB_Q_STEP], x);
    ob_series_append(&s[OB_Q_GRAD], delta * 33);
    ob_series_append(&s[OB_Q_LR], 0.03);
    if (f->batches)
        ob_series_append(&s[OB_Q_BATCH], loss * (1 + 0.3 * sin(x * 1.7)));
    if (!f->batches || i % 50 == 0) {
        ob_series_append(&s[OB_Q_LOSS_STEP], x);
        ob_series_append(&s[OB_Q_LOSS], loss);
        ob_series_append(&s[OB_Q_LOSS_MIN], loss * 0.9);
        ob_series_append(&s[OB_Q_LOSS_MAX], loss * 1.1);
    }
    if (i > 0) {
        ob_series_append(&s[OB_Q_DELTA_STEP], x);
        ob_series_append(&s[OB_Q_DELTA], delta);
        ob_series_append(&s[OB_Q_DELTA_MAX], delta * 1.2);
    }
    if (f->layers)
        fake_net_row(m, i);
    for (size_t p = 0; p < m->params; p++)
        ob_series_append(&m->param[p], (p ? 0.73 : 0.0677) * (1 - exp(-x * lr)));
}

static void fill_parameters(struct fake_feed *f, struct ob_live *l)
{
    static const double value[] = { 0.06769913, 0.7299903 },
                        grad[] = { -3.4e-05, 3.3e-03 },
                        change[] = { 1.02e-06, -9.98e-05 };
    ob_live_alloc(l, 2, 2, 0);
    l->params = 2;
    for (size_t i = 0; i < 2; i++) {
        struct ob_live_tensor *t = &l->tensor[i];
        snprintf(t->name, sizeof t->name, "%s", i ? "bias" : fake_name(f, "w"));
        t->size = t->shown = 1;
        t->first = i;
        t->ndim = i ? 0 : 1;
        t->shape[0] = 1;
        l->value[i] = value[i];
        l->grad[i] = grad[i];
        l->change[i] = change[i];
    }
    if (f->many) {
        l->tensor[0].size = 2400;
        l->tensor[0].shown = 0;
        l->tensor[0].ndim = 2;
        l->tensor[0].shape[0] = 60;
        l->tensor[0].shape[1] = 40;
        l->tensor[0].norm = 31.5;
        l->tensor[0].grad_norm = 0.25;
        l->tensor[0].change_norm = 0.0041;
        l->tensor[0].max_change = 0.0005;
        l->tensor[1].first = 0;
        l->tensor[1].norm = 0.73;
        l->shown = 1;
        l->params = 2401;
    }
}

static void fill_device(struct fake_feed *f, struct ob_live *l)
{
    snprintf(l->device, sizeof l->device, "cuda:0");
    snprintf(l->device_name, sizeof l->device_name, "%s", fake_name(f, "NVIDIA H200"));
    l->device_own = 3.2e9;
    l->device_load = 0.87;
    l->device_memory = 41.3e9;
    l->device_total = 150.7e9;
    l->device_watts = 412;
    l->device_celsius = 54;
}

/* Buffers of an Adam that divides by a norm of each tensor, in a trust region; the third
 * is not in use. */
static void fill_inside(struct fake_feed *f, struct ob_live *l)
{
    static const char *const slot[] = { "exp_avg", "exp_avg_sq", "max_exp_avg_sq" };
    for (l->slots = 0; l->slots < OB_COUNT(slot); l->slots++) {
        size_t s = l->slots;
        snprintf(l->slot_name[s], sizeof l->slot_name[s], "%s", fake_name(f, slot[s]));
        l->slot[s] = ob_xcalloc(l->shown + 1, sizeof *l->slot[s]);
        for (size_t i = 0; i < l->shown && s < 2; i++)
            l->slot[s][i] = s == 0 ? 0.9 * l->grad[i] : l->grad[i] * l->grad[i];
    }
    for (size_t i = 0; i < l->shown; i++)
        l->effective[i] = fabs(l->change[i] / l->grad[i]);
    for (size_t i = 0; i < l->tensors; i++) {
        struct ob_live_tensor *t = &l->tensor[i];
        t->effective_step = 0.004 * (double)(i + 1);
        t->slot_norm[0] = 0.013 / (double)(i + 1);
        t->slot_norm[1] = 2.5e-5;
        t->slot_norm[2] = 0;
        t->gauge[0] = NAN;
        t->gauge[1] = i == 1 ? NAN : 1.25 + (double)i;
    }
    l->gauge[0] =
        (struct ob_live_gauge){ "", "radius of the trust region", false, 0.125 };
    l->gauge[1] = (struct ob_live_gauge){ "trust_ratio", "of norms", true, NAN };
    snprintf(l->gauge[0].name, sizeof l->gauge[0].name, "%s",
             fake_name(f, "trust_radius"));
    l->gauges = 2;
    l->grad_evals = 2001;
    l->hvp_evals = 870;
}

static void fill_live(struct fake_feed *f, struct ob_run_model *m)
{
    struct ob_live *l = &m->live;
    size_t rows = m->series[OB_Q_STEP].n;
    ob_live_finish(l);
    if (f->layers)
        fake_net_live(f, l);
    else
        fill_parameters(f, l);
    if (f->inside)
        fill_inside(f, l);
    l->state = f->state;
    l->step = rows > 0 ? (uint64_t)rows - 1 : 0;
    l->loss =
        rows > 0 ? ob_series_at(&m->series[OB_Q_LOSS], m->series[OB_Q_LOSS].n - 1) : NAN;
    l->theta_delta = rows > 1 ? ob_series_at(&m->series[OB_Q_DELTA], rows - 2) : NAN;
    l->grad_norm = 0.00327;
    l->lr = 0.03;
    l->evals = (double)rows;
    l->rate = f->state == OB_RUN_RUNNING ? 128 : 0;
    l->pace = 130;
    l->pace_auto = true;
    l->seconds = 12.5;
    l->cpu = 0.97;
    l->memory = 12.3e6;
    l->memory_total = 8.2e9;
    l->load = 0.42;
    l->cores = 2;
    if (f->device)
        fill_device(f, l);
    l->threads = 1;
    l->rows = rows;
    l->viewers = 2;
    snprintf(l->steering, sizeof l->steering, "%s", fake_name(f, "alice@lab 1234"));
    l->heartbeat = FAKE_NOW + INT64_C(59800000000);
    if (f->layers)
        l->rate = f->state == OB_RUN_RUNNING ? 16 : 0;
    l->rules = 2;
    snprintf(l->rule[0].name, sizeof l->rule[0].name, "theta_delta");
    l->rule[0].value = l->theta_delta;
    l->rule[0].target = 1e-4;
    snprintf(l->rule[1].name, sizeof l->rule[1].name, "max_steps");
    l->rule[1].value = (double)l->step;
    l->rule[1].target = 100000;
    if (f->layers) {
        l->rules = 3;
        snprintf(l->rule[2].name, sizeof l->rule[2].name, "max_epochs");
        l->rule[2].value = l->epoch = (double)l->step / FAKE_EPOCH;
        l->rule[2].target = 50;
    }
    l->knobs = 3;
    l->knob[0] = (struct ob_live_knob){ .value = 0.03, .max = INFINITY };
    l->knob[1] = (struct ob_live_knob){ .max = 1 };
    l->knob[2] = (struct ob_live_knob){ .value = 100000, .max = 1e15 };
    snprintf(l->knob[0].key, sizeof l->knob[0].key, "optimizer.lr");
    snprintf(l->knob[1].key, sizeof l->knob[1].key, "%s",
             f->hostile ? "optimizer.\033[2J" : "optimizer.momentum");
    snprintf(l->knob[2].key, sizeof l->knob[2].key, "stop.max_steps");
    if (f->state == OB_RUN_FINISHED) {
        l->explains = 1;
        l->explain[0] =
            ob_xstrdup(fake_name(f, "w0 = 0.067698 - 0.03 * (-3.4e-05) = 0.067699\n"));
    }
    m->connected = f->state == OB_RUN_RUNNING || f->state == OB_RUN_PAUSED;
    m->has_live = true;
}

static void add_event(struct fake_feed *f, struct ob_run_model *m, const char *kind,
                      const char *text)
{
    struct ob_event *e = &m->event[m->events++];
    memset(e, 0, sizeof *e);
    snprintf(e->kind, sizeof e->kind, "%.23s", fake_name(f, kind));
    snprintf(e->text, sizeof e->text, "%s", fake_name(f, text));
    e->old = e->fresh = NAN;
    e->time = FAKE_NOW + (int64_t)m->events * INT64_C(1000000000);
}

static void fill(struct fake_feed *f, struct ob_run_model *m, const char *path, double lr)
{
    m->path = ob_xstrdup(path);
    m->info.state = f->state;
    m->info.started = FAKE_NOW;
    snprintf(m->info.data_hash, sizeof m->info.data_hash, "%016d", 7);
    m->resumable = f->checkpoint;
    snprintf(m->info.name, sizeof m->info.name, "%s",
             fake_name(f, "20261126T210000Z-heights-3f2a9c1e"));
    snprintf(m->info.experiment, sizeof m->info.experiment, "%s",
             fake_name(f, "heights"));
    snprintf(m->info.config, sizeof m->info.config, "configs/heights.ini");
    if (f->state == OB_RUN_FINISHED) {
        m->has_reference = true;
        m->reference_loss = 0.00089;
        m->reference_distance = 0.0123;
        snprintf(m->info.stop, sizeof m->info.stop, "%s", fake_name(f, "theta_delta"));
        snprintf(m->outcome, sizeof m->outcome, "%s",
                 fake_name(f,
                           "the parameters stopped moving, but this is not the optimum: "
                           "loss 0.000946, closed form 0.000890"));
    }
    static const char ini[] = "[optimizer]\nkind = sgd\nlr = 0.03\nmomentum = 0\n";
    ob_settings_parse(&m->settings, ini, sizeof ini - 1);
    const char *const *column = f->layers ? fake_net_columns : columns;
    m->column = ob_xcalloc(24, sizeof *m->column);
    for (m->columns = 0; column[m->columns]; m->columns++)
        snprintf(m->column[m->columns], sizeof *m->column, "%s", column[m->columns]);
    for (size_t i = 0; f->inside && inside_columns[i]; i++)
        snprintf(m->column[m->columns++], sizeof *m->column, "%s",
                 fake_name(f, inside_columns[i]));
    m->params = f->layers ? 0 : 2;
    m->param = ob_xcalloc(2, sizeof *m->param);
    m->param_name = ob_xcalloc(2, sizeof *m->param_name);
    snprintf(m->param_name[0], 64, "%s", fake_name(f, "w0"));
    snprintf(m->param_name[1], 64, "bias");
    /* As the resolved config of every run says that does not ask for others. */
    if (f->layers)
        ob_run_model_charts(m, "loss:log, theta_delta:log");
    for (size_t i = 0; i < f->rows; i++)
        add_row(f, m, i, lr);
    fill_live(f, m);
    add_event(f, m, "started", "");
    add_event(f, m, "pace", "auto: slowed down to be seen");
}

/* The columns that are asked for: the learning rate falls below zero, the largest
 * eigenvalue crosses the edge of stability, the rest goes from zero to one; 32 steps an
 * epoch, a hundred a second. */
static void fill_asked(struct ob_run_model *m)
{
    const struct ob_series *step = &m->series[OB_Q_STEP];
    struct ob_run_column *c[] = { &m->metric[0], &m->metric[1], &m->place, &m->seconds };
    const char *name[] = { m->asked.metric[0], m->asked.metric[1], m->asked.place,
                           m->asked.seconds ? "s" : "" };
    for (size_t k = 0; k < OB_COUNT(c); k++) {
        ob_series_clear(&c[k]->step);
        ob_series_clear(&c[k]->value);
        for (size_t i = 0; i < step->n && name[k][0]; i++) {
            double x = ob_series_at(step, i),
                   y = strcmp(name[k], "lr") == 0           ? cos(0.02 * x)
                       : strcmp(name[k], "lambda_max") == 0 ? 60 + 20 * x / 1043
                       : strcmp(name[k], "evals") == 0      ? 3 * x + 1
                       : k == 2                             ? x / 32
                       : k == 3                             ? x / 100
                                                            : (double)(x > 0);
            ob_series_append(&c[k]->step, x);
            ob_series_append(&c[k]->value, y);
        }
    }
}

static bool open_run(struct ob_feed *base, const char *path, struct ob_run_model *m,
                     struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (strstr(path, "missing"))
        return ob_fail(err, OB_EIO, "%s: no such run", path);
    fill(f, m, path, 0.012);
    return true;
}

static bool before(struct ob_feed *base, const struct ob_run_model *m,
                   struct ob_buf *path)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)m;
    if (!f->no_earlier)
        ob_buf_adds(path, "runs/20261126T203000Z-heights-8a11bb02");
    return !f->no_earlier;
}

/* Other runs fall more slowly, each by its own rate. */
static bool overlay(struct ob_feed *base, const char *path, struct ob_run_model *out,
                    struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (!path) {
        ob_run_model_finish(out);
        return true;
    }
    if (strstr(path, "missing"))
        return ob_fail(err, OB_EIO, "%s: no such run", path);
    struct ob_run_asked asked = out->asked;
    fill(f, out, path, 0.006 * (strstr(path, "8a11bb02") ? 1 : 0.3));
    out->asked = asked;
    fill_asked(out);
    return true;
}

static void read_on(struct ob_feed *base, struct ob_run_model *m)
{
    (void)base;
    m->loading.more = false;
}

static bool preview(struct ob_feed *base, const char *path, struct ob_run_model *m)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (m->path && strcmp(m->path, path) == 0)
        return false;
    ob_run_model_finish(m);
    fill(f, m, path, 0.012);
    return f->previews++ % 2 == 0;
}

static bool remove_run(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->removed, sizeof f->removed, "%s", path);
    f->removes++;
    return true;
}

static bool archive_run(struct ob_feed *base, const char *path, bool back,
                        struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->archived, sizeof f->archived, "%s %.240s", back ? "from" : "to", path);
    return true;
}

static bool annotate(struct ob_feed *base, const char *path, const char *tags,
                     const char *note, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->annotated, sizeof f->annotated, "%.120s: %.60s; %.60s", path,
             tags ? tags : "-", note ? note : "-");
    return true;
}

static bool rename_run(struct ob_feed *base, const char *path, const char *name,
                       struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (strstr(name, "taken"))
        return ob_fail(err, OB_EUSAGE, "there is a run '%s' already", name);
    snprintf(f->renamed, sizeof f->renamed, "%.120s to %.120s", path, name);
    return true;
}

static bool resume(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->resumed, sizeof f->resumed, "%s", path);
    return true;
}

static bool folder(struct ob_feed *base, const char *path, bool add, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (strstr(path, "missing"))
        return ob_fail(err, OB_EUSAGE, "%s: no such folder", path);
    snprintf(f->folder, sizeof f->folder, "%c%.250s", add ? '+' : '-', path);
    return true;
}

static bool clone(struct ob_feed *base, const char *path, const char *name,
                  struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (strcmp(name, "taken.ini") == 0)
        return ob_fail(err, OB_EIO, "%s: File exists", name);
    snprintf(f->cloned, sizeof f->cloned, "%.120s to %.120s", path, name);
    return true;
}

static unsigned poll_fake(struct ob_feed *base, struct ob_run_model *m)
{
    struct fake_feed *f = (struct fake_feed *)base;
    unsigned bits =
        f->next_bits | fake_poll_jobs(f) | fake_poll_surface(f) | fake_poll_curvature(f);
    f->next_bits = 0;
    if (m->path && f->grow > 0) {
        for (size_t i = 0; i < f->grow; i++)
            add_row(f, m, m->series[OB_Q_STEP].n, 0.012);
        fill_live(f, m);
        bits |= OB_FEED_RUN;
    }
    if (m->path)
        fill_asked(m);
    return bits;
}

static bool start(struct ob_feed *base, const char *config, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (strstr(config, "broken"))
        return ob_fail(err, OB_ECONFIG, "broken.ini:3: unknown section [optimzer]");
    snprintf(f->started, sizeof f->started, "%s", config);
    return true;
}

static bool control(struct ob_feed *base, const struct ob_ctl_request *r,
                    struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    f->sent = *r;
    f->sends++;
    base->asked = *r;
    return true;
}

/* Rows of sines, with what a careful drawer must not lose: a spike, NaN, an infinity. */
static bool tensor(struct ob_feed *base, const char *name, struct ob_err *err)
{
    enum { ROWS = 60, COLUMNS = 40 };
    struct fake_feed *f = (struct fake_feed *)base;
    struct ob_feed_tensor *t = &base->tensor;
    (void)err;
    ob_view_finish(&t->whole);
    memset(t, 0, sizeof *t);
    snprintf(t->name, sizeof t->name, "%s", name);
    f->next_bits |= OB_FEED_TENSOR;
    if (f->no_tensor) {
        snprintf(t->why, sizeof t->why, "%s", fake_name(f, "the run has no checkpoint"));
        return true;
    }
    if (strcmp(name, "confusion") == 0) {
        fake_net_confusion(f, &t->whole);
        return true;
    }
    t->whole = (struct ob_view_tensor){
        .step = 1043, .ndim = 2, .shape = { ROWS, COLUMNS }, .n = ROWS * COLUMNS
    };
    t->whole.value = ob_xcalloc(t->whole.n, sizeof *t->whole.value);
    for (size_t i = 0; i < t->whole.n; i++)
        t->whole.value[i] =
            sin(0.1 * (double)(i / COLUMNS)) * cos(0.2 * (double)(i % COLUMNS));
    t->whole.value[7 * COLUMNS + 11] = 25;
    t->whole.value[3] = NAN;
    t->whole.value[ROWS * COLUMNS - 1] = -INFINITY;
    return true;
}

static bool explain(struct ob_feed *base, const char *param, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    struct ob_feed_explained *e = &base->explained;
    (void)err;
    f->next_bits |= OB_FEED_EXPLAINED;
    f->explains++;
    *e = (struct ob_feed_explained){ .ok = true, .step = 1043 };
    snprintf(e->param, sizeof e->param, "%s", param);
    snprintf(e->text, sizeof e->text, "%s\n",
             fake_name(f, "w0 = 0.067698 - 0.03 * -3.4e-05 = 0.06769902"));
    return true;
}

static size_t wait_for(const struct ob_feed *f, struct pollfd fds[static OB_FEED_FDS],
                       int *timeout_ms)
{
    (void)f;
    (void)fds;
    *timeout_ms = -1;
    return 0;
}

static void farewell(struct ob_feed *f, struct ob_buf *out)
{
    (void)f;
    (void)out;
}

static void destroy(struct ob_feed *f)
{
    ob_view_finish(&f->tensor.whole);
    f->tensor = (struct ob_feed_tensor){ .why = "" };
    fake_finish_jobs((struct fake_feed *)f);
    fake_finish_sweep((struct fake_feed *)f);
    ob_surface_view_finish(&f->surface);
    ob_curvature_view_finish(&f->curvature);
}

static const struct ob_feed_type fake_type = {
    .name = "fake",
    .list = fake_list,
    .more = fake_more,
    .attend = attend,
    .open = open_run,
    .before = before,
    .overlay = overlay,
    .compare = fake_compare,
    .compare_on = fake_compare_on,
    .sweep = fake_sweep,
    .sweep_on = fake_sweep_on,
    .sweep_judge = fake_sweep_judge,
    .sweep_make = fake_sweep_make,
    .sweep_start = fake_sweep_start,
    .sweep_stop = fake_sweep_stop,
    .sweeps = fake_sweeps,
    .read_on = read_on,
    .preview = preview,
    .rename = rename_run,
    .archive = archive_run,
    .annotate = annotate,
    .resume = resume,
    .folder = folder,
    .remove = remove_run,
    .clone = clone,
    .poll = poll_fake,
    .load = fake_load,
    .under = fake_under,
    .save = fake_save,
    .stow = fake_stow,
    .keep = fake_keep,
    .start = start,
    .check = fake_check,
    .inspect = fake_inspect,
    .browse = fake_browse,
    .control = control,
    .tensor = tensor,
    .explain = explain,
    .surface = fake_surface,
    .curvature = fake_curvature,
    .wait = wait_for,
    .farewell = farewell,
    .destroy = destroy,
};

void fake_feed_init(struct fake_feed *f)
{
    memset(f, 0, sizeof *f);
    f->base.type = &fake_type;
    f->rows = 1044;
    f->state = OB_RUN_RUNNING;
}
