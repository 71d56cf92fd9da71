/* What the terminal is asked to do besides showing text, on every kind of terminal, and
 * that all of it is undone. */
#include <config.h>

#include "stage.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/clock.h"

enum { MOUSE = 1000, MOUSE_SGR = 1006, PASTE = 2004, FOCUS = 1004, SYNC = 2026 };

static bool wrote(const struct vt *t, const char *bytes)
{
    return t->raw.len > 0 &&
           memmem(t->raw.data, t->raw.len, bytes, strlen(bytes)) != NULL;
}

static void assert_modes_off(const struct vt *t)
{
    static const int mode[] = { MOUSE, MOUSE_SGR, PASTE, FOCUS, SYNC };
    for (size_t i = 0; i < OB_COUNT(mode); i++)
        if (vt_mode(t, mode[i]) == 1)
            fail_msg("mode %d is still on", mode[i]);
    /* As often as a title was put by it was taken up again. */
    int kept = 0;
    for (size_t i = 0; i + 7 <= t->raw.len; i++) {
        kept += memcmp(t->raw.data + i, "\033[22;0t", 7) == 0;
        kept -= memcmp(t->raw.data + i, "\033[23;0t", 7) == 0;
    }
    assert_int_equal(kept, 0);
}

static void open_home(struct vt *t)
{
    start(t, 80, 24, NULL, NULL, NULL);
    assert_until(t, "? help  q quit");
}

static bool beyond_ascii(const struct vt *t)
{
    for (size_t i = 0; i < t->raw.len; i++)
        if ((unsigned char)t->raw.data[i] >= 0x80)
            return true;
    return false;
}

/* TERM, what is known of it; each in UTF-8 and not, in colour and without. */
static void every_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        bool colour, events, sync;
    } kind[] = {
        { "TERM=xterm-256color", true, true, true },
        { "TERM=xterm", true, true, true },
        { "TERM=tmux-256color", true, true, true },
        { "TERM=screen", true, true, false },
        { "TERM=linux", true, false, false },
        { "TERM=vt100", false, false, false },
    };
    static const char *const more[] = { NULL, "NO_COLOR=1" };
    set_env("TERM=xterm-256color", NULL);
    const char *const run[] = {
        program, "run", "line.ini", "--set", "stop.max_steps=50", "--quiet", NULL
    };
    assert_int_equal(command(run), 0);
    for (size_t i = 0; i < OB_COUNT(kind) * 4; i++) {
        struct vt t;
        bool utf8 = i % 2 == 0, none = i / 2 % 2 == 1;
        const char *term = kind[i / 4].term;
        set_env(term, more[none]);
        if (!utf8)
            env[1] = "LC_ALL=C";
        start(&t, 80, 24, "watch", "latest", NULL);
        assert_until(&t, "FINISHED");
        vt_quiet(&t, 50);
        if (beyond_ascii(&t) != utf8)
            fail_msg("%s: bytes beyond ASCII: %d", term, !utf8);
        bool colour = wrote(&t, "\033[38;5;") || wrote(&t, "\033[36m") ||
                      wrote(&t, ";36m") || wrote(&t, "\033[96m");
        if (colour != (kind[i / 4].colour && !none))
            fail_msg("%s: colour: %d", term, colour);
        assert_int_equal(vt_mode(&t, PASTE), kind[i / 4].events ? 1 : -1);
        assert_int_equal(vt_mode(&t, FOCUS), kind[i / 4].events ? 1 : -1);
        assert_int_equal(vt_mode(&t, SYNC), kind[i / 4].sync ? 0 : -1);
        assert_int_equal(vt_mode(&t, MOUSE), -1);
        if (wrote(&t, "\033]0;optbench line-") != kind[i / 4].sync)
            fail_msg("%s: %s", term, t.raw.data + t.raw.len - 200);
        vt_type(&t, "M");
        assert_until(&t, kind[i / 4].events ? "mouse on" : "does not report the mouse");
        vt_type(&t, "Q");
        assert_exit(&t, 0);
        assert_modes_off(&t);
        vt_finish(&t);
    }
}

