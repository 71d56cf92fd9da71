/* What the program reads from a terminal, which is played in this process, so that time
 * is what the test says. */
#include <config.h>

#include "../lib/ob_test.h"

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/ui/request.h"
#include "optbench/ui/term.h"

#define SECOND_NS INT64_C(1000000000)

/* A terminal in the place of standard input and output. */
struct seat {
    struct ob_term *term;
    int far;     /* its other end */
    int in, out; /* what they were */
};

static void sit_down(struct seat *s)
{
    const struct winsize size = { .ws_row = 24, .ws_col = 80 };
    const struct ob_term_opts opts = { -1, -1, false };
    struct ob_err err;
    int near = -1;
    fflush(stdout);
    s->in = dup(STDIN_FILENO);
    s->out = dup(STDOUT_FILENO);
    assert_int_equal(openpty(&s->far, &near, NULL, NULL, &size), 0);
    setenv("TERM", "xterm-256color", 1);
    dup2(near, STDIN_FILENO);
    dup2(near, STDOUT_FILENO);
    close(near);
    s->term = ob_term_curses(&opts, &err);
}

static void get_up(struct seat *s)
{
    s->term->type->destroy(s->term);
    dup2(s->in, STDIN_FILENO);
    dup2(s->out, STDOUT_FILENO);
    close(s->in);
    close(s->out);
    close(s->far);
}

/* The keys that come of these bytes at that time; 0 ends them. */
static void keys_of(struct seat *s, const char *bytes, int64_t now,
                    uint32_t out[static 8])
{
    struct ob_input in;
    size_t n = 0, length = strlen(bytes);
    if (write(s->far, bytes, length) != (ssize_t)length)
        abort();
    while (n < 7 && s->term->type->input(s->term, now, &in))
        out[n++] = in.key;
    out[n] = 0;
}

/* A frame over a slow line keeps the program from reading for longer than an escape
 * waits; the rest of the sequence lies there all the same. */
static void what_lies_ready_belongs_to_the_sequence(void **state)
{
    (void)state;
    struct seat s;
    uint32_t early[8], late[8], alone[8], end[8];
    sit_down(&s);
    keys_of(&s, "\033", 1 * SECOND_NS, early);
    keys_of(&s, "[B", 3 * SECOND_NS, late);
    keys_of(&s, "\033", 4 * SECOND_NS, alone);
    keys_of(&s, "", 6 * SECOND_NS, end);
    get_up(&s);
    assert_int_equal(early[0], 0);
    assert_int_equal(late[0], OB_KEY_DOWN);
    assert_int_equal(late[1], 0);
    assert_int_equal(alone[0], 0);
    assert_int_equal(end[0], OB_KEY_ESC);
    assert_int_equal(end[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_ready_belongs_to_the_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
