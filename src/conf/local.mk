noinst_LIBRARIES += libob_conf.a
libob_conf_a_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)
libob_conf_a_SOURCES = \
	%D%/data_keep.c \
	%D%/explain.c \
	%D%/explain_facts.c \
	%D%/explain_facts.h \
	%D%/ini.c \
	%D%/ini_edit.c \
	%D%/ini_line.c \
	%D%/ini_line.h \
	%D%/ini_text.c \
	%D%/layers.c \
	%D%/place.c \
	%D%/plugin.c \
	%D%/schema.c \
	%D%/spec.c \
	%D%/spec_check.c \
	%D%/spec_data.c \
	%D%/spec_device.c \
	%D%/spec_draws.c \
	%D%/spec_group.c \
	%D%/spec_phase.c \
	%D%/spec_load.c \
	%D%/spec_plugin.c \
	%D%/spec_rule.c \
	%D%/spec_priv.h \
	%D%/spec_wrap.c \
	%D%/spec_write.c \
	%D%/sweep.c \
	%D%/sweep_axis.c \
	%D%/sweep_inline.c \
	%D%/sweep_priv.h \
	%D%/sweep_tables.c \
	%D%/tables.c \
	%D%/under.c \
	%D%/value.c

ob_headers += \
	include/optbench/conf/data_keep.h \
	include/optbench/conf/ini.h \
	include/optbench/conf/ini_edit.h \
	include/optbench/conf/plugin.h \
	include/optbench/conf/schema.h \
	include/optbench/conf/spec.h \
	include/optbench/conf/sweep.h \
	include/optbench/conf/under.h
