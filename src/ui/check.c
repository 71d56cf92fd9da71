#include <config.h>

#include "optbench/ui/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

void ob_faults_finish(struct ob_faults *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->item[i].file);
        free(p->item[i].section);
        free(p->item[i].key);
        free(p->item[i].text);
    }
    free(p->item);
    *p = (struct ob_faults){ 0 };
}

static char *text_of(const struct ob_json_value *object, const char *key)
{
    const char *text = ob_json_text(ob_json_get(object, key));
    return ob_xstrdup(text ? text : "");
}

void ob_faults_take(struct ob_faults *p, const struct ob_json_value *answer)
{
    const struct ob_json_value *list = ob_json_get(answer, "problems");
    p->n = ob_json_count(list);
    p->item = p->n ? ob_xcalloc(p->n, sizeof *p->item) : NULL;
    for (size_t i = 0; i < p->n; i++) {
        const struct ob_json_value *v = ob_json_at(list, i);
        int64_t line = ob_json_int(ob_json_get(v, "line"), 0);
        p->item[i] = (struct ob_fault){
            .file = text_of(v, "file"),
            .line = line > 0 && line < INT32_MAX ? (unsigned)line : 0,
            .section = text_of(v, "section"),
            .key = text_of(v, "key"),
            .text = text_of(v, "text"),
        };
    }
}

/* Whether `written`, a section as a file has it, is `section` or one of its kinds. */
static bool is_section(const char *written, const char *section)
{
    size_t n = strlen(section);
    return strncmp(written, section, n) == 0 && (!written[n] || written[n] == '.');
}

const struct ob_fault *ob_faults_of(const struct ob_faults *p, const char *section,
                                    const char *key)
{
    for (size_t i = 0; i < p->n; i++)
        if (is_section(p->item[i].section, section) &&
            (!key || strcmp(p->item[i].key, key) == 0))
            return &p->item[i];
    return NULL;
}

unsigned ob_fault_own_line(const struct ob_fault *p, const char *own)
{
    return strcmp(p->file, own) == 0 ? p->line : 0;
}

const char *ob_fault_place(const struct ob_fault *p, const char *own,
                           char out[static OB_FAULT_PLACE_MAX])
{
    char name[80] = "", line[32] = "";
    if (p->file[0] && strcmp(p->file, own) != 0)
        ob_text_safe_z(name, sizeof name, ob_path_base(p->file));
    if (p->line)
        snprintf(line, sizeof line, "%sline %u", name[0] ? " " : "", p->line);
    snprintf(out, OB_FAULT_PLACE_MAX, "%s%s", name, line);
    return out;
}

static void finish_start(struct ob_check_start *s)
{
    for (size_t i = 0; i < s->parameters; i++)
        free(s->parameter[i].name);
    free(s->parameter);
    free(s->optimum);
    free(s->trouble);
    *s = (struct ob_check_start){ 0 };
}

static void finish_schedule(struct ob_check_schedule *s)
{
    free(s->kind);
    free(s->note);
    free(s->step);
    free(s->low);
    free(s->high);
    *s = (struct ob_check_schedule){ 0 };
}

void ob_check_finish(struct ob_check *c)
{
    ob_faults_finish(&c->problems);
    finish_start(&c->start);
    finish_schedule(&c->schedule);
    free(c->resolved);
    free(c->device);
    *c = (struct ob_check){ 0 };
}

static size_t count_of(const struct ob_json_value *object, const char *key)
{
    int64_t n = ob_json_int(ob_json_get(object, key), 0);
    return n > 0 ? (size_t)n : 0;
}

static double number_of(const struct ob_json_value *object, const char *key)
{
    return ob_json_num(ob_json_get(object, key), NAN);
}

static char *safe_of(const struct ob_json_value *object, const char *key)
{
    const char *text = ob_json_text(ob_json_get(object, key));
    struct ob_buf out = { 0 };
    ob_text_safe(&out, text ? text : "", text ? strlen(text) : 0);
    return ob_buf_take(&out);
}

