noinst_LIBRARIES += libob_plot.a
libob_plot_a_SOURCES = \
	%D%/axis.c \
	%D%/chart.c \
	%D%/chart_draw.c \
	%D%/chart_frame.c \
	%D%/chart_priv.h \
	%D%/chart_trace.c \
	%D%/contour.c \
	%D%/contour_lines.c \
	%D%/contour_priv.h \
	%D%/contour_trails.c \
	%D%/dots.c \
	%D%/glyphs.c \
	%D%/picture.c \
	%D%/plain_math.c \
	%D%/plain_math.h \
	%D%/relief.c \
	%D%/relief_box.c \
	%D%/relief_cells.c \
	%D%/relief_ground.c \
	%D%/relief_lines.c \
	%D%/relief_priv.h \
	%D%/relief_trails.c \
	%D%/scale.c \
	%D%/series.c \
	%D%/smooth.c \
	%D%/terrain.c \
	%D%/zoom.c

ob_headers += \
	include/optbench/plot/axis.h \
	include/optbench/plot/chart.h \
	include/optbench/plot/contour.h \
	include/optbench/plot/dots.h \
	include/optbench/plot/glyphs.h \
	include/optbench/plot/picture.h \
	include/optbench/plot/relief.h \
	include/optbench/plot/scale.h \
	include/optbench/plot/series.h \
	include/optbench/plot/smooth.h \
	include/optbench/plot/surface.h \
	include/optbench/plot/terrain.h \
	include/optbench/plot/zoom.h
