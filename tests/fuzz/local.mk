# A target is one word in fuzz_targets and the five lines of its programs: what it is made
# of and the lowest floor that it needs, for the replay and for libFuzzer (README.md).
fuzz_targets = \
	%D%/fuzz_array \
	%D%/fuzz_csv \
	%D%/fuzz_document \
	%D%/fuzz_escape \
	%D%/fuzz_filter \
	%D%/fuzz_foreign \
	%D%/fuzz_formula \
	%D%/fuzz_ini \
	%D%/fuzz_json \
	%D%/fuzz_keys \
	%D%/fuzz_libsvm \
	%D%/fuzz_npy \
	%D%/fuzz_number \
	%D%/fuzz_plan \
	%D%/fuzz_safetensors \
	%D%/fuzz_survey \
	%D%/fuzz_sweep \
	%D%/fuzz_text

tests_fuzz_fuzz_ini_SOURCES = %D%/fuzz_ini.c $(fuzz_replay)
tests_fuzz_fuzz_ini_LDADD = $(ob_conf_libs)
tests_fuzz_live_ini_SOURCES = %D%/fuzz_ini.c
tests_fuzz_live_ini_LDADD = $(ob_conf_libs)
tests_fuzz_live_ini_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_formula_SOURCES = %D%/fuzz_formula.c $(fuzz_replay)
tests_fuzz_fuzz_formula_LDADD = $(ob_formula_libs)
tests_fuzz_live_formula_SOURCES = %D%/fuzz_formula.c
tests_fuzz_live_formula_LDADD = $(ob_formula_libs)
tests_fuzz_live_formula_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_csv_SOURCES = %D%/fuzz_csv.c $(fuzz_replay)
tests_fuzz_fuzz_csv_LDADD = $(ob_data_libs)
tests_fuzz_live_csv_SOURCES = %D%/fuzz_csv.c
tests_fuzz_live_csv_LDADD = $(ob_data_libs)
tests_fuzz_live_csv_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_document_SOURCES = %D%/fuzz_document.c $(inert_forms) $(fuzz_replay)
tests_fuzz_fuzz_document_LDADD = $(ob_report_libs)
tests_fuzz_live_document_SOURCES = %D%/fuzz_document.c $(inert_forms)
tests_fuzz_live_document_LDADD = $(ob_report_libs)
tests_fuzz_live_document_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_escape_SOURCES = %D%/fuzz_escape.c $(inert_forms) $(fuzz_replay)
tests_fuzz_fuzz_escape_LDADD = libob_report.a $(ob_base_libs)
tests_fuzz_live_escape_SOURCES = %D%/fuzz_escape.c $(inert_forms)
tests_fuzz_live_escape_LDADD = libob_report.a $(ob_base_libs)
tests_fuzz_live_escape_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_filter_SOURCES = %D%/fuzz_filter.c $(fuzz_replay)
tests_fuzz_fuzz_filter_LDADD = libob_run.a $(ob_base_libs)
tests_fuzz_live_filter_SOURCES = %D%/fuzz_filter.c
tests_fuzz_live_filter_LDADD = libob_run.a $(ob_base_libs)
tests_fuzz_live_filter_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_json_SOURCES = %D%/fuzz_json.c $(fuzz_replay)
tests_fuzz_fuzz_json_LDADD = $(ob_base_libs)
tests_fuzz_live_json_SOURCES = %D%/fuzz_json.c
tests_fuzz_live_json_LDADD = $(ob_base_libs)
tests_fuzz_live_json_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_keys_SOURCES = %D%/fuzz_keys.c $(fuzz_replay)
tests_fuzz_fuzz_keys_LDADD = $(ob_ui_libs)
tests_fuzz_live_keys_SOURCES = %D%/fuzz_keys.c
tests_fuzz_live_keys_LDADD = $(ob_ui_libs)
tests_fuzz_live_keys_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_array_SOURCES = %D%/fuzz_array.c $(fuzz_replay)
tests_fuzz_fuzz_array_LDADD = $(ob_data_libs)
tests_fuzz_live_array_SOURCES = %D%/fuzz_array.c
tests_fuzz_live_array_LDADD = $(ob_data_libs)
tests_fuzz_live_array_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_libsvm_SOURCES = %D%/fuzz_libsvm.c $(fuzz_replay)
tests_fuzz_fuzz_libsvm_LDADD = $(ob_data_libs)
tests_fuzz_live_libsvm_SOURCES = %D%/fuzz_libsvm.c
tests_fuzz_live_libsvm_LDADD = $(ob_data_libs)
tests_fuzz_live_libsvm_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_npy_SOURCES = %D%/fuzz_npy.c $(fuzz_replay)
tests_fuzz_fuzz_npy_LDADD = $(ob_base_libs)
tests_fuzz_live_npy_SOURCES = %D%/fuzz_npy.c
tests_fuzz_live_npy_LDADD = $(ob_base_libs)
tests_fuzz_live_npy_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_number_SOURCES = %D%/fuzz_number.c $(fuzz_replay)
tests_fuzz_fuzz_number_LDADD = $(ob_base_libs)
tests_fuzz_live_number_SOURCES = %D%/fuzz_number.c
tests_fuzz_live_number_LDADD = $(ob_base_libs)
tests_fuzz_live_number_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_plan_SOURCES = %D%/fuzz_plan.c $(fuzz_replay)
tests_fuzz_fuzz_plan_LDADD = $(ob_sweep_libs)
tests_fuzz_live_plan_SOURCES = %D%/fuzz_plan.c
tests_fuzz_live_plan_LDADD = $(ob_sweep_libs)
tests_fuzz_live_plan_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_safetensors_SOURCES = %D%/fuzz_safetensors.c $(fuzz_replay)
tests_fuzz_fuzz_safetensors_LDADD = $(ob_train_libs)
tests_fuzz_live_safetensors_SOURCES = %D%/fuzz_safetensors.c
tests_fuzz_live_safetensors_LDADD = $(ob_train_libs)
tests_fuzz_live_safetensors_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_survey_SOURCES = %D%/fuzz_survey.c $(fuzz_replay)
tests_fuzz_fuzz_survey_LDADD = $(ob_ui_libs)
tests_fuzz_live_survey_SOURCES = %D%/fuzz_survey.c
tests_fuzz_live_survey_LDADD = $(ob_ui_libs)
tests_fuzz_live_survey_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_sweep_SOURCES = %D%/fuzz_sweep.c $(fuzz_replay)
tests_fuzz_fuzz_sweep_LDADD = $(ob_sweep_libs)
tests_fuzz_live_sweep_SOURCES = %D%/fuzz_sweep.c
tests_fuzz_live_sweep_LDADD = $(ob_sweep_libs)
tests_fuzz_live_sweep_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_text_SOURCES = %D%/fuzz_text.c $(fuzz_replay)
tests_fuzz_fuzz_text_LDADD = $(ob_base_libs)
tests_fuzz_live_text_SOURCES = %D%/fuzz_text.c
tests_fuzz_live_text_LDADD = $(ob_base_libs)
tests_fuzz_live_text_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

