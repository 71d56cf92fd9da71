noinst_LIBRARIES += libob_model.a
libob_model_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_model_a_SOURCES = \
	%D%/curvature.c \
	%D%/curvature_priv.h \
	%D%/entry.h \
	%D%/gradcheck.c \
	%D%/init.c \
	%D%/linear.c \
	%D%/logistic.c \
	%D%/minimum.c \
	%D%/minimum.h \
	%D%/optimum.c \
	%D%/plane.c \
	%D%/problem.c \
	%D%/problems.def \
	%D%/quadratic.c \
	%D%/rowmodel.c \
	%D%/rowmodel.h \
	%D%/scan.c \
	%D%/spectrum.c

ob_headers += \
	include/optbench/model/curvature.h \
	include/optbench/model/gradcheck.h \
	include/optbench/model/init.h \
	include/optbench/model/plane.h \
	include/optbench/model/problem.h
