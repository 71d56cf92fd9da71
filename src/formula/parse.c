#include <config.h>

#include "optbench/formula/parse.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "value.h"
#include "wrong.h"

/* The whole text; further conditions are up to `check`. */
static bool parse(struct ob_scope *s, const char *text,
                  bool (*check)(struct parser *p, const struct value *v),
                  struct ob_formula_value *out, struct ob_err *err)
{
    struct parser p;
    struct value v;
    bool ok = ob_parser_init(&p, s, text, err) && ob_parser_expression(&p, &v);
    if (ok && ob_parser_peek(&p)->kind != TOKEN_END)
        ok = ob_wrong_end(&p);
    ok = ok && check(&p, &v);
    if (s->graph->err.code != OB_OK) {
        if (err)
            *err = s->graph->err;
        ok = false;
    }
    *out = (struct ob_formula_value){ 0 };
    if (ok) {
        size_t n = ob_shape_size(v.shape);
        *out = (struct ob_formula_value){ .shape = v.shape, .rows = v.rows };
        out->node = ob_xreallocarray(NULL, n, sizeof *out->node);
        memcpy(out->node, v.node, n * sizeof *out->node);
    }
    ob_parser_finish(&p);
    return ok;
}

static bool any(struct parser *p, const struct value *v)
{
    (void)p;
    (void)v;
    return true;
}

static bool number(struct parser *p, const struct value *v)
{
    char words[64];
    if (ob_value_is_number(v))
        return true;
    return ob_wrong(p, v->at.from, "this is %s, and a number is due: sum, mean or norm2",
                    ob_value_words(v, words));
}

static bool single_number(struct parser *p, const struct value *v)
{
    if (!number(p, v))
        return false;
    if (!v->rows)
        return true;
    return ob_wrong(p, v->at.from,
                    "this differs from row to row, and one number of all "
                    "rows is due: sum or mean");
}

bool ob_formula_parse_value(struct ob_scope *s, const char *text,
                            struct ob_formula_value *out, struct ob_err *err)
{
    return parse(s, text, any, out, err);
}

void ob_formula_value_finish(struct ob_formula_value *v)
{
    free(v->node);
    *v = (struct ob_formula_value){ 0 };
}

bool ob_formula_parse(struct ob_scope *s, const char *text, uint32_t *root,
                      struct ob_err *err)
{
    struct ob_formula_value v;
    bool ok = parse(s, text, single_number, &v, err);
    *root = ok ? v.node[0] : 0;
    ob_formula_value_finish(&v);
    return ok;
}

bool ob_formula_parse_row(struct ob_scope *s, const char *text, uint32_t *root,
                          struct ob_err *err)
{
    struct ob_formula_value v;
    bool ok = parse(s, text, number, &v, err);
    *root = ok ? v.node[0] : 0;
    ob_formula_value_finish(&v);
    return ok;
}
