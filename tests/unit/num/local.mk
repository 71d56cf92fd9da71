num_tests = \
	%D%/test_design

check_PROGRAMS += $(num_tests)
TESTS += $(num_tests)
noinst_HEADERS += %D%/num_test.h

# The reference in these tests follows the same rules as the kernels: no contraction.
tests_unit_num_test_design_LDADD = $(ob_num_libs) $(TEST_LIBS)
