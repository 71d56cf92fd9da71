#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "json_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

struct reader {
    const char *text, *at, *end;
    unsigned depth;
    size_t values;
    struct ob_err *err;
};

static bool parse_value(struct reader *r, struct ob_json_value *out);

/* Fails at r->at; a column counts characters. */
static bool wrong(struct reader *r, const char *what)
{
    unsigned line = 1, column = 1;
    for (const char *s = r->text; s < r->at; s++) {
        if (*s == '\n') {
            line++;
            column = 1;
        } else if ((*s & 0xc0) != 0x80) {
            column++;
        }
    }
    return ob_fail(r->err, OB_EDATA, "line %u, column %u: %s", line, column, what);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
    uint32_t v = 0;
    if (r->end - r->at < 4)
        return wrong(r, "\\u needs four hexadecimal digits");
    for (int i = 0; i < 4; i++) {
        char c = r->at[i], lower = (char)(c | 0x20);
        if (c >= '0' && c <= '9')
            v = v << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            v = v << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return wrong(r, "\\u needs four hexadecimal digits");
    }
    r->at += 4;
    *out = v;
    return true;
}

/* Behind "\u": one character, or the two halves of one. */
static bool read_unicode(struct reader *r, struct ob_buf *out)
{
    uint32_t rune, low;
    char utf8[4];
    if (!read_hex4(r, &rune))
        return false;
    if (rune == 0)
        return wrong(r, "a string holds a NUL");
    if (rune >= 0xdc00 && rune <= 0xdfff)
        return wrong(r, "half of a surrogate pair");
    if (rune >= 0xd800 && rune <= 0xdbff) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
            return wrong(r, "half of a surrogate pair");
        r->at += 2;
        if (!read_hex4(r, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return wrong(r, "half of a surrogate pair");
        rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
    }
    ob_buf_add(out, utf8, ob_utf8_encode(utf8, rune));
    return true;
}

static bool read_escape(struct reader *r, struct ob_buf *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (r->at == r->end)
        return wrong(r, "the text ends inside a string");
    char c = *r->at++;
    if (c == 'u')
        return read_unicode(r, out);
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) {
        r->at--;
        return wrong(r, "unknown escape");
    }
    ob_buf_addc(out, to[known - from]);
    return true;
}

/* Behind the opening quote; the closing one is taken. */
static bool read_string(struct reader *r, struct ob_buf *out)
{
    uint32_t rune;
    for (;;) {
        if (r->at == r->end)
            return wrong(r, "the text ends inside a string");
        if (*r->at == '"') {
            r->at++;
            return true;
        }
        if (*r->at == '\\') {
            r->at++;
            if (!read_escape(r, out))
                return false;
            continue;
        }
        size_t n = ob_utf8_decode(r->at, (size_t)(r->end - r->at), &rune);
        if (n == 0)
            return wrong(r, "not UTF-8");
        if (rune < 0x20)
            return wrong(r, "a control character inside a string");
        ob_buf_add(out, r->at, n);
        r->at += n;
    }
}

