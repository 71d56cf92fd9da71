ui_tests = \
	%D%/test_arrange \
	%D%/test_canvas \
	%D%/test_feed \
	%D%/test_home \
	%D%/test_lineedit \
	%D%/test_live_charts \
	%D%/test_picker \
	%D%/test_request \
	%D%/test_screens

check_PROGRAMS += $(ui_tests)
TESTS += $(ui_tests)

tests_unit_ui_test_arrange_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_canvas_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_home_SOURCES = %D%/test_home.c %D%/fake_feed.c %D%/fake_feed.h
tests_unit_ui_test_home_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_lineedit_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_live_charts_SOURCES = \
	%D%/test_live_charts.c %D%/fake_feed.c %D%/fake_feed.h
tests_unit_ui_test_live_charts_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_picker_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_request_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_screens_SOURCES = %D%/test_screens.c %D%/fake_feed.c %D%/fake_feed.h
tests_unit_ui_test_screens_LDADD = $(ob_ui_libs) $(TEST_LIBS)

EXTRA_DIST += \
	%D%/golden/batches-80x24-braille.txt \
	%D%/golden/charts-all-80x24.txt \
	%D%/golden/charts-cursor-80x24.txt \
	%D%/golden/charts-follow-80x24.txt \
	%D%/golden/charts-log-x-80x24.txt \
	%D%/golden/charts-metric-80x24.txt \
	%D%/golden/charts-one-80x24.txt \
	%D%/golden/charts-picker-80x24.txt \
	%D%/golden/charts-other-80x24.txt \
	%D%/golden/charts-smooth-80x24.txt \
	%D%/golden/charts-symlog-80x24.txt \
	%D%/golden/charts-zoom-80x24.txt \
	%D%/golden/failure-80x24-braille.txt \
	%D%/golden/finished-40x12-braille.txt \
	%D%/golden/finished-80x24-braille.txt \
	%D%/golden/live-20x6-braille.txt \
	%D%/golden/question-20x6-braille.txt \
	%D%/golden/help-80x24-braille.txt \
	%D%/golden/home-120x40-braille.txt \
	%D%/golden/home-200x60-braille.txt \
	%D%/golden/home-30x5-braille.txt \
	%D%/golden/home-40x12-braille.txt \
	%D%/golden/home-80x24-braille-styles.txt \
	%D%/golden/home-80x24-braille.txt \
	%D%/golden/home-copy-80x24-braille.txt \
	%D%/golden/home-delete-80x24-braille.txt \
	%D%/golden/home-marked-80x24-braille.txt \
	%D%/golden/home-experiment-80x24-braille.txt \
	%D%/golden/home-preview-80x24-braille.txt \
	%D%/golden/home-filter-120x40-braille.txt \
	%D%/golden/home-filter-30x5-braille.txt \
	%D%/golden/home-filter-40x12-braille.txt \
	%D%/golden/home-filter-80x24-braille.txt \
	%D%/golden/home-sorted-120x40-braille.txt \
	%D%/golden/live-120x40-ascii.txt \
	%D%/golden/live-120x40-braille.txt \
	%D%/golden/live-200x60-ascii.txt \
	%D%/golden/live-200x60-braille.txt \
	%D%/golden/live-30x5-ascii.txt \
	%D%/golden/live-30x5-braille.txt \
	%D%/golden/live-40x12-ascii.txt \
	%D%/golden/live-40x12-braille.txt \
	%D%/golden/live-80x24-ascii-styles.txt \
	%D%/golden/live-80x24-ascii.txt \
	%D%/golden/live-80x24-braille-styles.txt \
	%D%/golden/live-80x24-braille.txt \
	%D%/golden/no-rows-80x24-braille.txt \
	%D%/golden/overlay-80x24-braille.txt \
	%D%/golden/overlay-linear-80x24-braille.txt \
	%D%/golden/question-80x24-braille.txt \
	%D%/golden/replay-80x24-braille.txt
