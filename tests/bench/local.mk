# Not a test: speed is for people to look at, on a machine with nothing else to do.
EXTRA_DIST += bench/bundle.sh bench/cost.sh bench/gpu.sh bench/results/README.md \
	bench/torch_mlp.py
EXTRA_PROGRAMS += %D%/bench %D%/make_runs %D%/make_cells
CLEANFILES += %D%/bench$(EXEEXT) %D%/make_runs$(EXEEXT) %D%/make_cells$(EXEEXT)
tests_bench_bench_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
tests_bench_bench_SOURCES = \
	%D%/bare.c \
	%D%/bare.h \
	%D%/bare_cubic.c \
	%D%/bare_cubic.h \
	%D%/bare_net.c \
	%D%/bare_net.h \
	%D%/bench.c \
	%D%/bench.h \
	%D%/case_chart.c \
	%D%/case_collect.c \
	%D%/case_csv.c \
	%D%/case_device.c \
	%D%/case_formula.c \
	%D%/case_gradient.c \
	%D%/case_home.c \
	%D%/case_import.c \
	%D%/case_live.c \
	%D%/case_log.c \
	%D%/case_network.c \
	%D%/case_optim.c \
	%D%/case_record.c \
	%D%/case_screen.c \
	%D%/case_sparse.c \
	%D%/case_step.c \
	%D%/case_surface.c \
	%D%/case_sweep.c \
	%D%/case_turn.c \
	%D%/many_cells.c \
	%D%/many_cells.h \
	%D%/many_runs.c \
	%D%/many_runs.h
tests_bench_bench_LDADD = $(ob_ui_libs)
tests_bench_make_runs_SOURCES = \
	%D%/make_runs.c \
	%D%/many_runs.c \
	%D%/many_runs.h
tests_bench_make_runs_LDADD = $(ob_run_libs)
tests_bench_make_cells_SOURCES = \
	%D%/make_cells.c \
	%D%/many_cells.c \
	%D%/many_cells.h
tests_bench_make_cells_LDADD = $(ob_sweep_libs)

if HAVE_MPI
EXTRA_PROGRAMS += %D%/ranks
CLEANFILES += %D%/ranks$(EXEEXT)
endif
EXTRA_DIST += bench/ranks.sh
tests_bench_ranks_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(MPI_CFLAGS)
tests_bench_ranks_SOURCES = %D%/ranks.c src/mpi/comm.c src/mpi/comm.h
tests_bench_ranks_LDADD = $(ob_model_libs) $(MPI_LIBS)

# `make bench BENCH=gradient` runs the cases whose names begin so.
BENCH =
.PHONY: bench
bench: %D%/bench$(EXEEXT) optbench$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) %D%/bench$(EXEEXT) $(BENCH)
