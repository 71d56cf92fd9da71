# The element rules, compiled once per instruction set like the kernels of num; which one
# runs is decided by num/cpu.h. Everything else is compiled once.
noinst_LIBRARIES += libob_optim.a
# Pairs of neighbouring words must not be loaded as one where they were stored singly a
# moment ago, as the facts of a step are: the load would wait for the stores.
libob_optim_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/optim
libob_optim_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -fno-tree-slp-vectorize
# Optimizers that treat every element alone, one file each; in the order of the alphabet.
optim_rules = \
	%D%/rules/adabelief.c \
	%D%/rules/adadelta.c \
	%D%/rules/adagrad.c \
	%D%/rules/adahessian.c \
	%D%/rules/adam.c \
	%D%/rules/adamax.c \
	%D%/rules/adan.c \
	%D%/rules/ademamix.c \
	%D%/rules/asgd.c \
	%D%/rules/lamb.c \
	%D%/rules/lars.c \
	%D%/rules/lion.c \
	%D%/rules/mars.c \
	%D%/rules/nadam.c \
	%D%/rules/prodigy.c \
	%D%/rules/radam.c \
	%D%/rules/rmsprop.c \
	%D%/rules/rprop.c \
	%D%/rules/schedule_free_adamw.c \
	%D%/rules/schedule_free_sgd.c \
	%D%/rules/sgd.c \
	%D%/rules/signum.c \
	%D%/rules/sophia_h.c
libob_optim_a_SOURCES = \
	$(optim_rules) \
	%D%/adam.h \
	%D%/adamw.c \
	%D%/adafactor.c \
	%D%/bb.c \
	%D%/bfgs.c \
	%D%/cg.c \
	%D%/element.c \
	%D%/element.h \
	%D%/element_fn.h \
	%D%/element_loops.h \
	%D%/element_typed.h \
	%D%/cycle.c \
	%D%/cycle.h \
	%D%/explain.c \
	%D%/explain.h \
	%D%/fista.c \
	%D%/gauss_newton.c \
	%D%/gd.c \
	%D%/hutchinson.c \
	%D%/hutchinson.h \
	%D%/kron.c \
	%D%/kron.h \
	%D%/last_point.c \
	%D%/last_point.h \
	%D%/lbfgs.c \
	%D%/lbfgs_line.c \
	%D%/lbfgs_line.h \
	%D%/lbfgs_textbook.c \
	%D%/levenberg_marquardt.c \
	%D%/line.c \
	%D%/line.h \
	%D%/linesearch.c \
	%D%/linesearch_armijo.c \
	%D%/linesearch_exact.c \
	%D%/linesearch_newton.c \
	%D%/linesearch_none.c \
	%D%/linesearch_strong_wolfe.c \
	%D%/linesearches.def \
	%D%/live.c \
	%D%/mixed.c \
	%D%/mixed.h \
	%D%/muon.c \
	%D%/nelder_mead.c \
	%D%/newton.c \
	%D%/newton.h \
	%D%/newton_cg.c \
	%D%/optimizer.c \
	%D%/optimizers.def \
	%D%/placed.c \
	%D%/placed_priv.h \
	%D%/placed_state.c \
	%D%/placed_tensors.c \
	%D%/placed_tensors.h \
	%D%/placed_text.c \
	%D%/polyak.c \
	%D%/pow64.h \
	%D%/power.h \
	%D%/proximal.c \
	%D%/proximal.h \
	%D%/proximal_gradient.c \
	%D%/ramp.c \
	%D%/ramp.h \
	%D%/rate_formula.c \
	%D%/rate_formula.h \
	%D%/psgd.c \
	%D%/product.c \
	%D%/product.h \
	%D%/saga.c \
	%D%/rate.c \
	%D%/rate.h \
	%D%/schedule_free.h \
	%D%/rule.c \
	%D%/rule_code.c \
	%D%/rule_code.h \
	%D%/rule_params.c \
	%D%/rule_placed.c \
	%D%/rule_text.h \
	%D%/rule_update.c \
	%D%/schedule.c \
	%D%/schedule_chained.c \
	%D%/schedule_constant.c \
	%D%/schedule_cosine.c \
	%D%/schedule_cosine_restarts.c \
	%D%/schedule_cyclic.c \
	%D%/schedule_exponential.c \
	%D%/schedule_free.c \
	%D%/schedule_inverse_sqrt.c \
	%D%/schedule_lambda.c \
	%D%/schedule_linear.c \
	%D%/schedule_multiplicative.c \
	%D%/schedule_multistep.c \
	%D%/schedule_onecycle.c \
	%D%/schedule_phases.c \
	%D%/schedule_plateau.c \
	%D%/schedule_polynomial.c \
	%D%/schedule_rex.c \
	%D%/schedule_sequential.c \
	%D%/schedule_step.c \
	%D%/schedule_swa.c \
	%D%/schedule_times.c \
	%D%/schedule_times.h \
	%D%/schedule_wsd.c \
	%D%/schedules.def \
	%D%/searched.c \
	%D%/searched.h \
	%D%/settings.h \
	%D%/sgd.h \
	%D%/sgd_stable.c \
	%D%/shampoo.c \
	%D%/soap.c \
	%D%/state.c \
	%D%/state.h \
	%D%/stop.c \
	%D%/stop_note.c \
	%D%/stop_note.h \
	%D%/stop_params.c \
	%D%/stop_rules.c \
	%D%/target.c \
	%D%/svrg.c \
	%D%/tell.c \
	%D%/trust.h \
	%D%/trust_dogleg.c \
	%D%/trust_region.c \
	%D%/trust_region.h \
	%D%/trust_steihaug.c \
	%D%/wrap.c \
	%D%/wrap_average.c \
	%D%/wrap_clip.c \
	%D%/wrap_loops.c \
	%D%/wrap_loops.h \
	%D%/wrap_loops_body.h \
	%D%/wrap_lookahead.c \
	%D%/wrap_sam.c \
	%D%/wrap_told.c \
	%D%/wrap_told.h \
	%D%/wrappers.def
ob_optim_variants =

if OB_X86
noinst_LIBRARIES += libob_optim_v3.a libob_optim_v4.a
libob_optim_v3_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v3
libob_optim_v3_a_CPPFLAGS = $(libob_optim_a_CPPFLAGS) -DOB_RULES_VARIANT=v3
libob_optim_v3_a_SOURCES = $(optim_rules)
libob_optim_v4_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) -march=x86-64-v4 \
	-mprefer-vector-width=512
libob_optim_v4_a_CPPFLAGS = $(libob_optim_a_CPPFLAGS) -DOB_RULES_VARIANT=v4
libob_optim_v4_a_SOURCES = $(optim_rules)
ob_optim_variants += libob_optim_v3.a libob_optim_v4.a
endif

ob_headers += \
	include/optbench/optim/linesearch.h \
	include/optbench/optim/optimizer.h \
	include/optbench/optim/placed.h \
	include/optbench/optim/rule.h \
	include/optbench/optim/schedule.h \
	include/optbench/optim/stop.h \
	include/optbench/optim/wrap.h
