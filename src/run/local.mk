noinst_LIBRARIES += libob_run.a
libob_run_a_SOURCES =

ob_headers += \
	include/optbench/run/client.h \
	include/optbench/run/control.h \
	include/optbench/run/ctl.h \
	include/optbench/run/engine.h \
	include/optbench/run/events.h \
	include/optbench/run/history.h \
	include/optbench/run/live.h \
	include/optbench/run/rundir.h \
	include/optbench/run/runinfo.h \
	include/optbench/run/spawn.h \
	include/optbench/run/summary.h
