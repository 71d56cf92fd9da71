#include <config.h>

#include "optbench/run/summary.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fields.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"

enum { METRICS_MAX = 256, TENSORS_MAX = 4096 };

void ob_summary_finish(struct ob_summary *s)
{
    for (size_t i = 0; i < s->tensors; i++)
        free(s->tensor[i].value);
    for (size_t i = 0; s->class_name && i < s->confusion.shape[0]; i++)
        free(s->class_name[i]);
    free(s->class_name);
    free(s->confusion.value);
    free(s->tensor);
    free(s->metric);
    free(s->validation.metric);
    free(s->test.metric);
    *s = (struct ob_summary){ 0 };
}

/* Not-a-number was measured and is said; "not measured" is null. */
static void measured(struct ob_json *j, const char *key, double v, bool known)
{
    ob_json_key(j, key);
    if (known)
        ob_json_number(j, v);
    else
        ob_json_null(j);
}

/* Nested lists, row-major: dimension `d` from *at on. */
static void nested(struct ob_json *j, const struct ob_summary_tensor *t, unsigned d,
                   size_t *at)
{
    if (d == t->ndim) {
        ob_json_number(j, t->value[(*at)++]);
        return;
    }
    ob_json_begin_array(j);
    for (size_t i = 0; i < t->shape[d]; i++)
        nested(j, t, d + 1, at);
    ob_json_end_array(j);
}

static void parameters(struct ob_json *j, const struct ob_summary *s)
{
    size_t left = OB_SUMMARY_VALUES;
    ob_json_key(j, "parameters");
    ob_json_begin_object(j);
    for (size_t i = 0; i < s->tensors; i++) {
        const struct ob_summary_tensor *t = &s->tensor[i];
        size_t at = 0;
        if (!t->value || t->size > left)
            continue;
        left -= t->size;
        ob_json_key(j, t->name);
        nested(j, t, 0, &at);
    }
    ob_json_end_object(j);
}

static void metrics(struct ob_json *j, const struct ob_summary_metric *metric, size_t n)
{
    ob_json_key(j, "metrics");
    ob_json_begin_object(j);
    for (size_t i = 0; i < n; i++)
        measured(j, metric[i].name, metric[i].value, true);
    ob_json_end_object(j);
}

/* The object of a part that the run had. */
static void part(struct ob_json *j, const char *key, const struct ob_summary_part *p)
{
    if (p->rows == 0)
        return;
    ob_json_key(j, key);
    ob_json_begin_object(j);
    ob_field_put_count(j, "rows", p->rows);
    measured(j, "loss", p->loss, true);
    if (!isnan(p->best_loss)) {
        measured(j, "best_loss", p->best_loss, true);
        ob_field_put_count(j, "best_step", p->best_step);
    }
    metrics(j, p->metric, p->metrics);
    ob_json_end_object(j);
}

static void confusion(struct ob_json *j, const struct ob_summary *s)
{
    size_t at = 0;
    ob_json_key(j, "confusion");
    ob_json_begin_object(j);
    if (s->class_name) {
        ob_json_key(j, "classes");
        ob_json_begin_array(j);
        for (size_t i = 0; i < s->confusion.shape[0]; i++)
            ob_json_string(j, s->class_name[i]);
        ob_json_end_array(j);
    }
    ob_json_key(j, "counts");
    nested(j, &s->confusion, 0, &at);
    ob_json_end_object(j);
}

/* null = it was never met. */
static void target(struct ob_json *j, const struct ob_summary *s)
{
    ob_json_key(j, "target");
    if (!s->target_step) {
        ob_json_null(j);
        return;
    }
    ob_json_begin_object(j);
    ob_field_put_count(j, "step", s->target_step);
    ob_field_put_count(j, "evaluations", s->target_evals);
    measured(j, "seconds", s->target_seconds, !isnan(s->target_seconds));
    ob_json_end_object(j);
}

