formula_tests = \
	%D%/test_graph \
	%D%/test_parse \
	%D%/test_program

check_PROGRAMS += $(formula_tests)
TESTS += $(formula_tests)
noinst_HEADERS += %D%/formula_test.h %D%/malformed.def

tests_unit_formula_test_graph_LDADD = $(ob_formula_libs) $(TEST_LIBS)
noinst_HEADERS += %D%/random_graph.h
tests_unit_formula_test_program_LDADD = $(ob_formula_libs) $(TEST_LIBS)
tests_unit_formula_test_parse_LDADD = $(ob_formula_libs) $(TEST_LIBS)
