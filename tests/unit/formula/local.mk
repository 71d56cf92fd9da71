formula_tests = \
	%D%/test_program \
	%D%/test_graph

check_PROGRAMS += $(formula_tests)
TESTS += $(formula_tests)

tests_unit_formula_test_graph_LDADD = $(ob_formula_libs) $(TEST_LIBS)
noinst_HEADERS += %D%/random_graph.h
tests_unit_formula_test_program_LDADD = $(ob_formula_libs) $(TEST_LIBS)
