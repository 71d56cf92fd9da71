#include <config.h>

#include "wrong.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/buf.h"
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
    if (p->definition && t->kind == TOKEN_NAME && t[1].kind == '=')
        return ob_wrong(p, t->from, "a comma is missing before '%s ='",
                        token_text(p, t, b));
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
