# A judge of what optbench writes (inert.h), itself judged by checker.sh; the scripts beside
# it hold every output of hostile runs against it.
check_PROGRAMS += %D%/hostile %D%/inert
inert_forms = \
	%D%/form_css.c \
	%D%/form_gnuplot.c \
	%D%/form_markdown.c \
	%D%/form_markup.c \
	%D%/form_table.c \
	%D%/form_tex.c \
	%D%/inert.c \
	%D%/inert.h
tests_inert_inert_SOURCES = $(inert_forms) %D%/main.c
tests_inert_inert_LDADD = $(ob_base_libs)
tests_inert_hostile_SOURCES = %D%/hostile.c %D%/payloads.def
tests_inert_hostile_LDADD = $(ob_base_libs)

inert_scripts = \
	%D%/checker.sh \
	%D%/outputs.sh \
	%D%/sweeps.sh
TESTS += $(inert_scripts)
EXTRA_DIST += $(inert_scripts) %D%/cases.txt %D%/hostile.sh.inc
plain_tests += %D%/sweeps.sh
