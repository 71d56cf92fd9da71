# The library that makes calls fail (faults.c), a program to try it on, and what scripts of
# other folders source (faults.sh.inc). Programs are hardened as position independent
# executables; a shared object needs its own flags and no sanitizer.
check_PROGRAMS += %D%/replace
tests_faults_replace_LDADD = $(ob_base_libs)

check_DATA += %D%/faults.so
CLEANFILES += %D%/faults.so
%D%/faults.so: %D%/faults.c
	$(AM_V_CCLD)$(MKDIR_P) %D% && $(CC) $(DEFS) $(CPPFLAGS) -D_GNU_SOURCE $(CFLAGS) \
		-U_FORTIFY_SOURCE -fPIC -fno-builtin -shared -o $@ $(srcdir)/%D%/faults.c -ldl

TESTS += %D%/faults.sh %D%/run.sh
EXTRA_DIST += %D%/faults.c %D%/faults.sh %D%/faults.sh.inc %D%/run.sh

# Whole runs: the same bytes however they are run, ended from outside, on a full disk, in
# awkward places.
check_PROGRAMS += %D%/viewer
tests_faults_viewer_LDADD = libob_run.a $(ob_base_libs)
run_scripts = \
	%D%/run_disk.sh \
	%D%/run_kills.sh \
	%D%/run_places.sh \
	%D%/run_same.sh \
	%D%/run_signals.sh \
	%D%/run_steer.sh
TESTS += $(run_scripts)
EXTRA_DIST += $(run_scripts) %D%/run.sh.inc

# Sweeps that are killed; the processes under them are those of run_kills.sh.
TESTS += %D%/sweep_kills.sh
plain_tests += %D%/sweep_kills.sh
EXTRA_DIST += %D%/sweep_kills.sh

# The whole engine under the thread sanitizer.
thread_tests += %D%/run_same.sh %D%/run_signals.sh %D%/run_steer.sh
check-threads: tests/faults/viewer$(EXEEXT)
