#include <config.h>

#include "optbench/sweep/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/conf/ini.h"
#include "plan_text.h"

/* Digits of the number of a cell, at least. */
enum { DIGITS = 5 };

int plan_digits(size_t cells)
{
    int n = 1;
    for (size_t last = cells ? cells - 1 : 0; last >= 10; last /= 10)
        n++;
    return n > DIGITS ? n : DIGITS;
}

void ob_plan_name(const struct ob_plan *p, size_t cell, char out[static OB_PLAN_NAME_MAX])
{
    snprintf(out, OB_PLAN_NAME_MAX, "c%0*zu", p->digits, cell);
}

size_t ob_plan_key(const struct ob_plan *p, const char *key)
{
    size_t k = 0;
    while (k < p->keys && strcmp(p->key[k], key) != 0)
        k++;
    return k;
}

char **ob_plan_sets(const struct ob_plan *p, size_t cell, size_t *n)
{
    struct ob_buf text = { 0 };
    *n = 0;
    for (size_t k = 0; k < p->keys; k++) {
        const char *value = ob_plan_at(p, cell, k);
        if (!value)
            continue;
        ob_buf_addf(&text, "%s=%s", p->key[k], value);
        ob_buf_addc(&text, '\0');
        ++*n;
    }
    char **sets = ob_xmalloc((*n + 1) * sizeof *sets + text.len);
    char *at = (char *)(sets + *n + 1);
    if (text.len)
        memcpy(at, text.data, text.len);
    for (size_t i = 0; i < *n; i++, at += strlen(at) + 1)
        sets[i] = at;
    sets[*n] = NULL;
    ob_buf_finish(&text);
    return sets;
}

bool ob_plan_find(const struct ob_plan *p, const char *what, size_t *cell,
                  struct ob_err *err)
{
    const char *number = *what == 'c' ? what + 1 : what;
    int64_t i = -1;
    if (strspn(number, "0123456789") == strlen(number))
        ob_integer_parse(number, strlen(number), &i);
    if (i >= 0 && (uint64_t)i < p->cells) {
        *cell = (size_t)i;
        return true;
    }
    if (!p->cells)
        return ob_fail(err, OB_EUSAGE, "'%.100s' is no cell: the sweep has none", what);
    char first[OB_PLAN_NAME_MAX], last[OB_PLAN_NAME_MAX];
    ob_plan_name(p, 0, first);
    ob_plan_name(p, p->cells - 1, last);
    return ob_fail(err, OB_EUSAGE, "'%.100s' is no cell: they are %s to %s", what, first,
                   last);
}

/* ---- plan.csv ---- */

void plan_add_field(const char *s, struct ob_buf *out)
{
    if (*s && !strpbrk(s, ",\"")) {
        ob_buf_adds(out, s);
        return;
    }
    ob_buf_addc(out, '"');
    for (; *s; s++)
        ob_buf_addf(out, *s == '"' ? "\"%c" : "%c", *s);
    ob_buf_addc(out, '"');
}

void ob_plan_write(const struct ob_plan *p, struct ob_buf *out)
{
    ob_buf_adds(out, "cell");
    for (size_t k = 0; k < p->keys; k++) {
        ob_buf_addc(out, ',');
        plan_add_field(p->key[k], out);
    }
    ob_buf_addc(out, '\n');
    for (size_t i = 0; i < p->cells; i++) {
        char name[OB_PLAN_NAME_MAX];
        ob_plan_name(p, i, name);
        ob_buf_adds(out, name);
        for (size_t k = 0; k < p->keys; k++) {
            ob_buf_addc(out, ',');
            if (ob_plan_at(p, i, k))
                plan_add_field(ob_plan_at(p, i, k), out);
        }
        ob_buf_addc(out, '\n');
    }
}

/* A text that is taken apart where it stands. */
struct reader {
    char *at;
    size_t line; /* from 1 */
    struct ob_err *err;
};

OB_PRINTF(2, 3) static bool broken(const struct reader *r, const char *format, ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_fail(r->err, OB_EDATA, "plan.csv:%zu: %s", r->line, ob_buf_text(&text));
    ob_buf_finish(&text);
    return false;
}

/* Takes the quotes off the field at r->at; the end of what stood in them, or NULL. */
static char *unquote(struct reader *r)
{
    char *from = r->at + 1, *to = r->at;
    for (;; from++) {
        if (!*from || *from == '\n')
            return NULL;
        if (*from == '"' && *++from != '"')
            break;
        *to++ = *from;
    }
    r->at = from;
    return to;
}

/* The next field, ended where it stands; *more: another one of the line follows. NULL in
 * *out is an empty field without quotes. */
