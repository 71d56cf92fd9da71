num_tests = \
	%D%/test_activation \
	%D%/test_dense \
	%D%/test_design \
	%D%/test_draw \
	%D%/test_fmath \
	%D%/test_lanczos \
	%D%/test_layers \
	%D%/test_matmul \
	%D%/test_pool \
	%D%/test_sparse \
	%D%/test_spectral \
	%D%/test_torch_rng \
	%D%/test_vec

check_PROGRAMS += $(num_tests)
TESTS += $(num_tests) %D%/variants.sh
EXTRA_DIST += %D%/variants.sh tests/reference/minimax.py
noinst_HEADERS += %D%/num_test.h

tests_unit_num_test_activation_LDADD = $(ob_num_libs) $(TEST_LIBS) -lm
tests_unit_num_test_dense_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_design_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_fmath_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_lanczos_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_layers_LDADD = $(ob_num_libs) $(TEST_LIBS) -lm
tests_unit_num_test_matmul_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_pool_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_sparse_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_spectral_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_vec_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_draw_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_torch_rng_LDADD = $(ob_num_libs) $(TEST_LIBS)
