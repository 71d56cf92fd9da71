noinst_LIBRARIES += libob_plot.a
libob_plot_a_SOURCES = \
	%D%/axis.c \
	%D%/chart.c \
	%D%/chart_draw.c \
	%D%/chart_frame.c \
	%D%/chart_priv.h \
	%D%/dots.c \
	%D%/glyphs.c \
	%D%/scale.c \
	%D%/series.c \
	%D%/smooth.c \
	%D%/zoom.c

ob_headers += \
	include/optbench/plot/axis.h \
	include/optbench/plot/chart.h \
	include/optbench/plot/dots.h \
	include/optbench/plot/glyphs.h \
	include/optbench/plot/scale.h \
	include/optbench/plot/series.h \
	include/optbench/plot/smooth.h \
	include/optbench/plot/surface.h \
	include/optbench/plot/zoom.h
