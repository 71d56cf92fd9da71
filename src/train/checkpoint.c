#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course.h"
#include "keeps.h"
#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/train/fingerprint.h"
#include "position.h"
#include "scalars.h"
#include "trainer_priv.h"

#define FORMAT "optbench checkpoint 1"

/* The text of [stop] target. */
static const char target_key[] = "stop.target";

/* ---- the arrays ---- */

/* Vector number i of those that wrappers keep. */
static struct ob_vec *wrapper_vector(struct ob_trainer *t, size_t i,
                                     char prefix[static 64])
{
    for (size_t k = 0; k < t->wraps.n; k++) {
        struct ob_wrapper *w = &t->wraps.at[k];
        if (!w->type->keeps || i-- != 0)
            continue;
        snprintf(prefix, 64, "%s.", w->type->name);
        return &w->kept;
    }
    return NULL;
}

/* Vector number i of those that are saved, with what stands before a tensor's name. */
static struct ob_vec *vector(struct ob_trainer *t, size_t i, char prefix[static 64])
{
    struct ob_optimizer *o = t->optimizer;
    prefix[0] = '\0';
    if (i == 0)
        return &t->theta;
    if (i == 1) {
        snprintf(prefix, 64, "grad.");
        return &t->grad;
    }
    if (i - 2 >= o->type->slots)
        return wrapper_vector(t, i - 2 - o->type->slots, prefix);
    snprintf(prefix, 64, "%s.", o->type->slot_names[i - 2]);
    return &o->slot[i - 2];
}

static void array_name(char out[static OB_ARRAY_NAME], const char *prefix,
                       const struct ob_tensor *tensor)
{
    int n = snprintf(out, OB_ARRAY_NAME, "%s%s", prefix, tensor->name);
    OB_REQUIRE(n > 0 && n < OB_ARRAY_NAME);
}

static char *element(const struct ob_vec *v, size_t i)
{
    return (char *)v->data + i * ob_dtype_size(v->dtype);
}

bool ob_trainer_save_vector(const struct ob_trainer *t, const struct ob_vec *v,
                            const char *prefix, struct ob_safetensors *out,
                            struct ob_err *err)
{
    const struct ob_layout *l = &t->problem->layout;
    for (size_t i = 0; i < l->count && v->n; i++) {
        const struct ob_tensor *tensor = &l->tensor[i];
        char name[OB_ARRAY_NAME];
        array_name(name, prefix, tensor);
        if (!ob_safetensors_add(out, name, ob_trainer_array_type(t), tensor->ndim,
                                tensor->shape, element(v, tensor->offset), err))
            return false;
    }
    return true;
}

/* Checks (v NULL) or takes over the arrays of one vector. */
static bool check_vector(const struct ob_trainer *t, const struct ob_vec *v,
                         const char *prefix, const struct ob_safetensors *in,
                         struct ob_err *err)
{
    const struct ob_layout *l = &t->problem->layout;
    for (size_t i = 0; i < l->count && v->n; i++) {
        char name[OB_ARRAY_NAME];
        array_name(name, prefix, &l->tensor[i]);
        const struct ob_array *a = ob_safetensors_find(in, name);
        if (!a)
            return ob_fail(err, OB_EDATA, "the checkpoint has no array '%s'", name);
        if (a->type != ob_trainer_array_type(t) || a->n != l->tensor[i].size)
            return ob_fail(err, OB_EDATA,
                           "array '%s' of the checkpoint has another size "
                           "or type than this experiment",
                           name);
    }
    return true;
}

static void load_vector(const struct ob_trainer *t, struct ob_vec *v, const char *prefix,
                        const struct ob_safetensors *in)
{
    const struct ob_layout *l = &t->problem->layout;
    for (size_t i = 0; i < l->count && v->n; i++) {
        char name[OB_ARRAY_NAME];
        array_name(name, prefix, &l->tensor[i]);
        const struct ob_array *a = ob_safetensors_find(in, name);
        memcpy(element(v, l->tensor[i].offset), a->data, a->n * ob_dtype_size(v->dtype));
    }
}