static bool field(struct reader *r, const char **out, bool *more)
{
    char *start = r->at, *end;
    bool quoted = *start == '"';
    if (quoted) {
        end = unquote(r);
        if (!end)
            return broken(r, "a quote mark without its partner on the same line");
    } else {
        r->at += strcspn(r->at, ",\n\"");
        end = r->at;
    }
    char mark = *r->at;
    if (mark != ',' && mark != '\n')
        return broken(r, mark ? "a field goes on behind a quote mark"
                              : "the line has no end: the file was cut");
    r->at++;
    *end = '\0';
    *more = mark == ',';
    *out = quoted || end > start ? start : NULL;
    return true;
}

/* Whether the line at hand is text. */
static bool check_line(const struct reader *r)
{
    struct ob_err why;
    return ob_ini_check_text(r->at, strcspn(r->at, "\n"), &why) ||
           broken(r, "%s", why.text);
}

/* Whether it is "section.key". */
static bool is_key(const char *s)
{
    const char *dot = s ? strrchr(s, '.') : NULL;
    return dot && dot > s && dot[1] && !strpbrk(s, "= \t");
}

static bool read_header(struct reader *r, struct ob_plan *p)
{
    const char *name;
    bool more;
    if (!check_line(r) || !field(r, &name, &more))
        return false;
    if (!name || strcmp(name, "cell") != 0)
        return broken(r, "the first column of a plan is 'cell'");
    while (more) {
        if (!field(r, &name, &more))
            return false;
        if (!is_key(name))
            return broken(r, "'%.100s' is no section.key", name ? name : "");
        if (ob_plan_key(p, name) < p->keys)
            return broken(r, "%.100s: a second column of that name", name);
        if (p->keys == OB_PLAN_KEYS_MAX)
            return broken(r, "more than %zu keys", OB_PLAN_KEYS_MAX);
        p->key = ob_xreallocarray(p->key, p->keys + 1, sizeof *p->key);
        p->key[p->keys++] = name;
    }
    return true;
}

static bool read_row(struct reader *r, struct ob_plan *p, size_t cell)
{
    char expected[OB_PLAN_NAME_MAX];
    const char *name;
    bool more;
    r->line++;
    ob_plan_name(p, cell, expected);
    if (!check_line(r) || !field(r, &name, &more))
        return false;
    if (!name || strcmp(name, expected) != 0)
        return broken(r, "the cell here is %s, not '%.100s'", expected, name ? name : "");
    for (size_t k = 0; k < p->keys; k++) {
        if (!more)
            return broken(r, "%zu fields, where there are %zu columns", k + 1,
                          p->keys + 1);
        if (!field(r, &p->value[cell * p->keys + k], &more))
            return false;
    }
    return more ? broken(r, "more fields than the %zu columns", p->keys + 1) : true;
}

static size_t lines_in(const char *s, size_t n)
{
    size_t lines = 0;
    for (const char *end = s + n; s < end && (s = memchr(s, '\n', (size_t)(end - s)));
         s++)
        lines++;
    return lines;
}

static bool read_all(struct reader *r, struct ob_plan *p, size_t n)
{
    size_t lines = lines_in(r->at, n);
    const char *nul = memchr(r->at, '\0', n);
    if (nul) {
        r->line = 1 + lines_in(r->at, (size_t)(nul - r->at));
        return broken(r, "a zero byte: this is no plan");
    }
    if (lines > OB_PLAN_CELLS_MAX + 1)
        return broken(r, "%zu cells; a sweep has at most %zu", lines - 1,
                      OB_PLAN_CELLS_MAX);
    if (!read_header(r, p))
        return false;
    if ((lines - 1) * p->keys > n)
        return broken(r, "%zu lines of %zu columns do not fit into %zu bytes", lines - 1,
                      p->keys + 1, n);
    p->digits = plan_digits(lines - 1);
    p->value = ob_xcalloc((lines - 1) * p->keys + 1, sizeof *p->value);
    for (; p->cells < lines - 1; p->cells++)
        if (!read_row(r, p, p->cells))
            return false;
    r->line++;
    return *r->at ? broken(r, "the line has no end: the file was cut") : true;
}

bool ob_plan_read(struct ob_plan *p, const char *text, size_t n, struct ob_err *err)
{
    p->text = ob_xmalloc(n + 1);
    if (n)
        memcpy(p->text, text, n);
    p->text[n] = '\0';
    struct reader r = { .at = p->text, .line = 1, .err = err };
    bool ok = read_all(&r, p, n);
    if (!ok)
        ob_plan_finish(p);
    return ok;
}

void ob_plan_finish(struct ob_plan *p)
{
    free(p->key);
    free(p->value);
    free(p->text);
    *p = (struct ob_plan){ 0 };
}
