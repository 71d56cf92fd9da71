/* optbench-mpi: the parts of optbench that run as the ranks of one MPI job. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "optbench/base/suggest.h"

struct comm mpi_comm;

static const struct ob_command_type *const commands[] = {
    &ob_mpi_train,
    &ob_mpi_sweep,
    NULL,
};

/* ---- who speaks ---- */

static int set_aside[3] = { -1, -1, -1 };

void mpi_hush(void)
{
    if (mpi_comm.rank == 0)
        return;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (int fd = STDOUT_FILENO; nowhere >= 0 && fd <= STDERR_FILENO; fd++) {
        set_aside[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (set_aside[fd] >= 0)
            dup2(nowhere, fd);
    }
    if (nowhere >= 0)
        close(nowhere);
}

void mpi_speak(void)
{
    fflush(stdout);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (set_aside[fd] < 0)
            continue;
        dup2(set_aside[fd], fd);
        close(set_aside[fd]);
        set_aside[fd] = -1;
    }
}

int mpi_agree(int status)
{
    struct ob_share *s = &mpi_comm.share;
    struct ob_buf text = { 0 };
    if (s->rank == 0) {
        s->tell(s, &status, sizeof status);
    } else {
        s->hear(s, &text);
        memcpy(&status, text.data, sizeof status);
    }
    ob_buf_finish(&text);
    return status;
}

/* ---- the command line ---- */

static void help(FILE *out)
{
    fputs("Usage: mpirun -n RANKS optbench-mpi COMMAND [OPTION]... [OPERAND]...\n\n"
          "What optbench does, by the processes of an MPI job.\n\nCommands:\n",
          out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n'optbench-mpi COMMAND --help' says more; so does optbench-mpi(1).\n", out);
}

static int unknown(const char *word)
{
    struct ob_suggest near;
    ob_suggest_init(&near, word);
    for (size_t i = 0; commands[i]; i++)
        ob_suggest_offer(&near, commands[i]->name);
    return ob_cli_unknown(&near, " (try 'optbench-mpi --help')", "unknown command '%s'",
                          word);
}

static int dispatch(int argc, char **argv)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return ob_command_call(commands[i], argc - 1, argv + 1);
    return unknown(argv[1]);
}

/* What can be answered without a job, which takes long to start: help, and the cells of a
 * rank that is alone and has started this process to train them. */
static bool answers_alone(int argc, char **argv, int *status)
{
    *status = argc < 2 ? ob_code_exit(OB_EUSAGE) : 0;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        help(argc < 2 ? stderr : stdout);
    else if (strcmp(argv[1], "--version") == 0)
        ob_cli_version(stdout);
    else if (argc > 2 && strcmp(argv[1], "sweep") == 0 && strcmp(argv[2], "work") == 0)
        *status = ob_command_call(ob_command_find("sweep"), argc - 1, argv + 1);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct ob_err err = { 0 };
    int status;
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    ob_cli_program = "optbench-mpi";
    if (answers_alone(argc, argv, &status))
        return status;
    if (!comm_begin(&mpi_comm, &err))
        return ob_cli_fail(&err);
    mpi_hush();
    status = dispatch(argc, argv);
    mpi_speak();
    comm_end(&mpi_comm);
    bool lost = ferror(stdout), flushed = fflush(stdout) == 0;
    if ((lost || !flushed) && status == 0)
        status = ob_cli_failf(OB_EIO, "standard output: %s",
                              flushed ? "a line was lost" : ob_errno_text(errno));
    return status;
}
