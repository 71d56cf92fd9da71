/*
 * Typed optimizers (optim/rule.h): which options they have follows from their texts, so
 * the kind of [optimizer] is settled only when these are known, and other keys are judged
 * after that.
 */
#include <config.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/optim/rule.h"
#include "spec_priv.h"

/* The entries that the texts are of; all others are numbers. */
static bool is_text(const struct ob_param *p)
{
    return p->kind == OB_PARAM_TEXT || p->kind == OB_PARAM_TEXTS;
}

/* ---- kinds of types ---- */

struct made {
    struct ob_kind kind;
    struct made *next;
};

static struct made *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

const struct ob_kind *spec_typed_kind(const void *type)
{
    pthread_mutex_lock(&lock);
    struct made *m = all;
    while (m && m->kind.type != type)
        m = m->next;
    pthread_mutex_unlock(&lock);
    return m ? &m->kind : NULL;
}

/* The kind of a rule's type: that of the schema where it has no texts. */
static const struct ob_kind *kind_of(const struct ob_optimizer_type *type)
{
    const struct ob_family *f = ob_schema_section("optimizer")->family;
    for (size_t i = 0; i < f->kinds; i++)
        if (f->kind[i].type == type)
            return &f->kind[i];
    const struct ob_kind *known = spec_typed_kind(type);
    if (known)
        return known;
    struct made *m = ob_xcalloc(1, sizeof *m);
    m->kind = *ob_family_find(f, type->name);
    m->kind.params = type->params;
    m->kind.type = type;
    pthread_mutex_lock(&lock);
    m->next = all;
    all = m;
    pthread_mutex_unlock(&lock);
    return &m->kind;
}

bool spec_same_kind(const struct ob_kind *a, const struct ob_kind *b)
{
    return a == b || (a && b && !strcmp(a->name, b->name));
}

bool spec_is_rule(const struct ob_section *s, const struct ob_kind *kind)
{
    return !strcmp(s->name, "optimizer") && ob_rule_is(kind->type);
}

/* ---- texts ---- */

/* Sets the texts that a layer has in one section. What is wrong with them is told where
 * the entries are applied. */
static void take(const struct layer *l, const char *section, struct ob_rule_opts *to)
{
    struct ob_diags told = { 0 };
    for (size_t e = 0; e < l->ini.entries; e++) {
        struct item it = layer_item(l, &l->ini.entry[e]);
        const struct ob_param *p = ob_param_find(ob_optimizer_rule_params(), it.key);
        if (!strcmp(it.section, section) && p && is_text(p))
            value_set(p, to, &it, &told);
    }
    ob_diags_finish(&told);
}

const struct ob_kind *spec_rule_kind(const struct layers *ls, bool chosen,
                                     const char *group)
{
    struct ob_rule_opts texts = { 0 };
    char *own = group ? ob_xasprintf("group.%s", group) : NULL;
    ob_params_reset(ob_optimizer_rule_params(), &texts);
    for (size_t i = 0; i < ls->n; i++) {
        if (chosen)
            take(&ls->item[i], "optimizer", &texts);
        take(&ls->item[i], "optimizer.rule", &texts);
    }
    for (size_t i = 0; own && i < ls->n; i++)
        take(&ls->item[i], own, &texts);
    const struct ob_kind *kind = kind_of(ob_rule_type(&texts));
    ob_params_finish(ob_optimizer_rule_params(), &texts);
    free(own);
    return kind;
}

const struct ob_kind *ob_kind_typed(const struct ob_kind *kind,
                                    const struct ob_kind_texts *texts)
{
    struct ob_rule_opts o = { 0 };
    const struct ob_param *table = ob_optimizer_rule_params();
    /* Kinds of every family come here, and only their places can be compared. */
    if (kind->type != (const void *)ob_optimizer_find("rule", NULL))
        return kind;
    ob_params_reset(table, &o);
    for (const struct ob_param *p = table; p->kind; p++) {
        const char *text = is_text(p) ? texts->get(texts->ctx, p->name) : NULL;
        struct ob_buf plain = { 0 };
        if (text && p->kind == OB_PARAM_TEXTS)
            ob_param_set(p, &o, text, NULL);
        else if (text && ob_ini_unquote(text, &plain, NULL))
            ob_param_set(p, &o, ob_buf_text(&plain), NULL);
        ob_buf_finish(&plain);
    }
    kind = kind_of(ob_rule_type(&o));
    ob_params_finish(table, &o);
    return kind;
}

/* ---- groups ---- */

void spec_rule_inherit(const struct ob_optimizer_type *type, struct ob_rule_opts *to,
                       const struct ob_optimizer_type *from_type,
                       const struct ob_rule_opts *from)
{
    ob_params_finish(ob_optimizer_rule_params(), to);
    ob_params_copy(ob_optimizer_rule_params(), to, from);
    for (const struct ob_param *p = type->params; p->kind; p++) {
        const struct ob_param *same = ob_param_find(from_type->params, p->name);
        if (same && !is_text(p))
            memcpy((char *)to + p->offset, (const char *)from + same->offset,
                   sizeof(double));
    }
}
