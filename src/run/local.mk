noinst_LIBRARIES += libob_run.a
libob_run_a_SOURCES =
