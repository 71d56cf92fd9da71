/* The lines of the parameter table: from the snapshot, or from the log of a run that is
 * played. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_table.h"
#include "optbench/base/mem.h"

enum {
    FEW_PARAMS = 24,  /* up to so many all elements are shown at first ... */
    FEW_TENSORS = 32, /* ... and up to so many all tensors */
};

/* Lines as they are made. */
struct made {
    struct ob_table_line *line;
    size_t n, room;
    const struct ob_live *l;
    const struct ob_live_table *t;
    enum ob_table_level level;
};

static struct ob_table_line *append(struct made *to)
{
    if (to->n == to->room) {
        to->room = 2 * to->room + 16;
        to->line = ob_xreallocarray(to->line, to->room, sizeof *to->line);
    }
    struct ob_table_line *line = &to->line[to->n++];
    memset(line, 0, sizeof *line);
    line->parent = OB_TABLE_NO_PARENT;
    return line;
}

/* Layers before their tensors, tensors before their elements. */
static uint64_t place_of(size_t tensor, enum ob_table_kind kind, size_t element)
{
    uint64_t rank = kind == OB_TABLE_LAYER ? 0 : kind == OB_TABLE_TENSOR ? 1 : 2;
    return (uint64_t)tensor << 34 | rank << 32 | (uint32_t)element;
}

/* ---- models whose parameters stand in the log, and small ones ---- */

static void unknown_inside(struct ob_table_line *line)
{
    line->effective = NAN;
    for (size_t s = 0; s < OB_LIVE_SLOTS; s++)
        line->slot[s] = NAN;
    for (size_t g = 0; g < OB_LIVE_GAUGES; g++)
        line->gauge[g] = NAN;
}

/* What is known of the row that is shown. */
static void logged_lines(struct made *to, const struct ob_run_model *m)
{
    const struct ob_series *step = &m->series[OB_Q_STEP];
    size_t rows = ob_run_model_rows(m, OB_Q_STEP);
    for (size_t i = 0; i < m->params; i++) {
        const struct ob_series *s = &m->param[i];
        struct ob_table_line *line = append(to);
        bool there = rows > 0 && rows <= s->n;
        snprintf(line->name, sizeof line->name, "%s", m->param_name[i]);
        line->place = place_of(0, OB_TABLE_PARAM, i);
        line->element = i;
        line->value = there ? ob_series_at(s, rows - 1) : NAN;
        line->grad = line->change = NAN;
        /* A change is that of one step, which thinned rows do not tell. */
        if (rows > 1 && there &&
            ob_series_at(step, rows - 1) - ob_series_at(step, rows - 2) <= 1)
            line->change = line->value - ob_series_at(s, rows - 2);
        line->moved = line->change;
        unknown_inside(line);
        line->single = true;
    }
}

static struct ob_table_line *element_line(struct made *to, size_t i)
{
    const struct ob_live *l = to->l;
    struct ob_table_line *line = append(to);
    ob_live_param_name(l, i, line->name, sizeof line->name);
    line->element = i;
    line->place = place_of(0, OB_TABLE_PARAM, i);
    line->value = l->value[i];
    line->grad = l->grad[i];
    line->change = line->moved = l->change[i];
    line->effective = l->effective[i];
    for (size_t s = 0; s < OB_LIVE_SLOTS; s++)
        line->slot[s] = s < l->slots ? l->slot[s][i] : NAN;
    for (size_t g = 0; g < OB_LIVE_GAUGES; g++)
        line->gauge[g] = NAN;
    line->single = true;
    return line;
}

/* ---- the tree ---- */

/* How much of a name is that of its layer: "linear1.weight". */
static size_t layer_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? (size_t)(dot - name) : strlen(name);
}

/* Tensors from `first` on that belong to one layer. */
static size_t layer_size(const struct ob_live *l, size_t first)
{
    const char *name = l->tensor[first].name;
    size_t part = layer_part(name), n = 1;
    while (first + n < l->tensors && layer_part(l->tensor[first + n].name) == part &&
           strncmp(l->tensor[first + n].name, name, part) == 0)
        n++;
    return n;
}

static void shape_text(char out[static 24], const struct ob_live_tensor *t)
{
    size_t n = 0;
    out[0] = '\0';
    for (unsigned d = 0; d < t->ndim && n < 24; d++)
        n += (size_t)snprintf(out + n, 24 - n, d ? "x%zu" : "%zu", t->shape[d]);
}

static void element_lines(struct made *to, size_t tensor, uint32_t parent)
{
    const struct ob_live_tensor *t = &to->l->tensor[tensor];
    uint8_t depth = to->line[parent].depth;
    for (size_t i = 0; i < t->shown; i++) {
        struct ob_table_line *line = element_line(to, t->first + i);
        line->place = place_of(tensor, OB_TABLE_PARAM, i);
        line->tensor = tensor;
        line->parent = parent;
        line->depth = (uint8_t)(depth + 1);
        line->label = strlen(t->name) < strlen(line->name) ? strlen(t->name) : 0;
    }
}

static void tensor_line(struct made *to, size_t tensor, uint32_t parent)
{
    const struct ob_live_tensor *t = &to->l->tensor[tensor];
    struct ob_table_line *line = append(to);
    uint32_t self = (uint32_t)(to->n - 1);
    snprintf(line->name, sizeof line->name, "%s", t->name);
    shape_text(line->shape, t);
    line->kind = OB_TABLE_TENSOR;
    line->place = place_of(tensor, OB_TABLE_TENSOR, 0);
    line->tensor = tensor;
    line->element = t->first;
    line->value = t->norm;
    line->grad = t->grad_norm;
    line->change = t->max_change;
    line->moved = t->change_norm;
    line->effective = t->effective_step;
    memcpy(line->slot, t->slot_norm, sizeof line->slot);
    memcpy(line->gauge, t->gauge, sizeof line->gauge);
    line->units = t->units;
    line->dead = t->dead;
    line->opens = t->shown > 0;
    line->open =
        line->opens && to->t->tensor_turned[tensor] != (to->level == OB_TABLE_ELEMENTS);
    if (parent != OB_TABLE_NO_PARENT) {
        line->parent = parent;
        line->depth = 1;
        size_t part = layer_part(t->name);
        line->label = t->name[part] ? part : 0;
    }
    if (line->open)
        element_lines(to, tensor, self);
}

