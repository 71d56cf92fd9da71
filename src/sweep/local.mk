noinst_LIBRARIES += libob_sweep.a
libob_sweep_a_SOURCES =

ob_headers += \
	include/optbench/sweep/rungs.h
