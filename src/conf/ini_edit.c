#include <config.h>

#include "optbench/conf/ini_edit.h"

#include <string.h>

#include "ini_line.h"
#include "optbench/base/mem.h"

static bool is(struct span s, const char *word)
{
    return s.s && s.n == strlen(word) && !memcmp(s.s, word, s.n);
}

static struct ini_lines lines_of(const struct ob_buf *text)
{
    return ini_lines_of(ob_buf_text(text), text->len);
}

/* Replaces text[from..to) by s[0..n). */
static void splice(struct ob_buf *text, size_t from, size_t to, const char *s, size_t n)
{
    struct ob_buf out = { 0 };
    ob_buf_add(&out, ob_buf_text(text), from);
    ob_buf_add(&out, s, n);
    ob_buf_add(&out, ob_buf_text(text) + to, text->len - to);
    ob_buf_finish(text);
    *text = out;
}

/* Moves on to the line of the key; false at the end. */
static bool find_key(struct ini_lines *l, const char *section, const char *key,
                     struct ini_line *out)
{
    while (ini_lines_next(l, out))
        if (out->kind == INI_KEY && is(l->section, section) && is(out->name, key))
            return true;
    return false;
}

bool ob_ini_edit_has(const struct ob_buf *text, const char *section, unsigned *line)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at;
    while (ini_lines_next(&l, &at))
        if (at.kind == INI_HEADER && is(at.name, section)) {
            if (line)
                *line = at.number;
            return true;
        }
    if (line)
        *line = 0;
    return false;
}

/* Whether the lines up to the next item can still bring more of a value. */
static bool passes(const struct ini_line *line)
{
    return line->kind == INI_EMPTY || line->kind == INI_COMMENT ||
           line->kind == INI_MORE || line->kind == INI_MISLAID;
}

bool ob_ini_edit_get(const struct ob_buf *text, const char *section, const char *key,
                     struct ob_buf *value, unsigned *line)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at;
    if (!find_key(&l, section, key, &at)) {
        ob_ini_edit_has(text, section, line);
        return false;
    }
    if (line)
        *line = at.number;
    bool begun = at.value.n > 0;
    ob_buf_add(value, at.value.s, at.value.n);
    while (ini_lines_next(&l, &at) && passes(&at)) {
        if (at.kind != INI_MORE)
            continue;
        if (begun)
            ob_buf_addc(value, ' ');
        ob_buf_add(value, at.value.s, at.value.n);
        begun = true;
    }
    return true;
}

/* Takes out the lines that the value of the key above goes on over, from the line on that
 * `l` stands before. */
static void drop_more(struct ob_buf *text, struct ini_lines l, bool keep_comments)
{
    struct ob_buf out = { 0 };
    struct ini_line at;
    size_t rest = l.at;
    ob_buf_add(&out, l.text, l.at);
    while (ini_lines_next(&l, &at) && passes(&at)) {
        size_t value = at.kind == INI_MORE ? (size_t)(at.value.s - l.text) : 0;
        size_t behind = value + at.value.n;
        while (behind < at.end && ini_is_blank(l.text[behind]))
            behind++;
        rest = at.next;
        if (at.kind != INI_MORE) {
            ob_buf_add(&out, l.text + at.at, at.next - at.at);
        } else if (keep_comments && behind < at.end) {
            ob_buf_add(&out, l.text + at.at, value - at.at);
            ob_buf_add(&out, l.text + behind, at.next - behind);
        }
    }
    ob_buf_add(&out, l.text + rest, l.n - rest);
    ob_buf_finish(text);
    *text = out;
}

/* Gives the key on a line another value. */
static void put_value(struct ob_buf *text, const struct ini_line *line, const char *value)
{
    const char *s = ob_buf_text(text);
    struct ob_buf out = { 0 };
    size_t from = line->value.n ? (size_t)(line->value.s - s) : line->mark + 1;
    size_t to = from + line->value.n, n = strlen(value);
    if (!line->value.n) {
        while (to < line->end && ini_is_blank(s[to]))
            to++;
        ob_buf_addc(&out, ' ');
    }
    ob_buf_adds(&out, value);
    size_t comment = to;
    while (comment < line->end && ini_is_blank(s[comment]))
        comment++;
    if (comment < line->end) {
        /* The comment stays in its column where it can. */
        size_t column = comment - from, used = line->value.n ? n : n + 1;
        size_t pad = column > used ? column - used : 1;
        for (size_t i = 0; i < pad; i++)
            ob_buf_addc(&out, ' ');
        to = comment;
    }
    splice(text, from, to, ob_buf_text(&out), out.len);
    ob_buf_finish(&out);
}

/* How the lines of a text end: as the first one does. */
static const char *usual_end(const struct ob_buf *text)
{
    const char *nl = text->len ? memchr(text->data, '\n', text->len) : NULL;
    return nl && nl > text->data && nl[-1] == '\r' ? "\r\n" : "\n";
}

/* "key = value", the '=' where the line above has it. */
static void lay_out(struct ob_buf *out, const char *s, const struct ini_line *above,
                    const char *key, const char *value)
{
    size_t n = strlen(key);
    ob_buf_adds(out, key);
    if (above->kind != INI_KEY) {
        ob_buf_addf(out, " = %s", value);
        return;
    }
    size_t column = above->mark - above->at, first = above->name.n;
    size_t indent = (size_t)(above->name.s - s) - above->at;
    column -= indent;
    size_t pad = column > n ? column - n : column > first;
    for (size_t i = 0; i < pad; i++)
        ob_buf_addc(out, ' ');
    ob_buf_addc(out, s[above->mark]);
    size_t gap = above->value.n ? (size_t)(above->value.s - s) - above->mark - 1 : 1;
    for (size_t i = 0; i < gap; i++)
        ob_buf_addc(out, ' ');
    ob_buf_adds(out, value);
}

