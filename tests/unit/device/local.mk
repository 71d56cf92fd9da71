device_unit_tests = \
	%D%/test_cache \
	%D%/test_cuda \
	%D%/test_device \
	%D%/test_reduce

check_PROGRAMS += $(device_unit_tests)
TESTS += $(device_unit_tests) %D%/cuda_headers.sh
noinst_HEADERS += %D%/device_test.h
EXTRA_DIST += %D%/cuda_headers.c %D%/cuda_headers.sh

tests_unit_device_test_cache_LDADD = $(ob_device_libs) $(TEST_LIBS)
tests_unit_device_test_cuda_LDADD = $(ob_device_libs) $(TEST_LIBS)
tests_unit_device_test_device_LDADD = $(ob_device_libs) $(TEST_LIBS)
tests_unit_device_test_reduce_LDADD = $(ob_device_libs) $(TEST_LIBS)