/* ---- settings changed by hand ---- */

static void knob_text(const struct ob_knob *k, const void *opts, struct ob_buf *out)
{
    ob_buf_clear(out);
    ob_param_write(k->param, opts, out);
}

/* Only what differs from the experiment: a resumed run may be given other settings. */
static void save_knobs(const struct ob_trainer *t, struct ob_safetensors *out)
{
    struct ob_knob k;
    struct ob_buf now = { 0 }, spec = { 0 };
    for (size_t i = 0; ob_trainer_knob(t, i, &k); i++) {
        knob_text(&k, k.opts, &now);
        knob_text(&k, k.spec_opts, &spec);
        if (strcmp(ob_buf_text(&now), ob_buf_text(&spec)) == 0)
            continue;
        char key[80];
        snprintf(key, sizeof key, "set.%s", k.key);
        ob_safetensors_note(out, key, ob_buf_text(&now));
    }
    ob_buf_finish(&now);
    ob_buf_finish(&spec);
}

/* A saved setting, or else that of the experiment. */
static bool load_knobs(struct ob_trainer *t, const struct ob_safetensors *in,
                       struct ob_err *err)
{
    struct ob_knob k;
    struct ob_buf now = { 0 }, want = { 0 };
    bool done = true;
    for (size_t i = 0; done && ob_trainer_knob(t, i, &k); i++) {
        char key[80], from[64], to[128];
        snprintf(key, sizeof key, "set.%s", k.key);
        const char *saved = ob_safetensors_text(in, key);
        knob_text(&k, k.opts, &now);
        knob_text(&k, k.spec_opts, &want);
        const char *text = saved ? saved : ob_buf_text(&want);
        if (strcmp(ob_buf_text(&now), text) != 0)
            done = ob_trainer_set(t, k.key, text, from, to, err);
    }
    ob_buf_finish(&now);
    ob_buf_finish(&want);
    return done;
}

/* ---- what it can be checked by ---- */

/* "hash.NAME" of every tensor, and of the data. */
void ob_trainer_save_prints(const struct ob_trainer *t, const struct ob_vec *theta,
                            struct ob_safetensors *out)
{
    const struct ob_layout *l = &t->problem->layout;
    uint64_t *print = ob_xcalloc(l->count + 1, sizeof *print);
    char key[OB_TENSOR_NAME_MAX + 8], text[17];
    ob_fingerprint(l, theta, print);
    for (size_t i = 0; i < l->count; i++) {
        snprintf(key, sizeof key, "hash.%s", l->tensor[i].name);
        snprintf(text, sizeof text, "%016" PRIx64, print[i]);
        ob_safetensors_note(out, key, text);
    }
    if (t->rows) {
        snprintf(text, sizeof text, "%016" PRIx64, t->data_hash);
        ob_safetensors_note(out, "data.hash", text);
    }
    free(print);
}

/* Other data would go on to another run under the same name. */
static bool check_data(const struct ob_trainer *t, const struct ob_safetensors *in,
                       struct ob_err *err)
{
    const char *then = ob_safetensors_text(in, "data.hash");
    char now[17];
    snprintf(now, sizeof now, "%016" PRIx64, t->data_hash);
    return !then || strcmp(then, now) == 0 ||
           ob_fail(err, OB_EDATA,
                   "%s: the data have changed since the checkpoint: their hash was "
                   "%.16s, it is %s",
                   t->origin, then, now);
}

/* ---- the whole ---- */

/* What an optimizer stands for, for who reads the file; it follows from its buffers. */
static bool save_mean(struct ob_trainer *t, struct ob_safetensors *out,
                      struct ob_err *err)
{
    const struct ob_vec *v = t->mean.theta.n ? ob_mean_theta(t) : NULL;
    return !v || v != &t->mean.theta ||
           ob_trainer_save_vector(t, v, "average.", out, err);
}

