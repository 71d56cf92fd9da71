noinst_LIBRARIES += libob_run.a
libob_run_a_SOURCES = \
	%D%/append.c \
	%D%/append.h \
	%D%/checkpoints.c \
	%D%/checkpoints.h \
	%D%/child.c \
	%D%/client.c \
	%D%/control.c \
	%D%/control_files.c \
	%D%/control_priv.h \
	%D%/ctl.c \
	%D%/detach.c \
	%D%/detach.h \
	%D%/engine.c \
	%D%/engine_control.c \
	%D%/engine_end.c \
	%D%/engine_live.c \
	%D%/engine_loop.c \
	%D%/engine_priv.h \
	%D%/engine_setup.c \
	%D%/events.c \
	%D%/fields.c \
	%D%/fields.h \
	%D%/history.c \
	%D%/job.c \
	%D%/lastrow.c \
	%D%/lastrow.h \
	%D%/live.c \
	%D%/machine.c \
	%D%/machine.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/recorder.c \
	%D%/remove.c \
	%D%/replay.c \
	%D%/replay.h \
	%D%/rows.c \
	%D%/rundir.c \
	%D%/runinfo.c \
	%D%/runlist.c \
	%D%/size.c \
	%D%/spawn.c \
	%D%/summary.c \
	%D%/tail.c \
	%D%/view.c \
	%D%/way.c

ob_headers += \
	include/optbench/run/child.h \
	include/optbench/run/client.h \
	include/optbench/run/control.h \
	include/optbench/run/ctl.h \
	include/optbench/run/engine.h \
	include/optbench/run/events.h \
	include/optbench/run/history.h \
	include/optbench/run/job.h \
	include/optbench/run/live.h \
	include/optbench/run/recorder.h \
	include/optbench/run/rows.h \
	include/optbench/run/rundir.h \
	include/optbench/run/runinfo.h \
	include/optbench/run/spawn.h \
	include/optbench/run/summary.h \
	include/optbench/run/tail.h \
	include/optbench/run/view.h \
	include/optbench/run/way.h
