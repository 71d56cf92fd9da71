/*
 * Signals as something to poll for: a handler that puts the signal's number into a pipe.
 * Not signalfd: a library may have started threads before main() which do not block the
 * signal, and then it never reaches the descriptor. One instance per process; for
 * src/ui alone.
 */
#ifndef OB_UI_SIGNALS_H
#define OB_UI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

enum { OB_SIGNALS = 7 };

struct ob_signals {
    int fd; /* readable when a signal has come */
    int write_fd;
    struct sigaction before[OB_SIGNALS];
};

/* Takes over TERM, HUP, INT, QUIT, TSTP and WINCH. Before curses starts, which would
 * take what nobody has. */
void ob_signals_init(struct ob_signals *s);

/* Gives them back. */
void ob_signals_finish(struct ob_signals *s);

/* Stops the process until SIGCONT, which ob_signals_next() will tell, too; false = it was
 * not stopped: without a shell that watches over it nobody would make it go on. */
bool ob_signals_stop(void);

/* The next signal that has come, 0 when there is none. */
int ob_signals_next(struct ob_signals *s);

#endif
