noinst_LIBRARIES += libob_cli.a
libob_cli_a_SOURCES =
ob_headers += include/optbench/cli/command.h
EXTRA_DIST += %D%/commands.def

bin_PROGRAMS += optbench
optbench_SOURCES = %D%/main.c
optbench_LDADD = $(ob_cli_libs)
