/*
 * The terminal as a device: its settings, its size, bytes in and out. Main thread; for
 * src/ui alone.
 */
#ifndef OB_UI_TTY_H
#define OB_UI_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

struct ob_tty {
    int in, out;
    struct termios before; /* settings of the shell */
    bool gone;             /* nobody is at the other end any more */
    uint64_t bytes, writes;
    int64_t waited_ns; /* for them to be taken */
};

/* Remembers the settings. False where `in` is no terminal. */
bool ob_tty_init(struct ob_tty *t, int in, int out);

/* Keys one by one, unechoed, as they come; output as it is. Ctrl-C, Ctrl-Z and Ctrl-\
 * stay signals. */
void ob_tty_raw(struct ob_tty *t);

/* The settings of the shell; with `drop` what was typed and not read is forgotten. */
void ob_tty_restore(struct ob_tty *t, bool drop);

/* At most n bytes that are there, 0 = none; waits up to `ms` for the first. */
size_t ob_tty_read(struct ob_tty *t, void *bytes, size_t n, int ms);

/* Writes all of it in one call as long as the terminal takes it; waits where it does not.
 */
void ob_tty_write(struct ob_tty *t, const void *bytes, size_t n);

/* False and nothing where it has none. */
bool ob_tty_size(const struct ob_tty *t, int *w, int *h);

#endif
