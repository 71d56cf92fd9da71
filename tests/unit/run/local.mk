# The readers and the channel need base alone; that they link without the floors between
# is part of the test.
run_tests = \
	%D%/test_cell \
	%D%/test_allocation \
	%D%/test_control \
	%D%/test_filter \
	%D%/test_events \
	%D%/test_foreign \
	%D%/test_hashes \
	%D%/test_history \
	%D%/test_index \
	%D%/test_job \
	%D%/test_lookup \
	%D%/test_notes \
	%D%/test_readers \
	%D%/test_recorder \
	%D%/test_rundir \
	%D%/test_view \
	%D%/test_way

check_PROGRAMS += $(run_tests)
TESTS += $(run_tests)
noinst_HEADERS += %D%/scratch.h

run_test_libs = libob_run.a $(ob_base_libs) $(TEST_LIBS)
tests_unit_run_test_allocation_LDADD = $(run_test_libs)
tests_unit_run_test_control_LDADD = $(run_test_libs)
tests_unit_run_test_filter_LDADD = $(run_test_libs)
tests_unit_run_test_events_LDADD = $(run_test_libs)
tests_unit_run_test_foreign_LDADD = $(run_test_libs)
tests_unit_run_test_hashes_LDADD = $(run_test_libs)
tests_unit_run_test_history_LDADD = $(run_test_libs)
tests_unit_run_test_job_LDADD = $(run_test_libs)
tests_unit_run_test_notes_LDADD = $(run_test_libs)
tests_unit_run_test_readers_LDADD = $(run_test_libs)
tests_unit_run_test_rundir_LDADD = $(run_test_libs)
tests_unit_run_test_view_LDADD = $(run_test_libs)
tests_unit_run_test_way_LDADD = $(run_test_libs)
# Cells are whole runs, which change threads.
thread_tests += %D%/test_cell
tests_unit_run_test_cell_LDADD = $(ob_run_libs) $(TEST_LIBS)
# The recorder takes rows of the trainer.
tests_unit_run_test_recorder_LDADD = $(ob_run_libs) $(TEST_LIBS)
# The index reads configs.
tests_unit_run_test_index_LDADD = $(ob_run_libs) $(TEST_LIBS)
tests_unit_run_test_lookup_LDADD = $(ob_run_libs) $(TEST_LIBS)

check_PROGRAMS += %D%/test_repository
TESTS += %D%/test_repository
tests_unit_run_test_repository_LDADD = $(run_test_libs)

EXTRA_DIST += \
	%D%/events/plain/events.out.tfevents.1700000000.host.1.0 \
	%D%/events/plain/want.csv \
	%D%/events/runs/again/events.out.tfevents.1700000001.host.1.1 \
	%D%/events/runs/again/events.out.tfevents.1700000002.host.1.2 \
	%D%/events/runs/again/want.csv