void ob_summary_write(const struct ob_summary *s, struct ob_buf *out)
{
    struct ob_json j = { .out = out, .pretty = true };
    ob_json_begin_object(&j);
    ob_field_put_text(&j, "state", ob_run_state_name(s->state));
    ob_field_put_text(&j, "stop", s->stop);
    ob_field_put_text(&j, "message", s->message);
    ob_field_put_count(&j, "steps", s->steps);
    measured(&j, "epochs", s->epochs, !isnan(s->epochs));
    measured(&j, "loss", s->loss, s->measured);
    measured(&j, "best_loss", s->best_loss, s->measured);
    measured(&j, "theta_delta", s->theta_delta, s->measured && s->steps > 0);
    measured(&j, "grad_norm", s->grad_norm, s->measured);
    ob_json_key(&j, "evaluations");
    ob_json_begin_object(&j);
    ob_field_put_count(&j, "function", s->evals_function);
    ob_field_put_count(&j, "gradient", s->evals_gradient);
    ob_field_put_count(&j, "hessian_product", s->evals_hessian_product);
    ob_json_end_object(&j);
    if (s->has_target)
        target(&j, s);
    metrics(&j, s->metric, s->metrics);
    part(&j, "validation", &s->validation);
    part(&j, "test", &s->test);
    parameters(&j, s);
    if (s->confusion.value)
        confusion(&j, s);
    if (s->has_reference) {
        ob_json_key(&j, "reference");
        ob_json_begin_object(&j);
        measured(&j, "loss", s->reference_loss, true);
        measured(&j, "distance", s->reference_distance, true);
        ob_json_end_object(&j);
    }
    ob_field_put_text(&j, "device", s->device);
    measured(&j, "seconds", s->seconds, true);
    if (s->log_bytes)
        ob_field_put_count(&j, "log_bytes", s->log_bytes);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

/* An array of what an object holds, to be freed, and how many; NULL and 0 where it is no
 * such object. */
static struct ob_summary_metric *metrics_read(const struct ob_json_value *v, size_t *n)
{
    *n = ob_json_count(v);
    if (ob_json_kind(v) != OB_JSON_OBJECT || *n > METRICS_MAX) {
        *n = 0;
        return NULL;
    }
    struct ob_summary_metric *metric = ob_xcalloc(*n + 1, sizeof *metric);
    for (size_t i = 0; i < *n; i++) {
        snprintf(metric[i].name, sizeof metric[i].name, "%s", ob_json_key_at(v, i));
        metric[i].value = ob_json_num(ob_json_at(v, i), NAN);
    }
    return metric;
}

static void part_read(struct ob_summary_part *p, const struct ob_json_value *v)
{
    if (ob_json_kind(v) != OB_JSON_OBJECT)
        return;
    p->rows = (size_t)ob_field_count(v, "rows", UINT32_MAX);
    p->loss = ob_field_num(v, "loss");
    p->best_loss = ob_field_num(v, "best_loss");
    p->best_step = ob_field_count(v, "best_step", INT64_MAX);
    p->metric = metrics_read(ob_json_get(v, "metrics"), &p->metrics);
}

/* The shape of nested lists is that of their first entries; false where the rest of them
 * does not have it, or it is too large. */
static bool shape_read(struct ob_summary_tensor *t, const struct ob_json_value *v)
{
    size_t size = 1;
    for (; ob_json_kind(v) == OB_JSON_ARRAY; v = ob_json_at(v, 0)) {
        size_t n = ob_json_count(v);
        if (t->ndim == OB_COUNT(t->shape) || n == 0 || n > OB_SUMMARY_VALUES / size)
            return false;
        t->shape[t->ndim++] = n;
        size *= n;
    }
    t->size = size;
    return true;
}

static bool values_read(struct ob_summary_tensor *t, const struct ob_json_value *v,
                        unsigned d, size_t *at)
{
    if (d == t->ndim) {
        if (ob_json_kind(v) == OB_JSON_ARRAY || ob_json_kind(v) == OB_JSON_OBJECT)
            return false;
        t->value[(*at)++] = ob_json_num(v, NAN);
        return true;
    }
    if (ob_json_kind(v) != OB_JSON_ARRAY || ob_json_count(v) != t->shape[d])
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < t->shape[d]; i++)
        ok = values_read(t, ob_json_at(v, i), d + 1, at);
    return ok;
}

static void tensors_read(struct ob_summary *s, const struct ob_json_value *v)
{
    size_t n = ob_json_count(v);
    if (ob_json_kind(v) != OB_JSON_OBJECT || n > TENSORS_MAX)
        return;
    s->tensor = ob_xcalloc(n + 1, sizeof *s->tensor);
    for (size_t i = 0; i < n; i++) {
        struct ob_summary_tensor t = { 0 };
        size_t at = 0;
        if (!shape_read(&t, ob_json_at(v, i)))
            continue;
        snprintf(t.name, sizeof t.name, "%s", ob_json_key_at(v, i));
        t.value = ob_xcalloc(t.size, sizeof *t.value);
        if (values_read(&t, ob_json_at(v, i), 0, &at))
            s->tensor[s->tensors++] = t;
        else
            free(t.value);
    }
}

