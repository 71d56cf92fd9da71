#include <config.h>

#include "stage.h"

#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/rng.h"

static void home_opens_and_closes(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "A line through five points");
    assert_until(&t, "? help  q quit");
    assert_true(t.alternate);
    assert_false(t.cursor);
    vt_quiet(&t, 50);
    assert_true(t.raw.len < 8000);
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* Nothing happens: nothing is written, and the process is not even woken. */
static long switches(pid_t pid)
{
    char path[64], line[256];
    long n = -1;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "voluntary_ctxt_switches: %ld", &n);
    if (f)
        fclose(f);
    return n;
}

static void idle_costs_nothing(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    const char *const run[] = {
        program, "run", "line.ini", "--set", "stop.max_steps=50", "--quiet", NULL
    };
    assert_int_equal(command(run), 0);
    for (int watch = 0; watch < 2; watch++) {
        start(&t, 80, 24, watch ? "watch" : NULL, NULL, NULL);
        assert_until(&t, watch ? "FINISHED" : "max_steps");
        vt_quiet(&t, 200);
        long before = switches(t.pid);
        assert_int_equal(vt_quiet(&t, 600), 0);
        assert_int_equal(switches(t.pid), before);
        vt_type(&t, "q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
}

static void sizes_change_at_any_moment(void **state)
{
    (void)state;
    struct ob_rng r;
    struct vt t;
    ob_rng_init(&r, 9, 0);
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "line.ini", "--set", "ui.pace=200");
    assert_until(&t, "RUNNING");
    for (int i = 0; i < 60; i++) {
        vt_resize(&t, 1 + (int)ob_rng_below(&r, 250), 1 + (int)ob_rng_below(&r, 80));
        if (i % 3 == 0)
            vt_type(&t, i % 2 ? "?" : "V");
        vt_quiet(&t, 2);
    }
    vt_type(&t, "\033");
    vt_resize(&t, 1, 1);
    vt_quiet(&t, 30);
    vt_resize(&t, 500, 200);
    vt_quiet(&t, 30);
    vt_resize(&t, 100, 30);
    assert_until(&t, "? help  q quit");
    vt_type(&t, "\033");
    assert_until(&t, "progress");
    vt_quiet(&t, 60); /* a key right behind the escape would be Alt and that key */
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

static void signals_give_the_terminal_back(void **state)
{
    (void)state;
    static const int end[] = { SIGTERM, SIGHUP, SIGQUIT };
    static const int crash[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    for (size_t i = 0; i < OB_COUNT(end); i++) {
        start(&t, 80, 24, NULL, NULL, NULL);
        assert_until(&t, "? help  q quit");
        kill(t.pid, end[i]);
        assert_exit(&t, 128 + end[i]);
        vt_finish(&t);
    }
    for (size_t i = 0; i < OB_COUNT(crash); i++) {
        start(&t, 80, 24, NULL, NULL, NULL);
        assert_until(&t, "? help  q quit");
        kill(t.pid, crash[i]);
        int status = vt_wait(&t);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), crash[i]);
        assert_true(vt_restored(&t));
        assert_non_null(strstr(vt_text(&t), "the terminal program crashed"));
        vt_finish(&t);
    }
}

/* Where the cursor has nowhere to go, its place says nothing about UTF-8, and what was
 * asked with could stay. */
static void a_tiny_screen_is_not_asked(void **state)
{
    (void)state;
    static const char glyph[] = "\xe2\xa3\xbf\033[6n";
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    for (int cols = 1; cols <= 4; cols++) {
        start(&t, cols, 1, NULL, NULL, NULL);
        assert_true(vt_quiet(&t, 100) < 4000);
        bool asked = memmem(t.raw.data, t.raw.len, glyph, strlen(glyph)) != NULL;
        printf("# %d x 1: asked %d, shows '%s'\n", cols, asked, vt_text(&t));
        assert_int_equal(asked, cols > 2);
        vt_type(&t, "q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
}

static void ctrl_c_leaves_like_q(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    struct termios now;
    assert_until(&t, "? help  q quit");
    assert_int_equal(tcgetattr(t.fd, &now), 0);
    assert_true(now.c_lflag & NOFLSH); /* or it could hang, now and then */
    vt_type(&t, "\003");
    assert_exit(&t, 0);
    vt_finish(&t);
}

static void suspend_and_resume(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start_as_job(&t, 80, 24);
    assert_until(&t, "? help  q quit");
    vt_type(&t, "\032");
    assert_until(&t, "Stopped");
    assert_true(vt_restored(&t));
    assert_false(t.alternate);
    vt_resize(&t, 100, 30);
    vt_type(&t, "fg; echo left $?\n");
    assert_until(&t, "? help  q quit");
    assert_true(t.alternate);
    vt_type(&t, "q");
    assert_job_left(&t, 0);
    vt_finish(&t);
}

/* As the only program of its terminal (ssh -t HOST optbench): nobody would ever continue
 * it. */
static void without_a_shell_it_goes_on(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "? help  q quit");
    vt_type(&t, "\032");
    assert_until(&t, "no shell is there");
    assert_true(t.alternate);
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* The terminal goes away without a word: no loop at full speed, the process ends. */
static void a_lost_terminal_ends_it(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "? help  q quit");
    pid_t pid = t.pid;
    close(t.fd);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGHUP);
    t.pid = 0;
    t.fd = -1;
    vt_finish(&t);
}

static void unknown_sequences_are_no_keys(void **state)
{
    (void)state;
    static const char *const sequence[] = {
        "\033[<0;10;10M", "\033[27;5;113~", "\033[M !!",
        "\033[?1;2c",     "\033Oq",         "\033[1;2Q",
        "\xff\xfe",       "\xc3\xa9",       "\033[200~q\033[201~",
        "\033]0;q\a",     "\033[0n",        "\033[5;5R",
    };
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "? help  q quit");
    for (size_t i = 0; i < OB_COUNT(sequence); i++) {
        vt_type(&t, sequence[i]);
        vt_quiet(&t, 60);
        assert_non_null(strstr(vt_text(&t), "EXPERIMENTS"));
        assert_non_null(strstr(vt_text(&t), "[1 Home]"));
    }
    vt_type(&t, "?");
    assert_until(&t, "help: Home");
    vt_type(&t, "qq");
    assert_exit(&t, 0);
    vt_finish(&t);
}

