/* What to say of a text that is no formula: one line, and the column that it is about. */
#ifndef OB_FORMULA_WRONG_H
#define OB_FORMULA_WRONG_H

#include "optbench/base/compiler.h"
#include "parser.h"

enum { WRONG_QUOTE = 48 };

/* Sets the error, ends it with the column of that byte, and returns false. */
bool ob_wrong(struct parser *p, size_t byte, const char *format, ...) OB_PRINTF(3, 4);

/* The text of [from, to) for an error: cut to fit, blanks as they are, one line. */
const char *ob_wrong_quote(const struct parser *p, struct ob_formula_at at,
                           char out[static WRONG_QUOTE]);

/* The next token cannot begin an operand. */
bool ob_wrong_operand(struct parser *p);

/* The next token can neither go on with an expression nor end it here. */
bool ob_wrong_end(struct parser *p);

/* The name of the token is none: with what may be meant (wrong_name.c). */
bool ob_wrong_name(struct parser *p, const struct token *t);
bool ob_wrong_function(struct parser *p, const struct token *t);

/* The next token is TOKEN_WRONG (wrong_token.c). */
bool ob_wrong_token(struct parser *p);

/* Whether "1,5" stands at these tokens, meant as one number perhaps. */
bool ob_wrong_decimal(const struct parser *p, size_t number);

#endif
