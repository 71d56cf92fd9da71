#include <config.h>

#include "optbench/ui/crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "optbench/base/compiler.h"

enum { NOTE = 200, STACK = 64 * 1024 };

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* Synchronized output, mouse, paste and focus modes off; attributes off; keypad
 * keys as usual; alternate screen left; cursor shown, which some terminals keep with the
 * screen before. */
static const char restore[] =
    "\033[?2026l\033[?1006;1003;1002;1000l\033[?2004l\033[?1004l"
    "\033[0m\033[?1l\033>\033[?1049l\033[?25h\r\n";
/* The title of the window as it was, where it was kept. */
static const char untitle[] = "\033[23;0t";
static const char head[] = "optbench: the terminal program crashed; runs go on\n";

/* Written before the handlers can run, then only by the main thread between commands. */
static struct {
    volatile sig_atomic_t armed;
    int fd;
    bool has_settings;
    bool titled;
    struct termios settings;
    volatile sig_atomic_t note_length;
    char note[NOTE];
} guard;
static char stack[STACK];

static void put(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, s, n);
        if (w <= 0)
            return;
        s += w;
        n -= (size_t)w;
    }
}

static void crashed(int signal_number)
{
    if (guard.armed) {
        guard.armed = 0;
        if (guard.titled)
            put(STDOUT_FILENO, untitle, sizeof untitle - 1);
        put(STDOUT_FILENO, restore, sizeof restore - 1);
        if (guard.has_settings)
            tcsetattr(guard.fd, TCSANOW, &guard.settings);
        put(STDERR_FILENO, head, sizeof head - 1);
        put(STDERR_FILENO, guard.note, (size_t)guard.note_length);
    }
    /* The handler was installed for one signal only: this one ends the process. */
    raise(signal_number);
}

void ob_crash_guard(int fd)
{
    guard.fd = fd;
    guard.has_settings = tcgetattr(fd, &guard.settings) == 0;
    stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
    sigaltstack(&alternate, NULL);
    struct sigaction action = { .sa_handler = crashed,
                                .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK) };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < OB_COUNT(fatal); i++)
        sigaction(fatal[i], &action, NULL);
    guard.armed = 1;
}

void ob_crash_title(bool changed)
{
    guard.titled = changed;
}

void ob_crash_note(const char *text)
{
    size_t n = text ? strlen(text) : 0;
    guard.note_length = 0;
    if (n == 0)
        return;
    if (n > NOTE - 1)
        n = NOTE - 1;
    memcpy(guard.note, text, n);
    guard.note[n] = '\n';
    guard.note_length = (sig_atomic_t)(n + 1);
}

void ob_crash_release(void)
{
    guard.armed = 0;
}
