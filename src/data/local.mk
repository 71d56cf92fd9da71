noinst_LIBRARIES += libob_data.a
libob_data_a_SOURCES =