static void hostile_text_stays_text(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "evil.ini");
    vt_quiet(&t, 50);
    assert_null(memmem(t.raw.data, t.raw.len, "\033]0;owned", 9));
    assert_null(memmem(t.raw.data, t.raw.len, "\033[31mred", 8));
    assert_null(memmem(t.raw.data, t.raw.len, "\xe2\x80\xae", 3));
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* How many digits and semicolons there are. */
static size_t span(const char *s, size_t left)
{
    size_t n = 0;
    while (n < left && ((s[n] >= '0' && s[n] <= '9') || s[n] == ';'))
        n++;
    return n;
}

static bool has_colour(const struct vt *t)
{
    for (size_t i = 0; i + 3 < t->raw.len; i++) {
        const char *s = t->raw.data + i;
        size_t left = t->raw.len - i - 2;
        /* Cursor movements look alike but end otherwise. */
        if (s[0] == '\033' && s[1] == '[' && (s[2] == '3' || s[2] == '4') &&
            s[3] >= '0' && s[3] <= '8' && span(s + 2, left) < left &&
            s[2 + span(s + 2, left)] == 'm')
            return true;
    }
    return false;
}

static void colour_and_glyphs_follow_the_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *term, *more;
        bool colour, ascii;
    } kind[] = {
        { "TERM=xterm-256color", NULL, true, false },
        { "TERM=xterm-256color", "NO_COLOR=1", false, false },
        { "TERM=xterm-256color", "LC_ALL=C", true, true },
        { "TERM=screen", NULL, true, false },
        { "TERM=linux", NULL, true, false },
        { "TERM=vt100", NULL, false, false },
    };
    set_env("TERM=xterm-256color", NULL);
    const char *const run[] = {
        program, "run", "line.ini", "--set", "stop.max_steps=50", "--quiet", NULL
    };
    assert_int_equal(command(run), 0);
    /* A name whose bytes are control characters where they are not read as UTF-8. */
    static const char odd[] = "l\xc3\x9bm";
    glob_t runs;
    assert_int_equal(glob("runs/*-line-*", 0, NULL, &runs), 0);
    assert_int_equal(symlink(runs.gl_pathv[0], odd), 0);
    globfree(&runs);
    for (size_t i = 0; i < OB_COUNT(kind); i++) {
        struct vt t;
        set_env(kind[i].term, kind[i].more);
        if (kind[i].ascii)
            env[1] = "LANG=C";
        start(&t, 80, 24, "watch", odd, NULL);
        assert_until(&t, "FINISHED");
        vt_quiet(&t, 50);
        assert_int_equal(has_colour(&t), kind[i].colour);
        bool beyond = false;
        for (size_t k = 0; k < t.raw.len; k++)
            beyond |= (unsigned char)t.raw.data[k] >= 0x80;
        assert_int_equal(beyond, !kind[i].ascii);
        vt_type(&t, "q");
        assert_exit(&t, 0);
        vt_finish(&t);
    }
}

