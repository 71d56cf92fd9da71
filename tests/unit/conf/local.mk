conf_tests = \
	%D%/test_bad_ini \
	%D%/test_data_keep \
	%D%/test_explain \
	%D%/test_ini \
	%D%/test_ini_edit \
	%D%/test_resolve \
	%D%/test_rule \
	%D%/test_spec \
	%D%/test_sweep

check_PROGRAMS += $(conf_tests)
TESTS += $(conf_tests)
noinst_HEADERS += %D%/conf_test.h

tests_unit_conf_test_bad_ini_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_data_keep_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_explain_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_ini_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_ini_edit_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_resolve_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_rule_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_spec_LDADD = $(ob_conf_libs) $(TEST_LIBS)
tests_unit_conf_test_sweep_LDADD = $(ob_conf_libs) $(TEST_LIBS)
