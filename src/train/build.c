#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course.h"
#include "glob.h"
#include "optbench/base/mem.h"
#include "optbench/conf/data_keep.h"
#include "optbench/data/source.h"
#include "optbench/model/init.h"
#include "optbench/train/weights.h"
#include "trainer_priv.h"

/* Below this many numbers in the data a pass is over before a second thread is awake. */
#define NUMBERS_PER_POOL 200000.0

/* Lent, or in *own; NULL on failure. */
static const struct ob_dataset *load_data(struct ob_trainer *t, struct ob_dataset *own,
                                          struct ob_diags *diags)
{
    const struct ob_dataset *data = ob_spec_take_data(t->spec, own, diags);
    if (!data)
        return NULL;
    t->origin = ob_xstrdup(data->origin ? data->origin : "");
    t->data_hash = data->hash;
    t->rows = data->rows;
    t->features = data->features;
    return data;
}

/* "layer.NAME: key: text" is about a section of its own. */
static bool refuse_part(const struct ob_trainer *t, struct ob_diags *diags,
                        const struct ob_err *err)
{
    size_t n = strcspn(err->text, ":");
    const char *rest = err->text + n + strspn(err->text + n, ": ");
    size_t k = strcspn(rest, ":");
    char *section = ob_xstrndup(err->text, n), *key = ob_xstrndup(rest, k);
    ob_spec_complain(t->spec, diags, err->code, section, key, "%s",
                     rest + k + strspn(rest + k, ": "));
    free(section);
    free(key);
    return false;
}

/*
 * Reports what a lower floor refused. Such a text may open with the key it is about
 * ("init: ..."); it is then told with the line of that key, else of the section's kind.
 * Data that the model cannot take are a matter of their file.
 */
static bool refuse(const struct ob_trainer *t, struct ob_diags *diags,
                   const char *section, const struct ob_param *keys,
                   const struct ob_err *err)
{
    char key[64];
    size_t n = strcspn(err->text, ":");
    if (err->code == OB_EDATA)
        return ob_diags_add_err(diags, t->origin, 0, err);
    if (err->code != OB_ECONFIG)
        return ob_diags_add_err(diags, NULL, 0, err);
    if (strncmp(err->text, "layer.", strlen("layer.")) == 0)
        return refuse_part(t, diags, err);
    snprintf(key, sizeof key, "%.*s", n < sizeof key ? (int)n : 0, err->text);
    if (strncmp(err->text + n, ": ", 2) == 0 &&
        (strcmp(key, "kind") == 0 || ob_param_find(keys, key)))
        return ob_spec_complain(t->spec, diags, err->code, section, key, "%s",
                                err->text + n + 2);
    return ob_spec_complain(t->spec, diags, err->code, section, "kind", "%s", err->text);
}

static bool make_pool(struct ob_trainer *t, struct ob_err *err)
{
    int64_t threads = t->spec->experiment.threads;
    if (!threads && (double)t->rows * (double)t->features < NUMBERS_PER_POOL)
        threads = 1;
    if (threads == 1)
        return true;
    t->pool = ob_pool_create((unsigned)threads, err);
    return t->pool != NULL;
}

static struct ob_problem_common common_of(const struct ob_trainer *t)
{
    struct ob_problem_common common = ob_spec_common(t->spec);
    common.pool = t->pool;
    return common;
}

/* Batches take their rows anywhere, so that every rank needs all of them. */
static void share_rows(const struct ob_trainer *t, struct ob_problem_common *common)
{
    common->share = t->share;
    common->apart = t->share && ob_batches_full(&t->spec->batch, t->rows);
}

static bool make_problem(struct ob_trainer *t, const struct ob_dataset *data,
                         struct ob_diags *diags)
{
    const struct ob_spec *s = t->spec;
    struct ob_err err = { 0 };
    struct ob_draw_setup draws;
    struct ob_problem_common common = common_of(t);
    share_rows(t, &common);
    t->problem = ob_problem_create(s->model.type, s->model.opts, &common,
                                   ob_spec_needs_data(s) ? data : NULL, &err);
    if (!t->problem)
        return refuse(t, diags, "model", s->model.type->params, &err);
    t->sampled = t->problem->random;
    size_t n = t->problem->n;
    ob_spec_draws(s, OB_AXIS_INIT, &draws);
    if (!ob_vec_init(&t->theta, common.dtype, n, &err) ||
        !ob_vec_init(&t->grad, common.dtype, n, &err) ||
        !ob_vec_init(&t->previous, common.dtype, n, &err) ||
        !ob_problem_init_theta(t->problem, &s->model.common, &draws, &t->theta, &err))
        return refuse(t, diags, "model", ob_model_params, &err);
    return true;
}

