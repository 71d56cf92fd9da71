/* Rows of vectors as the state of a trainer, by way of what it would save. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "parity_priv.h"
#include "trainer_priv.h"

/* What stands before the names of kept arrays in a checkpoint (keeps.c). */
#define KEPT "state."
/* Before the tensors of the average that an optimizer stands for: it follows from the
 * rest. */
#define AVERAGE "average."

/* What stands before a tensor's name; the parameters themselves have nothing there. */
static void prefix(char out[static PARITY_NAME + 1], const struct parity_rows *r,
                   const struct parity_column *c)
{
    snprintf(out, PARITY_NAME + 1, "%s%s", c == r->theta ? "" : c->name,
             c == r->theta ? "" : ".");
}

static struct ob_array *array_of(const struct ob_safetensors *s, const char *before,
                                 const char *name)
{
    char whole[OB_ARRAY_NAME + PARITY_NAME];
    snprintf(whole, sizeof whole, "%s%s", before, name);
    return (struct ob_array *)ob_safetensors_find(s, whole);
}

static void copy(struct ob_array *a, const struct parity_rows *r, size_t row,
                 const struct parity_column *c, size_t from)
{
    for (size_t k = 0; k < a->n; k++) {
        double v = parity_cell(r, row, c, from + k);
        if (a->type == OB_ARRAY_F64)
            ((double *)a->data)[k] = v;
        else if (a->type == OB_ARRAY_F32)
            ((float *)a->data)[k] = (float)v;
        else
            ((uint64_t *)a->data)[k] = (uint64_t)v;
    }
}

/* A column over all parameters is an array for each tensor. */
static bool fill_tensors(struct ob_safetensors *saved, const struct ob_layout *l,
                         const struct parity_rows *r, size_t row,
                         const struct parity_column *c)
{
    char before[PARITY_NAME + 1];
    prefix(before, r, c);
    if (c->width != l->n)
        return false;
    for (size_t i = 0; i < l->count; i++) {
        struct ob_array *a = array_of(saved, before, l->tensor[i].name);
        if (!a || a->n != l->tensor[i].size)
            return false;
        copy(a, r, row, c, l->tensor[i].offset);
    }
    return true;
}

/* A counter, or a number that the optimizer keeps; the checkpoint tells which. */
static bool fill_scalar(struct ob_safetensors *saved, const struct parity_rows *r,
                        size_t row, const struct parity_column *c)
{
    uint64_t whole;
    double real, value = parity_cell(r, row, c, 0);
    if (c->width != 1)
        return false;
    if (ob_safetensors_integer(saved, c->name, &whole))
        ob_safetensors_note_integer(saved, c->name, (uint64_t)value);
    else if (ob_safetensors_number(saved, c->name, &real))
        ob_safetensors_note_number(saved, c->name, value);
    else
        return false;
    return true;
}

static bool fill(struct ob_safetensors *saved, const struct ob_layout *l,
                 const struct parity_rows *r, size_t row, const struct parity_column *c)
{
    struct ob_array *whole = c == r->theta ? NULL : array_of(saved, "", c->name);
    if (!whole && c != r->theta) /* one that the optimizer keeps */
        whole = array_of(saved, KEPT, c->name);
    if (whole && whole->n == c->width) {
        copy(whole, r, row, c, 0);
        return true;
    }
    return fill_tensors(saved, l, r, row, c) || fill_scalar(saved, r, row, c);
}

bool parity_fill(struct ob_safetensors *saved, const struct ob_trainer *t,
                 const struct parity_rows *r, size_t row, bool state, struct ob_err *err)
{
    const struct ob_layout *l = &t->problem->layout;
    for (size_t i = 0; i < r->columns; i++) {
        const struct parity_column *c = &r->column[i];
        if (!state && (parity_is_state(r, c) || c == r->step))
            continue;
        if (!fill(saved, l, r, row, c))
            return ob_fail(err, OB_EDATA, "'%s' of %zu numbers is nothing that %s keeps",
                           c->name, c->width, t->optimizer->type->name);
    }
    return true;
}

/* Whether the array belongs to the column; one that the optimizer keeps may be told with
 * or without what stands before it. */
static bool told_by(const struct parity_rows *r, const struct parity_column *c,
                    const char *array)
{
    char before[PARITY_NAME + 1];
    bool kept = strncmp(array, KEPT, strlen(KEPT)) == 0;
    prefix(before, r, c);
    return strcmp(array, c->name) == 0 ||
           (kept && strcmp(array + strlen(KEPT), c->name) == 0) ||
           (before[0] && strncmp(array, before, strlen(before)) == 0);
}

/* The same for counters; that of the steps is the trainer's, too. */
static bool counters_told(const struct ob_safetensors *before, const struct ob_trainer *t,
                          const struct parity_rows *r, struct ob_err *err)
{
    const struct ob_optimizer *o = t->optimizer;
    for (size_t i = 0; i < ob_optimizer_counters(o); i++) {
        const char *name = o->type->counter_names[i];
        uint64_t was;
        bool told = !ob_safetensors_integer(before, name, &was) || was == o->counter[i];
        for (size_t k = 0; k < r->columns && !told; k++)
            told = strcmp(r->column[k].name, name) == 0;
        if (!told)
            return ob_fail(err, OB_EDATA, "the vectors say nothing of '%s'", name);
    }
    return true;
}

/* Parameters, and what a checkpoint has for its readers alone. */
static bool is_no_state(const struct ob_trainer *t, const char *array)
{
    return ob_layout_find(&t->problem->layout, array) ||
           strncmp(array, AVERAGE, strlen(AVERAGE)) == 0;
}

bool parity_all_told(const struct ob_safetensors *before, const struct ob_trainer *t,
                     const struct parity_rows *r, struct ob_err *err)
{
    struct ob_safetensors now = { 0 };
    bool ok = counters_told(before, t, r, err) && ob_trainer_save(t, &now, err);
    for (size_t i = 0; ok && i < now.arrays; i++) {
        const struct ob_array *a = &now.array[i],
                              *was = ob_safetensors_find(before, a->name);
        bool told = is_no_state(t, a->name);
        size_t size = a->type == OB_ARRAY_F32 ? sizeof(float) : sizeof(double);
        for (size_t k = 0; k < r->columns && !told; k++)
            told = told_by(r, &r->column[k], a->name);
        if (!told && (!was || was->n != a->n || memcmp(was->data, a->data, a->n * size)))
            ok = ob_fail(err, OB_EDATA, "the vectors say nothing of '%s'", a->name);
    }
    ob_safetensors_finish(&now);
    return ok;
}
