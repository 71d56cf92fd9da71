#include "setup_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"

/* Every text of a list is a safe copy: what it was made from may change while it is open.
 */

static char *safe(const char *text)
{
    struct ob_buf out = { 0 };
    ob_text_safe(&out, text, strlen(text));
    return ob_buf_take(&out);
}

void ob_setup_list_finish(struct ob_setup_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free((char *)l->entry[i].name);
        free((char *)l->entry[i].title);
        free((char *)l->entry[i].summary);
        free((char *)l->entry[i].text);
        free((char *)l->entry[i].reference);
    }
    free(l->entry);
    *l = (struct ob_setup_list){ 0 };
}

/* Adds an entry with copies of the texts. */
static struct ob_picker_entry *add(struct ob_setup_list *l, const char *name)
{
    l->entry = ob_xreallocarray(l->entry, l->n + 1, sizeof *l->entry);
    struct ob_picker_entry *e = &l->entry[l->n++];
    *e = (struct ob_picker_entry){ .name = safe(name) };
    return e;
}

struct ob_picker_list ob_setup_shown(const struct ob_setup_list *l)
{
    return (struct ob_picker_list){ .title = l->title, .n = l->n, .entry = l->entry };
}

/* What a kind is, and its keys with their defaults. */
static char *about_kind(const struct ob_kind *k)
{
    struct ob_buf out = { 0 };
    ob_buf_adds(&out, k->summary);
    if (k->equations)
        ob_buf_addf(&out, "\n\n%s", k->equations);
    for (const struct ob_param *p = k->params; p && p->kind; p++) {
        struct ob_buf value = { 0 };
        bool known = !p->required && ob_param_write_default(p, &value);
        ob_buf_addf(&out, "\n%s%s%s%s: %s", p->name, known ? " (" : "",
                    known ? ob_buf_text(&value) : "",
                    known         ? ")"
                    : p->required ? " (must be given)"
                                  : "",
                    p->help);
        ob_buf_finish(&value);
    }
    return ob_buf_take(&out);
}

void ob_setup_list_values(struct ob_setup_list *l, const struct ob_form_row *row,
                          size_t *at)
{
    const struct ob_family *f = row->kind == OB_FORM_CHOICE ? row->section->family : NULL;
    *at = 0;
    snprintf(l->title, sizeof l->title, "%.40s.%.30s", row->where, row->param->name);
    for (size_t i = 0; f && i < f->kinds; i++) {
        struct ob_picker_entry *e = add(l, f->kind[i].name);
        e->title = ob_xstrdup(f->kind[i].title);
        e->text = about_kind(&f->kind[i]);
        if (f->kind[i].reference)
            e->reference = ob_xstrdup(f->kind[i].reference);
    }
    for (size_t i = 0; !f && row->param->choices[i]; i++) {
        struct ob_picker_entry *e = add(l, row->param->choices[i]);
        e->text = ob_xstrdup(row->param->help);
    }
    for (size_t i = 0; i < l->n; i++)
        if (row->value && strcmp(l->entry[i].name, row->value) == 0)
            *at = i;
}

void ob_setup_list_tables(struct ob_setup_list *l, const struct ob_browse *shipped)
{
    snprintf(l->title, sizeof l->title, "data.path: a file of yours, or a shipped one");
    struct ob_picker_entry *own = add(l, "a file of mine ...");
    own->text = ob_xstrdup("Choose a CSV file from your folders.");
    for (size_t i = 0; i < shipped->n; i++) {
        if (shipped->item[i].folder || !shipped->item[i].table)
            continue;
        char *name = ob_xasprintf("@data/%s", shipped->item[i].name);
        struct ob_picker_entry *e = add(l, name);
        e->text = ob_xstrdup("A table that comes with the program.");
        free(name);
    }
}

static bool listed(const char *list, const char *name)
{
    static const struct ob_param words[] = { { .name = "words", .kind = OB_PARAM_TEXTS },
                                             { 0 } };
    struct ob_texts t = { 0 };
    bool found = false;
    if (list && ob_param_set(words, &t, list, NULL))
        for (size_t i = 0; i < t.n && !found; i++)
            found = strcmp(t.item[i], name) == 0 || strcmp(t.item[i], "*") == 0;
    ob_params_finish(words, &t);
    return found;
}

void ob_setup_list_columns(struct ob_setup_list *l, const struct ob_view *v,
                           bool features)
{
    const char *target = ob_form_value(&v->form, "data", "target");
    const char *chosen = ob_form_value(&v->form, "data", "features");
    snprintf(l->title, sizeof l->title, "%s",
             features ? "data.features: Enter takes or drops, Esc: done"
                      : "data.target: the column to predict");
    for (size_t i = 0; i < v->data->columns; i++) {
        const struct ob_data_column *c = &v->data->column[i];
        bool is_target = target && strcmp(c->name, target) == 0;
        char low[32], high[32], text[256];
        ob_show_number(low, c->min, 9);
        ob_show_number(high, c->max, 9);
        if (isnan(c->min))
            snprintf(text, sizeof text, "%s, %zu%s different", ob_data_type_name(c->type),
                     c->distinct, c->distinct_more ? " or more" : "");
        else
            snprintf(text, sizeof text, "%s %s .. %s", ob_data_type_name(c->type), low,
                     high);
        struct ob_picker_entry *e = add(l, c->name);
        e->summary = ob_xasprintf("%s%s%s",
                                  !features                 ? ""
                                  : is_target               ? "target  "
                                  : listed(chosen, c->name) ? "[x] "
                                                            : "[ ] ",
                                  text, c->missing ? ", some missing" : "");
    }
}

void ob_setup_list_keys(struct ob_setup_list *l, const struct ob_form *f)
{
    snprintf(l->title, sizeof l->title, "go to a key");
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (!r->param || r->idle)
            continue;
        char *name = ob_xasprintf("%s.%s", r->where, r->param->name);
        struct ob_picker_entry *e = add(l, name);
        e->summary = ob_xstrdup(r->param->help);
        free(name);
    }
}

void ob_setup_list_faults(struct ob_setup_list *l, const struct ob_check *c,
                          const char *own)
{
    snprintf(l->title, sizeof l->title, "what is wrong: Enter goes there");
    for (size_t i = 0; i < c->problems.n; i++) {
        const struct ob_fault *p = &c->problems.item[i];
        char place[OB_FAULT_PLACE_MAX];
        ob_fault_place(p, own, place);
        char *name = p->key[0] ? ob_xasprintf("%s%s%s.%s", place, place[0] ? "  " : "",
                                              p->section, p->key)
                               : ob_xstrdup(place);
        struct ob_picker_entry *e = add(l, name);
        e->summary = safe(p->text);
        free(name);
    }
}

void ob_setup_list_sections(struct ob_setup_list *l, const struct ob_form *f)
{
    struct ob_form_addition *a = ob_xcalloc(OB_SETUP_ADDITIONS, sizeof *a);
    size_t n = ob_form_additions(f, a, OB_SETUP_ADDITIONS);
    snprintf(l->title, sizeof l->title, "add a section");
    for (size_t i = 0; i < n; i++) {
        char name[64];
        snprintf(name, sizeof name, "[%s]", a[i].section);
        add(l, name)->summary = safe(a[i].about);
    }
    free(a);
}
