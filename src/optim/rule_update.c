/* The statements of a typed rule, to the nodes of the new values. */
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"
#include "rule_text.h"

/* What a name stands for as the statements are read one after the other. */
struct known {
    char name[RULE_NAME_MAX + 1];
    uint32_t node;
};

struct reading {
    const struct ob_rule_opts *opts;
    const char *text;
    struct rule_params params;
    struct rule_update *out;
    struct known *known; /* [n]: theta, g, the state, then what was assigned */
    size_t n;
    bool assigned[RULE_STATE + OB_RULE_STATE];
    struct ob_err *err;
};

static const struct ob_formula_at nowhere;

const char *rule_update_text(const struct ob_rule_opts *o)
{
    return o->update ? o->update : "theta = theta - lr*g";
}

/* ---- statements ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t rule_column(const char *text, size_t byte)
{
    size_t n = 1;
    for (size_t i = 0; i < byte; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* The comma that ends the statement at `at`, or the end of the text. */
static size_t end_of(const char *text, size_t at)
{
    size_t deep = 0;
    for (; text[at] && (text[at] != ',' || deep > 0); at++) {
        if (strchr("([", text[at]))
            deep++;
        else if (strchr(")]", text[at]) && deep > 0)
            deep--;
    }
    return at;
}

bool rule_statement_next(const char *text, size_t *at, struct rule_statement *out,
                         struct ob_err *err)
{
    while (is_blank(text[*at]) || text[*at] == ',')
        ++*at;
    if (!text[*at])
        return false;
    struct rule_statement s = { .from = *at, .to = end_of(text, *at) };
    *at = s.to;
    while (is_blank(text[s.to - 1]))
        s.to--;
    size_t equals = s.from;
    while (equals < s.to && text[equals] != '=')
        equals++;
    if (equals == s.to || equals == s.from || equals + 1 == s.to)
        return ob_fail(err, OB_ECONFIG,
                       "a statement is: name = formula, and commas stand between them "
                       "(column %zu)",
                       rule_column(text, s.from));
    for (s.name_to = equals; is_blank(text[s.name_to - 1]);)
        s.name_to--;
    s.value_from = equals + 1;
    *out = s;
    return true;
}

/* ---- names ---- */

static struct known *find(struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (!strcmp(r->known[i].name, name))
            return &r->known[i];
    return NULL;
}

static void learn(struct reading *r, const char *name, uint32_t node)
{
    r->known = ob_xreallocarray(r->known, r->n + 1, sizeof *r->known);
    struct known *k = &r->known[r->n++];
    *k = (struct known){ .node = node };
    memcpy(k->name, name, strlen(name));
}

static void begin(struct reading *r)
{
    const struct ob_texts *state = &r->opts->state;
    struct ob_graph *g = &r->out->graph;
    learn(r, "theta", ob_graph_leaf(g, OB_OP_COLUMN, RULE_THETA, nowhere));
    learn(r, "g", ob_graph_leaf(g, OB_OP_COLUMN, RULE_GRAD, nowhere));
    for (size_t i = 0; i < state->n; i++)
        learn(r, state->item[i],
              ob_graph_leaf(g, OB_OP_COLUMN, (uint32_t)(RULE_STATE + i), nowhere));
}

/* The names that the next statement may use, as they stand now. */
static bool open_scope(struct reading *r, struct ob_scope *s)
{
    const struct ob_shape number = { 0, 0 };
    ob_scope_init(s, &r->out->graph);
    bool ok =
        ob_scope_param(s, "t", number, r->err) && ob_scope_param(s, "lr", number, r->err);
    for (size_t i = 0; ok && i < r->params.n; i++)
        ok = ob_scope_param(s, r->params.name[i], number, r->err);
    for (size_t i = 0; ok && i < r->n; i++)
        ok = ob_scope_node(s, r->known[i].name, r->known[i].node, r->err);
    return ok;
}

