train_tests = \
	%D%/test_batches \
	%D%/test_choice \
	%D%/test_course \
	%D%/test_explain \
	%D%/test_feed \
	%D%/test_fingerprint \
	%D%/test_glob \
	%D%/test_held \
	%D%/test_internals \
	%D%/test_mean \
	%D%/test_memory \
	%D%/test_pace \
	%D%/test_parity \
	%D%/test_resume \
	%D%/test_safetensors \
	%D%/test_sampler \
	%D%/test_trainer \
	%D%/test_waypoint \
	%D%/test_weights \
	%D%/test_worker

check_PROGRAMS += $(train_tests)
TESTS += $(train_tests)
thread_tests += %D%/test_feed %D%/test_worker

tests_unit_train_test_waypoint_LDADD = $(ob_train_libs) $(TEST_LIBS)

train_experiment = %D%/experiment.c %D%/experiment.h

tests_unit_train_test_batches_SOURCES = %D%/test_batches.c $(train_experiment)
tests_unit_train_test_batches_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_choice_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_course_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_course_SOURCES = %D%/test_course.c $(train_experiment)
tests_unit_train_test_explain_SOURCES = %D%/test_explain.c $(train_experiment)
tests_unit_train_test_explain_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_feed_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_fingerprint_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_glob_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_held_SOURCES = %D%/test_held.c $(train_experiment)
tests_unit_train_test_held_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_internals_SOURCES = %D%/test_internals.c $(train_experiment)
tests_unit_train_test_internals_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_mean_SOURCES = %D%/test_mean.c $(train_experiment)
tests_unit_train_test_mean_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_memory_SOURCES = %D%/test_memory.c $(train_experiment)
tests_unit_train_test_memory_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_pace_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_parity_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_resume_SOURCES = %D%/test_resume.c $(train_experiment)
tests_unit_train_test_resume_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_safetensors_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_sampler_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_trainer_SOURCES = %D%/test_trainer.c $(train_experiment)
tests_unit_train_test_trainer_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_weights_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_unit_train_test_worker_SOURCES = %D%/test_worker.c $(train_experiment)
tests_unit_train_test_worker_LDADD = $(ob_train_libs) $(TEST_LIBS)
