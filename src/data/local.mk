noinst_LIBRARIES += libob_data.a
libob_data_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
libob_data_a_SOURCES = \
	%D%/array.c \
	%D%/array.h \
	%D%/bytes.c \
	%D%/bytes.h \
	%D%/csv.c \
	%D%/csv_format.c \
	%D%/csv_header.c \
	%D%/csv_header.h \
	%D%/csv_rows.c \
	%D%/csv_rows.h \
	%D%/dataset.c \
	%D%/facts.c \
	%D%/facts.h \
	%D%/generate.c \
	%D%/generate.h \
	%D%/idx.c \
	%D%/idx.h \
	%D%/label.c \
	%D%/libsvm.c \
	%D%/libsvm.h \
	%D%/npy_table.c \
	%D%/npy_table.h \
	%D%/open.c \
	%D%/preview.c \
	%D%/propose.c \
	%D%/round.c \
	%D%/round.h \
	%D%/scale.c \
	%D%/scale.h \
	%D%/select.c \
	%D%/select.h \
	%D%/settle.c \
	%D%/settle.h \
	%D%/source.c \
	%D%/source_blobs.c \
	%D%/source_circles.c \
	%D%/source_classification.c \
	%D%/source_csv.c \
	%D%/source_grid.c \
	%D%/source_idx.c \
	%D%/source_inline.c \
	%D%/source_line.c \
	%D%/source_moons.c \
	%D%/source_npy.c \
	%D%/source_polynomial.c \
	%D%/source_sine.c \
	%D%/source_spirals.c \
	%D%/source_teacher.c \
	%D%/source_xor.c \
	%D%/source_libsvm.c \
	%D%/sources.def \
	%D%/split.c \
	%D%/split.h \
	%D%/storage.c \
	%D%/storage.h \
	%D%/survey.c \
	%D%/survey_column.c \
	%D%/survey_priv.h \
	%D%/survey_write.c \
	%D%/table.c

ob_headers += \
	include/optbench/data/csv.h \
	include/optbench/data/dataset.h \
	include/optbench/data/preview.h \
	include/optbench/data/source.h \
	include/optbench/data/survey.h \
	include/optbench/data/table.h