static bool parse_string(struct reader *r, char **out)
{
    struct ob_buf text = { 0 };
    if (!read_string(r, &text)) {
        ob_buf_finish(&text);
        return false;
    }
    *out = ob_buf_take(&text);
    return true;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? : narrower than ob_number_scan(). */
static size_t number_length(const char *s, const char *end, bool *integer)
{
    const char *p = s;
    size_t digits = 0;
    *integer = true;
    p += p < end && *p == '-';
    if (p < end && *p == '0') {
        p++;
    } else {
        for (; p < end && *p >= '0' && *p <= '9'; p++)
            digits++;
        if (digits == 0)
            return 0;
    }
    for (int part = 0; part < 2 && p < end; part++) {
        if (part == 0 ? *p != '.' : (*p | 0x20) != 'e')
            continue;
        *integer = false;
        p++;
        if (part == 1 && p < end && (*p == '+' || *p == '-'))
            p++;
        const char *first = p;
        while (p < end && *p >= '0' && *p <= '9')
            p++;
        if (p == first)
            return 0;
    }
    return (size_t)(p - s);
}

static bool parse_number(struct reader *r, struct ob_json_value *out)
{
    bool integer;
    size_t n = number_length(r->at, r->end, &integer);
    if (n == 0 || !ob_number_parse(r->at, n, &out->number))
        return wrong(r, "a value is missing or not JSON");
    out->kind = OB_JSON_NUMBER;
    out->flag = integer && ob_integer_parse(r->at, n, &out->integer);
    r->at += n;
    return true;
}

static bool parse_word(struct reader *r, struct ob_json_value *out)
{
    static const struct {
        const char *text;
        enum ob_json_kind kind;
        bool flag;
    } words[] = { { "null", OB_JSON_NULL, false },
                  { "false", OB_JSON_BOOL, false },
                  { "true", OB_JSON_BOOL, true } };
    for (size_t i = 0; i < OB_COUNT(words); i++) {
        size_t n = strlen(words[i].text);
        if ((size_t)(r->end - r->at) >= n && memcmp(r->at, words[i].text, n) == 0) {
            out->kind = words[i].kind;
            out->flag = words[i].flag;
            r->at += n;
            return true;
        }
    }
    return parse_number(r, out);
}

/* A new zeroed entry at the end of an array or object. It counts at once, so that a
 * failure inside it is released with the rest. */
static struct ob_json_value *append(struct ob_json_value *v, char *key)
{
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 4;
        v->item = ob_xreallocarray(v->item, v->cap, sizeof *v->item);
        if (v->kind == OB_JSON_OBJECT)
            v->key = ob_xreallocarray(v->key, v->cap, sizeof *v->key);
    }
    if (v->kind == OB_JSON_OBJECT)
        v->key[v->n] = key;
    v->item[v->n] = (struct ob_json_value){ 0 };
    return &v->item[v->n++];
}

static bool parse_member(struct reader *r, struct ob_json_value *object)
{
    char *key;
    if (!take(r, '"'))
        return wrong(r, "a key is missing");
    if (!parse_string(r, &key))
        return false;
    struct ob_json_value *value = append(object, key);
    if (!take(r, ':'))
        return wrong(r, "a colon is missing");
    return parse_value(r, value);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Behind an object. Sorts, because the text may be hostile and the object large. */
static bool check_keys(struct reader *r, const struct ob_json_value *object)
{
    char **key = ob_xcalloc(object->n, sizeof *key);
    bool ok = true;
    memcpy(key, object->key, object->n * sizeof *key);
    qsort(key, object->n, sizeof *key, by_text);
    for (size_t i = 1; ok && i < object->n; i++)
        if (strcmp(key[i - 1], key[i]) == 0)
            ok = wrong(r, "a key stands twice in this object");
    free(key);
    return ok;
}

/* Behind the opening bracket. */
static bool parse_entries(struct reader *r, struct ob_json_value *out)
{
    bool object = out->kind == OB_JSON_OBJECT;
    char closing = object ? '}' : ']';
    if (r->depth == OB_JSON_DEPTH)
        return wrong(r, "nested too deeply");
    if (take(r, closing))
        return true;
    r->depth++;
    do {
        if (object ? !parse_member(r, out) : !parse_value(r, append(out, NULL)))
            return false;
    } while (take(r, ','));
    r->depth--;
    if (!take(r, closing))
        return wrong(r, object ? "'}' or ',' is missing" : "']' or ',' is missing");
    return !object || check_keys(r, out);
}

static bool parse_value(struct reader *r, struct ob_json_value *out)
{
    skip_blanks(r);
    if (r->at == r->end)
        return wrong(r, "the text ends too early");
    if (++r->values > OB_JSON_VALUES)
        return wrong(r, "too many values");
    if (*r->at == '"') {
        r->at++;
        out->kind = OB_JSON_STRING;
        return parse_string(r, &out->text);
    }
    if (*r->at == '{' || *r->at == '[') {
        out->kind = *r->at++ == '{' ? OB_JSON_OBJECT : OB_JSON_ARRAY;
        return parse_entries(r, out);
    }
    return parse_word(r, out);
}

struct ob_json_value *ob_json_parse(const char *text, size_t n, struct ob_err *err)
{
    struct reader r = { .text = text, .at = text, .end = text + n, .err = err };
    if (n > OB_JSON_MAX) {
        ob_fail(err, OB_EDATA, "%zu bytes of JSON are more than %zu", n, OB_JSON_MAX);
        return NULL;
    }
    struct ob_json_value *root = ob_xcalloc(1, sizeof *root);
    bool ok = parse_value(&r, root);
    skip_blanks(&r);
    if (ok && r.at != r.end)
        ok = wrong(&r, "text behind the value");
    if (!ok) {
        ob_json_free(root);
        return NULL;
    }
    return root;
}
