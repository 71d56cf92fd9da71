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
