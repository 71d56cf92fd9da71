# The parallel program, where MPI was found; optbench itself knows nothing of it.
if HAVE_MPI
bin_PROGRAMS += optbench-mpi
dist_man_MANS += man/optbench-mpi.1
else
EXTRA_DIST += man/optbench-mpi.1
endif
optbench_mpi_SOURCES = \
	%D%/comm.c \
	%D%/comm.h \
	%D%/commands.h \
	%D%/hands.c \
	%D%/hands.h \
	%D%/hands_work.c \
	%D%/main.c \
	%D%/sweep.c \
	%D%/train.c
optbench_mpi_CPPFLAGS = $(AM_CPPFLAGS) $(MPI_CFLAGS)
optbench_mpi_LDADD = $(ob_cli_libs) $(MPI_LIBS)
# Plug-ins call the functions of the program that loads them.
optbench_mpi_LDFLAGS = $(AM_LDFLAGS) -Wl,--export-dynamic
