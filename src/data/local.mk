noinst_LIBRARIES += libob_data.a
libob_data_a_SOURCES =

ob_headers += \
	include/optbench/data/csv.h \
	include/optbench/data/dataset.h \
	include/optbench/data/preview.h \
	include/optbench/data/source.h \
	include/optbench/data/table.h
