lint_tests = \
	%D%/banned.sh \
	%D%/floors.sh \
	%D%/format.sh \
	%D%/headers.sh \
	%D%/registry.sh

TESTS += $(lint_tests)
plain_tests += $(lint_tests)
EXTRA_DIST += $(lint_tests) tests/lib/program.sh tests/lib/tap.sh
