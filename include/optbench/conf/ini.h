/*
 * An INI file as a list of entries, each with the line that it stands on.
 *
 * Called by spec.c for the file of an experiment and for every file that it is based on;
 * main thread only. This file knows the form of an INI file and nothing about what the
 * keys mean. inih finds the sections and the keys; an own line reader in front of it
 * keeps the line numbers, which makes the result independent of how inih was built:
 *
 * - a comment begins with ';' or '#' at the start of a line or after a blank;
 * - a word that begins with '"' ends with the next '"'; inside, blanks, commas and marks
 *   of comments are plain text and "" is one quote mark. The quotes stay in the value:
 *   only who reads a key knows whether it is a word or a list;
 * - an indented line goes on with the value of the key before it, joined by one blank;
 *   one that looks like another key is refused, for it would vanish in the value, unless
 *   a comma ends the line above: then it is the next of a list (m = ..., theta = ...);
 * - key and value are separated by the first '=' or ':'; blanks around both fall away;
 * - a section may come twice, its keys add up; a key may not come twice in a file;
 * - LF or CRLF ends a line; a UTF-8 byte order mark at the start is skipped.
 *
 * Limits: files of 1 MiB, keys and section names of 48 bytes (inih cuts longer ones
 * without a word); values have none of their own.
 */
#ifndef OB_CONF_INI_H
#define OB_CONF_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/diag.h"

#define OB_INI_FILE_MAX ((size_t)1 << 20)
#define OB_INI_NAME_MAX ((size_t)48)

/* One "key = value". All strings are owned by the struct ob_ini that lists it. */
struct ob_ini_entry {
    char *section; /* "" before the first header */
    char *key;     /* never empty */
    char *value;   /* without comments and blanks around; may be empty */
    unsigned line; /* of the key, from 1 */
};

/* One "[section]", once for each time that it is written. */
struct ob_ini_header {
    char *section;
    unsigned line;
};

struct ob_ini {
    char *path;                   /* as it was given to ob_ini_read() */
    struct ob_ini_entry *entry;   /* [entries], in the order of the file */
    struct ob_ini_header *header; /* [headers], in the order of the file */
    size_t entries, headers;
};

/*
 * Reads the file at `path` into a zeroed *ini. Each problem is added to *diags
 * (OB_ECONFIG; OB_EIO or OB_EDATA where the file itself cannot be read) with its line,
 * and reading goes on behind it, so that all of them are told at once; what could be
 * read stands in *ini all the same. False where there was a problem.
 */
bool ob_ini_read(const char *path, struct ob_ini *ini, struct ob_diags *diags);

/* The same for text that is already in memory; `path` is what the problems name. */
bool ob_ini_parse(const char *path, const char *text, size_t n, struct ob_ini *ini,
                  struct ob_diags *diags);

void ob_ini_finish(struct ob_ini *ini);

/*
 * Appends a value that is one word or one line of text: where it begins with a quote
 * mark, without the quotes and with "" as one mark. Fails with OB_ECONFIG where the
 * closing mark is missing or text follows it.
 */
bool ob_ini_unquote(const char *value, struct ob_buf *out, struct ob_err *err);

/* Appends text as a value that ob_ini_unquote() reads back, in quotes only where it
 * needs them. The text must hold no control characters. */
void ob_ini_quote(const char *text, struct ob_buf *out);

/* Whether s[0..n) may stand in an INI file: UTF-8 without control characters other than
 * the tab. Fails with OB_ECONFIG and a text that names the byte. */
bool ob_ini_check_text(const char *s, size_t n, struct ob_err *err);

#endif
