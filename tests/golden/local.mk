# Golden runs: whole experiments against torch's trajectories, and the same rows from every
# way to run them.
golden_inis = \
	%D%/admission.ini \
	%D%/heights.ini \
	%D%/housing.ini

EXTRA_DIST += $(golden_inis) %D%/memory.ini

if HAVE_CMOCKA
golden_tests = \
	%D%/test_lookalikes \
	%D%/test_notebook002 \
	%D%/test_notebooks \
	%D%/test_replays \
	%D%/test_same_rows \
	%D%/test_seeds

check_PROGRAMS += $(golden_tests)
TESTS += $(golden_tests)

tests_golden_test_lookalikes_SOURCES = %D%/test_lookalikes.c %D%/golden.c %D%/golden.h
tests_golden_test_lookalikes_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_golden_test_notebook002_SOURCES = \
	%D%/golden.c \
	%D%/golden.h \
	%D%/test_notebook002.c \
	tests/lib/ob_table.c
tests_golden_test_notebook002_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_golden_test_notebooks_SOURCES = \
	%D%/golden.c \
	%D%/golden.h \
	%D%/test_notebooks.c \
	tests/lib/ob_table.c
tests_golden_test_notebooks_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_golden_test_replays_SOURCES = %D%/test_replays.c %D%/golden.c %D%/golden.h
tests_golden_test_replays_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_golden_test_same_rows_LDADD = $(ob_train_libs) $(TEST_LIBS)
tests_golden_test_seeds_SOURCES = %D%/test_seeds.c %D%/golden.c %D%/golden.h
tests_golden_test_seeds_LDADD = $(ob_train_libs) $(TEST_LIBS)
endif

TESTS += %D%/same_bytes.sh
EXTRA_DIST += %D%/same_bytes.sh %D%/same_bytes.txt
