# The element rules, compiled once per instruction set like the kernels of num; which one
# runs is decided by num/cpu.h. Everything else is compiled once.
noinst_LIBRARIES += libob_optim.a
# Pairs of neighbouring words must not be loaded as one where they were stored singly a
# moment ago, as the facts of a step are: the load would wait for the stores.
libob_optim_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -fno-tree-slp-vectorize
libob_optim_a_SOURCES = \
	%D%/adam.c \
	%D%/explain.c \
	%D%/explain.h \
	%D%/gd.c \
	%D%/line.c \
	%D%/line.h \
	%D%/linesearch.c \
	%D%/linesearch_armijo.c \
	%D%/linesearch_exact.c \
	%D%/linesearch_newton.c \
	%D%/linesearch_none.c \
	%D%/linesearches.def \
	%D%/live.c \
	%D%/mixed.c \
	%D%/mixed.h \
	%D%/newton.c \
	%D%/optimizer.c \
	%D%/optimizers.def \
	%D%/power.h \
	%D%/rules.c \
	%D%/rules.h \
	%D%/rules/adam.h \
	%D%/rules/flags.h \
	%D%/rules/sgd.h \
	%D%/rules_baseline.c \
	%D%/rules_loops.h \
	%D%/rules_typed.h \
	%D%/schedule.c \
	%D%/schedule_constant.c \
	%D%/schedule_cosine.c \
	%D%/schedule_step.c \
	%D%/schedules.def \
	%D%/settings.h \
	%D%/sgd.c \
	%D%/sgd.h \
	%D%/sgd_stable.c \
	%D%/stop.c \
	%D%/stop_note.c \
	%D%/stop_note.h \
	%D%/target.c \
	%D%/tell.c
ob_optim_variants =

if OB_X86
noinst_LIBRARIES += libob_optim_v3.a libob_optim_v4.a
libob_optim_v3_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v3
libob_optim_v3_a_SOURCES = %D%/rules_v3.c
libob_optim_v4_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v4 \
	-mprefer-vector-width=512
libob_optim_v4_a_SOURCES = %D%/rules_v4.c
ob_optim_variants += libob_optim_v3.a libob_optim_v4.a
endif

ob_headers += \
	include/optbench/optim/linesearch.h \
	include/optbench/optim/optimizer.h \
	include/optbench/optim/schedule.h \
	include/optbench/optim/stop.h
