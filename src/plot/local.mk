noinst_LIBRARIES += libob_plot.a
libob_plot_a_SOURCES =
