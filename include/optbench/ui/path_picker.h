/*
 * Choosing a file: the entries of a folder under a line in which a path may be typed.
 * Typing narrows the list, and a '/' goes into the folder that was typed; one in front
 * only begins to narrow it, until another makes it a path from the root. Tab completes,
 * Enter goes into a folder or takes the file, Right goes into a folder, Left, or
 * Backspace on an empty line, goes up. Names that begin with a dot are shown when a dot
 * was typed. Plain data and keys in, a path out; it reads no folder itself:
 *
 *     ob_path_picker_open(&p, "data");
 *     while ((folder = ob_path_picker_wants(&p)))       after opening and after each key
 *         ob_path_picker_give(&p, browse(folder, &found, &err) ? &found : NULL, &err);
 *
 * One thread. A zeroed struct is a closed picker.
 */
#ifndef OB_UI_PATH_PICKER_H
#define OB_UI_PATH_PICKER_H

#include <stdbool.h>

#include "optbench/ui/browse.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/picker.h"

struct ob_path_picker {
    struct ob_lineedit line; /* open while the picker is: what was typed */
    struct ob_browse folder; /* that is shown; owned */
    char *wanted;            /* folder that is to be read, NULL = none; owned */
    char *came_from;         /* name that the cursor goes to when it is there; owned */
    size_t at;               /* place of the cursor among the entries that fit */
    size_t *fit;             /* [fits] entries that fit what was typed; owned */
    size_t fits;
    char why[256]; /* why the folder asked for last is not shown; safe; "" = it is */
};

/* Opens it on a folder, or on the folder of a file, with the cursor on that file; ""
 * begins in the working directory. A folder that cannot be read gives way to the one
 * above it. */
void ob_path_picker_open(struct ob_path_picker *p, const char *path);

/* Folder whose entries it needs, lent until the next call; NULL = none. */
const char *ob_path_picker_wants(const struct ob_path_picker *p);

/* Answers that: takes the entries over from *found and zeroes it, or, where found is
 * NULL, says *err and stays where it was. Without a question the entries are dropped. */
void ob_path_picker_give(struct ob_path_picker *p, struct ob_browse *found,
                         const struct ob_err *err);

/* One key. OB_PICKED_TAKEN: *path is the path, owned by the caller, who free()s it. */
enum ob_picked ob_path_picker_key(struct ob_path_picker *p, uint32_t key, char **path);

/* Draws it in the middle of the canvas while it is open. */
void ob_path_picker_draw(const struct ob_path_picker *p, const char *title,
                         enum ob_glyphs tier, struct ob_canvas *c);

void ob_path_picker_finish(struct ob_path_picker *p);

#endif
