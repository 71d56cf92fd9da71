# By registry: every optimizer on every problem, every derivative against differences, and
# whole runs against torch. A new member is tested the day it is listed.
matrix_tests = \
	%D%/test_conform \
	%D%/test_convex \
	%D%/test_formulas \
	%D%/test_functions \
	%D%/test_gradients \
	%D%/test_lookalikes \
	%D%/test_networks \
	%D%/test_optimizers \
	%D%/test_parity \
	%D%/test_seeds \
	%D%/test_torch \
	%D%/test_torch_model \
	%D%/test_torch_optim

check_PROGRAMS += $(matrix_tests)
TESTS += $(matrix_tests)
EXTRA_DIST += %D%/torch_surface_f64.csv

matrix_libs = $(toy_libs) $(ob_optim_libs) $(TEST_LIBS)
trajectory_sources = %D%/trajectory.c %D%/trajectory.h
tests_matrix_test_conform_LDADD = $(toy_libs) $(ob_train_libs) $(TEST_LIBS)
tests_matrix_test_convex_SOURCES = %D%/test_convex.c
tests_matrix_test_convex_LDADD = $(matrix_libs)
tests_matrix_test_formulas_LDADD = $(formula_gen_libs) $(matrix_libs)
tests_matrix_test_functions_SOURCES = %D%/closed_forms.h %D%/closed_many.c \
	%D%/closed_plane.c %D%/test_functions.c
tests_matrix_test_functions_LDADD = $(matrix_libs)
tests_matrix_test_gradients_LDADD = $(matrix_libs)
tests_matrix_test_lookalikes_SOURCES = %D%/test_lookalikes.c $(trajectory_sources)
tests_matrix_test_lookalikes_LDADD = $(matrix_libs)
tests_matrix_test_networks_LDADD = $(matrix_libs)
tests_matrix_test_optimizers_LDADD = $(matrix_libs)
tests_matrix_test_seeds_SOURCES = %D%/test_seeds.c $(trajectory_sources)
tests_matrix_test_seeds_LDADD = $(matrix_libs)
tests_matrix_test_torch_LDADD = $(matrix_libs)
tests_matrix_test_torch_model_SOURCES = %D%/test_torch_model.c $(trajectory_sources)
tests_matrix_test_torch_model_LDADD = $(matrix_libs)
tests_matrix_test_torch_optim_SOURCES = %D%/test_torch_optim.c $(trajectory_sources)
tests_matrix_test_torch_optim_LDADD = $(matrix_libs)
tests_matrix_test_parity_LDADD = $(ob_cli_libs) $(TEST_LIBS)
