noinst_LIBRARIES += libob_model.a
# The functions by name include headers of the folder above.
libob_model_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/model
libob_model_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_model_a_SOURCES = \
	%D%/columns.c \
	%D%/columns.h \
	%D%/curvature.c \
	%D%/curvature_priv.h \
	%D%/describe.c \
	%D%/entry.h \
	%D%/formula.c \
	%D%/function.c \
	%D%/functions.def \
	%D%/functions/ackley.c \
	%D%/functions/beale.c \
	%D%/functions/bohachevsky.c \
	%D%/functions/booth.c \
	%D%/functions/branin.c \
	%D%/functions/brown_badly_scaled.c \
	%D%/functions/dixon_price.c \
	%D%/functions/easom.c \
	%D%/functions/ellipsoid.c \
	%D%/functions/freudenstein_roth.c \
	%D%/functions/goldstein_price.c \
	%D%/functions/griewank.c \
	%D%/functions/himmelblau.c \
	%D%/functions/jennrich_sampson.c \
	%D%/functions/levy.c \
	%D%/functions/matyas.c \
	%D%/functions/mccormick.c \
	%D%/functions/michalewicz.c \
	%D%/functions/monkey_saddle.c \
	%D%/functions/powell_badly_scaled.c \
	%D%/functions/powell_singular.c \
	%D%/functions/rastrigin.c \
	%D%/functions/rosenbrock.c \
	%D%/functions/rotated_ellipsoid.c \
	%D%/functions/rotated_rastrigin.c \
	%D%/functions/rotated_rosenbrock.c \
	%D%/functions/schaffer.c \
	%D%/functions/six_hump_camel.c \
	%D%/functions/sphere.c \
	%D%/functions/styblinski_tang.c \
	%D%/functions/three_hump_camel.c \
	%D%/functions/trid.c \
	%D%/functions/variably_dimensioned.c \
	%D%/functions/wood.c \
	%D%/functions/zakharov.c \
	%D%/gradcheck.c \
	%D%/init.c \
	%D%/layer.c \
	%D%/init_rule.c \
	%D%/linear.c \
	%D%/logistic.c \
	%D%/losses.def \
	%D%/machine.c \
	%D%/machine.h \
	%D%/minimum.c \
	%D%/minimum.h \
	%D%/named.c \
	%D%/named.h \
	%D%/optimum.c \
	%D%/plane.c \
	%D%/problem.c \
	%D%/problems.def \
	%D%/quadratic.c \
	%D%/rotation.c \
	%D%/rotation.h \
	%D%/rowmodel.c \
	%D%/rowmodel.h \
	%D%/scan.c \
	%D%/spectrum.c \
	%D%/typed.c \
	%D%/typed.h \
	%D%/typed_bce.c \
	%D%/typed_minimum.c

ob_headers += \
	include/optbench/model/curvature.h \
	include/optbench/model/describe.h \
	include/optbench/model/gradcheck.h \
	include/optbench/model/init.h \
	include/optbench/model/layer.h \
	include/optbench/model/init_rule.h \
	include/optbench/model/plane.h \
	include/optbench/model/problem.h
