noinst_LIBRARIES += libob_optim.a
libob_optim_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_optim_a_SOURCES =
ob_optim_variants =
