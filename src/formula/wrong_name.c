/* Names that are none, and what may be meant. */
#include <config.h>

#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/suggest.h"
#include "wrong.h"

/* What those who know other languages call a function that is called otherwise here, or
 * is made of others. */
static const char *elsewhere(const char *name)
{
    static const char *const words[][2] = {
        { "ln", "log(x)" },
        { "log10", "log(x)/log(10)" },
        { "log2", "log(x)/log(2)" },
        { "exp2", "2^x" },
        { "sinh", "(exp(x) - exp(-x))/2" },
        { "cosh", "(exp(x) + exp(-x))/2" },
        { "cbrt", "sign(x)*abs(x)^(1/3)" },
        { "square", "x^2" },
        { "sqr", "x^2" },
        { "power", "a^b" },
        { "fabs", "abs(x)" },
        { "sgn", "sign(x)" },
        { "heaviside", "step(x)" },
        { "logistic", "sigmoid(x)" },
        { "expit", "sigmoid(x)" },
        { "logit", "log(x/(1 - x))" },
        { "norm", "norm2(v)" },
        { "length", "size(v)" },
        { "len", "size(v)" },
        { "average", "mean(v)" },
        { "matmul", "a @ b" },
        { "if", "max, min, relu or step" },
        { "where", "max, min, relu or step" },
    };
    for (size_t i = 0; i < OB_COUNT(words); i++)
        if (!strcmp(words[i][0], name))
            return words[i][1];
    return NULL;
}

/* Whether the names differ in digits at most, as w3 and w2: no slip of the pen. */
static bool differ_in_digits(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, "0123456789");
        b += strspn(b, "0123456789");
        if (!*a || *a != *b)
            return *a == *b;
    }
}

/* w3 for the third element of a vector w. */
static bool meant_element(const struct parser *p, const char *name, struct ob_buf *out)
{
    size_t stem = strcspn(name, "0123456789");
    const struct ob_name *v = ob_scope_find_n(p->scope, name, stem);
    if (!name[stem] || strspn(name + stem, "0123456789") != strlen(name + stem))
        return false;
    if (!v || !v->shape.rows || v->shape.cols)
        return false;
    ob_buf_addf(out, "; did you mean '%s[%s]'?", v->text, name + stem);
    return true;
}

/* b.x for the product of b and x. */
static bool meant_product(const struct parser *p, const char *name, struct ob_buf *out)
{
    size_t n = strcspn(name, ".");
    const struct ob_name *a = ob_scope_find_n(p->scope, name, n), *b = NULL;
    if (name[n])
        b = ob_scope_find(p->scope, name + n + 1);
    if (a && b)
        ob_buf_addf(out, "; did you mean '%s%s%s'?", a->text,
                    a->shape.rows && b->shape.rows ? " @ " : "*", b->text);
    return a && b;
}

/* The text goes on as a name that needs backticks: living area. */
static bool meant_quoted(const struct parser *p, const struct token *t,
                         struct ob_buf *out)
{
    if (t->kind != TOKEN_NAME)
        return false;
    for (size_t i = 0; i < p->scope->n; i++) {
        const char *name = p->scope->name[i].text;
        if (strncmp(p->text + t->from, name, strlen(name)) || ob_formula_plain_name(name))
            continue;
        ob_buf_addf(out, "; did you mean `%s`?", name);
        return true;
    }
    return false;
}

static void suggest_name(const struct parser *p, const char *name, struct ob_buf *out)
{
    struct ob_suggest near;
    ob_suggest_init(&near, name);
    for (size_t i = 0; i < p->scope->n; i++)
        if (!differ_in_digits(name, p->scope->name[i].text))
            ob_suggest_offer(&near, p->scope->name[i].text);
    ob_suggest_offer(&near, "pi");
    ob_suggest_offer(&near, "e");
    if (!near.best)
        return;
    const struct ob_name *known = ob_scope_find(p->scope, near.best);
    const char *quote = known && !ob_formula_plain_name(near.best) ? "`" : "'";
    ob_buf_addf(out, "; did you mean %s%s%s?", quote, near.best, quote);
}

bool ob_wrong_name(struct parser *p, const struct token *t)
{
    struct ob_buf hint = { 0 }, name = { 0 };
    char text[WRONG_QUOTE];
    ob_buf_add(&name, p->text + t->from, t->to - t->from);
    if (!meant_element(p, name.data, &hint) && !meant_product(p, name.data, &hint) &&
        !meant_quoted(p, t, &hint))
        suggest_name(p, name.data, &hint);
    if (hint.len > 200)
        ob_buf_clear(&hint);
    ob_wrong(p, t->from, "unknown name '%s'%s",
             ob_wrong_quote(p, (struct ob_formula_at){ t->from, t->to }, text),
             ob_buf_text(&hint));
    ob_buf_finish(&hint);
    ob_buf_finish(&name);
    return false;
}

bool ob_wrong_function(struct parser *p, const struct token *t)
{
    const struct ob_formula_function *f = ob_formula_functions();
    char name[WRONG_QUOTE];
    struct ob_suggest near;
    ob_wrong_quote(p, (struct ob_formula_at){ t->from, t->to }, name);
    ob_suggest_init(&near, name);
    if (ob_scope_find_n(p->scope, p->text + t->from, t->to - t->from) ||
        ob_formula_constant(name, strlen(name)))
        return ob_wrong(p, t->from, "'%s' is not a function; a product is %s*(...)", name,
                        name);
    if (elsewhere(name))
        return ob_wrong(p, t->from, "unknown function '%s'; write %s", name,
                        elsewhere(name));
    for (; f->name; f++) /* first what is a part of the word: sin, not sign, for sinn */
        ob_suggest_offer(&near, strncmp(f->name, name, strlen(f->name)) ? NULL : f->name);
    for (f = ob_formula_functions(); f->name; f++)
        ob_suggest_offer(&near, f->name);
    if (near.best)
        return ob_wrong(p, t->from, "unknown function '%s'; did you mean '%s'?", name,
                        near.best);
    return ob_wrong(p, t->from, "unknown function '%s'", name);
}
