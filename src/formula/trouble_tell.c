#include "trouble_tell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/formula/parse.h"

enum { DIGITS = 6, MOST_TERM = 60 /* characters of a term that are shown */ };

static void add_number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_show(text, sizeof text, v, DIGITS);
    ob_buf_adds(out, text);
}

/* Adds words with each @ replaced by the next of the numbers a and b. */
static void add_words(struct ob_buf *out, const char *words, double a, double b)
{
    const double number[2] = { a, b };
    for (size_t k = 0; *words; words++)
        if (*words == '@')
            add_number(out, number[k++]);
        else
            ob_buf_addc(out, *words);
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* The characters of text from byte `from` on, up to byte `to`. */
static size_t characters(const char *text, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += begins_character(text[i]);
    return n;
}

static void add_excerpt(struct ob_buf *out, const char *text, size_t from, size_t to)
{
    size_t end = from, n = 0;
    for (; end < to && text[end] != '\n'; end++) {
        n += begins_character(text[end]);
        if (n > MOST_TERM)
            break;
    }
    ob_buf_add(out, text + from, end - from);
    if (end < to)
        ob_buf_adds(out, "...");
}

/* "log(x - 2) at column 9"; columns count within the line of the text. */
static void add_term(const struct ob_graph *g, const struct trouble *t, const char *text,
                     struct ob_buf *out)
{
    struct ob_formula_at at = g->node[t->node].at;
    if (!text || at.to <= at.from || at.to > strlen(text)) {
        ob_formula_write_node(g, t->node, NULL, MOST_TERM, out);
        return;
    }
    size_t line = at.from;
    while (line > 0 && text[line - 1] != '\n')
        line--;
    add_excerpt(out, text, at.from, at.to);
    ob_buf_addf(out, " at column %zu", characters(text, line, at.from) + 1);
}

/* A result beyond the largest number; every operation can have one. */
static const char *too_large(enum ob_formula_op op)
{
    switch (op) {
    case OB_OP_ADD:
        return "the sum of @ and @ is too large";
    case OB_OP_SUB:
        return "the difference of @ and @ is too large";
    case OB_OP_MUL:
        return "the product of @ and @ is too large";
    case OB_OP_DIV:
        return "@ divided by @ is too large";
    case OB_OP_POW:
        return "@ to the power of @ is too large";
    case OB_OP_EXP:
    case OB_OP_EXPM1:
        return "the exponential of @ is too large";
    case OB_OP_SIN:
    case OB_OP_COS:
    case OB_OP_TAN:
        return "the angle @ is too large";
    case OB_OP_SUM:
        return "the sum over the rows is too large";
    default:
        return "the result for @ is too large";
    }
}

/* What is outside of the domain; NULL where nothing is. */
static const char *outside(enum ob_formula_op op, double a, double b)
{
    switch (op) {
    case OB_OP_LOG:
        return a < 0 ? "the logarithm of a negative number, @" : "the logarithm of zero";
    case OB_OP_LOG1P:
        return a < -1 ? "the logarithm of a negative number, 1 + @"
                      : "the logarithm of zero";
    case OB_OP_SQRT:
        return "the square root of a negative number, @";
    case OB_OP_DIV:
        return b == 0 ? "division of @ by zero" : NULL;
    case OB_OP_POW:
        if (a == 0 && b < 0)
            return "zero to a negative power, @";
        return a < 0 && b != rint(b)
                   ? "a negative number, @, to the power of @, which is "
                     "not whole"
                   : NULL;
    default:
        return NULL;
    }
}

static void add_reason(const struct ob_node *n, const struct trouble *t,
                       enum ob_dtype dtype, struct ob_buf *out)
{
    const char *words = outside(n->op, t->a, t->b);
    if (n->op == OB_OP_CONST) {
        ob_buf_addf(out, "is too large for %s", ob_dtype_name(dtype));
    } else if (ob_formula_operands(n->op) == 0) {
        ob_buf_adds(out, isnan(t->value) ? "is not a number" : "is infinite");
    } else if (words) {
        bool second = n->op == OB_OP_POW && t->a == 0;
        add_words(out, words, second ? t->b : t->a, t->b);
    } else {
        add_words(out, too_large(n->op), t->a, t->b);
        ob_buf_addf(out, " for %s", ob_dtype_name(dtype));
    }
}

void trouble_tell(const struct ob_graph *g, const struct trouble *t, bool derived,
                  enum ob_dtype dtype, const char *text, struct ob_buf *out)
{
    const struct ob_node *n = &g->node[t->node];
    if (derived)
        ob_buf_adds(out, "in the derivative of ");
    add_term(g, t, text, out);
    ob_buf_adds(out, ob_formula_operands(n->op) > 0 ? ": " : " ");
    add_reason(n, t, dtype, out);
    if (n->rows)
        ob_buf_addf(out, " (row %zu)", t->row + 1);
}
