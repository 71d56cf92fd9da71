#include <config.h>

#include <string.h>

#include "optbench/base/text.h"
#include "wrong.h"

/* Characters that look like ones of the language, and what is to be written. */
static const struct {
    const char *text, *write;
} lookalikes[] = {
    { "\u2212", "-" },       { "\u2013", "-" },  { "\u2014", "-" },
    { "\u00d7", "*" },       { "\u00b7", "*" },  { "\u22c5", "*" },
    { "\u2217", "*" },       { "\u00f7", "/" },  { "\u2215", "/" },
    { "\u2044", "/" },       { "\u00b2", "^2" }, { "\u00b3", "^3" },
    { "\u221a", "sqrt(x)" }, { "\u03c0", "pi" }, { "\u00a0", "a blank" },
    { "\uff0c", "," },       { "\u2018", "`" },  { "\u2019", "`" },
};

static const char no_comparison[] =
    "formulas do not compare; pieces are made with max, min, abs, relu and step";

/* Signs of other languages, and what to write instead. */
static const struct {
    const char *text, *say;
} foreign[] = {
    { "**", "powers are written with ^" },
    { "<", no_comparison },
    { ">", no_comparison },
    { "==", no_comparison },
    { "!=", no_comparison },
    { "\u2264", no_comparison },
    { "\u2265", no_comparison },
    { "\u2260", no_comparison },
    { "?", no_comparison },
    { "&", no_comparison },
    { "|", "the absolute value is abs(x)" },
    { "{", "brackets are ( ) and [ ]" },
    { "}", "brackets are ( ) and [ ]" },
    { ";", "rows of a matrix are written [[a, b], [c, d]]" },
    { "'", "names that are not plain stand between backticks, `a name`" },
    { "\"", "names that are not plain stand between backticks, `a name`" },
    { ".", "a name begins with a letter, and a number has a digit beside its point" },
};

static bool begins(const char *s, const char *with)
{
    return !strncmp(s, with, strlen(with));
}

/* One character of the text, whatever it is. */
static const char *character(const char *s, char out[static 8])
{
    uint32_t rune;
    size_t n = ob_utf8_decode(s, strnlen(s, 4), &rune);
    n = n ? n : 1;
    memcpy(out, s, n);
    out[n] = '\0';
    return out;
}

bool ob_wrong_token(struct parser *p)
{
    const struct token *t = ob_parser_peek(p);
    const char *s = p->text + t->from;
    char text[WRONG_QUOTE], rune[8];
    if (*s == '`' && s[1] == '`')
        return ob_wrong(p, t->from, "there is no name between these backticks");
    if (*s == '`')
        return ob_wrong(p, t->from, "the backtick before a name is never closed");
    if (strchr(".0123456789", *s) && t->to - t->from > 1)
        return ob_wrong(
            p, t->from, "'%s' is too large for a number",
            ob_wrong_quote(p, (struct ob_formula_at){ t->from, t->to }, text));
    if (*s == ';' && p->definition && !p->open)
        return ob_wrong(p, t->from, "';': definitions are divided by commas");
    for (size_t i = 0; i < OB_COUNT(foreign); i++)
        if (begins(s, foreign[i].text))
            return ob_wrong(p, t->from, "'%s': %s", foreign[i].text, foreign[i].say);
    character(s, rune);
    for (size_t i = 0; i < OB_COUNT(lookalikes); i++)
        if (begins(s, lookalikes[i].text))
            return ob_wrong(p, t->from, "'%s' is not of the language: write %s", rune,
                            lookalikes[i].write);
    if ((unsigned char)*s >= 0x80)
        return ob_wrong(p, t->from,
                        "'%s' has no place in a plain name; `a name` may hold "
                        "any letters",
                        rune);
    return ob_wrong(p, t->from, "'%s' has no place in a formula", rune);
}
