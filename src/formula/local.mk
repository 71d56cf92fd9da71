noinst_LIBRARIES += libob_formula.a
libob_formula_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_formula_a_CPPFLAGS = $(AM_CPPFLAGS) -DOB_VARIANT=baseline
libob_formula_a_SOURCES = \
	%D%/diff.c \
	%D%/diff_priv.h \
	%D%/diff_rules.c \
	%D%/emit.c \
	%D%/functions.c \
	%D%/functions.def \
	%D%/functions.h \
	%D%/graph.c \
	%D%/lanes.c \
	%D%/lanes.h \
	%D%/lanes_body.h \
	%D%/lanes_f32.c \
	%D%/lanes_f64.c \
	%D%/let.c \
	%D%/lexer.c \
	%D%/lexer.h \
	%D%/numbers.c \
	%D%/parse.c \
	%D%/parse_call.c \
	%D%/parse_name.c \
	%D%/parse_sum.c \
	%D%/parser.c \
	%D%/parser.h \
	%D%/plan.c \
	%D%/plan.h \
	%D%/program.c \
	%D%/program_fuse.c \
	%D%/program_lanes.c \
	%D%/program_make.c \
	%D%/program_priv.h \
	%D%/program_uniform.c \
	%D%/scalar.c \
	%D%/scalar.h \
	%D%/scalar_body.h \
	%D%/scope.c \
	%D%/table.c \
	%D%/trouble.c \
	%D%/trouble_tell.c \
	%D%/trouble_tell.h \
	%D%/value.c \
	%D%/value.h \
	%D%/write.c \
	%D%/wrong.c \
	%D%/wrong.h \
	%D%/wrong_name.c \
	%D%/wrong_token.c

# The vector code of programs compiled for newer instruction sets, as in src/num.
ob_formula_variants =
if OB_X86
noinst_LIBRARIES += libob_formula_v3.a libob_formula_v4.a
ob_formula_variants += libob_formula_v3.a libob_formula_v4.a
libob_formula_v3_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v3
libob_formula_v3_a_CPPFLAGS = $(AM_CPPFLAGS) -DOB_VARIANT=v3
libob_formula_v3_a_SOURCES = \
	%D%/lanes_f32.c \
	%D%/lanes_f64.c
libob_formula_v4_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v4 \
	-mprefer-vector-width=512
libob_formula_v4_a_CPPFLAGS = $(AM_CPPFLAGS) -DOB_VARIANT=v4
libob_formula_v4_a_SOURCES = \
	%D%/lanes_f32.c \
	%D%/lanes_f64.c
endif

ob_headers += \
	include/optbench/formula/diff.h \
	include/optbench/formula/emit.h \
	include/optbench/formula/graph.h \
	include/optbench/formula/ops.h \
	include/optbench/formula/numbers.h \
	include/optbench/formula/parse.h \
	include/optbench/formula/program.h \
	include/optbench/formula/trouble.h
