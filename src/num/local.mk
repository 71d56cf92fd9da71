noinst_LIBRARIES += libob_num.a
libob_num_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_num_a_SOURCES =
# The same kernels compiled for newer instruction sets; libraries listed here are linked
# behind libob_num.a.
ob_num_variants =
