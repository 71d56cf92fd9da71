EXTRA_DIST += \
	%D%/README.md \
	%D%/VERSIONS \
	%D%/convert_sklearn.py \
	%D%/curvature.csv \
	%D%/curvature.py \
	%D%/lookalike_admission_gd_f32.csv \
	%D%/lookalike_admission_gd_f64.csv \
	%D%/lookalike_admission_get_step_f32.csv \
	%D%/lookalike_admission_get_step_f64.csv \
	%D%/lookalike_admission_newton_f32.csv \
	%D%/lookalike_admission_newton_f64.csv \
	%D%/lookalike_heights_f32.csv \
	%D%/lookalike_heights_f64.csv \
	%D%/lookalike_housing_f32.csv \
	%D%/lookalike_housing_f64.csv \
	%D%/make_lookalikes.py \
	%D%/minimax.py \
	%D%/model.py \
	%D%/model_f32.csv \
	%D%/model_f64.csv \
	%D%/notebook000.py \
	%D%/notebook001.py \
	%D%/notebook001_sine_f32.csv \
	%D%/notebook001_sine_f64.csv \
	%D%/notebook002.csv \
	%D%/npy.py \
	%D%/npy_column.npy \
	%D%/npy_empty.npy \
	%D%/npy_fortran.npy \
	%D%/npy_grid.npy \
	%D%/npy_int.npy \
	%D%/npy_single.npy \
	%D%/npy_three.npy \
	%D%/optim.py \
	%D%/optim_data.csv \
	%D%/optim_f32.csv \
	%D%/optim_f64.csv \
	%D%/optim_runs.csv \
	%D%/scaling.csv \
	%D%/scaling.py \
	%D%/schedule.csv \
	%D%/sets.sh \
	%D%/torch_rng.py \
	%D%/torch_rng.txt \
	%D%/versions.py

TESTS += %D%/sets.sh