static void frames_can_go_unbracketed(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "--sync", "never", NULL);
    assert_until(&t, "? help  q quit");
    assert_int_equal(vt_mode(&t, SYNC), -1);
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* However it ends, with everything on. */
static void nothing_stays_on(void **state)
{
    (void)state;
    static const int ends[] = { 0,       SIGTERM, SIGHUP, SIGQUIT, SIGSEGV,
                                SIGABRT, SIGBUS,  SIGFPE, SIGILL };
    set_env("TERM=xterm-256color", NULL);
    for (size_t i = 0; i < OB_COUNT(ends); i++) {
        struct vt t;
        open_home(&t);
        vt_type(&t, "M");
        assert_until(&t, "mouse on");
        assert_int_equal(vt_mode(&t, MOUSE), 1);
        assert_int_equal(vt_mode(&t, MOUSE_SGR), 1);
        if (ends[i] == 0)
            vt_type(&t, "q");
        else
            kill(t.pid, ends[i]);
        vt_wait(&t);
        if (!vt_restored(&t))
            fail_msg("not restored after signal %d", ends[i]);
        assert_modes_off(&t);
        vt_finish(&t);
    }
}

static void modes_come_back_after_a_stop(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start_as_job(&t, 80, 24);
    assert_until(&t, "? help  q quit");
    vt_type(&t, "M");
    assert_until(&t, "mouse on");
    for (int i = 0; i < 3; i++) {
        vt_type(&t, "\032");
        assert_until(&t, "Stopped");
        assert_true(vt_restored(&t));
        assert_modes_off(&t);
        vt_type(&t, "clear; fg; echo left $?\n");
        assert_until(&t, "? help  q quit");
        assert_int_equal(vt_mode(&t, MOUSE), 1);
        assert_int_equal(vt_mode(&t, PASTE), 1);
    }
    vt_type(&t, "q");
    assert_job_left(&t, 0);
    assert_modes_off(&t);
    vt_finish(&t);
}

static void mouse_paste_and_escape(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    open_home(&t);
    vt_type(&t, "M");
    assert_until(&t, "mouse on");
    /* On the word "help" of the last line, then on nothing. */
    vt_type(&t, "\033[<0;69;24M\033[<0;69;24m");
    assert_until(&t, "help: Home");
    vt_type(&t, "\033[<65;10;10M");
    assert_until(&t, "help: Home  2/");
    vt_type(&t, "\033");
    assert_true(vt_until_gone(&t, "help: Home"));
    vt_type(&t, "\033[200~qQd\r\033[201~");
    assert_until(&t, "pasted text goes where text is typed");
    vt_type(&t, "/\033[200~lin\033[201~");
    assert_until(&t, "/lin");
    vt_type(&t, "\033[O\033[I\033[0n\033[7;7R");
    vt_type(&t, "e");
    assert_until(&t, "/line");
    /* Escape and a key right behind it are two keys. */
    vt_type(&t, "\033?");
    assert_until(&t, "help: Home");
    vt_type(&t, "\033q");
    assert_exit(&t, 0);
    assert_modes_off(&t);
    vt_finish(&t);
}

static void copies_reach_the_clipboard(void **state)
{
    (void)state;
    struct vt t;
    char state_home[600];
    set_env("TERM=xterm-256color", NULL);
    char *here = getcwd(NULL, 0);
    snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s/state", here);
    set_env("TERM=xterm-256color", state_home);
    open_home(&t);
    vt_type(&t, "Y");
    assert_until(&t, "state/optbench/copied.txt");
    /* " [1 Home]" in base 64 */
    assert_true(wrote(&t, "\033]52;c;IFsxIEhvbWVd"));
    assert_int_equal(access("state/optbench/copied.txt", R_OK), 0);
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
    free(here);
}

static void write_script(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(name, 0755), 0);
}

/* The editor finds the terminal as the shell left it, the screen comes back as it was and
 * shows what has changed. */
