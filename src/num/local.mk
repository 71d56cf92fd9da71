noinst_LIBRARIES += libob_num.a
libob_num_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_num_a_SOURCES = \
	%D%/dtype.c \
	%D%/layout.c \
	%D%/vec.c
# The same kernels compiled for newer instruction sets; libraries listed here are linked
# behind libob_num.a.
ob_num_variants =

ob_headers += \
	include/optbench/num/blas.h \
	include/optbench/num/cpu.h \
	include/optbench/num/dense.h \
	include/optbench/num/design.h \
	include/optbench/num/dtype.h \
	include/optbench/num/kernels.h \
	include/optbench/num/lapack.h \
	include/optbench/num/layout.h \
	include/optbench/num/loss.h \
	include/optbench/num/normal.h \
	include/optbench/num/pool.h \
	include/optbench/num/real.h \
	include/optbench/num/reduce.h \
	include/optbench/num/vec.h
