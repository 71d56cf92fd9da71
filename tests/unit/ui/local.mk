ui_tests = \
	%D%/test_arrange \
	%D%/test_canvas \
	%D%/test_request \
	%D%/test_screens

check_PROGRAMS += $(ui_tests)
TESTS += $(ui_tests)

tests_unit_ui_test_arrange_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_canvas_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_request_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_screens_SOURCES = %D%/test_screens.c %D%/fake_feed.c %D%/fake_feed.h
tests_unit_ui_test_screens_LDADD = $(ob_ui_libs) $(TEST_LIBS)