static void the_editor_has_the_terminal(void **state)
{
    (void)state;
    struct vt t;
    write_script("edit", "#!/bin/sh\n"
                         "stty -a >stty.txt\n"
                         "printf 'the editor is here\\n'\n"
                         "read answer\n"
                         "sed -i 's/through five/beyond five/' \"$1\"\n");
    set_env("TERM=xterm-256color", "VISUAL=./edit");
    open_home(&t);
    vt_type(&t, "M");
    assert_until(&t, "mouse on");
    vt_type(&t, "/line.ini\r");
    assert_until(&t, "> line.ini");
    vt_type(&t, "E");
    assert_until(&t, "the editor is here");
    assert_modes_off(&t);
    assert_false(t.alternate);
    assert_true(t.cursor);
    vt_resize(&t, 100, 30);
    vt_type(&t, "\003"); /* for the editor alone */
    vt_type(&t, "\n");
    assert_until(&t, "? help  q quit");
    assert_true(t.alternate);
    assert_int_equal(vt_mode(&t, MOUSE), 1);
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);

    open_home(&t);
    vt_type(&t, "/line.ini\r");
    assert_until(&t, "> line.ini");
    vt_type(&t, "E");
    assert_until(&t, "the editor is here");
    vt_type(&t, "\n");
    assert_until(&t, "A line beyond five points");
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);

    FILE *f = fopen("stty.txt", "r");
    char text[4096] = "";
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    assert_non_null(strstr(text, " icanon"));
    assert_non_null(strstr(text, " echo "));

    set_env("TERM=xterm-256color", "VISUAL=exit 4;");
    open_home(&t);
    vt_type(&t, "/line.ini\r");
    assert_until(&t, "> line.ini");
    vt_type(&t, "E");
    assert_until(&t, "ended with status 4");
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

