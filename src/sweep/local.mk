noinst_LIBRARIES += libob_sweep.a
libob_sweep_a_SOURCES =
