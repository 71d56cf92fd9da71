/* Which classes are taken for which: a table that is asked for as a tensor is. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "course.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "trainer_priv.h"

enum { CLASSES = 1024 }; /* that somebody may want to look at */

/* The names of the classes as a list. */
static void note_names(const struct ob_problem *p, struct ob_safetensors *out)
{
    struct ob_buf text = { 0 };
    struct ob_json j = { .out = &text };
    if (!p->class_name)
        return;
    ob_json_begin_array(&j);
    for (size_t i = 0; i < p->classes; i++)
        ob_json_string(&j, p->class_name[i]);
    ob_json_end_array(&j);
    ob_safetensors_note(out, "classes", ob_buf_text(&text));
    ob_buf_finish(&text);
}

bool ob_trainer_confusion(const struct ob_trainer *t, struct ob_safetensors *out,
                          struct ob_err *err)
{
    struct ob_problem *p = t->problem;
    const size_t k = p->classes;
    ob_course_whole(t);
    if (!(ob_problem_can(p) & OB_CAN_CONFUSION))
        return ob_fail(err, OB_ECONFIG,
                       "a model that tells no classes apart takes none "
                       "for another");
    if (k > CLASSES)
        return ob_fail(err, OB_ECONFIG,
                       "%zu classes: a table of more than %d is not made", k, CLASSES);
    uint64_t *count = ob_alloc(k * k, sizeof *count, err);
    bool ok = count && ob_problem_confusion(p, t->theta.data, count, err);
    struct ob_array *a = ok ? ob_safetensors_add(out, "confusion", OB_ARRAY_F64, 2,
                                                 (const size_t[]){ k, k }, NULL, err)
                            : NULL;
    for (size_t i = 0; a && i < k * k; i++)
        ((double *)a->data)[i] = (double)count[i];
    if (a)
        note_names(p, out);
    free(count);
    return a != NULL;
}
