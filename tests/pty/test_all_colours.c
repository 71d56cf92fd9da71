/* All colours as they are, on a terminal that takes red, green and blue: made here, for
 * few systems know one. */
#include <config.h>

#include "turn_stage.h"

#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/path.h"

static char folder[] = "/tmp/ob-direct-XXXXXX";

static bool make_terminal(void)
{
    static const char source[] =
        "xterm-direct|takes red green and blue,\n"
        "\tRGB, colors#0x1000000, pairs#0x7FFF, use=xterm-256color,\n"
        "\tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;"
        "%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,\n"
        "\tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;"
        "%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,\n"
        "\tinitc@, ccc@,\n";
    char *path = ob_path_join(folder, "direct.ti");
    const char *const argv[] = { "tic", "-x", "-o", folder, path, NULL };
    int status = -1;
    FILE *f = fopen(path, "w");
    bool ok = f && fputs(source, f) >= 0;
    ok = f && fclose(f) == 0 && ok;
    pid_t pid = ok ? fork() : -1;
    if (pid == 0) {
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    ok = pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
    unlink(path);
    free(path);
    return ok;
}

/* What is wrong on the screen at one depth, in both styles that have colours; -1 where
 * there is no such terminal. */
static int wrong_at(enum ob_depth depth, enum ob_depth *most)
{
    struct turn_stage s;
    struct ob_relief_view v = ob_relief_start;
    int bad = -1;
    bool opened = turn_begin(&s, "xterm-direct", 80, 24, &turn_surface[0]);
    if (opened) {
        *most = s.term->most;
        s.term->type->recolour(s.term, depth);
        v.style = OB_RELIEF_SHADED;
        v.grounds = depth >= OB_DEPTH_256;
        turn_show(&s, &v);
        bad = turn_wrong(&s, &s.canvas);
        v.style = OB_RELIEF_WIRE;
        turn_show(&s, &v);
        bad += turn_wrong(&s, &s.canvas);
    }
    turn_end(&s);
    return bad;
}

static void all_colours(void **state)
{
    (void)state;
    enum ob_depth most = OB_DEPTHS;
    assert_int_equal(wrong_at(OB_DEPTH_TRUE, &most), 0);
    assert_int_equal(most, OB_DEPTH_TRUE);
}

/* Fewer on request: the numbers are told by what they stand for. */
static void fewer(void **state)
{
    (void)state;
    enum ob_depth most;
    for (int d = OB_DEPTH_MONO; d < OB_DEPTH_TRUE; d++)
        assert_int_equal(wrong_at((enum ob_depth)d, &most), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_colours),
        cmocka_unit_test(fewer),
    };
    if (!mkdtemp(folder) || !make_terminal())
        ob_skip_all("no tic to make a terminal with all colours");
    setenv("TERMINFO", folder, 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char *inner = ob_path_join(folder, "x"), *file = ob_path_join(inner, "xterm-direct");
    unlink(file);
    rmdir(inner);
    rmdir(folder);
    free(inner);
    free(file);
    return failed;
}
