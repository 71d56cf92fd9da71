#include <config.h>

#include "optbench/ui/check.h"

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

void ob_check_finish(struct ob_check *c)
{
    ob_faults_finish(&c->problems);
    free(c->resolved);
    *c = (struct ob_check){ 0 };
}

static size_t count_of(const struct ob_json_value *object, const char *key)
{
    int64_t n = ob_json_int(ob_json_get(object, key), 0);
    return n > 0 ? (size_t)n : 0;
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
        };
        ob_faults_take(&c->problems, v);
    }
    ob_json_free(v);
    return fits || ob_fail(err, OB_EDATA, "the answer of the check is no such answer");
}
