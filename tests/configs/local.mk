if HAVE_CMOCKA
check_PROGRAMS += %D%/test_configs
TESTS += %D%/test_configs

tests_configs_test_configs_LDADD = $(ob_train_libs) $(TEST_LIBS)
endif
