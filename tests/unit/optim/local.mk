optim_tests = \
	%D%/test_beyond \
	%D%/test_classic \
	%D%/test_least_squares \
	%D%/test_hacking \
	%D%/test_kron \
	%D%/test_linesearch \
	%D%/test_mixed \
	%D%/test_newton \
	%D%/test_optimizer \
	%D%/test_placed \
	%D%/test_power \
	%D%/test_rule \
	%D%/test_schedule \
	%D%/test_stable \
	%D%/test_stop \
	%D%/test_wrap \
	%D%/test_finite_sums \
	%D%/test_proximal

check_PROGRAMS += $(optim_tests)
TESTS += $(optim_tests)
thread_tests += %D%/test_optimizer

optim_test_libs = $(toy_libs) $(ob_optim_libs) $(TEST_LIBS)
rig_sources = %D%/rig.c %D%/rig.h
tests_unit_optim_test_classic_SOURCES = %D%/test_classic.c $(rig_sources)
tests_unit_optim_test_classic_LDADD = $(optim_test_libs)
tests_unit_optim_test_least_squares_LDADD = $(optim_test_libs)
tests_unit_optim_test_power_LDADD = $(TEST_LIBS)
tests_unit_optim_test_kron_LDADD = $(optim_test_libs)
tests_unit_optim_test_beyond_LDADD = $(optim_test_libs)
tests_unit_optim_test_linesearch_SOURCES = %D%/test_linesearch.c $(rig_sources)
tests_unit_optim_test_linesearch_LDADD = $(optim_test_libs)
tests_unit_optim_test_mixed_LDADD = $(optim_test_libs)
tests_unit_optim_test_newton_SOURCES = %D%/test_newton.c $(rig_sources)
tests_unit_optim_test_newton_LDADD = $(optim_test_libs)
tests_unit_optim_test_optimizer_SOURCES = %D%/test_optimizer.c $(rig_sources)
tests_unit_optim_test_optimizer_LDADD = $(optim_test_libs)
tests_unit_optim_test_placed_LDADD = $(optim_test_libs)
tests_unit_optim_test_rule_LDADD = $(optim_test_libs)
tests_unit_optim_test_schedule_LDADD = $(optim_test_libs)
tests_unit_optim_test_stable_SOURCES = %D%/test_stable.c $(rig_sources)
tests_unit_optim_test_stable_LDADD = $(optim_test_libs)
tests_unit_optim_test_stop_LDADD = $(optim_test_libs)

# The optimizer of HACKING.md, as it stands there, compiled as the files of src/optim/rules are.
hacking = %D%/hacking/rules/qhm.c
$(hacking): HACKING.md
	@$(MKDIR_P) %D%/hacking/rules
	$(AM_V_GEN)awk '/^```c$$/ { on = 1; next } /^```$$/ { on = 0 } on' $(srcdir)/HACKING.md >$@.tmp && \
		mv -f $@.tmp $@
hacking_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/src/optim -I%D%/hacking
check_LIBRARIES += %D%/libhacking.a
%C%_libhacking_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
%C%_libhacking_a_CPPFLAGS = $(hacking_cppflags)
nodist_%C%_libhacking_a_SOURCES = $(hacking)
hacking_libs = %D%/libhacking.a
if OB_X86
check_LIBRARIES += %D%/libhacking_v3.a %D%/libhacking_v4.a
%C%_libhacking_v3_a_CFLAGS = $(libob_optim_v3_a_CFLAGS)
%C%_libhacking_v3_a_CPPFLAGS = $(hacking_cppflags) -DOB_RULES_VARIANT=v3
nodist_%C%_libhacking_v3_a_SOURCES = $(hacking)
%C%_libhacking_v4_a_CFLAGS = $(libob_optim_v4_a_CFLAGS)
%C%_libhacking_v4_a_CPPFLAGS = $(hacking_cppflags) -DOB_RULES_VARIANT=v4
nodist_%C%_libhacking_v4_a_SOURCES = $(hacking)
hacking_libs += %D%/libhacking_v3.a %D%/libhacking_v4.a
endif
tests_unit_optim_test_hacking_LDADD = $(hacking_libs) $(optim_test_libs)
CLEANFILES += $(hacking)
tests_unit_optim_test_wrap_LDADD = $(optim_test_libs)
tests_unit_optim_test_finite_sums_LDADD = $(optim_test_libs)
tests_unit_optim_test_proximal_LDADD = $(optim_test_libs)