static void useless_terminals_get_advice(void **state)
{
    (void)state;
    static const char *const term[] = { "TERM=dumb", "TERM=nosuchterm", "TERM=", NULL };
    for (size_t i = 0; i < OB_COUNT(term); i++) {
        struct vt t;
        set_env(term[i], NULL);
        start(&t, 80, 24, NULL, NULL, NULL);
        int status = vt_wait(&t);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
        assert_non_null(strstr(vt_text(&t), "optbench run"));
        assert_null(memmem(t.raw.data, t.raw.len, "\033", 1));
        vt_finish(&t);
    }
    /* No terminal at all: a config is run all the same, the lists are not shown. */
    const char *const run[] = { program, "line.ini", "--set", "stop.max_steps=50", NULL };
    const char *const list[] = { program, NULL };
    const char *const octant[] = { program, "--glyphs", "octant", NULL };
    const char *const nobody[] = { program, "watch", "nobody", NULL };
    set_env(NULL, NULL);
    assert_int_equal(command(run), 0);
    assert_int_equal(command(list), 2);
    assert_int_equal(command(octant), 2);
    assert_int_equal(command(nobody), 2);
}

/* What is wrong with a config is said before the screen is taken over. */
static void a_broken_config_is_told_in_plain(void **state)
{
    (void)state;
    struct vt t;
    FILE *f = fopen("broken.ini", "w");
    assert_non_null(f);
    fputs("[optimizer]\nknd = sgd\n", f);
    fclose(f);
    set_env("TERM=xterm-256color", NULL);
    start(&t, 100, 24, "broken.ini", NULL, NULL);
    assert_exit(&t, 2);
    assert_non_null(strstr(vt_text(&t), "broken.ini:2:"));
    assert_null(memmem(t.raw.data, t.raw.len, "\033", 1));
    vt_finish(&t);
}

/* What only the engine finds out is said when the screen has gone again. */
static void what_cannot_run_is_told_in_plain(void **state)
{
    (void)state;
    struct vt t;
    FILE *f = fopen("nodata.ini", "w");
    assert_non_null(f);
    fputs("[data]\npath = none.csv\ntarget = y\n", f);
    fclose(f);
    set_env("TERM=xterm-256color", NULL);
    start(&t, 100, 24, "nodata.ini", NULL, NULL);
    assert_exit(&t, 5);
    const char *said = strstr(vt_text(&t), "optbench: nodata.ini:2: data.path: ");
    assert_non_null(said);
    assert_null(strstr(said + 1, "optbench: "));
    vt_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(home_opens_and_closes),
        cmocka_unit_test(idle_costs_nothing),
        cmocka_unit_test_teardown(sizes_change_at_any_moment, stage_stop_runs),
        cmocka_unit_test(signals_give_the_terminal_back),
        cmocka_unit_test(a_tiny_screen_is_not_asked),
        cmocka_unit_test(ctrl_c_leaves_like_q),
        cmocka_unit_test(suspend_and_resume),
        cmocka_unit_test(without_a_shell_it_goes_on),
        cmocka_unit_test(a_lost_terminal_ends_it),
        cmocka_unit_test(unknown_sequences_are_no_keys),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(colour_and_glyphs_follow_the_terminal),
        cmocka_unit_test(useless_terminals_get_advice),
        cmocka_unit_test(a_broken_config_is_told_in_plain),
        cmocka_unit_test(what_cannot_run_is_told_in_plain),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