static bool save(struct ob_trainer *t, struct ob_safetensors *out, struct ob_err *err)
{
    struct scalars s;
    struct spare spare = { .clamped = t->clamped,
                           .grad_is_zero = t->grad_is_zero,
                           .span_any = t->sampler.span.any,
                           .span_loss = t->sampler.span.loss,
                           .rows = t->sampler.rows,
                           .val_fresh = t->val.state.fresh,
                           .mean_fresh = t->mean.state.fresh,
                           .window_flat = t->stopper.window_flat,
                           .seconds = ob_trainer_seconds(t) };
    char prefix[64];
    const struct ob_vec *v;
    for (size_t i = 0; (v = vector(t, i, prefix)); i++)
        if (!ob_trainer_save_vector(t, v, prefix, out, err))
            return false;
    if (!keeps_save(t->optimizer, out, err))
        return false;
    if (!save_mean(t, out, err))
        return false;
    ob_safetensors_note(out, "format", FORMAT);
    scalars_list(t, &spare, &s);
    for (size_t i = 0; i < s.integers; i++)
        ob_safetensors_note_integer(out, s.integer[i].key, *s.integer[i].value);
    for (size_t i = 0; i < s.numbers; i++)
        ob_safetensors_note_number(out, s.number[i].key, *s.number[i].value);
    if (t->spec->stop.target)
        ob_safetensors_note(out, target_key, t->spec->stop.target);
    save_knobs(t, out);
    ob_trainer_save_prints(t, &t->theta, out);
    if (t->mini) {
        /* For who reads the file: the number of the step says as much. */
        ob_safetensors_note_integer(out, "data.epoch", t->k / t->batches.per_epoch);
        ob_safetensors_note_integer(out, "data.batch", t->k % t->batches.per_epoch);
        position_save(&t->batches, out);
    }
    return true;
}

/* A rule of the run ended it: a process that is killed between this checkpoint and its
 * last words is to say them when it is taken up again, and not to make another step. */
static void save_end(struct ob_trainer *t, struct ob_safetensors *out)
{
    if (t->stop == OB_GO_ON || t->stop == OB_STOP_CANCELLED)
        return;
    ob_safetensors_note(out, "end.stop", ob_stop_name(t->stop));
    ob_safetensors_note(out, "end.text", ob_trainer_tell(t));
}

static void load_end(struct ob_trainer *t, const struct ob_safetensors *in)
{
    const char *text = ob_safetensors_text(in, "end.text");
    const char *name = ob_safetensors_text(in, "end.stop");
    enum ob_stop stop = name ? ob_stop_find(name) : OB_GO_ON;
    free(t->told);
    t->told = NULL;
    if (!text || stop == OB_STOP_COUNT || stop == OB_GO_ON)
        return;
    t->told = ob_xstrdup(text);
    ob_trainer_finish(t, stop);
}

bool ob_trainer_save(const struct ob_trainer *trainer, struct ob_safetensors *out,
                     struct ob_err *err)
{
    /* The lists serve both ways and so want to write; nothing is different afterwards. */
    struct ob_trainer *t = (struct ob_trainer *)trainer;
    ob_course_whole(t);
    const struct ob_ending now = ob_trainer_ending(t);
    if (t->stop != OB_GO_ON)
        ob_trainer_set_ending(t, &t->before_end);
    bool saved = save(t, out, err);
    ob_trainer_set_ending(t, &now);
    if (saved)
        save_end(t, out);
    return saved;
}

