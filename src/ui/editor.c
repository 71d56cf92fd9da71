#include <config.h>

#include "editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

static const char *chosen(void)
{
    static const char *const variable[] = { "VISUAL", "EDITOR" };
    for (size_t i = 0; i < OB_COUNT(variable); i++) {
        const char *value = getenv(variable[i]);
        if (value && value[0])
            return value;
    }
    return "vi";
}

/* An editor that stops itself (Ctrl-Z) takes the whole job with it, and goes on with it.
 */
static int wait_for(pid_t pid)
{
    int status = 0;
    for (;;) {
        pid_t done = waitpid(pid, &status, WUNTRACED);
        if (done < 0 && errno != EINTR)
            return -1;
        if (done == pid && !WIFSTOPPED(status))
            return status;
        if (done == pid) {
            kill(getpid(), SIGSTOP);
            kill(pid, SIGCONT);
        }
    }
}

static void become(const char *script, const char *path, int line)
{
    char at[32], *safe = NULL;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    snprintf(at, sizeof at, "+%d", line);
    /* A name that begins with a dash would be an option. */
    if (path[0] == '-' || path[0] == '+') {
        struct ob_buf dotted = { 0 };
        ob_buf_addf(&dotted, "./%s", path);
        path = safe = ob_buf_take(&dotted);
    }
    if (line > 0)
        execl("/bin/sh", "sh", "-c", script, "sh", at, path, (char *)NULL);
    else
        execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
    free(safe);
    _exit(127);
}

bool ob_editor_run(const char *path, int line, struct ob_err *err)
{
    const char *editor = chosen();
    struct ob_buf script = { 0 };
    char name[80];
    ob_buf_addf(&script, "%s \"$@\"", editor);
    pid_t pid = fork();
    if (pid == 0)
        become(ob_buf_text(&script), path, line);
    int status = pid > 0 ? wait_for(pid) : -1;
    ob_buf_finish(&script);
    ob_text_safe_z(name, sizeof name, editor);
    if (status == -1)
        return ob_fail(err, OB_EIO, "the editor could not be started: %s",
                       ob_errno_text(errno));
    if (WIFSIGNALED(status))
        return ob_fail(err, OB_EIO, "the editor (%s) was ended by signal %d", name,
                       WTERMSIG(status));
    if (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127)
        return ob_fail(err, OB_EIO, "the editor (%s) cannot be run: set VISUAL or EDITOR",
                       name);
    if (WEXITSTATUS(status) != 0)
        return ob_fail(err, OB_EIO, "the editor (%s) ended with status %d", name,
                       WEXITSTATUS(status));
    return true;
}
