noinst_LIBRARIES += libob_formula.a
libob_formula_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_formula_a_SOURCES = \
	%D%/diff.c \
	%D%/diff_priv.h \
	%D%/diff_rules.c \
	%D%/graph.c
# What is compiled once per instruction set goes here, as in src/num.
ob_formula_variants =

ob_headers += \
	include/optbench/formula/diff.h \
	include/optbench/formula/graph.h \
	include/optbench/formula/parse.h \
	include/optbench/formula/program.h \
	include/optbench/formula/trouble.h