/* The problem over one part of the rows that are set aside, NULL where there are none. */
static bool make_held(struct ob_trainer *t, const struct ob_dataset *data,
                      enum ob_data_part part, struct ob_problem **out,
                      struct ob_diags *diags)
{
    const struct ob_problem_common common = common_of(t);
    const char *origin = NULL;
    struct ob_err err = { 0 };
    *out = ob_held_problem(t->problem, &common, data, part, &origin, &err);
    return *out || err.code == OB_OK || ob_diags_add_err(diags, origin, 0, &err);
}

static bool make_parts(struct ob_trainer *t, const struct ob_dataset *data,
                       struct ob_diags *diags)
{
    struct ob_problem *val;
    if (!make_held(t, data, OB_PART_VAL, &val, diags))
        return false;
    ob_held_init(&t->val, val);
    return make_held(t, data, OB_PART_TEST, &t->test, diags);
}

/* Parameters that another run, or another program, has found. */
static bool take_weights(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_model_opts *o = &t->spec->model.common;
    struct ob_err err = { 0 };
    if (!o->init_from)
        return true;
    if (o->start.n)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "model", "start",
                                "init_from has every parameter: leave one of them out");
    return ob_weights_load(o->init_from, &t->problem->layout, &t->theta, &err) ||
           ob_spec_complain(t->spec, diags, err.code, "model", "init_from", "%s",
                            err.text);
}

/* Behind the problem. The first batch is as large as any, so that later ones find their
 * memory there. */
static bool make_batches(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_spec *s = t->spec;
    struct ob_err err = { 0 };
    if (ob_batches_full(&s->batch, t->rows))
        return true;
    if (s->optimizer.type->needs & OB_FULL_BATCH)
        return ob_spec_complain(s, diags, OB_ECONFIG, "batch", "size",
                                "%s takes all rows in every step: write size = full, or "
                                "choose another optimizer such as sgd",
                                s->optimizer.type->name);
    if (!(ob_problem_can(t->problem) & OB_CAN_BATCH))
        return ob_spec_complain(
            s, diags, OB_ECONFIG, "batch", "size",
            "a %s model has no rows to choose from: write size = full",
            s->model.type->name);
    struct ob_draw_setup draws;
    ob_spec_draws(s, OB_AXIS_BATCH, &draws);
    t->mini = ob_batches_init(&t->batches, t->rows, &s->batch, &draws, &err);
    t->sampled = t->sampled || t->mini;
    if (t->mini && t->batches.size > t->batches.micro)
        ob_problem_accumulate(t->problem, t->batches.micro);
    size_t n = 0;
    const uint32_t *rows = t->mini ? ob_batches_at(&t->batches, 1, &n) : NULL;
    if (!t->mini || !ob_problem_batch(t->problem, rows, n, &err) ||
        !ob_problem_batch(t->problem, NULL, 0, &err))
        return ob_diags_add_err(diags, NULL, 0, &err);
    return true;
}

static bool refuse_schedule(const struct ob_trainer *t, struct ob_diags *diags,
                            const struct ob_err *err)
{
    if (strncmp(err->text, "phase.", strlen("phase.")) == 0)
        return refuse_part(t, diags, err);
    const struct ob_param *own = t->spec->schedule.type->params;
    const size_t n = strcspn(err->text, ":");
    char *key = ob_xstrndup(err->text, n);
    const bool is_own = ob_param_find(own, key) != NULL;
    free(key);
    return refuse(t, diags, "schedule", is_own ? own : ob_schedule_params, err);
}

static bool make_schedule(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_spec *s = t->spec;
    struct ob_err err = { 0 };
    const struct ob_schedule_clock clock = {
        .max_steps = (uint64_t)s->stop.max_steps,
        .steps_per_epoch = t->mini ? (double)t->batches.per_epoch : 1
    };
    return ob_spec_make_schedule(s, &clock, &t->schedule, &err) ||
           refuse_schedule(t, diags, &err);
}

static bool make_optimizer(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_spec *s = t->spec;
    struct ob_err err = { 0 };
    struct ob_group *group = NULL;
    const size_t groups = ob_trainer_groups(t, &group);
    const struct ob_optimizer_setup setup = {
        .type = s->optimizer.type,
        .opts = s->optimizer.opts,
        .group = group,
        .groups = groups,
        .schedule = &t->schedule,
        .search = s->line_search.type,
        .search_opts = s->line_search.opts,
        .seed = (uint64_t)s->experiment.seed,
    };
    t->optimizer = ob_optimizer_create(&setup, t->problem, &err);
    free(group);
    return t->optimizer || refuse(t, diags, "optimizer", s->optimizer.type->params, &err);
}

static bool make_wraps(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    return (ob_wraps_init(&t->wraps, &t->spec->wrap, t->problem, &err) &&
            (!t->problem->smooth || t->problem->l1 == 0 ||
             ob_vec_init(&t->slope, t->theta.dtype, t->theta.n, &err))) ||
           ob_diags_add_err(diags, NULL, 0, &err);
}

