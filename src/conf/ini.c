#include <config.h>

#include "optbench/conf/ini.h"

#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ini_line.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

/* A file with more than this is not an experiment, and telling all of it is no help. */
#define ITEMS_MAX    ((size_t)4096)
#define PROBLEMS_MAX ((size_t)200)

/* What an indented line would go on with. */
enum open_key {
    NO_KEY,      /* nothing: the line stands for itself */
    GOOD_KEY,    /* the last entry of the list */
    REFUSED_KEY, /* a key that was reported; its value is of no interest */
};

/* Stands between the file and inih. inih calls next_line() for each line and, before it
 * asks for another, the handler for the key on it; so `line` is right in both. */
struct reader {
    struct ob_ini *ini;
    struct ob_diags *diags;
    const char *at, *end;
    unsigned line;   /* of the line handed out last, from 1 */
    size_t problems; /* of this file */
    enum open_key open;
    bool lost;           /* below a header that is malformed: its keys have no section */
    struct ob_buf value; /* of the last entry, which gets it when it is complete */
};

OB_PRINTF(2, 3) static void complain(struct reader *r, const char *format, ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_diags_add(r->diags, OB_ECONFIG, r->ini->path, r->line, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
    r->problems++;
}

/* The value in a line from `s` on; false after reporting a quote without an end. */
static bool value_of(struct reader *r, const char *s, size_t n, struct span *out)
{
    bool open_quote;
    struct span all = ini_trim(s, n);
    *out = ini_trim(all.s, ini_without_comment(all.s, all.n, &open_quote));
    if (open_quote)
        complain(r, "a quote mark without its partner on the same line");
    return !open_quote;
}

static void go_on(struct reader *r, struct span line)
{
    struct span more;
    if (r->open == REFUSED_KEY || !value_of(r, line.s, line.n, &more))
        return;
    struct ob_ini_entry *e = &r->ini->entry[r->ini->entries - 1];
    bool listing = r->value.len && ob_buf_text(&r->value)[r->value.len - 1] == ',';
    if (!listing && ini_looks_like_item(more)) {
        complain(r,
                 "an indented line goes on with the value of '%s' above; a key or a "
                 "section starts at the beginning of its line",
                 e->key);
        return;
    }
    if (r->value.len)
        ob_buf_addc(&r->value, ' ');
    ob_buf_add(&r->value, more.s, more.n);
}

/* The last entry is complete: gives it its value. */
static void close_entry(struct reader *r)
{
    if (r->open == GOOD_KEY)
        r->ini->entry[r->ini->entries - 1].value = ob_buf_take(&r->value);
    ob_buf_clear(&r->value);
    r->open = NO_KEY;
}

static bool name_fits(struct reader *r, struct span name, const char *what)
{
    if (name.n <= OB_INI_NAME_MAX)
        return true;
    complain(r, "%s '%.20s...' is longer than %zu bytes", what, name.s, OB_INI_NAME_MAX);
    return false;
}

/* inih would look for the ']' in front of the comment only. */
static bool holds_comment(struct span name)
{
    for (size_t i = 1; i < name.n; i++)
        if (ini_is_mark(name.s[i]) && ini_is_blank(name.s[i - 1]))
            return true;
    return false;
}

/* Writes "[section]" for inih; false after reporting. */
static bool hand_header(struct reader *r, struct span line, char *out, size_t cap)
{
    close_entry(r);
    r->lost = true;
    const char *close = memchr(line.s, ']', line.n);
    if (!close) {
        complain(r, "a section header needs a ']' at its end");
        return false;
    }
    struct span rest = ini_trim(close + 1, (size_t)(line.s + line.n - close - 1));
    if (rest.n && !ini_is_mark(rest.s[0])) {
        complain(r, "text behind the ']' of a section header");
        return false;
    }
    struct span name = ini_trim(line.s + 1, (size_t)(close - line.s - 1));
    if (!name.n) {
        complain(r, "a section header without a name");
        return false;
    }
    if (holds_comment(name)) {
        complain(r, "a comment inside a section header");
        return false;
    }
    if (!name_fits(r, name, "the section name"))
        return false;
    struct ob_ini *ini = r->ini;
    ini->header = ob_xreallocarray(ini->header, ini->headers + 1, sizeof *ini->header);
    ini->header[ini->headers++] = (struct ob_ini_header){
        .section = ob_xstrndup(name.s, name.n),
        .line = r->line,
    };
    r->lost = false;
    snprintf(out, cap, "[%.*s]\n", (int)name.n, name.s);
    return true;
}

/* Writes "key =" for inih and keeps the value, which inih would cut at its own idea of
 * a comment or at its line length; false after reporting. */
static bool hand_key(struct reader *r, struct span line, char *out, size_t cap)
{
    close_entry(r);
    r->open = REFUSED_KEY;
    size_t at = ini_separator(line.s, line.n);
    if (at == line.n) {
        complain(r, "expected 'key = value' or '[section]'");
        return false;
    }
    struct span key = ini_trim(line.s, at), value;
    if (!key.n) {
        complain(r, "a value without a key in front of it");
        return false;
    }
    if (!name_fits(r, key, "the key") ||
        !value_of(r, line.s + at + 1, line.n - at - 1, &value))
        return false;
    ob_buf_add(&r->value, value.s, value.n);
    snprintf(out, cap, "%.*s =\n", (int)key.n, key.s);
    return true;
}

/* The next line of the file without its end; false at the end of the file. */
static bool physical_line(struct reader *r, struct span *out)
{
    if (r->at >= r->end)
        return false;
    const char *nl = memchr(r->at, '\n', (size_t)(r->end - r->at));
    const char *stop = nl ? nl : r->end;
    *out = (struct span){ r->at, (size_t)(stop - r->at) };
    r->at = nl ? nl + 1 : r->end;
    r->line++;
    if (out->n && out->s[out->n - 1] == '\r')
        out->n--;
    return true;
}

static bool too_much(struct reader *r)
{
    if (r->ini->entries + r->ini->headers > ITEMS_MAX)
        complain(r, "too many keys for an experiment; the rest was not read");
    else if (r->problems >= PROBLEMS_MAX)
        complain(r, "too many problems; the rest was not read");
    else
        return false;
    return true;
}

/* The ini_reader: puts the next line that inih has to see into out[cap]. */
static char *next_line(char *out, int cap, void *stream)
{
    struct reader *r = stream;
    struct span raw;
    OB_REQUIRE(cap > (int)OB_INI_NAME_MAX + 8);
    while (!too_much(r) && physical_line(r, &raw)) {
        struct ob_err err;
        if (!ob_ini_check_text(raw.s, raw.n, &err)) {
            complain(r, "%s", err.text);
            close_entry(r);
            r->open = REFUSED_KEY;
            continue;
        }
        struct span line = ini_trim(raw.s, raw.n);
        if (!line.n || ini_is_mark(line.s[0]))
            continue;
        if (line.s > raw.s && r->open != NO_KEY) {
            go_on(r, line);
            continue;
        }
        if (line.s[0] == '[' ? hand_header(r, line, out, (size_t)cap)
                             : !r->lost && hand_key(r, line, out, (size_t)cap))
            return out;
    }
    return NULL;
}

/* The ini_handler; a duplicate is reported here, where both lines are known. */
static int take_key(void *user, const char *section, const char *key, const char *unused)
{
    (void)unused;
    struct reader *r = user;
    struct ob_ini *ini = r->ini;
    for (size_t i = 0; i < ini->entries; i++) {
        const struct ob_ini_entry *e = &ini->entry[i];
        if (strcmp(e->key, key) || strcmp(e->section, section))
            continue;
        complain(r, "%s.%s: set twice; the first is on line %u", section, key, e->line);
        return 1;
    }
    ini->entry = ob_xreallocarray(ini->entry, ini->entries + 1, sizeof *ini->entry);
    ini->entry[ini->entries++] = (struct ob_ini_entry){
        .section = ob_xstrdup(section),
        .key = ob_xstrdup(key),
        .line = r->line,
    };
    r->open = GOOD_KEY;
    return 1;
}

bool ob_ini_parse(const char *path, const char *text, size_t n, struct ob_ini *ini,
                  struct ob_diags *diags)
{
    ini->path = ob_xstrdup(path);
    struct reader r = { .ini = ini, .diags = diags, .at = text, .end = text + n };
    if (n >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
        return ob_diags_add(diags, OB_ECONFIG, path, 1,
                            "this is UTF-16; save the file as UTF-8");
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        r.at += 3;
    int bad = ini_parse_stream(next_line, &r, take_key, &r);
    close_entry(&r);
    ob_buf_finish(&r.value);
    if (bad && !r.problems)
        return ob_diags_add(diags, OB_ECONFIG, path, r.line,
                            "inih could not read this line (%d)", bad);
    return r.problems == 0;
}

bool ob_ini_read(const char *path, struct ob_ini *ini, struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    bool ok = ob_file_read(path, OB_INI_FILE_MAX, &text, &err);
    if (ok) {
        ok = ob_ini_parse(path, ob_buf_text(&text), text.len, ini, diags);
    } else {
        ini->path = ob_xstrdup(path);
        ob_diags_add_err(diags, NULL, 0, &err);
    }
    ob_buf_finish(&text);
    return ok;
}

void ob_ini_finish(struct ob_ini *ini)
{
    for (size_t i = 0; i < ini->entries; i++) {
        free(ini->entry[i].section);
        free(ini->entry[i].key);
        free(ini->entry[i].value);
    }
    for (size_t i = 0; i < ini->headers; i++)
        free(ini->header[i].section);
    free(ini->entry);
    free(ini->header);
    free(ini->path);
    *ini = (struct ob_ini){ 0 };
}
