/*
 * A text as tokens, all of it at once, because sums read their terms again and again.
 * The lexer knows no errors: what is no token is TOKEN_WRONG, and the last one; whoever
 * comes to it says what it is (wrong.h).
 */
#ifndef OB_FORMULA_LEXER_H
#define OB_FORMULA_LEXER_H

#include <stddef.h>
#include <stdint.h>

/* Operators and brackets are their characters. */
enum token_kind {
    TOKEN_END = 256,
    TOKEN_WRONG,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_QUOTED, /* a name between backticks, which do not belong to [from, to) */
};

struct token {
    int kind;
    uint32_t from, to; /* bytes of the text */
    double value;      /* of TOKEN_NUMBER, finite */
};

/* The tokens of a NUL-ended text, TOKEN_END or TOKEN_WRONG last; free() them. */
struct token *ob_lexer_tokens(const char *text);

/* What a name is made of, without backticks: the length that text begins with, or 0. */
size_t ob_lexer_name(const char *text);

#endif
