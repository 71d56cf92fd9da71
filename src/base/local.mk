noinst_LIBRARIES += libob_base.a
libob_base_a_SOURCES = \
	%D%/bigint.c \
	%D%/bigint_priv.h \
	%D%/buf.c \
	%D%/cache.c \
	%D%/clock.c \
	%D%/decimal_priv.h \
	%D%/decimal_read.c \
	%D%/decimal_write.c \
	%D%/diag.c \
	%D%/err.c \
	%D%/file.c \
	%D%/hash.c \
	%D%/intern.c \
	%D%/json_priv.h \
	%D%/json_read.c \
	%D%/json_value.c \
	%D%/json_write.c \
	%D%/log.c \
	%D%/mem.c \
	%D%/npy.c \
	%D%/number.c \
	%D%/param.c \
	%D%/param_priv.h \
	%D%/param_set.c \
	%D%/param_write.c \
	%D%/path.c \
	%D%/path_places.c \
	%D%/pow10.c \
	%D%/pow10_priv.h \
	%D%/priority.c \
	%D%/rng.c \
	%D%/runes.c \
	%D%/runes_priv.h \
	%D%/sha1.c \
	%D%/shell.c \
	%D%/suggest.c \
	%D%/text.c

ob_headers += \
	include/optbench/base/buf.h \
	include/optbench/base/cache.h \
	include/optbench/base/clock.h \
	include/optbench/base/compiler.h \
	include/optbench/base/diag.h \
	include/optbench/base/err.h \
	include/optbench/base/hash.h \
	include/optbench/base/intern.h \
	include/optbench/base/json.h \
	include/optbench/base/log.h \
	include/optbench/base/mem.h \
	include/optbench/base/npy.h \
	include/optbench/base/number.h \
	include/optbench/base/param.h \
	include/optbench/base/path.h \
	include/optbench/base/priority.h \
	include/optbench/base/rng.h \
	include/optbench/base/shell.h \
	include/optbench/base/suggest.h \
	include/optbench/base/text.h
