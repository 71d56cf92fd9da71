/* The commands of optbench-mpi, and the job that they run in. */
#ifndef OB_MPI_COMMANDS_H
#define OB_MPI_COMMANDS_H

#include "comm.h"
#include "optbench/cli/command.h"

/* Of this process; main.c begins and ends it. */
extern struct comm mpi_comm;

extern const struct ob_command_type ob_mpi_train, ob_mpi_sweep;

/* Only rank 0 speaks while a command line is judged: the others judge the same one, with
 * stderr and stdout set aside until mpi_speak(). */
void mpi_hush(void);
void mpi_speak(void);

/* What rank 0 came to is what every rank ends with; returns it. All ranks. */
int mpi_agree(int status);

#endif
