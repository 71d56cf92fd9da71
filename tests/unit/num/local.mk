num_tests = \
	%D%/test_dense \
	%D%/test_design \
	%D%/test_pool

check_PROGRAMS += $(num_tests)
thread_tests += %D%/test_pool
TESTS += $(num_tests)
noinst_HEADERS += %D%/num_test.h

tests_unit_num_test_dense_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_design_LDADD = $(ob_num_libs) $(TEST_LIBS)
tests_unit_num_test_pool_LDADD = $(ob_num_libs) $(TEST_LIBS)
