noinst_LIBRARIES += libob_base.a
libob_base_a_SOURCES = \
	%D%/buf.c \
	%D%/err.c \
	%D%/mem.c

ob_headers += \
	include/optbench/base/buf.h \
	include/optbench/base/clock.h \
	include/optbench/base/compiler.h \
	include/optbench/base/diag.h \
	include/optbench/base/err.h \
	include/optbench/base/hash.h \
	include/optbench/base/json.h \
	include/optbench/base/log.h \
	include/optbench/base/mem.h \
	include/optbench/base/number.h \
	include/optbench/base/param.h \
	include/optbench/base/path.h \
	include/optbench/base/rng.h \
	include/optbench/base/suggest.h \
	include/optbench/base/text.h