static bool check(struct ob_trainer *t, const struct scalars *s,
                  const struct ob_safetensors *in, struct ob_err *err)
{
    const char *format = ob_safetensors_text(in, "format");
    if (!format || strcmp(format, FORMAT) != 0)
        return ob_fail(err, OB_EDATA, "not a checkpoint of this version of optbench");
    if (!check_data(t, in, err))
        return false;
    char prefix[64];
    const struct ob_vec *v;
    for (size_t i = 0; (v = vector(t, i, prefix)); i++)
        if (!check_vector(t, v, prefix, in, err))
            return false;
    if (!keeps_check(t->optimizer, in, err))
        return false;
    uint64_t whole;
    double real;
    for (size_t i = 0; i < s->integers; i++)
        if (!ob_safetensors_integer(in, s->integer[i].key, &whole) &&
            !scalars_may_be_new(s->integer[i].key))
            return ob_fail(err, OB_EDATA, "the checkpoint has no '%s'",
                           s->integer[i].key);
    for (size_t i = 0; i < s->numbers; i++)
        if (!ob_safetensors_number(in, s->number[i].key, &real) &&
            !scalars_may_be_new(s->number[i].key))
            return ob_fail(err, OB_EDATA, "the checkpoint has no '%s'", s->number[i].key);
    return true;
}

/* A run that goes on with another target has not met it yet. */
static void forget_other_target(struct ob_trainer *t, const struct ob_safetensors *in)
{
    const char *then = ob_safetensors_text(in, target_key);
    const char *now = t->spec->stop.target;
    if (!now || (then && strcmp(now, then) == 0))
        return;
    t->stopper.target_step = t->stopper.target_evals = 0;
    t->stopper.target_seconds = NAN;
    t->stopper.row[OB_ROW_TARGET] = 0;
    t->stopper.first[OB_ROW_TARGET] = NAN;
}

bool ob_trainer_load(struct ob_trainer *t, const struct ob_safetensors *in,
                     struct ob_err *err)
{
    struct scalars s;
    struct spare spare = { 0 };
    char prefix[64];
    struct ob_vec *v;
    t->row_extra = false;
    ob_course_whole(t);
    ob_course_drop(t->course);
    scalars_list(t, &spare, &s);
    if (!check(t, &s, in, err) || (t->mini && !position_load(&t->batches, in, err)) ||
        !load_knobs(t, in, err))
        return false;
    for (size_t i = 0; (v = vector(t, i, prefix)); i++)
        load_vector(t, v, prefix, in);
    keeps_load(t->optimizer, in);
    ob_vec_copy(&t->previous, &t->theta);
    for (size_t i = 0; i < s.integers; i++)
        ob_safetensors_integer(in, s.integer[i].key, s.integer[i].value);
    for (size_t i = 0; i < s.numbers; i++)
        ob_safetensors_number(in, s.number[i].key, s.number[i].value);
    t->clamped = (size_t)spare.clamped;
    t->grad_is_zero = spare.grad_is_zero != 0;
    t->val.state.fresh = spare.val_fresh != 0;
    t->val.state.now = false;
    t->mean.state.fresh = spare.mean_fresh != 0;
    t->mean.state.k = UINT64_MAX;
    t->stopper.window_flat = spare.window_flat != 0;
    forget_other_target(t, in);
    ob_optimizer_cycle(t->optimizer, t->k);
    struct ob_span span = t->sampler.span;
    span.any = spare.span_any != 0;
    span.loss = spare.span_loss != 0;
    ob_sampler_resume(&t->sampler, t->k, spare.rows, &span);
    t->last.k = 0;
    t->row_made = span.any == 0;
    t->row_fresh = false;
    t->stop = OB_GO_ON;
    t->stopper.note[0] = '\0';
    t->stopper.last = (struct ob_step_facts){ .k = t->k,
                                              .epoch = ob_trainer_epoch(t),
                                              .loss = t->loss,
                                              .theta_delta = t->theta_delta,
                                              .grad_norm = t->grad_norm,
                                              .theta_norm = NAN,
                                              .target = NAN,
                                              .watched = NAN,
                                              .lr = t->lr,
                                              .seconds = spare.seconds,
                                              .evals = t->problem->counts.function };
    t->seconds = t->seconds_before = spare.seconds;
    t->begun = ob_clock_ns();
    t->rested = 0;
    t->held = t->held ? t->begun : 0;
    ob_cadence_init(&t->cadence, t->begun);
    load_end(t, in);
    return true;
}
