/*
 * The lines of an INI file as the reader (ini.c) and the editor (ini_edit.c) both see
 * them, so that they cannot differ about where a value ends or what a comment is.
 */
#ifndef OB_CONF_INI_LINE_H
#define OB_CONF_INI_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of a line. */
struct span {
    const char *s;
    size_t n;
};

bool ini_is_blank(char c);
bool ini_is_mark(char c); /* of a comment */

struct span ini_trim(const char *s, size_t n);

/* Length of s[0..n) without a comment at its end, blanks in front of that included in
 * the cut. *open_quote tells whether a quoted word has no end. */
size_t ini_without_comment(const char *s, size_t n, bool *open_quote);

/* Position of the first '=' or ':' in s[0..n), n where a comment or the end comes first.
 */
size_t ini_separator(const char *s, size_t n);

/* Whether a continuation would swallow what was meant as a key or a header. */
bool ini_looks_like_item(struct span s);

enum ini_kind {
    INI_EMPTY,   /* nothing but blanks */
    INI_COMMENT, /* nothing but a comment */
    INI_HEADER,
    INI_KEY,
    INI_MORE,    /* goes on with the value of the key above */
    INI_MISLAID, /* stands like that, but looks like an item: the reader refuses it */
    INI_OTHER,   /* the reader refuses it */
};

struct ini_line {
    enum ini_kind kind;
    unsigned number;      /* from 1 */
    size_t at, end, next; /* of the line, behind it, behind its line end */
    struct span name;     /* of HEADER and KEY */
    size_t mark;          /* of KEY: place of the '=' or ':' */
    struct span value;    /* of KEY and MORE: without comment and blanks around */
};

/* Walks through a text of n bytes, which must stay as it is meanwhile. */
struct ini_lines {
    const char *text;
    size_t n, at;
    unsigned number;
    bool open;           /* an indented line would go on with a value */
    bool listing;        /* it ended in a comma, so that what looks like a key is none */
    struct span section; /* that the line read last stands in; s NULL below a header that
                            is malformed */
};

struct ini_lines ini_lines_of(const char *text, size_t n);

/* The next line; false at the end. */
bool ini_lines_next(struct ini_lines *l, struct ini_line *out);

#endif
