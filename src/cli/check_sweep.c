#include <config.h>

#include "check_sweep.h"

#include <stdio.h>

#include "optbench/sweep/folder_make.h"

static const char *method_name(const struct ob_sweep_spec *s)
{
    return ob_param_find(ob_sweep_params, "method")->choices[s->opts.method];
}

bool ob_check_sweep(const struct ob_cli_asked *asked, struct ob_check_sweep *out,
                    struct ob_diags *diags)
{
    const struct ob_spec_from from = { .path = asked->path,
                                       .text = asked->given ? ob_buf_text(&asked->text)
                                                            : NULL,
                                       .n = asked->text.len,
                                       .sets = asked->sets,
                                       .nsets = asked->nsets };
    struct ob_sweep_spec s = { 0 };
    struct ob_diags unheard = { 0 };
    struct ob_sweep_made made = { 0 };
    ob_sweep_read(&from, &s, &unheard);
    *out = (struct ob_check_sweep){ .there = s.there, .method = method_name(&s) };
    bool ok = !s.there || ob_sweep_draft(&from, &made, diags);
    if (s.there && ok) {
        out->cells = made.plan.cells;
        out->keys = made.plan.keys;
    }
    ob_sweep_made_finish(&made);
    ob_diags_finish(&unheard);
    ob_sweep_spec_finish(&s);
    return ok;
}

void ob_check_sweep_print(const struct ob_check_sweep *s)
{
    if (s->there)
        printf("  sweep      %s of %zu cell%s, which differ in %zu key%s\n", s->method,
               s->cells, s->cells == 1 ? "" : "s", s->keys, s->keys == 1 ? "" : "s");
}

void ob_check_sweep_json(const struct ob_check_sweep *s, struct ob_json *json)
{
    ob_json_key(json, "sweep");
    if (!s->there) {
        ob_json_null(json);
        return;
    }
    ob_json_begin_object(json);
    ob_json_put_text(json, "method", s->method);
    ob_json_put_count(json, "cells", s->cells);
    ob_json_put_count(json, "keys", s->keys);
    ob_json_end_object(json);
}
