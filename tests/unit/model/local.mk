# Toy problems and tables of reference numbers, for the tests of model, optim and the
# matrices.
check_LIBRARIES += tests/lib/libob_toy.a
tests_lib_libob_toy_a_SOURCES = \
	tests/lib/ob_table.c \
	tests/lib/ob_table.h \
	tests/lib/ob_toy.c \
	tests/lib/ob_toy.h
toy_libs = tests/lib/libob_toy.a

model_tests = \
	%D%/test_curvature \
	%D%/test_gauss_newton \
	%D%/test_gradcheck \
	%D%/test_init \
	%D%/test_micro \
	%D%/test_network \
	%D%/test_placed_penalty \
	%D%/test_placed_row \
	%D%/test_placed_typed \
	%D%/test_placed_net \
	%D%/test_plane \
	%D%/test_problem \
	%D%/test_quadratic \
	%D%/test_shared \
	%D%/test_sparse_rows \
	%D%/test_typed

check_PROGRAMS += $(model_tests)
TESTS += $(model_tests)
noinst_HEADERS += %D%/placed_test.h

tests_unit_model_test_curvature_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_gauss_newton_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_gradcheck_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_init_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_micro_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_network_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_placed_penalty_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_placed_row_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_placed_net_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_placed_typed_LDADD = $(toy_libs) $(formula_gen_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_plane_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_problem_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_quadratic_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_shared_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_sparse_rows_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
tests_unit_model_test_typed_LDADD = $(toy_libs) $(ob_model_libs) $(TEST_LIBS)