/* Whether the name may be assigned to; it is cut where it is too long. */
static bool assignable(struct reading *r, const struct rule_statement *st,
                       char name[static RULE_NAME_MAX + 1])
{
    size_t n = st->name_to - st->from, column = rule_column(r->text, st->from);
    char shown[4 * RULE_NAME_MAX];
    memcpy(name, r->text + st->from, n < RULE_NAME_MAX ? n : RULE_NAME_MAX);
    name[n < RULE_NAME_MAX ? n : RULE_NAME_MAX] = '\0';
    bool option = !strcmp(name, "t") || !strcmp(name, "lr");
    for (size_t i = 0; i < r->params.n; i++)
        option = option || !strcmp(name, r->params.name[i]);
    if (option)
        return ob_fail(r->err, OB_ECONFIG,
                       "'%s' is given from outside and cannot be assigned (column %zu)",
                       name, column);
    if (n <= RULE_NAME_MAX && ob_formula_plain_name(name))
        return true;
    return ob_fail(r->err, OB_ECONFIG,
                   "'%s' cannot be a name: it is none, or that of a function or a "
                   "constant (column %zu)",
                   ob_text_safe_z(shown, sizeof shown, name), column);
}

/* The text up to the end of the statement, with blanks for what stands before its
 * formula, so that the parser counts the columns of the whole. */
static char *formula_text(const char *text, const struct rule_statement *st)
{
    char *copy = ob_xcalloc(st->to + 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < st->value_from; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            copy[n++] = ' ';
    memcpy(copy + n, text + st->value_from, st->to - st->value_from);
    return copy;
}

static bool read_statement(struct reading *r, const struct rule_statement *st)
{
    char name[RULE_NAME_MAX + 1];
    struct ob_scope scope = { 0 };
    uint32_t node;
    if (!assignable(r, st, name))
        return false;
    char *text = formula_text(r->text, st);
    bool ok = open_scope(r, &scope) && ob_formula_parse_row(&scope, text, &node, r->err);
    ob_scope_finish(&scope);
    free(text);
    if (!ok)
        return false;
    struct known *k = find(r, name);
    if (!k)
        learn(r, name, node);
    else
        k->node = node;
    if (k && k - r->known < (ptrdiff_t)OB_COUNT(r->assigned))
        r->assigned[k - r->known] = true;
    return true;
}

/* ---- the whole ---- */

/* A name that was assigned and is near to this one, which was not. */
static const char *meant(const struct reading *r, const char *name)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (size_t i = RULE_STATE + r->opts->state.n; i < r->n; i++)
        ob_suggest_offer(&s, r->known[i].name);
    return s.best;
}

static bool close_update(struct reading *r)
{
    const struct ob_texts *state = &r->opts->state;
    struct rule_update *u = r->out;
    if (!r->assigned[RULE_THETA])
        return ob_fail(r->err, OB_ECONFIG,
                       "theta is never assigned: write theta = theta - ... as the last "
                       "statement");
    u->root[u->roots++] = r->known[RULE_THETA].node;
    for (size_t i = 0; i < state->n; i++) {
        const char *name = state->item[i], *near = meant(r, name);
        if (!r->assigned[RULE_STATE + i] && near)
            return ob_fail(r->err, OB_ECONFIG,
                           "'%s' of state is never assigned; is '%s' meant for it?", name,
                           near);
        if (!r->assigned[RULE_STATE + i])
            return ob_fail(r->err, OB_ECONFIG,
                           "'%s' of state is never assigned: it would stay 0", name);
        u->root[u->roots++] = r->known[RULE_STATE + i].node;
    }
    if (u->graph.err.code == OB_OK)
        return true;
    if (r->err)
        *r->err = u->graph.err;
    return false;
}

static bool read_all(struct reading *r)
{
    struct rule_statement st;
    struct ob_err wrong = { 0 };
    size_t at = 0;
    while (rule_statement_next(r->text, &at, &st, &wrong))
        if (!read_statement(r, &st))
            return false;
    if (wrong.code != OB_OK)
        return ob_fail(r->err, wrong.code, "%s", wrong.text);
    return close_update(r);
}

bool rule_update_read(const struct ob_rule_opts *o, struct rule_update *out,
                      struct ob_err *err)
{
    struct reading r = { .opts = o, .text = rule_update_text(o), .out = out, .err = err };
    *out = (struct rule_update){ 0 };
    ob_graph_init(&out->graph);
    if (!rule_params_read(o->params, &r.params, err) ||
        !rule_state_check(&o->state, &r.params, err))
        return false;
    begin(&r);
    bool ok = read_all(&r);
    free(r.known);
    return ok || ob_fail_at(err, "update");
}

void rule_update_finish(struct rule_update *u)
{
    ob_graph_finish(&u->graph);
    *u = (struct rule_update){ 0 };
}
