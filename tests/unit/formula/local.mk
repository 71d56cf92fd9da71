formula_tests = \
	%D%/test_diff \
	%D%/test_graph \
	%D%/test_parse \
	%D%/test_program \
	%D%/test_random \
	%D%/test_trouble

check_PROGRAMS += $(formula_tests)
TESTS += $(formula_tests) %D%/emit.sh
EXTRA_DIST += %D%/emit.sh
noinst_HEADERS += %D%/formula_test.h %D%/malformed.def

tests_unit_formula_test_graph_LDADD = $(ob_formula_libs) $(TEST_LIBS)
noinst_HEADERS += %D%/random_graph.h
thread_tests += %D%/test_program
tests_unit_formula_test_program_LDADD = $(ob_formula_libs) $(TEST_LIBS)
tests_unit_formula_test_parse_LDADD = $(ob_formula_libs) $(TEST_LIBS)
tests_unit_formula_test_random_LDADD = $(formula_gen_libs) $(ob_formula_libs) $(TEST_LIBS)

# Random formulas, for the tests of other floors, too.
check_LIBRARIES += tests/lib/libob_formula_gen.a
tests_lib_libob_formula_gen_a_SOURCES = \
	tests/lib/ob_formula_gen.c \
	tests/lib/ob_formula_gen.h
formula_gen_libs = tests/lib/libob_formula_gen.a
tests_unit_formula_test_diff_LDADD = $(formula_gen_libs) $(ob_formula_libs) $(TEST_LIBS)
tests_unit_formula_test_trouble_LDADD = $(ob_formula_libs) $(TEST_LIBS)

# Prints what emit.sh compiles and compares.
check_PROGRAMS += %D%/emit_stage
tests_unit_formula_emit_stage_LDADD = $(ob_formula_libs) $(TEST_LIBS)
