#include <config.h>

#include "ini_line.h"

#include <string.h>

bool ini_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool ini_is_mark(char c)
{
    return c == ';' || c == '#';
}

struct span ini_trim(const char *s, size_t n)
{
    while (n && ini_is_blank(*s))
        s++, n--;
    while (n && ini_is_blank(s[n - 1]))
        n--;
    return (struct span){ s, n };
}

size_t ini_without_comment(const char *s, size_t n, bool *open_quote)
{
    bool quoted = false, begins = true;
    size_t i = 0;
    for (; i < n; i++) {
        if (quoted) {
            if (s[i] == '"' && i + 1 < n && s[i + 1] == '"')
                i++;
            else if (s[i] == '"')
                quoted = false;
        } else if (begins && s[i] == '"') {
            quoted = true;
        } else if (ini_is_mark(s[i]) && (i == 0 || ini_is_blank(s[i - 1]))) {
            break;
        }
        begins = ini_is_blank(s[i]) || s[i] == ',';
    }
    *open_quote = quoted;
    return i;
}

size_t ini_separator(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '=' || s[i] == ':')
            return i;
        if (ini_is_mark(s[i]) && i && ini_is_blank(s[i - 1]))
            break;
    }
    return n;
}

static bool is_word(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.",
                    s[i]))
            return false;
    return n > 0;
}

bool ini_looks_like_item(struct span s)
{
    if (s.n && s.s[0] == '[' && s.s[s.n - 1] == ']')
        return true;
    size_t at = ini_separator(s.s, s.n);
    if (at + 1 >= s.n || s.s[at] != '=' || s.s[at + 1] == '=')
        return false;
    struct span name = ini_trim(s.s, at);
    return is_word(name.s, name.n);
}

static struct span value_of(const char *s, size_t n)
{
    bool open_quote;
    struct span all = ini_trim(s, n);
    return ini_trim(all.s, ini_without_comment(all.s, all.n, &open_quote));
}

struct ini_lines ini_lines_of(const char *text, size_t n)
{
    bool bom = n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
    return (struct ini_lines){
        .text = text, .n = n, .at = bom ? 3 : 0, .section = { text, 0 }
    };
}

/* "[name]": false where the reader refuses it. */
static bool header(struct span line, struct span *name)
{
    const char *close = memchr(line.s, ']', line.n);
    if (!close)
        return false;
    struct span rest = ini_trim(close + 1, (size_t)(line.s + line.n - close - 1));
    *name = ini_trim(line.s + 1, (size_t)(close - line.s - 1));
    return name->n && (!rest.n || ini_is_mark(rest.s[0]));
}

static bool ends_in_comma(struct span value)
{
    return value.n && value.s[value.n - 1] == ',';
}

static void classify(struct ini_lines *l, struct span line, bool indented,
                     struct ini_line *out)
{
    size_t at;
    bool listing = l->listing;
    if (line.n && !ini_is_mark(line.s[0]))
        l->listing = false;
    if (!line.n) {
        out->kind = INI_EMPTY;
    } else if (ini_is_mark(line.s[0])) {
        out->kind = INI_COMMENT;
    } else if (indented && l->open) {
        out->value = value_of(line.s, line.n);
        bool item = !listing && ini_looks_like_item(out->value);
        out->kind = item ? INI_MISLAID : INI_MORE;
        l->listing = !item && ends_in_comma(out->value);
    } else if (line.s[0] == '[') {
        out->kind = header(line, &out->name) ? INI_HEADER : INI_OTHER;
        l->section = out->kind == INI_HEADER ? out->name : (struct span){ 0 };
        l->open = false;
    } else if ((at = ini_separator(line.s, line.n)) < line.n && at > 0) {
        out->kind = INI_KEY;
        out->name = ini_trim(line.s, at);
        out->mark = (size_t)(line.s - l->text) + at;
        out->value = value_of(line.s + at + 1, line.n - at - 1);
        l->listing = ends_in_comma(out->value);
        l->open = true;
    } else {
        l->open = true; /* as the reader has it: what is indented below belongs to it */
    }
}

bool ini_lines_next(struct ini_lines *l, struct ini_line *out)
{
    if (l->at >= l->n)
        return false;
    const char *s = l->text + l->at;
    const char *nl = memchr(s, '\n', l->n - l->at);
    size_t n = nl ? (size_t)(nl - s) : l->n - l->at;
    *out = (struct ini_line){ .kind = INI_OTHER,
                              .number = ++l->number,
                              .at = l->at,
                              .next = l->at + n + (nl != NULL) };
    if (n && s[n - 1] == '\r')
        n--;
    out->end = l->at + n;
    l->at = out->next;
    struct span line = ini_trim(s, n);
    classify(l, line, line.s > s, out);
    return true;
}
