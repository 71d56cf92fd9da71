# The program on a pseudo terminal, its screen kept by libvterm in the test's process.
if HAVE_VTERM
if HAVE_CMOCKA
check_PROGRAMS += %D%/test_terminal
TESTS += %D%/test_terminal

tests_pty_test_terminal_SOURCES = %D%/test_terminal.c %D%/vt.c %D%/vt.h
tests_pty_test_terminal_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
tests_pty_test_terminal_LDADD = $(ob_base_libs) $(TEST_LIBS) $(VTERM_LIBS) -lutil
endif
endif
