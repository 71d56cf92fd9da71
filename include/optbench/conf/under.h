/*
 * What an experiment that is being edited is based on (`base` in [experiment]), as one
 * INI text. Called by the feed of the terminal for its form; main thread, reads files.
 */
#ifndef OB_CONF_UNDER_H
#define OB_CONF_UNDER_H

#include "optbench/base/buf.h"

/*
 * Appends every key of the files that `text` is based on, the nearest file winning; paths
 * stay as those files have them. `path` is where the text is meant to stand: its folder
 * makes a relative base resolve. What cannot be read is left out; a check of the
 * experiment tells about it.
 */
void ob_ini_under(const char *path, const struct ob_buf *text, struct ob_buf *under);

#endif
