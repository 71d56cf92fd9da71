train_tests = \
	%D%/test_feed \
	%D%/test_pace \
	%D%/test_safetensors \
	%D%/test_sampler

check_PROGRAMS += $(train_tests)
TESTS += $(train_tests)
thread_tests += %D%/test_feed

tests_unit_train_test_feed_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_pace_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_safetensors_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_sampler_LDADD = $(ob_train_libs) $(TEST_LIBS)
