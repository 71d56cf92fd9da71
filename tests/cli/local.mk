cli_scripts = \
	%D%/bad.sh \
	%D%/best.sh \
	%D%/compare.sh \
	%D%/cite.sh \
	%D%/clean.sh \
	%D%/completion.sh \
	%D%/configs.sh \
	%D%/curvature.sh \
	%D%/data.sh \
	%D%/device.sh \
	%D%/export.sh \
	%D%/formulas.sh \
	%D%/function.sh \
	%D%/general.sh \
	%D%/groups.sh \
	%D%/hostile.sh \
	%D%/locale.sh \
	%D%/logs.sh \
	%D%/new.sh \
	%D%/notes.sh \
	%D%/parity.sh \
	%D%/plugin.sh \
	%D%/predict.sh \
	%D%/removed.sh \
	%D%/report.sh \
	%D%/schedule.sh \
	%D%/script.sh \
	%D%/sweep_halving.sh \
	%D%/surface.sh \
	%D%/sweep_configs.sh \
	%D%/sweep_look.sh \
	%D%/sweep_run.sh \
	%D%/sweep_plan.sh \
	%D%/table.sh \
	%D%/verify.sh \
	%D%/weights.sh

TESTS += $(cli_scripts)
EXTRA_DIST += $(cli_scripts) tests/bad/formulas.txt tests/lib/program.sh
# What is tried there are shells.
plain_tests += %D%/script.sh
# What is decided is looked at, not memory: unit tests have that.
plain_tests += %D%/sweep_halving.sh
