#include <config.h>

#include "check_tensors.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/text.h"

/* Names line up with the words of the lines about them; longer ones push their line to
 * the right. */
#define NAME_LEAST 10
#define NAME_MOST  24

/* "13x20"; a scalar is 1. */
static void add_shape(struct ob_buf *out, const struct ob_tensor_facts *facts)
{
    for (unsigned d = 0; d < facts->ndim; d++)
        ob_buf_addf(out, "%s%zu", d ? "x" : "", facts->shape[d]);
    if (facts->ndim == 0)
        ob_buf_adds(out, "1");
}

/* The widest name and shape. */
static void measure(const struct ob_trainer *t, int *name, int *shape)
{
    *name = NAME_LEAST;
    *shape = 0;
    for (size_t i = 0; i < ob_trainer_tensors(t); i++) {
        const struct ob_tensor_facts facts = ob_trainer_tensor_facts(t, i);
        struct ob_buf text = { 0 };
        add_shape(&text, &facts);
        int n = ob_text_width(facts.name);
        *name = n > *name ? n : *name;
        *shape = (int)text.len > *shape ? (int)text.len : *shape;
        ob_buf_finish(&text);
    }
    *name = *name < NAME_MOST ? *name : NAME_MOST;
}

void ob_check_tensors_print(const struct ob_trainer *t)
{
    int name_cols, shape_cols;
    measure(t, &name_cols, &shape_cols);
    for (size_t i = 0; i < ob_trainer_tensors(t); i++) {
        const struct ob_tensor_facts facts = ob_trainer_tensor_facts(t, i);
        struct ob_buf shape = { 0 }, settings = { 0 };
        char safe[512];
        add_shape(&shape, &facts);
        ob_trainer_tensor_settings(t, i, &settings);
        printf("  %-*s %*s %s of [%s%s]%s%s\n", name_cols,
               ob_text_safe_z(safe, sizeof safe, facts.name), shape_cols,
               ob_buf_text(&shape), facts.optimizer, facts.group ? "group." : "optimizer",
               facts.group ? facts.group : "", settings.len ? ": " : "",
               ob_buf_text(&settings));
        ob_buf_finish(&shape);
        ob_buf_finish(&settings);
    }
}

static void put_tensor(const struct ob_trainer *t, size_t i, struct ob_json *out)
{
    const struct ob_tensor_facts facts = ob_trainer_tensor_facts(t, i);
    struct ob_buf settings = { 0 };
    ob_trainer_tensor_settings(t, i, &settings);
    ob_json_begin_object(out);
    ob_json_key(out, "name");
    ob_json_string(out, facts.name);
    ob_json_key(out, "size");
    ob_json_integer(out, (int64_t)facts.size);
    ob_json_key(out, "shape");
    ob_json_begin_array(out);
    for (unsigned d = 0; d < facts.ndim; d++)
        ob_json_integer(out, (int64_t)facts.shape[d]);
    ob_json_end_array(out);
    ob_json_key(out, "group"); /* null = the settings of [optimizer] */
    ob_json_string(out, facts.group);
    ob_json_key(out, "optimizer");
    ob_json_string(out, facts.optimizer);
    ob_json_key(out, "settings"); /* that differ, in words */
    ob_json_string(out, ob_buf_text(&settings));
    ob_json_end_object(out);
    ob_buf_finish(&settings);
}

void ob_check_tensors_json(const struct ob_trainer *t, struct ob_json *out)
{
    ob_json_key(out, "tensors");
    ob_json_begin_array(out);
    for (size_t i = 0; i < ob_trainer_tensors(t); i++)
        put_tensor(t, i, out);
    ob_json_end_array(out);
}
