#include <config.h>

#include "stage.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

/* The program, a folder of its own with two experiments, and the environment. */
char *program;
static char *folder;
static char config_home[512], data[512], configs[512];

const char *env[16];

void set_env(const char *term, const char *more)
{
    size_t n = 0;
    env[n++] = "PATH=/usr/bin:/bin";
    env[n++] = "LC_ALL=C.UTF-8";
    env[n++] = "TZ=UTC";
    env[n++] = "USER=tester";
    env[n++] = "LINES=7"; /* must not freeze the size */
    env[n++] = "ASAN_OPTIONS=detect_leaks=0";
    env[n++] = config_home;
    env[n++] = data;
    env[n++] = configs;
    if (term)
        env[n++] = term;
    if (more)
        env[n++] = more;
    env[n] = NULL;
}

static const char small_experiment[] = "[experiment]\n"
                                       "name  = line\n"
                                       "title = A line through five points\n"
                                       "[data]\n"
                                       "source  = inline\n"
                                       "columns = x, y\n"
                                       "values  = 1 2, 2 3.9, 3 6.2, 4 8.1, 5 9.8\n"
                                       "features = x\n"
                                       "target  = y\n"
                                       "[model]\n"
                                       "kind = linear\n"
                                       "[optimizer]\n"
                                       "kind = sgd\n"
                                       "lr   = 0.01\n"
                                       "[stop]\n"
                                       "max_steps = 200000\n";

static void write_file(const char *name, const char *text)
{
    char *path = ob_path_join(folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    free(path);
}

int stage_setup(void **state)
{
    (void)state;
    char template[] = "/tmp/ob-pty-XXXXXX";
    program = ob_path_join(ob_test_env("OB_BUILDDIR"), "optbench");
    folder = ob_xstrdup(mkdtemp(template));
    snprintf(config_home, sizeof config_home, "XDG_CONFIG_HOME=%s/none", folder);
    snprintf(data, sizeof data, "OPTBENCH_DATA=%s/data", ob_test_env("OB_SRCDIR"));
    snprintf(configs, sizeof configs, "OPTBENCH_CONFIGS=%s/none", folder);
    write_file("line.ini", small_experiment);
    write_file("slow.ini", "[experiment]\nname = slow\n"
                           "[data]\nsource = inline\ncolumns = x, y\n"
                           "values = 1 2, 2 3.9, 3 6.2\nfeatures = x\ntarget = y\n"
                           "[model]\nkind = linear\n"
                           "[optimizer]\nkind = sgd\nlr = 1e-5\n"
                           "[stop]\nmax_steps = 100000000\n[ui]\npace = 2000\n");
    write_file("again.ini", "[experiment]\nname = again\n"
                            "[data]\nsource = inline\ncolumns = x, y\n"
                            "values = 1 2, 2 3.9, 3 6.2\nfeatures = x\ntarget = y\n"
                            "[model]\nkind = linear\n[optimizer]\nkind = sgd\nlr = 0.1\n"
                            "[stop]\nmax_steps = 20\n[ui]\npace = 1000\n");
    write_file("evil.ini", "[experiment]\nname = evil\n"
                           "title = \"\033]0;owned\007\033[31mred \xe2\x80\xae\"\n");
    return chdir(folder);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st;
    (void)kind;
    (void)f;
    return remove(path);
}

/* Runs optbench without a terminal and returns its exit status. */
int command(const char *const *argv)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(126);
        execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Ends whatever run a test left behind. */
int stage_stop_runs(void **state)
{
    (void)state;
    const char *const stop[] = { program, "ctl", "latest", "stop", NULL };
    set_env("TERM=xterm-256color", NULL);
    command(stop);
    return 0;
}

int stage_teardown(void **state)
{
    stage_stop_runs(state);
    if (chdir("/") != 0)
        return -1;
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
    free(program);
    return 0;
}

void start(struct vt *t, int cols, int rows, const char *a, const char *b, const char *c)
{
    const char *const argv[] = { program, a, b, c, NULL };
    vt_start(t, cols, rows, argv, env);
}

void start_as_job(struct vt *t, int cols, int rows)
{
    const char *const argv[] = { "/bin/sh", "-i", NULL };
    struct ob_buf typed = { 0 };
    vt_start(t, cols, rows, argv, env);
    /* Set here and not by the environment, in which some shells read no prompt. */
    vt_type(t, "PS1='re''ady '\n");
    assert_until(t, "ready");
    ob_buf_addf(&typed, "'%s'\n", program);
    vt_type(t, ob_buf_text(&typed));
    ob_buf_finish(&typed);
}

void assert_job_left(struct vt *t, int wanted)
{
    char left[32];
    snprintf(left, sizeof left, "left %d", wanted);
    assert_until(t, left);
    vt_type(t, "exit 0\n");
    assert_exit(t, 0);
}

void assert_until(struct vt *t, const char *text)
{
    if (!vt_until(t, text))
        fail_msg("'%s' never came; the screen:\n%s", text, vt_text(t));
}

void assert_exit(struct vt *t, int wanted)
{
    int status = vt_wait(t);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != wanted)
        fail_msg("wait status %#x, wanted exit %d; the screen:\n%s", (unsigned)status,
                 wanted, vt_text(t));
    assert_true(vt_restored(t));
}
