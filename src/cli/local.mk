noinst_LIBRARIES += libob_cli.a
libob_cli_a_SOURCES =

bin_PROGRAMS += optbench
optbench_SOURCES = %D%/main.c
optbench_LDADD = $(ob_cli_libs)
