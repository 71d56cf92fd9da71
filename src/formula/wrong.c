#include <config.h>

#include "wrong.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "functions.h"
#include "optbench/base/buf.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"

static size_t column_of(const char *text, size_t byte)
{
    size_t column = 1;
    for (size_t i = 0; i < byte; column++) {
        uint32_t rune;
        size_t n = ob_utf8_decode(text + i, byte - i, &rune);
        i += n ? n : 1;
    }
    return column;
}

bool ob_wrong(struct parser *p, size_t byte, const char *format, ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_fail(p->err, OB_ECONFIG, "%s (column %zu)", ob_buf_text(&text),
            column_of(p->text, byte));
    ob_buf_finish(&text);
    return false;
}

const char *ob_wrong_quote(const struct parser *p, struct ob_formula_at at,
                           char out[static WRONG_QUOTE])
{
    const char *s = p->text + at.from;
    size_t n = at.to - at.from, most = WRONG_QUOTE - sizeof "...";
    bool cut = n > most;
    if (cut)
        for (n = most; n > most - 4 && ((unsigned char)s[n] & 0xc0) == 0x80;)
            n--;
    for (size_t i = 0; i < n; i++)
        out[i] = strchr("\t\r\n", s[i]) ? ' ' : s[i];
    strncpy(out + n, cut ? "..." : "", sizeof "...");
    return out;
}

static const char *token_text(const struct parser *p, const struct token *t,
                              char out[static WRONG_QUOTE])
{
    bool quote = t->kind == TOKEN_QUOTED;
    return ob_wrong_quote(p, (struct ob_formula_at){ t->from - quote, t->to + quote },
                          out);
}

static bool never_closed(struct parser *p)
{
    const struct token *open = &p->token[p->open - 1];
    return ob_wrong(p, open->from, "'%c' is never closed", open->kind);
}

bool ob_wrong_operand(struct parser *p)
{
    const struct token *t = ob_parser_peek(p), *before = p->at ? t - 1 : NULL;
    char a[WRONG_QUOTE], b[WRONG_QUOTE];
    if (t->kind == TOKEN_WRONG)
        return ob_wrong_token(p);
    if (t->kind == TOKEN_END && !before)
        return ob_wrong(p, 0, "the formula is empty");
    if (!before && (t->kind == ')' || t->kind == ']'))
        return ob_wrong(p, t->from, "'%c' closes nothing", t->kind);
    if (!before)
        return ob_wrong(p, t->from, "nothing before '%c'", t->kind);
    token_text(p, before, a);
    if (t->kind == TOKEN_END && p->open && strchr("([,", *a))
        return never_closed(p);
    if (t->kind == TOKEN_END)
        return ob_wrong(p, before->from, "nothing follows '%s'", a);
    return ob_wrong(p, t->from, "nothing between '%s' and '%s'", a, token_text(p, t, b));
}

/* Two operands and no operator between them. */
static bool missing_operator(struct parser *p)
{
    const struct token *t = ob_parser_peek(p), *before = t - 1;
    char a[WRONG_QUOTE], b[WRONG_QUOTE], both[WRONG_QUOTE];
    struct ob_formula_at at = ob_parser_span(p, p->at - 1);
    at.to = t->to + (t->kind == TOKEN_QUOTED);
    token_text(p, before, a);
    token_text(p, t, b);
    ob_wrong_quote(p, at, both);
    if (before->kind != TOKEN_NUMBER)
        return ob_wrong(p, at.from, "'%s': an operator is missing; a product is %s*%s",
                        both, a, b);
    if (t->kind == TOKEN_NUMBER)
        return ob_wrong(p, at.from, "'%s' is not a number", both);
    if (!strncmp(a, "0", 2) && (*b == 'x' || *b == 'X'))
        return ob_wrong(p, at.from, "'%s': numbers are decimal; a product is %s*%s", both,
                        a, b);
    return ob_wrong(p, at.from, "'%s': write %s*%s", both, a, b);
}

bool ob_wrong_decimal(const struct parser *p, size_t number)
{
    const struct token *t = &p->token[number];
    return t[0].kind == TOKEN_NUMBER && t[1].kind == ',' && t[2].kind == TOKEN_NUMBER &&
           t[0].to == t[1].from && t[1].to == t[2].from;
}

static bool stray_comma(struct parser *p)
{
    const struct token *t = ob_parser_peek(p);
    char a[WRONG_QUOTE], b[WRONG_QUOTE];
    if (!ob_wrong_decimal(p, p->at - 1))
        return ob_wrong(p, t->from, "',' has no place here; a vector is written [a, b]");
    token_text(p, t - 1, a);
    token_text(p, t + 1, b);
    return ob_wrong(p, t[-1].from, "'%s,%s': decimals have a point, %s.%s", a, b, a, b);
}

bool ob_wrong_end(struct parser *p)
{
    const struct token *t = ob_parser_peek(p);
    const struct token *open = p->open ? &p->token[p->open - 1] : NULL;
    switch (t->kind) {
    case TOKEN_WRONG:
        return ob_wrong_token(p);
    case TOKEN_END:
        return never_closed(p);
    case ',':
        return stray_comma(p);
    case '=':
        return ob_wrong(p, t->from,
                        "'=' has no place in an expression; let gives names to them");
    case ')':
    case ']':
        if (!open)
            return ob_wrong(p, t->from, "'%c' closes nothing", t->kind);
        return ob_wrong(p, t->from, "'%c' of column %zu ends with '%c'", open->kind,
                        column_of(p->text, open->from), t->kind);
    default:
        return missing_operator(p);
    }
}

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
    if (!meant_element(p, name.data, &hint) && !meant_product(p, name.data, &hint))
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
    token_text(p, t, name);
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