/* ---- stop rules ---- */

static bool is_trainer_metric(const char *name)
{
    return strcmp(name, "loss") == 0 || strcmp(name, "theta_delta") == 0 ||
           strcmp(name, "grad_norm") == 0;
}

static bool make_stopper(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    if (!ob_stopper_init(&t->stopper, &t->spec->stop, &err))
        return ob_spec_complain(t->spec, diags, err.code, "stop", "target", "%s",
                                err.text);
    const char *metric = t->stopper.target.metric;
    t->target_val = t->val.problem && strncmp(metric, "val_", 4) == 0;
    metric += t->target_val ? 4 : 0;
    if (!*metric || is_trainer_metric(metric))
        return true;
    t->target = ob_trainer_metric(t, diags, "stop", "target", metric);
    return t->target != NULL;
}

/* ---- the whole ---- */

const struct ob_dataset *ob_trainer_build_problem(struct ob_trainer *t,
                                                  struct ob_dataset *own,
                                                  struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    const struct ob_dataset *data = load_data(t, own, diags);
    if (!data)
        return NULL;
    if (!make_pool(t, &err)) {
        ob_diags_add_err(diags, NULL, 0, &err);
        return NULL;
    }
    return make_problem(t, data, diags) ? data : NULL;
}

static bool build(struct ob_trainer *t, struct ob_dataset *own, struct ob_diags *diags)
{
    const struct ob_dataset *data =
        ob_trainer_open_device(t, diags) ? ob_trainer_build_problem(t, own, diags) : NULL;
    if (!ob_trainer_meet(t, !data, diags) || !data)
        return false;
    if (!take_weights(t, diags) || !make_parts(t, data, diags) ||
        !make_batches(t, diags) || !ob_trainer_check_groups(t, diags) ||
        !make_schedule(t, diags) || !make_optimizer(t, diags) || !make_wraps(t, diags) ||
        !make_stopper(t, diags) || !ob_trainer_make_columns(t, diags) ||
        !ob_best_init(t, diags) || !ob_watch_init(t, diags) ||
        !ob_trainer_take_device(t, diags))
        return false;
    ob_sampler_init(&t->sampler, (uint64_t)t->spec->log.every);
    t->loss = t->theta_delta = t->grad_norm = t->lr = t->batch_loss = NAN;
    t->best_loss = NAN;
    return true;
}

static struct ob_trainer *create(const struct ob_spec *spec, bool here,
                                 struct ob_share *share, struct ob_diags *diags)
{
    struct ob_trainer *t = ob_xcalloc(1, sizeof *t);
    struct ob_dataset data = { 0 };
    t->spec = spec;
    t->here = here;
    t->share = share;
    bool done = build(t, &data, diags);
    ob_dataset_finish(&data);
    if (!done) {
        ob_trainer_destroy(t);
        return NULL;
    }
    return t;
}

struct ob_trainer *ob_trainer_create(const struct ob_spec *spec, struct ob_diags *diags)
{
    return create(spec, false, NULL, diags);
}

struct ob_trainer *ob_trainer_create_here(const struct ob_spec *spec,
                                          struct ob_diags *diags)
{
    return create(spec, true, NULL, diags);
}

struct ob_trainer *ob_trainer_create_shared(const struct ob_spec *spec,
                                            struct ob_share *share,
                                            struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    ob_spec_write(spec, &text);
    share->tell(share, text.data, text.len);
    ob_buf_finish(&text);
    return create(spec, true, share, diags);
}

void ob_trainer_settle(const struct ob_trainer *t, struct ob_spec *spec)
{
    spec->experiment.math = (int)t->problem->math + 1;
}

void ob_trainer_destroy(struct ob_trainer *t)
{
    if (!t)
        return;
    ob_course_destroy(t->course);
    ob_optimizer_destroy(t->optimizer);
    ob_wraps_finish(&t->wraps);
    ob_mean_finish(&t->mean);
    ob_vec_finish(&t->slope);
    ob_batches_finish(&t->batches);
    ob_schedule_finish(&t->schedule);
    ob_best_finish(&t->best);
    ob_held_finish(&t->val);
    ob_problem_destroy(t->test);
    ob_problem_destroy(t->problem);
    ob_trainer_close_device(t);
    ob_pool_destroy(t->pool);
    ob_vec_finish(&t->theta);
    ob_vec_finish(&t->grad);
    ob_vec_finish(&t->previous);
    ob_vec_finish(&t->grad_before);
    free(t->row);
    free(t->origin);
    free(t->told);
    free(t->dead);
    free(t);
}

size_t ob_trainer_parameters(const struct ob_trainer *t)
{
    return t->problem->n;
}

size_t ob_trainer_tensors(const struct ob_trainer *t)
{
    return t->problem->layout.count;
}
