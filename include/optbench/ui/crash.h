/*
 * Gives the terminal back when the program crashes: on SIGSEGV, SIGBUS, SIGFPE, SIGILL
 * and SIGABRT a fixed string that leaves the alternate screen, shows the cursor and
 * switches off every mode is written, the terminal's settings are put back, one line says
 * what happened, and the signal is raised again. Only async-signal-safe calls, on a
 * stack of its own.
 */
#ifndef OB_UI_CRASH_H
#define OB_UI_CRASH_H

#include <stdbool.h>

/* Remembers the settings of the terminal `fd` as they are now and installs the handlers.
 * Once per process, before the terminal is changed. */
void ob_crash_guard(int fd);

/* Whether the title of the window was kept by the terminal, to be put back. */
void ob_crash_title(bool changed);

/* What the last line shall say, cut to 200 bytes; safe text. NULL or "" = nothing. */
void ob_crash_note(const char *text);

/* The terminal is as it was: a crash from now on writes nothing to it. */
void ob_crash_release(void);

#endif
