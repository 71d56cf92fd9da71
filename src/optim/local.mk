noinst_LIBRARIES += libob_optim.a
libob_optim_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_optim_a_SOURCES =
ob_optim_variants =

ob_headers += \
	include/optbench/optim/linesearch.h \
	include/optbench/optim/optimizer.h \
	include/optbench/optim/schedule.h \
	include/optbench/optim/stop.h
