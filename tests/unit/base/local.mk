base_tests = \
	%D%/test_buf \
	%D%/test_diag \
	%D%/test_err \
	%D%/test_json \
	%D%/test_locale \
	%D%/test_mem \
	%D%/test_npy \
	%D%/test_number \
	%D%/test_param \
	%D%/test_path \
	%D%/test_rng \
	%D%/test_shell \
	%D%/test_text

check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)

tests_unit_base_test_buf_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_diag_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_err_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_json_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_locale_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_mem_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_npy_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_number_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_param_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_path_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_rng_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_shell_LDADD = $(ob_base_libs) $(TEST_LIBS)
tests_unit_base_test_text_LDADD = $(ob_base_libs) $(TEST_LIBS)
