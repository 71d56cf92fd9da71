/*
 * The person's own editor, run on the terminal that the screen has left: $VISUAL, else
 * $EDITOR, else vi. Main thread; for src/ui alone.
 */
#ifndef OB_UI_EDITOR_H
#define OB_UI_EDITOR_H

#include <stdbool.h>

#include "optbench/base/err.h"

/* Waits until the editor has ended. `line` counts from 1, 0 = wherever it begins. The
 * name of the editor is a shell command as it is for git and others ("code -w"); path and
 * line reach it as arguments. OB_EIO where it could not be run or ended with a failure;
 * what is in the file then is for the caller to find out. */
bool ob_editor_run(const char *path, int line, struct ob_err *err);

#endif