/* Norms add up; what is told of one tensor is told of no layer of several. */
static void layer_inside(struct ob_table_line *line, const struct ob_live_tensor *t,
                         size_t n)
{
    double grad = 0;
    unknown_inside(line);
    for (size_t i = 0; i < n; i++) {
        grad = hypot(grad, t[i].change_norm / t[i].effective_step);
        for (size_t s = 0; s < OB_LIVE_SLOTS; s++)
            if (!isnan(t[i].slot_norm[s]))
                line->slot[s] = isnan(line->slot[s])
                                    ? t[i].slot_norm[s]
                                    : hypot(line->slot[s], t[i].slot_norm[s]);
    }
    line->effective = line->moved / grad;
    if (n == 1)
        memcpy(line->gauge, t->gauge, sizeof line->gauge);
}

/* All of its tensors together. */
static void layer_line(struct made *to, size_t first, size_t n)
{
    const struct ob_live *l = to->l;
    struct ob_table_line *line = append(to);
    uint32_t self = (uint32_t)(to->n - 1);
    snprintf(line->name, sizeof line->name, "%.*s",
             (int)layer_part(l->tensor[first].name), l->tensor[first].name);
    shape_text(line->shape, &l->tensor[first]);
    line->kind = OB_TABLE_LAYER;
    line->place = place_of(first, OB_TABLE_LAYER, 0);
    line->tensor = first;
    line->element = l->tensor[first].first;
    for (size_t i = first; i < first + n; i++) {
        const struct ob_live_tensor *t = &l->tensor[i];
        line->value = hypot(line->value, t->norm);
        line->grad = hypot(line->grad, t->grad_norm);
        line->moved = hypot(line->moved, t->change_norm);
        if (!(t->max_change <= line->change))
            line->change = t->max_change;
        line->units += t->units;
        line->dead += t->dead;
    }
    layer_inside(line, &l->tensor[first], n);
    line->opens = true;
    line->open = to->t->layer_turned[first];
    for (size_t i = first; i < first + n && to->t->layer_turned[first]; i++)
        tensor_line(to, i, self);
}

static void tree_lines(struct made *to)
{
    const struct ob_live *l = to->l;
    for (size_t i = 0, n; i < l->tensors; i += n) {
        n = to->level == OB_TABLE_LAYERS ? layer_size(l, i) : 1;
        if (to->level == OB_TABLE_LAYERS)
            layer_line(to, i, n);
        else
            tensor_line(to, i, OB_TABLE_NO_PARENT);
    }
}

/* Whether the elements alone would say too little, or are too many. */
static bool is_tree(const struct ob_live *l)
{
    bool tree = l->params > l->shown || l->params > OB_MODEL_PARAMS;
    for (size_t i = 0; i < l->tensors; i++)
        tree |= l->tensor[i].ndim > 1;
    return tree;
}

static enum ob_table_level level_for(const struct ob_live_table *t,
                                     const struct ob_live *l)
{
    if (t->level != OB_TABLE_AUTO)
        return t->level;
    return l->params <= FEW_PARAMS     ? OB_TABLE_ELEMENTS
           : l->tensors <= FEW_TENSORS ? OB_TABLE_TENSORS
                                       : OB_TABLE_LAYERS;
}

/* What the optimizer has: buffers that are nowhere but zero are not in use. */
static void find_inside(struct ob_table_inside *has, const struct ob_live *l)
{
    memset(has, 0, sizeof *has);
    for (size_t i = 0; i < l->tensors; i++) {
        const struct ob_live_tensor *t = &l->tensor[i];
        has->any |= !isnan(t->effective_step);
        for (size_t s = 0; s < l->slots; s++)
            if (t->slot_norm[s] > 0)
                memcpy(has->slot[s], l->slot_name[s], sizeof has->slot[s]);
        for (size_t g = 0; g < l->gauges; g++)
            if (l->gauge[g].per_tensor && !isnan(t->gauge[g]))
                memcpy(has->gauge[g], l->gauge[g].name, sizeof has->gauge[g]);
    }
    for (size_t s = 0; s < OB_LIVE_SLOTS; s++)
        has->any |= has->slot[s][0] != 0;
    for (size_t g = 0; g < OB_LIVE_GAUGES; g++)
        has->any |= has->gauge[g][0] != 0;
}

struct ob_table_line *ob_live_table_lines(struct ob_live_table *t,
                                          const struct ob_run_model *m, size_t *n)
{
    const struct ob_live *l = &m->live;
    struct made to = { .l = l, .t = t, .level = level_for(t, l) };
    bool live = m->has_live && !m->playing;
    t->tree = live && is_tree(l);
    t->params = l->params;
    t->tensors = l->tensors;
    t->dead = 0;
    if (live)
        find_inside(&t->has, l);
    else
        memset(&t->has, 0, sizeof t->has);
    for (size_t i = 0; t->tree && i < l->tensors; i++)
        t->dead += l->tensor[i].dead;
    if (t->tree)
        tree_lines(&to);
    else if (live)
        for (size_t i = 0; i < l->shown; i++)
            element_line(&to, i);
    else
        logged_lines(&to, m);
    *n = t->total = to.n;
    return to.line;
}
