noinst_LIBRARIES += libob_cli.a
libob_cli_a_SOURCES = \
	%D%/args.c \
	%D%/args.h \
	%D%/asked.c \
	%D%/asked.h \
	%D%/check_start.c \
	%D%/check_start.h \
	%D%/check_sweep.c \
	%D%/check_sweep.h \
	%D%/check_tensors.c \
	%D%/check_tensors.h \
	%D%/cmd_ctl.c \
	%D%/cmd_check.c \
	%D%/cmd_compare.c \
	%D%/cmd_cite.c \
	%D%/cmd_curvature.c \
	%D%/cmd_data.c \
	%D%/cmd_devices.c \
	%D%/devices.h \
	%D%/devices_find.c \
	%D%/devices_print.c \
	%D%/cmd_explain.c \
	%D%/cmd_export.c \
	%D%/cmd_gradcheck.c \
	%D%/cmd_list.c \
	%D%/cmd_new.c \
	%D%/cmd_parity.c \
	%D%/cmd_plugin.c \
	%D%/cmd_predict.c \
	%D%/cmd_range.c \
	%D%/cmd_report.c \
	%D%/cmd_run.c \
	%D%/cmd_show.c \
	%D%/cmd_sweep.c \
	%D%/cmd_surface.c \
	%D%/cmd_ui.c \
	%D%/cmd_verify.c \
	%D%/cmd_watch.c \
	%D%/command.c \
	%D%/curve_facts.c \
	%D%/curve_json.c \
	%D%/curve_judge.c \
	%D%/curve_print.c \
	%D%/curve_report.h \
	%D%/draft.c \
	%D%/draft.h \
	%D%/draft_function.c \
	%D%/draft_function.h \
	%D%/examples.c \
	%D%/examples.h \
	%D%/find_runs.c \
	%D%/find_runs.h \
	%D%/formula_help.c \
	%D%/formula_help.h \
	%D%/help.c \
	%D%/open_config.c \
	%D%/open_config.h \
	%D%/open_log.c \
	%D%/open_log.h \
	%D%/open_point.c \
	%D%/open_point.h \
	%D%/open_records.c \
	%D%/open_records.h \
	%D%/open_terminal.c \
	%D%/open_terminal.h \
	%D%/out_file.c \
	%D%/out_file.h \
	%D%/parity_list.c \
	%D%/parity_list.h \
	%D%/parity_report.c \
	%D%/parity_report.h \
	%D%/plugin_test.c \
	%D%/plugin_test.h \
	%D%/plugin_text.c \
	%D%/plugin_text.h \
	%D%/point_theta.c \
	%D%/point_theta.h \
	%D%/predict_rows.c \
	%D%/predict_rows.h \
	%D%/range_test.c \
	%D%/range_test.h \
	%D%/rate_course.c \
	%D%/rate_course.h \
	%D%/sweep_run.c \
	%D%/sweep_run.h \
	%D%/sweep_work.c \
	%D%/surface.h \
	%D%/surface_path.c \
	%D%/surface_plane.c \
	%D%/surface_range.c \
	%D%/surface_show.c \
	%D%/surface_write.c \
	%D%/sweep_metric.c \
	%D%/sweep_metric.h \
	%D%/sweep_plan.c \
	%D%/sweep_plan.h \
	%D%/text_chart.c \
	%D%/text_chart.h

ob_headers += include/optbench/cli/command.h
EXTRA_DIST += %D%/commands.def %D%/sweep_verbs.def

bin_PROGRAMS += optbench
optbench_SOURCES = %D%/main.c
optbench_LDADD = $(ob_cli_libs)
# Plug-ins call the functions of the program that loads them.
optbench_LDFLAGS = $(AM_LDFLAGS) -Wl,--export-dynamic

# Makes the manual and the completions; see man/local.mk.
noinst_PROGRAMS += docgen
docgen_SOURCES = \
	%D%/doc_completion.c \
	%D%/doc_man.c \
	%D%/docgen.c \
	%D%/docgen.h
docgen_LDADD = $(ob_cli_libs)

libob_cli_a_SOURCES += \
	%D%/annotate.c \
	%D%/annotate.h \
	%D%/cmd_archive.c \
	%D%/cmd_clean.c \
	%D%/cmd_note.c \
	%D%/cmd_tag.c \
	%D%/known.c \
	%D%/known.h \
	%D%/list_runs.c \
	%D%/list_runs.h \
	%D%/pick_runs.c \
	%D%/pick_runs.h

# Sweeps, looked at.
libob_cli_a_SOURCES += \
	%D%/open_sweep.c \
	%D%/open_sweep.h \
	%D%/sheet.c \
	%D%/sheet.h \
	%D%/sweep_cells.c \
	%D%/sweep_cells.h \
	%D%/sweep_collect.c \
	%D%/sweep_collect.h \
	%D%/sweep_collect_at.c \
	%D%/sweep_collect_cells.c \
	%D%/sweep_collect_curves.c \
	%D%/sweep_status.c \
	%D%/sweep_status.h \
	%D%/sweep_status_json.c \
	%D%/sweep_status_text.c

libob_cli_a_SOURCES += %D%/sweep_watch.c

# Scripts for clusters.
libob_cli_a_SOURCES += \
	%D%/sweep_cost.c \
	%D%/sweep_cost.h \
	%D%/sweep_script.c