tests_fuzz_fuzz_foreign_SOURCES = %D%/fuzz_foreign.c $(fuzz_replay)
tests_fuzz_fuzz_foreign_LDADD = libob_run.a $(ob_base_libs)
tests_fuzz_live_foreign_SOURCES = %D%/fuzz_foreign.c
tests_fuzz_live_foreign_LDADD = libob_run.a $(ob_base_libs)
tests_fuzz_live_foreign_LDFLAGS = $(AM_LDFLAGS) $(fuzz_engine)

# Built on request only, with clang.
EXTRA_PROGRAMS = \
	%D%/live_array \
	%D%/live_csv \
	%D%/live_document \
	%D%/live_escape \
	%D%/live_filter \
	%D%/live_foreign \
	%D%/live_formula \
	%D%/live_ini \
	%D%/live_json \
	%D%/live_keys \
	%D%/live_libsvm \
	%D%/live_npy \
	%D%/live_number \
	%D%/live_plan \
	%D%/live_safetensors \
	%D%/live_survey \
	%D%/live_sweep \
	%D%/live_text

fuzz_replay = %D%/fuzz.h %D%/fuzz_main.c
fuzz_engine = -fsanitize=fuzzer

check_PROGRAMS += $(fuzz_targets)
TESTS += $(fuzz_targets)
EXTRA_DIST += %D%/README.md %D%/corpus
