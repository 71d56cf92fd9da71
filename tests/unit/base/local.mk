base_tests = \
	%D%/test_buf

check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_unit_base_test_buf_LDADD = $(ob_base_libs) $(TEST_LIBS)
