/*
 * One error, as a value: a code for the machine and one line for the person.
 *
 * A function that can fail for a reason outside the program (a file, a number in a
 * config, a full disk) returns bool and takes a `struct ob_err *` last; it fails with
 * `return ob_fail(err, OB_EDATA, "...")`. The struct is never allocated and holds no
 * pointers, so it is copied freely between threads and into snapshots. Mistakes of the
 * programmer are OB_REQUIRE, outcomes of the mathematics are `enum ob_stop`; neither is
 * an error.
 *
 * The text holds no program name, no newline and no trailing full stop. Text that came
 * from outside has not been made safe for a terminal yet: whoever prints does that.
 */
#ifndef OB_BASE_ERR_H
#define OB_BASE_ERR_H

#include <stdbool.h>

#include "optbench/base/compiler.h"

/* X(identifier, exit status of the process, what it means) */
#define OB_CODES(X)                                                                      \
    X(OB_OK, 0, "success")                                                               \
    X(OB_EFAIL, 1, "the run failed")                                                     \
    X(OB_ENOMEM, 1, "out of memory")                                                     \
    X(OB_EUSAGE, 2, "bad command line")                                                  \
    X(OB_ECONFIG, 2, "bad configuration")                                                \
    X(OB_EDATA, 3, "bad input data")                                                     \
    X(OB_EIO, 5, "input or output failed")                                               \
    X(OB_EDEVICE, 69, "compute device not available")

enum ob_code {
#define X(id, exit_status, text) id,
    OB_CODES(X)
#undef X
};

struct ob_err {
    enum ob_code code;
    char text[512]; /* one line, cut with "..." where longer */
};

/* Fills *err (NULL is allowed and only loses the text) and returns false. */
bool ob_fail(struct ob_err *err, enum ob_code code, const char *format, ...)
    OB_PRINTF(3, 4);

/* Puts "prefix: " before the text of *err and returns false, to say where on the way up.
 */
bool ob_fail_at(struct ob_err *err, const char *prefix_format, ...) OB_PRINTF(2, 3);

/* What a code means, and the exit status that a process ends with because of it. */
const char *ob_code_text(enum ob_code code);
int ob_code_exit(enum ob_code code);

/* What errno says, in English whatever the locale; static storage, any thread. */
const char *ob_errno_text(int error);

#endif