/* Points of as many numbers as there are parameters; others are left out. */
static void take_optima(struct ob_check_start *s, const struct ob_json_value *v)
{
    const struct ob_json_value *points = ob_json_get(v, "theta");
    size_t n = ob_json_count(points);
    s->optimum_loss = number_of(v, "loss");
    s->optimum =
        n && s->parameters ? ob_xcalloc(n * s->parameters, sizeof *s->optimum) : NULL;
    for (size_t k = 0; k < n && s->optimum; k++) {
        const struct ob_json_value *point = ob_json_at(points, k);
        if (ob_json_count(point) != s->parameters)
            continue;
        for (size_t i = 0; i < s->parameters; i++)
            s->optimum[s->optima * s->parameters + i] =
                ob_json_num(ob_json_at(point, i), NAN);
        s->optima++;
    }
}

static void take_start(struct ob_check_start *s, const struct ob_json_value *answer)
{
    const struct ob_json_value *v = ob_json_get(answer, "start");
    const struct ob_json_value *list = ob_json_get(v, "parameters");
    s->loss = number_of(v, "loss");
    s->grad_norm = number_of(v, "grad_norm");
    s->lr_limit = number_of(v, "lr_limit");
    s->trouble = safe_of(v, "trouble");
    s->parameters = ob_json_count(list);
    s->parameter = s->parameters ? ob_xcalloc(s->parameters, sizeof *s->parameter) : NULL;
    for (size_t i = 0; i < s->parameters; i++) {
        const struct ob_json_value *p = ob_json_at(list, i);
        s->parameter[i] = (struct ob_check_parameter){
            .name = safe_of(p, "name"),
            .value = number_of(p, "value"),
            .gradient = number_of(p, "gradient"),
            .low = number_of(p, "low"),
            .high = number_of(p, "high"),
        };
    }
    take_optima(s, ob_json_get(answer, "optima"));
}

static double *numbers_of(const struct ob_json_value *object, const char *key, size_t n)
{
    const struct ob_json_value *list = ob_json_get(object, key);
    double *out = ob_xcalloc(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = ob_json_num(ob_json_at(list, i), NAN);
    return out;
}

static void take_schedule(struct ob_check_schedule *s, const struct ob_json_value *v)
{
    const struct ob_json_value *momentum = ob_json_get(v, "momentum");
    *s = (struct ob_check_schedule){
        .kind = safe_of(v, "kind"),
        .note = safe_of(v, "note"),
        .steps = count_of(v, "steps"),
        .first = ob_json_num(ob_json_at(ob_json_get(v, "lr"), 0), NAN),
        .most = number_of(v, "highest"),
        .most_at = count_of(v, "highest_step"),
        .momentum_low = NAN,
        .momentum_high = NAN,
        .n = ob_json_count(ob_json_get(v, "step")),
    };
    s->step = numbers_of(v, "step", s->n);
    s->low = numbers_of(v, "lowest_lr", s->n);
    s->high = numbers_of(v, "highest_lr", s->n);
    for (size_t i = 0; i < ob_json_count(momentum); i++) {
        const double m = ob_json_num(ob_json_at(momentum, i), NAN);
        s->momentum_low = fmin(s->momentum_low, m);
        s->momentum_high = fmax(s->momentum_high, m);
    }
}

bool ob_check_read(struct ob_check *c, const char *json, size_t n, struct ob_err *err)
{
    struct ob_json_value *v = ob_json_parse(json, n, err);
    if (!v)
        return ob_fail_at(err, "the answer of the check");
    bool fits = ob_json_kind(ob_json_get(v, "ok")) == OB_JSON_BOOL;
    if (fits) {
        const char *resolved = ob_json_text(ob_json_get(v, "resolved"));
        *c = (struct ob_check){
            .known = true,
            .ok = ob_json_flag(ob_json_get(v, "ok"), false),
            .resolved = resolved ? ob_xstrdup(resolved) : NULL,
            .rows = count_of(v, "rows"),
            .features = count_of(v, "features"),
            .parameters = count_of(v, "parameters"),
            .cells = count_of(ob_json_get(v, "sweep"), "cells"),
            .needs_data = ob_json_flag(ob_json_get(v, "needs_data"), true),
        };
        if (ob_json_get(v, "device"))
            c->device = safe_of(v, "device");
        c->device_here = ob_json_flag(ob_json_get(v, "device_here"), true);
        ob_faults_take(&c->problems, v);
        if (ob_json_get(v, "start"))
            take_start(&c->start, v);
        if (ob_json_get(v, "schedule"))
            take_schedule(&c->schedule, ob_json_get(v, "schedule"));
    }
    ob_json_free(v);
    return fits || ob_fail(err, OB_EDATA, "the answer of the check is no such answer");
}
