optim_tests = \
	%D%/test_linesearch \
	%D%/test_mixed \
	%D%/test_newton \
	%D%/test_optimizer \
	%D%/test_schedule \
	%D%/test_stable \
	%D%/test_stop

check_PROGRAMS += $(optim_tests)
TESTS += $(optim_tests)
thread_tests += %D%/test_optimizer

optim_test_libs = $(toy_libs) $(ob_optim_libs) $(TEST_LIBS)
rig_sources = %D%/rig.c %D%/rig.h
tests_unit_optim_test_linesearch_SOURCES = %D%/test_linesearch.c $(rig_sources)
tests_unit_optim_test_linesearch_LDADD = $(optim_test_libs)
tests_unit_optim_test_mixed_LDADD = $(optim_test_libs)
tests_unit_optim_test_newton_SOURCES = %D%/test_newton.c $(rig_sources)
tests_unit_optim_test_newton_LDADD = $(optim_test_libs)
tests_unit_optim_test_optimizer_SOURCES = %D%/test_optimizer.c $(rig_sources)
tests_unit_optim_test_optimizer_LDADD = $(optim_test_libs)
tests_unit_optim_test_schedule_LDADD = $(optim_test_libs)
tests_unit_optim_test_stable_SOURCES = %D%/test_stable.c $(rig_sources)
tests_unit_optim_test_stable_LDADD = $(optim_test_libs)
tests_unit_optim_test_stop_LDADD = $(optim_test_libs)
