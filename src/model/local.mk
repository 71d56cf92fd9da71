noinst_LIBRARIES += libob_model.a
libob_model_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_model_a_SOURCES =
