noinst_LIBRARIES += libob_formula.a
libob_formula_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_formula_a_SOURCES = \
	%D%/graph.c
# What is compiled once per instruction set goes here, as in src/num.
ob_formula_variants =

ob_headers += \
	include/optbench/formula/graph.h
