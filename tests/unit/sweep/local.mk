# Each part of the floor adds its programs to check_PROGRAMS and TESTS.