/* A square of counts, and as many names. */
static void confusion_read(struct ob_summary *s, const struct ob_json_value *v)
{
    struct ob_summary_tensor t = { .name = "confusion" };
    const struct ob_json_value *names = ob_json_get(v, "classes");
    size_t at = 0;
    if (!shape_read(&t, ob_json_get(v, "counts")) || t.ndim != 2 ||
        t.shape[0] != t.shape[1])
        return;
    t.value = ob_xcalloc(t.size, sizeof *t.value);
    if (!values_read(&t, ob_json_get(v, "counts"), 0, &at)) {
        free(t.value);
        return;
    }
    s->confusion = t;
    s->class_name = ob_field_names(names, t.shape[0]);
}

static void scalars_read(struct ob_summary *s, const struct ob_json_value *v)
{
    const struct ob_json_value *evals = ob_json_get(v, "evaluations");
    const struct ob_json_value *reference = ob_json_get(v, "reference");
    const struct ob_json_value *target = ob_json_get(v, "target");
    ob_field_text(v, "stop", s->stop, sizeof s->stop);
    ob_field_text(v, "message", s->message, sizeof s->message);
    ob_field_text(v, "device", s->device, sizeof s->device);
    s->steps = ob_field_count(v, "steps", INT64_MAX);
    s->epochs = ob_field_num(v, "epochs");
    s->loss = ob_field_num(v, "loss");
    s->best_loss = ob_field_num(v, "best_loss");
    s->theta_delta = ob_field_num(v, "theta_delta");
    s->grad_norm = ob_field_num(v, "grad_norm");
    s->measured = ob_json_kind(ob_json_get(v, "loss")) != OB_JSON_NULL;
    s->evals_function = ob_field_count(evals, "function", INT64_MAX);
    s->evals_gradient = ob_field_count(evals, "gradient", INT64_MAX);
    s->evals_hessian_product = ob_field_count(evals, "hessian_product", INT64_MAX);
    s->has_target = target != NULL;
    s->target_step = ob_field_count(target, "step", INT64_MAX);
    s->target_evals = ob_field_count(target, "evaluations", INT64_MAX);
    s->target_seconds = ob_field_num(target, "seconds");
    s->has_reference = ob_json_kind(reference) == OB_JSON_OBJECT;
    s->reference_loss = ob_field_num(reference, "loss");
    s->reference_distance = ob_field_num(reference, "distance");
    s->seconds = ob_field_num(v, "seconds");
    s->log_bytes = ob_field_count(v, "log_bytes", INT64_MAX);
}

bool ob_summary_parse(struct ob_summary *s, const char *text, size_t n,
                      struct ob_err *err)
{
    char state[16];
    *s = (struct ob_summary){ 0 };
    struct ob_json_value *v = ob_json_parse(text, n, err);
    if (!v)
        return false;
    ob_field_text(v, "state", state, sizeof state);
    s->state = ob_run_state_find(state);
    bool ok = s->state == OB_RUN_FINISHED || s->state == OB_RUN_INTERRUPTED ||
              s->state == OB_RUN_FAILED;
    if (ok) {
        scalars_read(s, v);
        s->metric = metrics_read(ob_json_get(v, "metrics"), &s->metrics);
        part_read(&s->validation, ob_json_get(v, "validation"));
        part_read(&s->test, ob_json_get(v, "test"));
        tensors_read(s, ob_json_get(v, "parameters"));
        confusion_read(s, ob_json_get(v, "confusion"));
    } else {
        ob_fail(err, OB_EDATA, "summary.json has no state that a run can end in");
    }
    ob_json_free(v);
    return ok;
}

static bool log_is_there(const struct ob_summary *s, const struct ob_rundir *d,
                         struct ob_err *err)
{
    struct stat st;
    if (!s->log_bytes || (fstatat(d->fd, "metrics.csv", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                          (uint64_t)st.st_size >= s->log_bytes))
        return true;
    return ob_fail(err, OB_EDATA, "%s/summary.json: a part of its metrics.csv was lost",
                   d->path);
}

bool ob_summary_read(struct ob_summary *s, const struct ob_rundir *d, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    *s = (struct ob_summary){ 0 };
    bool ok = ob_rundir_read(d, "summary.json", (size_t)4 << 20, &text, err) &&
              ob_summary_parse(s, ob_buf_text(&text), text.len, err);
    ob_buf_finish(&text);
    if (ok && !log_is_there(s, d, err)) {
        ob_summary_finish(s);
        ok = false;
    }
    return ok;
}
