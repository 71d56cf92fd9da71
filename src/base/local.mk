noinst_LIBRARIES += libob_base.a
libob_base_a_SOURCES = \
	%D%/buf.c \
	%D%/err.c \
	%D%/mem.c

ob_headers += \
	include/optbench/base/buf.h \
	include/optbench/base/compiler.h \
	include/optbench/base/err.h \
	include/optbench/base/mem.h \
	include/optbench/base/param.h
