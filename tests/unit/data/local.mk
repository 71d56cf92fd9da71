data_tests = \
	%D%/test_arrays \
	%D%/test_csv \
	%D%/test_csv_bad \
	%D%/test_dataset \
	%D%/test_generate \
	%D%/test_split \
	%D%/test_libsvm \
	%D%/test_survey

check_PROGRAMS += $(data_tests)
TESTS += $(data_tests)

tests_unit_data_test_arrays_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_csv_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_csv_bad_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_dataset_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_generate_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_split_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_libsvm_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_data_test_libsvm_LDADD = $(ob_data_libs) $(TEST_LIBS)
tests_unit_data_test_survey_LDADD = $(ob_data_libs) $(TEST_LIBS)
