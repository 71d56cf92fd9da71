ui_tests = \
	%D%/test_arrange \
	%D%/test_canvas \
	%D%/test_compare \
	%D%/test_curvature \
	%D%/test_data_pane \
	%D%/test_eta \
	%D%/test_feed \
	%D%/test_feed_compare \
	%D%/test_feed_home \
	%D%/test_feed_jobs \
	%D%/test_feed_surface \
	%D%/test_feed_sweep \
	%D%/test_folders \
	%D%/test_form \
	%D%/test_home \
	%D%/test_home_runs \
	%D%/test_keys \
	%D%/test_lineedit \
	%D%/test_live \
	%D%/test_live_charts \
	%D%/test_live_rest \
	%D%/test_live_table \
	%D%/test_pace \
	%D%/test_overlays \
	%D%/test_path_picker \
	%D%/test_picker \
	%D%/test_properties \
	%D%/test_request \
	%D%/test_run_reader \
	%D%/test_setup \
	%D%/test_surface \
	%D%/test_surface_view \
	%D%/test_sweep \
	%D%/test_scenes \
	%D%/test_screens \
	%D%/test_talk \
	%D%/test_terminal

check_PROGRAMS += $(ui_tests)
TESTS += $(ui_tests)

ui_fake = \
	%D%/fake_compare.c \
	%D%/fake_feed.c %D%/fake_feed.h %D%/fake_home.c %D%/fake_jobs.c %D%/fake_net.c \
	%D%/fake_setup.c \
	%D%/fake_surface.c \
	%D%/fake_sweep.c \
	%D%/fake_curve.c
ui_fixture = $(ui_fake) %D%/fixture.c %D%/fixture.h
ui_scenes = $(ui_fixture) %D%/scenes.c %D%/scenes.def %D%/scenes.h

tests_unit_ui_test_surface_SOURCES = %D%/test_surface.c $(ui_fixture)
tests_unit_ui_test_surface_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_arrange_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_canvas_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_compare_SOURCES = %D%/test_compare.c $(ui_fixture)
tests_unit_ui_test_compare_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_curvature_SOURCES = %D%/test_curvature.c $(ui_fixture)
tests_unit_ui_test_curvature_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_data_pane_SOURCES = %D%/test_data_pane.c $(ui_fixture)
tests_unit_ui_test_data_pane_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_eta_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_jobs_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_SOURCES = %D%/test_feed.c %D%/run_stage.c %D%/run_stage.h
tests_unit_ui_test_feed_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_compare_SOURCES = \
	%D%/test_feed_compare.c %D%/run_stage.c %D%/run_stage.h
tests_unit_ui_test_feed_compare_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_home_SOURCES = \
	%D%/test_feed_home.c %D%/run_stage.c %D%/run_stage.h
tests_unit_ui_test_feed_home_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_sweep_SOURCES = \
	%D%/test_feed_sweep.c %D%/run_stage.c %D%/run_stage.h
tests_unit_ui_test_feed_sweep_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_feed_surface_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_form_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_home_SOURCES = %D%/test_home.c $(ui_fixture)
tests_unit_ui_test_home_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_home_runs_SOURCES = %D%/test_home_runs.c $(ui_fixture)
tests_unit_ui_test_home_runs_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_keys_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_folders_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_lineedit_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_live_SOURCES = %D%/test_live.c $(ui_fixture)
tests_unit_ui_test_live_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_live_charts_SOURCES = %D%/test_live_charts.c $(ui_fixture)
tests_unit_ui_test_live_charts_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_live_rest_SOURCES = %D%/test_live_rest.c $(ui_fixture)
tests_unit_ui_test_live_rest_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_live_table_SOURCES = %D%/test_live_table.c $(ui_fixture)
tests_unit_ui_test_live_table_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_pace_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_overlays_SOURCES = %D%/test_overlays.c $(ui_fixture)
tests_unit_ui_test_overlays_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_path_picker_SOURCES = %D%/test_path_picker.c $(ui_fixture)
tests_unit_ui_test_path_picker_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_picker_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_run_reader_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_request_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_properties_SOURCES = %D%/test_properties.c $(ui_scenes)
tests_unit_ui_test_properties_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_talk_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_scenes_SOURCES = %D%/test_scenes.c $(ui_scenes)
tests_unit_ui_test_scenes_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_screens_SOURCES = %D%/test_screens.c $(ui_fixture)
tests_unit_ui_test_screens_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_setup_SOURCES = %D%/test_setup.c $(ui_fixture)
tests_unit_ui_test_setup_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_sweep_SOURCES = %D%/test_sweep.c $(ui_fixture)
tests_unit_ui_test_sweep_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_surface_view_LDADD = $(ob_ui_libs) $(TEST_LIBS)
tests_unit_ui_test_terminal_LDADD = $(ob_ui_libs) $(TEST_LIBS)

# The whole folder of pictures.
EXTRA_DIST += %D%/golden
