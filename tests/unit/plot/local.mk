plot_tests = \
	%D%/test_axis \
	%D%/test_chart \
	%D%/test_contour \
	%D%/test_glyphs \
	%D%/test_guide \
	%D%/test_relief \
	%D%/test_scale \
	%D%/test_series \
	%D%/test_shows \
	%D%/test_smooth \
	%D%/test_terrain \
	%D%/test_zoom

check_PROGRAMS += $(plot_tests)
TESTS += $(plot_tests)

tests_unit_plot_test_axis_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_chart_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_glyphs_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_guide_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_scale_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_zoom_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_smooth_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_shows_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_series_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_contour_SOURCES = %D%/test_contour.c %D%/hills.h
tests_unit_plot_test_contour_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_relief_SOURCES = %D%/test_relief.c %D%/hills.h
tests_unit_plot_test_relief_LDADD = $(ob_plot_libs) $(TEST_LIBS)
tests_unit_plot_test_terrain_SOURCES = %D%/test_terrain.c %D%/hills.h
tests_unit_plot_test_terrain_LDADD = $(ob_plot_libs) $(TEST_LIBS)

EXTRA_DIST += \
	%D%/golden/chart-24x6-ascii.txt \
	%D%/golden/chart-24x6-block.txt \
	%D%/golden/chart-24x6-braille.txt \
	%D%/golden/chart-40x12-ascii.txt \
	%D%/golden/chart-40x12-block.txt \
	%D%/golden/chart-40x12-braille.txt \
	%D%/golden/chart-80x24-ascii.txt \
	%D%/golden/chart-80x24-block.txt \
	%D%/golden/chart-80x24-braille.txt \
	%D%/golden/chart-120x40-ascii.txt \
	%D%/golden/chart-120x40-block.txt \
	%D%/golden/chart-120x40-braille.txt \
	%D%/golden/contour-odd.txt \
	%D%/golden/contour-tiers.txt \
	%D%/golden/contour-trails.txt \
	%D%/golden/log-x.txt \
	%D%/golden/relief-angles.txt \
	%D%/golden/relief-odd.txt \
	%D%/golden/relief-sizes.txt \
	%D%/golden/relief-styles.txt \
	%D%/golden/relief-trails.txt \
	%D%/golden/small-runs.txt \
	%D%/golden/symlog.txt
