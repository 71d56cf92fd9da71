noinst_LIBRARIES += libob_conf.a
libob_conf_a_SOURCES =

ob_headers += \
	include/optbench/conf/ini.h \
	include/optbench/conf/schema.h \
	include/optbench/conf/spec.h
