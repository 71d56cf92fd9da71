#include <config.h>

#include "optbench/run/ctl.h"

#include <math.h>
#include <string.h>

#include "fields.h"
#include "optbench/base/json.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

static const char *const verb_names[] = {
#define X(id, word, changes) [OB_CTL_##id] = word,
    OB_CTL_VERBS(X)
#undef X
};

static const bool verb_changes[] = {
#define X(id, word, changes) [OB_CTL_##id] = changes,
    OB_CTL_VERBS(X)
#undef X
};

const char *ob_ctl_verb_name(enum ob_ctl_verb v)
{
    return verb_names[v];
}

bool ob_ctl_verb_changes(enum ob_ctl_verb v)
{
    return verb_changes[v];
}

bool ob_ctl_verb_find(const char *name, enum ob_ctl_verb *out)
{
    for (size_t i = 0; i < OB_COUNT(verb_names); i++)
        if (strcmp(verb_names[i], name) == 0) {
            *out = (enum ob_ctl_verb)i;
            return true;
        }
    return false;
}

void ob_ctl_request_write(const struct ob_ctl_request *r, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    ob_field_put_int(&j, "id", r->id);
    ob_field_put_text(&j, "cmd", ob_ctl_verb_name(r->verb));
    if (r->verb == OB_CTL_STEP)
        ob_field_put_count(&j, "n", r->steps);
    if (r->verb == OB_CTL_PACE && r->pace > 0)
        ob_field_put_num(&j, "value", r->pace);
    else if (r->verb == OB_CTL_PACE)
        ob_field_put_text(&j, "value", r->pace < 0 ? "auto" : "full");
    if (r->key[0])
        ob_field_put_text(&j, "key", r->key);
    if (r->value[0])
        ob_field_put_text(&j, "value", r->value);
    if (r->label[0])
        ob_field_put_text(&j, "label", r->label);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

/* `value` as a person would write it, whichever way a program has written it. */
static bool value_text(const struct ob_json_value *v, char *out, size_t cap)
{
    char digits[OB_NUMBER_MAX];
    const char *text = ob_json_text(v);
    if (ob_json_kind(v) == OB_JSON_NUMBER) {
        ob_number_write(digits, ob_json_num(v, NAN));
        text = digits;
    } else if (ob_json_kind(v) == OB_JSON_BOOL) {
        text = ob_json_flag(v, false) ? "yes" : "no";
    }
    if (!text || !*text || strlen(text) >= cap)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool pace_read(const struct ob_json_value *v, double *pace)
{
    const char *text = ob_json_text(v);
    if (text && strcmp(text, "full") == 0)
        *pace = 0;
    else if (text && strcmp(text, "auto") == 0)
        *pace = -1;
    else if (text && !ob_number_parse(text, strlen(text), pace))
        return false;
    else if (!text)
        *pace = ob_json_num(v, NAN);
    return isfinite(*pace) && (*pace >= 0 || *pace == -1);
}

/* What each verb needs beside its name. */
static bool operands(struct ob_ctl_request *r, const struct ob_json_value *v,
                     struct ob_err *err)
{
    const struct ob_json_value *n = ob_json_get(v, "n");
    r->steps = ob_field_count(v, "n", INT64_MAX);
    if (r->verb == OB_CTL_STEP && n && r->steps == 0)
        return ob_fail(err, OB_EDATA, "step: 'n' must be a whole number from 1 on");
    if (r->verb == OB_CTL_PACE && !pace_read(ob_json_get(v, "value"), &r->pace))
        return ob_fail(err, OB_EDATA,
                       "pace: 'value' must be a number of steps a second, full or auto");
    if (r->verb == OB_CTL_SET &&
        (!r->key[0] || !value_text(ob_json_get(v, "value"), r->value, sizeof r->value)))
        return ob_fail(err, OB_EDATA, "set: needs 'key' and 'value'");
    if (r->verb == OB_CTL_GET && !r->key[0])
        return ob_fail(err, OB_EDATA, "get: needs 'key', the name of a tensor");
    return true;
}

bool ob_ctl_request_parse(struct ob_ctl_request *r, const char *line, size_t n,
                          struct ob_err *err)
{
    *r = (struct ob_ctl_request){ 0 };
    struct ob_json_value *v = ob_json_parse(line, n, err);
    if (!v)
        return false;
    r->id = ob_json_int(ob_json_get(v, "id"), 0);
    ob_field_text(v, "key", r->key, sizeof r->key);
    ob_field_text(v, "label", r->label, sizeof r->label);
    const char *cmd = ob_json_text(ob_json_get(v, "cmd"));
    bool ok;
    if (!cmd) {
        ok = ob_fail(err, OB_EDATA, "no 'cmd' in the request");
    } else if (!ob_ctl_verb_find(cmd, &r->verb)) {
        char safe[64];
        ok = ob_fail(err, OB_EDATA, "unknown command '%s'",
                     ob_text_safe_z(safe, sizeof safe, cmd));
    } else {
        ok = operands(r, v, err);
    }
    ob_json_free(v);
    return ok;
}

struct ob_ctl_answer ob_ctl_answer_new(int64_t id, uint64_t step)
{
    return (struct ob_ctl_answer){
        .id = id,
        .ok = true,
        .step = step,
        .old = NAN,
        .fresh = NAN,
        .loss = NAN,
        .pace = NAN,
        .rate = NAN,
    };
}

static void put_known(struct ob_json *j, const char *key, double v)
{
    if (!isnan(v))
        ob_field_put_num(j, key, v);
}

static void put_filled(struct ob_json *j, const char *key, const char *text)
{
    if (text[0])
        ob_field_put_text(j, key, text);
}

void ob_ctl_answer_write(const struct ob_ctl_answer *a, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    ob_field_put_int(&j, "id", a->id);
    ob_field_put_flag(&j, "ok", a->ok);
    ob_field_put_count(&j, "step", a->step);
    put_filled(&j, "error", a->error);
    put_filled(&j, "state", a->state);
    put_filled(&j, "file", a->file);
    put_filled(&j, "text", a->text);
    put_filled(&j, "steering", a->steering);
    put_known(&j, "old", a->old);
    put_known(&j, "new", a->fresh);
    put_known(&j, "loss", a->loss);
    put_known(&j, "pace", a->pace);
    put_known(&j, "rate", a->rate);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

bool ob_ctl_answer_parse(struct ob_ctl_answer *a, const char *line, size_t n,
                         struct ob_err *err)
{
    struct ob_json_value *v = ob_json_parse(line, n, err);
    if (!v)
        return false;
    *a = ob_ctl_answer_new(ob_json_int(ob_json_get(v, "id"), 0),
                           ob_field_count(v, "step", INT64_MAX));
    a->ok = ob_json_flag(ob_json_get(v, "ok"), false);
    ob_field_text(v, "error", a->error, sizeof a->error);
    ob_field_text(v, "state", a->state, sizeof a->state);
    ob_field_text(v, "file", a->file, sizeof a->file);
    ob_field_text(v, "text", a->text, sizeof a->text);
    ob_field_text(v, "steering", a->steering, sizeof a->steering);
    a->old = ob_field_num(v, "old");
    a->fresh = ob_field_num(v, "new");
    a->loss = ob_field_num(v, "loss");
    a->pace = ob_field_num(v, "pace");
    a->rate = ob_field_num(v, "rate");
    bool ok = ob_json_kind(v) == OB_JSON_OBJECT;
    ob_json_free(v);
    return ok || ob_fail(err, OB_EDATA, "an answer that is no object");
}