/* Adds the key below the line `above`, behind the bytes up to `at`. */
static void add_key(struct ob_buf *text, const struct ini_line *above, size_t at,
                    const char *key, const char *value)
{
    struct ob_buf out = { 0 };
    const char *s = ob_buf_text(text);
    bool ended = at > 0 && s[at - 1] == '\n';
    if (!ended)
        ob_buf_adds(&out, usual_end(text));
    lay_out(&out, s, above, key, value);
    if (ended)
        ob_buf_adds(&out, at > 1 && s[at - 2] == '\r' ? "\r\n" : "\n");
    splice(text, at, at, ob_buf_text(&out), out.len);
    ob_buf_finish(&out);
}

/* Where the lines of comment right above the header of a section begin; the end of the
 * text without its last empty lines where there is no such section. */
static size_t front_of(const struct ob_buf *text, const char *section, bool *found)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at;
    size_t front = l.at, last = l.at;
    bool commented = false;
    *found = false;
    while (ini_lines_next(&l, &at)) {
        if (at.kind != INI_EMPTY)
            last = at.next;
        if (!commented)
            front = at.at;
        commented = at.kind == INI_COMMENT;
        if (section && at.kind == INI_HEADER && is(at.name, section)) {
            *found = true;
            return front;
        }
    }
    return last > lines_of(text).at ? last : text->len;
}

static void add_section(struct ob_buf *text, const char *section, const char *key,
                        const char *value, const char *before)
{
    bool found;
    const char *end = usual_end(text);
    size_t at = front_of(text, before, &found);
    struct ob_buf out = { 0 };
    bool first = at == lines_of(text).at;
    bool ended = first || text->data[at - 1] == '\n';
    if (!found && !first)
        ob_buf_addf(&out, "%s%s", ended ? "" : end, end);
    ob_buf_addf(&out, "[%s]%s%s = %s", section, end, key, value);
    if (ended)
        ob_buf_adds(&out, end);
    if (found)
        ob_buf_adds(&out, end);
    splice(text, at, at, ob_buf_text(&out), out.len);
    ob_buf_finish(&out);
}

/* Where a key can be added to a section: behind its last key, *above, else behind its
 * last header; 0 = nowhere. */
static size_t room_below(const struct ob_buf *text, const char *section,
                         struct ini_line *above)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at;
    size_t end = 0;
    bool bare = false; /* in our section, and it has no key so far */
    while (ini_lines_next(&l, &at)) {
        /* An indented header would become a part of the value. */
        if (bare && at.kind == INI_HEADER && ini_is_blank(text->data[at.at]))
            end = 0;
        bare &= at.kind != INI_HEADER && at.kind != INI_KEY;
        if (!is(l.section, section))
            continue;
        bool first = at.kind == INI_HEADER && above->kind != INI_KEY;
        if (at.kind == INI_KEY || first)
            *above = at;
        bare |= first;
        if (at.kind == INI_KEY || at.kind == INI_MORE || at.kind == INI_MISLAID ||
            first || (at.kind == INI_OTHER && bare))
            end = at.next;
    }
    return end;
}

void ob_ini_edit_set(struct ob_buf *text, const char *section, const char *key,
                     const char *value, const char *before)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at, above = { 0 };
    OB_REQUIRE(!strpbrk(value, "\r\n"));
    if (find_key(&l, section, key, &at)) {
        drop_more(text, l, true);
        l = lines_of(text);
        find_key(&l, section, key, &at);
        put_value(text, &at, value);
        return;
    }
    size_t end = room_below(text, section, &above);
    if (end)
        add_key(text, &above, end, key, value);
    else
        add_section(text, section, key, value, before);
}

/* Takes text[from..to) out, which are whole lines; the last line of a text that ended
 * without a line end leaves one that does so, too. */
static void cut(struct ob_buf *text, size_t from, size_t to)
{
    const char *s = ob_buf_text(text);
    bool ended = to > from && s[to - 1] == '\n';
    if (!ended && to == text->len && from > 0 && s[from - 1] == '\n') {
        from--;
        if (from > 0 && s[from - 1] == '\r')
            from--;
    }
    splice(text, from, to, "", 0);
}

/* Takes out a header with nothing below it, and one of the two empty lines that then
 * meet. `above` is the line in front of it. */
static void drop_header(struct ob_buf *text, const struct ini_line *header,
                        const struct ini_line *above)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at;
    size_t end = header->next;
    bool gap = false;
    l.at = end;
    while (ini_lines_next(&l, &at) && at.kind != INI_HEADER) {
        if (at.kind == INI_EMPTY && !gap)
            end = at.at == end ? at.next : end;
        /* A comment behind an empty line belongs to what follows. */
        gap |= at.kind == INI_EMPTY;
        if (at.kind != INI_EMPTY && !(gap && at.kind == INI_COMMENT))
            return;
    }
    if (!gap && header->next >= text->len && above->next && above->kind == INI_EMPTY)
        cut(text, above->at, text->len);
    else
        cut(text, header->at, end);
}

bool ob_ini_edit_unset(struct ob_buf *text, const char *section, const char *key)
{
    struct ini_lines l = lines_of(text);
    struct ini_line at, last = { 0 }, header = { 0 }, above = { 0 };
    while (ini_lines_next(&l, &at)) {
        if (at.kind == INI_HEADER) {
            header = at;
            above = last;
        }
        last = at;
        if (at.kind != INI_KEY || !is(l.section, section) || !is(at.name, key))
            continue;
        drop_more(text, l, false);
        cut(text, at.at, at.next);
        if (header.next && header.at < text->len)
            drop_header(text, &header, &above);
        return true;
    }
    return false;
}
