#include <config.h>

#include "optbench/run/live.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fields.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"

#define LIVE_MAX ((size_t)4 << 20)

static double *unknowns(size_t n)
{
    double *v = ob_xcalloc(n + 1, sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = NAN;
    return v;
}

void ob_live_alloc(struct ob_live *l, size_t tensors, size_t shown, size_t slots)
{
    OB_REQUIRE(tensors <= OB_LIVE_TENSORS && shown <= OB_LIVE_VALUES &&
               slots <= OB_LIVE_SLOTS);
    *l = (struct ob_live){ .tensors = tensors, .shown = shown, .slots = slots };
    l->reference_loss = l->reference_distance = NAN;
    l->grad_evals = l->hvp_evals = NAN;
    l->cpu = l->memory = l->memory_total = l->load = NAN;
    l->device_own = l->device_load = l->device_memory = l->device_total = NAN;
    l->device_watts = l->device_celsius = NAN;
    l->tensor = ob_xcalloc(tensors + 1, sizeof *l->tensor);
    l->value = unknowns(shown);
    l->grad = unknowns(shown);
    l->change = unknowns(shown);
    l->effective = unknowns(shown);
    for (size_t i = 0; i < slots; i++)
        l->slot[i] = unknowns(shown);
}

void ob_live_finish(struct ob_live *l)
{
    free(l->tensor);
    free(l->value);
    free(l->grad);
    free(l->change);
    free(l->effective);
    for (size_t i = 0; i < OB_LIVE_SLOTS; i++)
        free(l->slot[i]);
    for (size_t i = 0; i < OB_LIVE_EXPLAIN; i++)
        free(l->explain[i]);
    *l = (struct ob_live){ 0 };
}

/* The numbers of the head, each named once for both directions. */
#define NUMBERS(X)                                                                       \
    X(epoch)                                                                             \
    X(seconds)                                                                           \
    X(rate)                                                                              \
    X(pace)                                                                              \
    X(loss)                                                                              \
    X(batch_loss)                                                                        \
    X(theta_delta)                                                                       \
    X(grad_norm)                                                                         \
    X(lr)                                                                                \
    X(evals)                                                                             \
    X(grad_evals)                                                                        \
    X(hvp_evals)                                                                         \
    X(best_loss)                                                                         \
    X(reference_loss)                                                                    \
    X(reference_distance)                                                                \
    X(cpu)                                                                               \
    X(memory)                                                                            \
    X(memory_total)                                                                      \
    X(load)

#define DEVICE_NUMBERS(X)                                                                \
    X(device_own)                                                                        \
    X(device_load)                                                                       \
    X(device_memory)                                                                     \
    X(device_total)                                                                      \
    X(device_watts)                                                                      \
    X(device_celsius)

static void device_write(const struct ob_live *l, struct ob_json *j)
{
    if (!l->device[0])
        return;
    ob_field_put_text(j, "device", l->device);
    ob_field_put_text(j, "device_name", l->device_name);
#define X(m) ob_field_put_num(j, #m, l->m);
    DEVICE_NUMBERS(X)
#undef X
}

static void device_read(struct ob_live *l, const struct ob_json_value *v)
{
    ob_field_text(v, "device", l->device, sizeof l->device);
    ob_field_text(v, "device_name", l->device_name, sizeof l->device_name);
#define X(m) l->m = ob_field_num(v, #m);
    DEVICE_NUMBERS(X)
#undef X
}

static void head_write(const struct ob_live *l, struct ob_json *j)
{
    ob_field_put_text(j, "state", ob_run_state_name(l->state));
    ob_field_put_text(j, "stop", l->stop);
    ob_field_put_text(j, "message", l->message);
    ob_field_put_count(j, "step", l->step);
    ob_field_put_count(j, "epoch_steps", l->epoch_steps);
    ob_field_put_count(j, "batch_rows", l->batch_rows);
#define X(m) ob_field_put_num(j, #m, l->m);
    NUMBERS(X)
#undef X
    ob_field_put_flag(j, "pace_auto", l->pace_auto);
    ob_field_put_int(j, "heartbeat", l->heartbeat);
    ob_field_put_int(j, "pid", l->pid);
    ob_field_put_count(j, "viewers", l->viewers);
    ob_field_put_text(j, "steering", l->steering);
    ob_field_put_count(j, "params", l->params);
    ob_field_put_count(j, "rows", l->rows);
    ob_field_put_flag(j, "has_reference", l->has_reference);
    ob_field_put_count(j, "cores", l->cores);
    ob_field_put_count(j, "threads", l->threads);
    device_write(l, j);
}

static void array_write(struct ob_json *j, const char *key, const double *v, size_t n)
{
    ob_json_key(j, key);
    ob_json_begin_array(j);
    for (size_t i = 0; i < n; i++) {
        if (isnan(v[i]))
            ob_json_null(j);
        else
            ob_json_number(j, v[i]);
    }
    ob_json_end_array(j);
}

/* Up to the last number that is known: nothing for a tensor that has none. */
static void figures_write(struct ob_json *j, const char *key, const double *v, size_t n)
{
    while (n > 0 && isnan(v[n - 1]))
        n--;
    if (n > 0)
        array_write(j, key, v, n);
}

static void tensor_write(struct ob_json *j, const struct ob_live *l,
                         const struct ob_live_tensor *t)
{
    ob_json_begin_object(j);
    ob_field_put_text(j, "name", t->name);
    ob_json_key(j, "shape");
    ob_json_begin_array(j);
    for (unsigned d = 0; d < t->ndim; d++)
        ob_json_integer(j, (int64_t)t->shape[d]);
    ob_json_end_array(j);
    ob_field_put_count(j, "base", t->base);
    ob_field_put_count(j, "size", t->size);
    ob_field_put_count(j, "first", t->first);
    ob_field_put_count(j, "shown", t->shown);
    ob_field_put_num(j, "norm", t->norm);
    ob_field_put_num(j, "grad_norm", t->grad_norm);
    ob_field_put_num(j, "change_norm", t->change_norm);
    ob_field_put_num(j, "max_change", t->max_change);
    ob_field_put_num(j, "effective_step", t->effective_step);
    figures_write(j, "slots", t->slot_norm, l->slots);
    figures_write(j, "gauges", t->gauge, l->gauges);
    if (t->units > 0) {
        ob_field_put_count(j, "units", t->units);
        ob_field_put_count(j, "dead", t->dead);
    }
    ob_json_end_object(j);
}

static void lists_write(struct ob_json *j, const struct ob_live *l)
{
    ob_json_key(j, "rules");
    ob_json_begin_array(j);
    for (size_t i = 0; i < l->rules; i++) {
        ob_json_begin_object(j);
        ob_field_put_text(j, "name", l->rule[i].name);
        ob_field_put_num(j, "value", l->rule[i].value);
        ob_field_put_num(j, "target", l->rule[i].target);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
    ob_json_key(j, "knobs");
    ob_json_begin_array(j);
    for (size_t i = 0; i < l->knobs; i++) {
        ob_json_begin_object(j);
        ob_field_put_text(j, "key", l->knob[i].key);
        ob_field_put_num(j, "value", l->knob[i].value);
        ob_field_put_num(j, "min", l->knob[i].min);
        ob_field_put_num(j, "max", l->knob[i].max);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
    ob_json_key(j, "gauges");
    ob_json_begin_array(j);
    for (size_t i = 0; i < l->gauges; i++) {
        ob_json_begin_object(j);
        ob_field_put_text(j, "name", l->gauge[i].name);
        ob_field_put_text(j, "title", l->gauge[i].title);
        ob_field_put_flag(j, "per_tensor", l->gauge[i].per_tensor);
        ob_field_put_num(j, "value", l->gauge[i].value);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
    ob_json_key(j, "explain");
    ob_json_begin_array(j);
    for (size_t i = 0; i < l->explains; i++)
        ob_json_string(j, l->explain[i]);
    ob_json_end_array(j);
}

void ob_live_write(const struct ob_live *l, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    head_write(l, &j);
    lists_write(&j, l);
    ob_json_key(&j, "tensors");
    ob_json_begin_array(&j);
    for (size_t i = 0; i < l->tensors; i++)
        tensor_write(&j, l, &l->tensor[i]);
    ob_json_end_array(&j);
    array_write(&j, "values", l->value, l->shown);
    array_write(&j, "gradients", l->grad, l->shown);
    array_write(&j, "changes", l->change, l->shown);
    figures_write(&j, "effective", l->effective, l->shown);
    ob_json_key(&j, "slots");
    ob_json_begin_array(&j);
    for (size_t i = 0; i < l->slots; i++) {
        ob_json_begin_object(&j);
        ob_field_put_text(&j, "name", l->slot_name[i]);
        array_write(&j, "values", l->slot[i], l->shown);
        ob_json_end_object(&j);
    }
    ob_json_end_array(&j);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

static void head_read(struct ob_live *l, const struct ob_json_value *v)
{
    char state[16];
    ob_field_text(v, "state", state, sizeof state);
    l->state = ob_run_state_find(state);
    ob_field_text(v, "stop", l->stop, sizeof l->stop);
    ob_field_text(v, "message", l->message, sizeof l->message);
    l->step = ob_field_count(v, "step", INT64_MAX);
    l->epoch_steps = ob_field_count(v, "epoch_steps", INT64_MAX);
    l->batch_rows = ob_field_count(v, "batch_rows", INT64_MAX);
#define X(m) l->m = ob_field_num(v, #m);
    NUMBERS(X)
#undef X
    l->pace_auto = ob_json_flag(ob_json_get(v, "pace_auto"), false);
    l->heartbeat = ob_json_int(ob_json_get(v, "heartbeat"), 0);
    l->pid = ob_json_int(ob_json_get(v, "pid"), 0);
    l->viewers = (unsigned)ob_field_count(v, "viewers", 1u << 16);
    ob_field_text(v, "steering", l->steering, sizeof l->steering);
    l->params = ob_field_count(v, "params", SIZE_MAX / 2);
    l->rows = ob_field_count(v, "rows", INT64_MAX);
    l->has_reference = ob_json_flag(ob_json_get(v, "has_reference"), false);
    l->cores = (unsigned)ob_field_count(v, "cores", 1u << 16);
    l->threads = (unsigned)ob_field_count(v, "threads", 1u << 16);
    device_read(l, v);
}

static void explain_read(struct ob_live *l, const struct ob_json_value *list)
{
    size_t n = ob_json_count(list);
    for (l->explains = 0; l->explains < n && l->explains < OB_LIVE_EXPLAIN;) {
        const char *text = ob_json_text(ob_json_at(list, l->explains));
        l->explain[l->explains++] = ob_xstrdup(text ? text : "");
    }
}

static void array_read(const struct ob_json_value *v, double *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = ob_json_num(ob_json_at(v, i), NAN);
}

/* False where a tensor claims elements that the arrays do not hold, or that its shape
 * does not have. */
static bool tensor_read(struct ob_live_tensor *t, const struct ob_json_value *v,
                        size_t shown)
{
    const struct ob_json_value *shape = ob_json_get(v, "shape");
    size_t product = 1;
    ob_field_text(v, "name", t->name, sizeof t->name);
    t->size = ob_field_count(v, "size", SIZE_MAX / 2);
    t->base = ob_field_count(v, "base", 1);
    t->first = ob_field_count(v, "first", OB_LIVE_VALUES);
    t->shown = ob_field_count(v, "shown", OB_LIVE_VALUES);
    t->norm = ob_field_num(v, "norm");
    t->grad_norm = ob_field_num(v, "grad_norm");
    t->change_norm = ob_field_num(v, "change_norm");
    t->max_change = ob_field_num(v, "max_change");
    t->effective_step = ob_field_num(v, "effective_step");
    array_read(ob_json_get(v, "slots"), t->slot_norm, OB_LIVE_SLOTS);
    array_read(ob_json_get(v, "gauges"), t->gauge, OB_LIVE_GAUGES);
    t->units = ob_field_count(v, "units", SIZE_MAX / 2);
    t->dead = ob_field_count(v, "dead", t->units);
    if (ob_json_count(shape) > OB_COUNT(t->shape))
        return false;
    for (t->ndim = 0; t->ndim < ob_json_count(shape); t->ndim++) {
        int64_t n = ob_json_int(ob_json_at(shape, t->ndim), 0);
        if (n < 1 || __builtin_mul_overflow(product, (size_t)n, &product))
            return false;
        t->shape[t->ndim] = (size_t)n;
    }
    return product == t->size && t->shown <= t->size && t->first <= shown &&
           t->shown <= shown - t->first;
}

static void rules_read(struct ob_live *l, const struct ob_json_value *list)
{
    size_t n = ob_json_count(list);
    for (l->rules = 0; l->rules < n && l->rules < OB_LIVE_RULES; l->rules++) {
        struct ob_live_rule *r = &l->rule[l->rules];
        const struct ob_json_value *v = ob_json_at(list, l->rules);
        ob_field_text(v, "name", r->name, sizeof r->name);
        r->value = ob_field_num(v, "value");
        r->target = ob_field_num(v, "target");
    }
}

static void knobs_read(struct ob_live *l, const struct ob_json_value *list)
{
    size_t n = ob_json_count(list);
    for (l->knobs = 0; l->knobs < n && l->knobs < OB_LIVE_KNOBS; l->knobs++) {
        struct ob_live_knob *k = &l->knob[l->knobs];
        const struct ob_json_value *v = ob_json_at(list, l->knobs);
        ob_field_text(v, "key", k->key, sizeof k->key);
        k->value = ob_field_num(v, "value");
        k->min = ob_field_num(v, "min");
        k->max = ob_field_num(v, "max");
    }
}

static void gauges_read(struct ob_live *l, const struct ob_json_value *list)
{
    size_t n = ob_json_count(list);
    for (l->gauges = 0; l->gauges < n && l->gauges < OB_LIVE_GAUGES; l->gauges++) {
        struct ob_live_gauge *g = &l->gauge[l->gauges];
        const struct ob_json_value *v = ob_json_at(list, l->gauges);
        ob_field_text(v, "name", g->name, sizeof g->name);
        ob_field_text(v, "title", g->title, sizeof g->title);
        g->per_tensor = ob_json_flag(ob_json_get(v, "per_tensor"), false);
        g->value = ob_field_num(v, "value");
    }
}

static bool arrays_read(struct ob_live *l, const struct ob_json_value *v)
{
    const struct ob_json_value *tensors = ob_json_get(v, "tensors");
    const struct ob_json_value *slots = ob_json_get(v, "slots");
    array_read(ob_json_get(v, "values"), l->value, l->shown);
    array_read(ob_json_get(v, "gradients"), l->grad, l->shown);
    array_read(ob_json_get(v, "changes"), l->change, l->shown);
    array_read(ob_json_get(v, "effective"), l->effective, l->shown);
    for (size_t i = 0; i < l->slots; i++) {
        const struct ob_json_value *slot = ob_json_at(slots, i);
        ob_field_text(slot, "name", l->slot_name[i], sizeof l->slot_name[i]);
        array_read(ob_json_get(slot, "values"), l->slot[i], l->shown);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < l->tensors; i++)
        ok = tensor_read(&l->tensor[i], ob_json_at(tensors, i), l->shown);
    return ok;
}

bool ob_live_parse(struct ob_live *l, const char *text, size_t n, struct ob_err *err)
{
    struct ob_live fresh = { 0 };
    struct ob_json_value *v = ob_json_parse(text, n, err);
    if (!v)
        return false;
    size_t tensors = ob_json_count(ob_json_get(v, "tensors"));
    size_t shown = ob_json_count(ob_json_get(v, "values"));
    size_t slots = ob_json_count(ob_json_get(v, "slots"));
    bool ok = ob_json_kind(v) == OB_JSON_OBJECT && tensors <= OB_LIVE_TENSORS &&
              shown <= OB_LIVE_VALUES && slots <= OB_LIVE_SLOTS;
    if (ok) {
        ob_live_alloc(&fresh, tensors, shown, slots);
        head_read(&fresh, v);
        rules_read(&fresh, ob_json_get(v, "rules"));
        knobs_read(&fresh, ob_json_get(v, "knobs"));
        gauges_read(&fresh, ob_json_get(v, "gauges"));
        explain_read(&fresh, ob_json_get(v, "explain"));
        ok = arrays_read(&fresh, v);
    }
    ob_json_free(v);
    ob_live_finish(ok ? l : &fresh);
    if (!ok)
        return ob_fail(err, OB_EDATA, "live: sizes that do not agree");
    *l = fresh;
    return true;
}

/* One number for "is it another file": a replaced file has another inode, or at least
 * another time. */
static uint64_t stamp_of(const struct stat *st)
{
    return ((uint64_t)st->st_ino * UINT64_C(0x9e3779b97f4a7c15)) ^
           ((uint64_t)st->st_mtim.tv_sec << 30) ^ (uint64_t)st->st_mtim.tv_nsec;
}

bool ob_live_read(struct ob_live *l, const struct ob_rundir *d, uint64_t *stamp,
                  bool *fresh, struct ob_err *err)
{
    struct stat st;
    struct ob_buf text = { 0 };
    *fresh = false;
    if (fstatat(d->fd, "live", &st, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    uint64_t now = stamp_of(&st) | 1;
    if (now == *stamp)
        return true;
    bool ok = ob_rundir_read(d, "live", LIVE_MAX, &text, err) &&
              ob_live_parse(l, ob_buf_text(&text), text.len, err);
    ob_buf_finish(&text);
    *stamp = now;
    *fresh = ok;
    return ok;
}

void ob_live_param_name(const struct ob_live *l, size_t i, char *out, size_t cap)
{
    for (size_t k = 0; k < l->tensors; k++) {
        const struct ob_live_tensor *t = &l->tensor[k];
        if (i < t->first || i - t->first >= t->shown)
            continue;
        size_t at = i - t->first, stride = t->size;
        int n = snprintf(out, cap, "%s", t->name);
        bool plain = t->ndim == 1 && strchr(t->name, '.') == NULL; /* w0, w1 */
        for (unsigned d = 0; d < t->ndim && n >= 0 && (size_t)n < cap; d++) {
            stride /= t->shape[d];
            n += snprintf(out + n, cap - (size_t)n, "%s%zu", plain ? "" : ".",
                          t->base + at / stride);
            at %= stride;
        }
        return;
    }
    snprintf(out, cap, "%zu", i);
}
