# Each part of the floor adds its programs to check_PROGRAMS and TESTS.

# Rungs.
noinst_HEADERS += %D%/plain_rungs.h
check_PROGRAMS += %D%/test_rungs %D%/test_rungs_log
TESTS += %D%/test_rungs %D%/test_rungs_log
tests_unit_sweep_test_rungs_LDADD = libob_sweep.a libob_run.a $(ob_base_libs) $(TEST_LIBS)
tests_unit_sweep_test_rungs_log_LDADD = $(ob_sweep_libs) $(TEST_LIBS)

# Plans and folders.
sweep_plan_tests = \
	%D%/test_plan \
	%D%/test_plan_make

check_PROGRAMS += $(sweep_plan_tests)
TESTS += $(sweep_plan_tests)

tests_unit_sweep_test_plan_LDADD = $(ob_sweep_libs) $(TEST_LIBS)
tests_unit_sweep_test_plan_make_LDADD = $(ob_sweep_libs) $(TEST_LIBS)

# Cells as they stand, and what they say.
sweep_cells_tests = \
	%D%/test_cells \
	%D%/test_sensitivity

check_PROGRAMS += $(sweep_cells_tests)
TESTS += $(sweep_cells_tests)
noinst_HEADERS += %D%/sweep_stage.h
tests_unit_sweep_test_cells_LDADD = $(ob_sweep_libs) $(TEST_LIBS)
tests_unit_sweep_test_sensitivity_LDADD = $(ob_sweep_libs) $(TEST_LIBS)

# Scripts.
check_PROGRAMS += %D%/test_script
TESTS += %D%/test_script
tests_unit_sweep_test_script_LDADD = libob_sweep.a $(ob_base_libs) $(TEST_LIBS)

# Running a sweep: the parts that need no experiment link base and the readers alone.
check_PROGRAMS += %D%/test_crew %D%/test_jobs
TESTS += %D%/test_crew %D%/test_jobs
tests_unit_sweep_test_crew_LDADD = libob_sweep.a libob_run.a $(ob_base_libs) $(TEST_LIBS)
tests_unit_sweep_test_jobs_LDADD = $(ob_sweep_libs) $(TEST_LIBS)
