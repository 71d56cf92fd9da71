/*
 * A program on a pseudo terminal whose screen is kept by libvterm in this process: start
 * it, type, resize, wait for what it shows, look at the screen and at every byte that it
 * wrote. Nothing sleeps: everything waits for output or for quiet, with a deadline.
 */
#ifndef OB_TEST_VT_H
#define OB_TEST_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "optbench/base/buf.h"

enum { VT_DEADLINE = 20000 }; /* ms; generous, for builds with sanitizers */

struct vt {
    VTerm *vt;
    VTermScreen *screen;
    int fd; /* the terminal's side */
    pid_t pid;
    int cols, rows;
    struct ob_buf raw;      /* all bytes that the program wrote */
    size_t reads;           /* in so many pieces, about one for each of its writes */
    double rate;            /* bytes a second that the line carries; 0 = any number */
    double allowed;         /* of them now, */
    int64_t counted;        /* at this time */
    struct termios before;  /* settings of the terminal at the start */
    bool alternate, cursor; /* alternate screen on, cursor shown */
    bool silent;            /* answers nothing that the program asks */
    bool gone;              /* the program's side is closed */
};

/* argv and env end with NULL; env replaces the environment. */
void vt_start(struct vt *t, int cols, int rows, const char *const *argv,
              const char *const *env);
void vt_finish(struct vt *t);

void vt_type(struct vt *t, const char *bytes);
void vt_resize(struct vt *t, int cols, int rows);

/* Reads until the screen holds `text`; false at the deadline or when the program ended
 * without it. */
bool vt_until(struct vt *t, const char *text);

/* The same until it does not. */
bool vt_until_gone(struct vt *t, const char *text);

/* Reads until nothing came for `quiet_ms`; the number of bytes that came. */
size_t vt_quiet(struct vt *t, int quiet_ms);

/* Reads for so long. */
void vt_for(struct vt *t, int ms);

/* The screen as text, blanks at the ends of rows cut; lent until the next call. */
const char *vt_text(struct vt *t);

/* Reads until the program has ended; its wait status, -1 at the deadline. */
int vt_wait(struct vt *t);

/* Whether a private mode was switched on (1) or off (0) last, -1 = neither. */
int vt_mode(const struct vt *t, int mode);

/* Whether the terminal's settings are those of the start. */
bool vt_restored(struct vt *t);

#endif
