/*
 * Edits single keys in the text of an INI file and leaves every other byte as it is:
 * comments, blank lines, order, spelling, line ends. The rules of what is a key, a value
 * or a comment are those of ini.h; what keys mean is not known here. Called by the form
 * of the terminal; any thread, each text by one at a time.
 *
 * Values are as they stand in a file, with quotes where they need them (ob_ini_quote()),
 * on one line. The text may have any errors: lines that the reader refuses are left
 * alone, and keys below a malformed header are not found.
 */
#ifndef OB_CONF_INI_EDIT_H
#define OB_CONF_INI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"

/*
 * Appends the value of section.key, lines that it goes on over joined by one blank;
 * *line (may be NULL) gets the line of the key, from 1. False where the key is not set:
 * *line then is that of the section's header, 0 without one.
 */
bool ob_ini_edit_get(const struct ob_buf *text, const char *section, const char *key,
                     struct ob_buf *value, unsigned *line);

/*
 * Sets section.key. A key that is there gets the value on its line, the comment behind it
 * keeps its column where there is room, and lines that the old value went on over go (a
 * comment on such a line stays). A new key comes below the last one of its section, laid
 * out like that one. A new section comes in front of the section `before`, or at the end
 * where `before` is NULL or not there.
 */
void ob_ini_edit_set(struct ob_buf *text, const char *section, const char *key,
                     const char *value, const char *before);

/*
 * Takes section.key out: its line with the comment behind it and the lines that its value
 * goes on over, and the header of a section of which nothing is left. What
 * ob_ini_edit_set() added to a text goes byte for byte. False where it was not set.
 */
bool ob_ini_edit_unset(struct ob_buf *text, const char *section, const char *key);

/* Whether there is a header of that name; *line as above. */
bool ob_ini_edit_has(const struct ob_buf *text, const char *section, unsigned *line);

#endif
