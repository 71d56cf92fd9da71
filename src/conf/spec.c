#include <config.h>

#include "optbench/conf/spec.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "spec_priv.h"

void *spec_common(const struct ob_section *s, struct ob_spec *spec)
{
    return (char *)spec + s->offset;
}

void **spec_opts(const struct ob_section *s, struct ob_spec *spec)
{
    return (void **)(void *)((char *)spec + s->opts_at);
}

/* The members `type` differ in what they point to; all are pointers to structs, which
 * have one representation (C11 6.2.5, 28). */
static const void *type_of(const struct ob_section *s, const struct ob_spec *spec)
{
    const void *type;
    memcpy(&type, (const char *)spec + s->type_at, sizeof type);
    return type;
}

const struct ob_kind *spec_kind(const struct ob_section *s, const struct ob_spec *spec)
{
    const void *type = s->family ? type_of(s, spec) : NULL;
    for (size_t i = 0; type && i < s->family->kinds; i++)
        if (s->family->kind[i].type == type)
            return &s->family->kind[i];
    return type ? spec_typed_kind(type) : NULL;
}

void spec_choose(const struct ob_section *s, struct ob_spec *spec,
                 const struct ob_kind *kind)
{
    memcpy((char *)spec + s->type_at, &kind->type, sizeof kind->type);
    *spec_opts(s, spec) = kind_opts(kind);
}

void *kind_opts(const struct ob_kind *kind)
{
    if (!kind->opts_size)
        return NULL;
    void *opts = ob_xcalloc(1, kind->opts_size);
    ob_params_reset(kind->params, opts);
    return opts;
}

void kind_opts_free(const struct ob_kind *kind, void *opts)
{
    if (opts)
        ob_params_finish(kind->params, opts);
    free(opts);
}

void note_add(struct ob_spec *spec, const char *section, const char *key,
              const struct item *it)
{
    struct ob_spec_note *n = NULL;
    for (size_t i = 0; i < spec->notes && !n; i++)
        if (!strcmp(spec->note[i].section, section) && !strcmp(spec->note[i].key, key))
            n = &spec->note[i];
    if (!n) {
        spec->note = ob_xreallocarray(spec->note, spec->notes + 1, sizeof *spec->note);
        n = &spec->note[spec->notes++];
        *n = (struct ob_spec_note){ .section = ob_xstrdup(section),
                                    .key = ob_xstrdup(key) };
    }
    free(n->file);
    n->file = ob_xstrdup(it->file);
    n->line = it->line;
}

bool ob_spec_where(const struct ob_spec *spec, const char *section, const char *key,
                   const char **file, unsigned *line)
{
    const struct ob_spec_note *near = NULL;
    for (size_t i = 0; i < spec->notes; i++) {
        const struct ob_spec_note *n = &spec->note[i];
        if (strcmp(n->section, section) != 0)
            continue;
        if (strcmp(n->key, key) == 0) {
            *file = n->file;
            *line = n->line;
            return true;
        }
        near = near ? near : n;
    }
    *file = near ? near->file : spec->path;
    *line = near ? near->line : 0;
    return false;
}

bool ob_spec_complain(const struct ob_spec *spec, struct ob_diags *diags,
                      enum ob_code code, const char *section, const char *key,
                      const char *format, ...)
{
    const char *file;
    unsigned line;
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_spec_where(spec, section, key, &file, &line);
    ob_diags_add(diags, code, file, line, "%s.%s: %s", section, key, ob_buf_text(&text));
    ob_buf_finish(&text);
    return false;
}

struct ob_problem_common ob_spec_common(const struct ob_spec *spec)
{
    return (struct ob_problem_common){
        .dtype = (enum ob_dtype)spec->experiment.dtype,
        .l1 = spec->model.common.l1,
        .l2 = spec->model.common.l2,
        .math = spec->experiment.math - 1,
        .layer = spec->layer,
        .layers = spec->layers,
        .dropout_seed = (uint64_t)spec->seed.dropout,
    };
}

static void finish_section(const struct ob_section *s, struct ob_spec *spec)
{
    ob_params_finish(s->params, spec_common(s, spec));
    if (!s->family)
        return;
    const struct ob_kind *kind = spec_kind(s, spec);
    if (kind)
        kind_opts_free(kind, *spec_opts(s, spec));
}

void ob_spec_finish(struct ob_spec *spec)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < spec->groups; i++)
        spec_group_finish(&spec->group[i]);
    for (size_t i = 0; i < spec->phases; i++)
        spec_phase_finish(&spec->phase[i]);
    for (size_t i = 0; i < spec->layers; i++) {
        ob_params_finish(ob_layer_params, &spec->layer[i].opts);
        free(spec->layer[i].name);
    }
    for (size_t i = 0; i < n; i++)
        if (!s[i].repeats && !s[i].aside)
            finish_section(&s[i], spec);
    for (size_t i = 0; i < spec->notes; i++) {
        free(spec->note[i].section);
        free(spec->note[i].key);
        free(spec->note[i].file);
    }
    free(spec->note);
    free(spec->layer);
    free(spec->phase);
    free(spec->group);
    free(spec->path);
    *spec = (struct ob_spec){ 0 };
}