static void choices_are_kept(void **state)
{
    (void)state;
    struct vt t;
    static char config[600];
    char *here = getcwd(NULL, 0);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/kept", here);
    for (int i = 0; i < 3; i++) {
        set_env("TERM=xterm-256color", NULL);
        for (size_t k = 0; env[k]; k++)
            if (strncmp(env[k], "XDG_CONFIG_HOME=", 16) == 0)
                env[k] = config;
        if (i == 1)
            start(&t, 80, 24, NULL, NULL, NULL);
        else if (i == 2)
            start(&t, 80, 24, "--glyphs", "ascii", NULL);
        else
            start(&t, 80, 24, NULL, NULL, NULL);
        assert_until(&t, "? help  q quit");
        if (i == 0) {
            vt_type(&t, "V");
            assert_until(&t, "charts in block");
            vt_type(&t, "#");
            assert_until(&t, "16 colours");
        } else {
            vt_type(&t, "V");
            assert_until(&t, i == 1 ? "charts in ascii" : "charts in braille");
            vt_type(&t, "#");
            assert_until(&t, "8 colours");
            vt_type(&t, "##");
            assert_until(&t, "256 colours");
            vt_type(&t, "#");
            assert_until(&t, "16 colours");
        }
        vt_type(&t, "q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
    free(here);
}

/* A terminal in UTF-8 answers where it should, one that is not elsewhere. */
static void a_terminal_without_utf8_is_noticed(void **state)
{
    (void)state;
    for (int utf8 = 0; utf8 < 2; utf8++) {
        struct vt t;
        set_env("TERM=xterm-256color", NULL);
        start(&t, 80, 24, NULL, NULL, NULL);
        vterm_set_utf8(t.vt, utf8);
        vterm_screen_reset(t.screen, 1);
        assert_until(&t, "? help  q quit");
        if (!utf8)
            assert_until(&t, "plain ASCII");
        vt_type(&t, "V");
        assert_until(&t, utf8 ? "charts in block" : "shows plain ASCII only");
        vt_type(&t, "q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
}

static size_t frames(const struct vt *t)
{
    size_t n = 0;
    for (size_t i = 0; i + 8 <= t->raw.len; i++)
        n += memcmp(t->raw.data + i, "\033[?2026h", 8) == 0;
    return n;
}

/* Frames that came in that time. */
static size_t frames_in(struct vt *t, int64_t ns)
{
    size_t before = frames(t);
    int64_t end = ob_clock_ns() + ns;
    while (ob_clock_ns() < end)
        vt_quiet(t, 20);
    return frames(t) - before;
}

static size_t count(const struct vt *t, const char *bytes)
{
    size_t n = 0, length = strlen(bytes);
    for (size_t i = 0; i + length <= t->raw.len; i++)
        n += memcmp(t->raw.data + i, bytes, length) == 0;
    return n;
}

/* Processor time of a process in seconds. */
static double cpu_seconds(pid_t pid)
{
    char path[64], line[1024];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    fclose(f);
    const char *rest = strrchr(line, ')');
    assert_non_null(rest);
    assert_int_equal(sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                            &user, &system),
                     2);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/* A far end that is long in answering: meanwhile there is nothing to do, though figures
 * are due that the last frame left as they were. */
static void waiting_for_the_far_end_costs_nothing(void **state)
{
    (void)state;
    enum { TIMES = 3 };
    struct vt t;
    set_env("TERM=xterm-256color", "SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22");
    start(&t, 80, 24, "slow.ini", NULL, NULL);
    assert_until(&t, "RUNNING");
    double used = 0;
    for (int i = 0; i < TIMES; i++) {
        t.silent = false;
        frames_in(&t, INT64_C(500000000));
        t.silent = true;
        double before = cpu_seconds(t.pid);
        frames_in(&t, INT64_C(1000000000));
        used += cpu_seconds(t.pid) - before;
    }
    printf("# %.2f s of processor time in %d s\n", used, TIMES);
    if (used > 0.05 * TIMES)
        fail_msg("%.2f s of processor time in %d s", used, TIMES);
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* Every frame asks a terminal that answers; one that never does is soon asked no more,
 * and gets its frames all the same. */
static void frames_wait_for_the_far_end(void **state)
{
    (void)state;
    enum { SILENCES = 3, MORE = 5 };
    static const char ask[] = "\033[5n";
    for (int answers = 0; answers < 2; answers++) {
        struct vt t;
        set_env("TERM=xterm-256color", "SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22");
        start(&t, 80, 24, "line.ini", "--set", "ui.pace=500");
        t.silent = !answers;
        assert_until(&t, "RUNNING");
        int64_t end = ob_clock_ns() + VT_DEADLINE * INT64_C(1000000);
        while (count(&t, ask) < SILENCES && ob_clock_ns() < end)
            vt_quiet(&t, 20);
        size_t before = frames(&t);
        while (frames(&t) < before + MORE && ob_clock_ns() < end)
            vt_quiet(&t, 20);
        assert_true(frames(&t) >= before + MORE);
        if (answers)
            assert_true(count(&t, ask) >= SILENCES + MORE);
        else
            assert_int_equal(count(&t, ask), SILENCES);
        vt_type(&t, "Q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
}

static void an_unseen_window_is_drawn_seldom(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "line.ini", "--set", "ui.pace=500");
    assert_until(&t, "RUNNING");
    vt_type(&t, "\033[O");
    frames_in(&t, INT64_C(300000000));
    size_t n = frames_in(&t, INT64_C(2000000000));
    if (n > 4)
        fail_msg("%zu frames in two seconds without the focus", n);
    vt_type(&t, "\033[I");
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_terminal),
        cmocka_unit_test(frames_can_go_unbracketed),
        cmocka_unit_test(nothing_stays_on),
        cmocka_unit_test(modes_come_back_after_a_stop),
        cmocka_unit_test(mouse_paste_and_escape),
        cmocka_unit_test(copies_reach_the_clipboard),
        cmocka_unit_test(the_editor_has_the_terminal),
        cmocka_unit_test(choices_are_kept),
        cmocka_unit_test(a_terminal_without_utf8_is_noticed),
        cmocka_unit_test_teardown(waiting_for_the_far_end_costs_nothing, stage_stop_runs),
        cmocka_unit_test_teardown(frames_wait_for_the_far_end, stage_stop_runs),
        cmocka_unit_test_teardown(an_unseen_window_is_drawn_seldom, stage_stop_runs),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
