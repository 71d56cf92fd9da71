noinst_LIBRARIES += libob_conf.a
libob_conf_a_SOURCES =
