device_tests = \
	%D%/test_device

check_PROGRAMS += $(device_tests)
TESTS += $(device_tests)
noinst_HEADERS += %D%/device_test.h

tests_unit_device_test_device_LDADD = $(ob_device_libs) $(TEST_LIBS)
