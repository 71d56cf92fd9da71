#include <config.h>

#include "lexer.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static const char digits[] = "0123456789";
static const char name_start[] = "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
static const char name_all[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.";

static bool one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

size_t ob_lexer_name(const char *text)
{
    return one_of(*text, name_start) ? strspn(text, name_all) : 0;
}

static struct token number(const char *text, size_t i)
{
    double value;
    size_t n = ob_number_scan(text + i, strspn(text + i, "0123456789.eE+-"), &value);
    return (struct token){
        .kind = isfinite(value) ? TOKEN_NUMBER : TOKEN_WRONG,
        .from = (uint32_t)i,
        .to = (uint32_t)(i + n),
        .value = value,
    };
}

static struct token quoted(const char *text, size_t i)
{
    size_t n = strcspn(text + i + 1, "`");
    bool closed = n > 0 && text[i + 1 + n] == '`';
    return (struct token){
        .kind = closed ? TOKEN_QUOTED : TOKEN_WRONG,
        .from = (uint32_t)(closed ? i + 1 : i),
        .to = (uint32_t)(i + 1 + n),
    };
}

/* "**" and "==" are no operators, so that they can be spoken of. */
static bool is_operator(const char *s)
{
    if ((*s == '*' || *s == '=') && s[1] == *s)
        return false;
    return one_of(*s, "+-*/^@()[],=");
}

static struct token token_at(const char *text, size_t i)
{
    const char *s = text + i;
    if (one_of(*s, digits) || (*s == '.' && one_of(s[1], digits)))
        return number(text, i);
    if (*s == '`')
        return quoted(text, i);
    size_t n = ob_lexer_name(s);
    int kind = n ? TOKEN_NAME : !*s ? TOKEN_END : is_operator(s) ? *s : TOKEN_WRONG;
    if (!n && *s)
        n = 1;
    return (struct token){ kind, (uint32_t)i, (uint32_t)(i + n), 0 };
}

struct token *ob_lexer_tokens(const char *text)
{
    size_t n = 0, cap = 0, i = 0;
    struct token *token = NULL;
    do {
        if (n == cap) {
            cap = cap ? 2 * cap : 32;
            token = ob_xreallocarray(token, cap, sizeof *token);
        }
        i += strspn(text + i, " \t\r\n");
        token[n] = token_at(text, i);
        i = token[n].to + (token[n].kind == TOKEN_QUOTED);
    } while (token[n].kind != TOKEN_END && token[n++].kind != TOKEN_WRONG);
    return token;
}
