/*
 * The texts that kernels are made of: files of src/device/kernels and the headers and
 * rules that the CPU compiles, too. They are part of the program (text_files.c is made
 * when it is built).
 *
 * A text may contain #include "NAME" of another; where NAME is one of these it is put in
 * its place, again wherever it stands (the guards inside decide), else the line stays.
 */
#ifndef OB_DEVICE_TEXT_H
#define OB_DEVICE_TEXT_H

#include <stddef.h>

#include "optbench/base/buf.h"

/* X is the path from the root of the sources, as in "src/device/kernels/reduce.h"; an
 * #include names it without "src/", "include/" or "src/device/": "kernels/reduce.h",
 * "optbench/num/fmath.h", "optim/rules/adam.c". */
struct ob_device_file {
    const char *name, *text;
};

/* The files, ended by one without a name; and one by its name, NULL where there is none.
 */
extern const struct ob_device_file ob_device_files[];
const char *ob_device_file(const char *name);

/* Appends `text` with its includes in their places. */
void ob_device_text(const char *text, struct ob_buf *out);

#endif
