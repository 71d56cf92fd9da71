ob_data_files = \
	%D%/SOURCES.md \
	%D%/admission.csv \
	%D%/breast_cancer.csv \
	%D%/diabetes.csv \
	%D%/digits.csv \
	%D%/heights.csv \
	%D%/housing.csv \
	%D%/iris.csv \
	%D%/longley.csv \
	%D%/synthetic_linear_seed0.csv \
	%D%/wine.csv

dist_ob_data_DATA = $(ob_data_files)
ob_datadir = $(pkgdatadir)/data

# What references did, for `optbench parity`: made by tests/reference/parity_*.py.
ob_parity_files = \
	%D%/parity/adabelief.safetensors \
	%D%/parity/adahessian.safetensors \
	%D%/parity/adam.safetensors \
	%D%/parity/adamw.safetensors \
	%D%/parity/adan.safetensors \
	%D%/parity/ademamix.safetensors \
	%D%/parity/lamb.safetensors \
	%D%/parity/lars.safetensors \
	%D%/parity/lion.safetensors \
	%D%/parity/mars.safetensors \
	%D%/parity/prodigy.safetensors \
	%D%/parity/psgd.safetensors \
	%D%/parity/schedule_free_adamw.safetensors \
	%D%/parity/schedule_free_sgd.safetensors \
	%D%/parity/sgd.safetensors \
	%D%/parity/shampoo.safetensors \
	%D%/parity/signum.safetensors \
	%D%/parity/soap.safetensors \
	%D%/parity/sophia_h.safetensors \
	%D%/parity/clip.safetensors \
	%D%/parity/lookahead.safetensors \
	%D%/parity/sam.safetensors

dist_ob_parity_DATA = $(ob_parity_files)
ob_paritydir = $(pkgdatadir)/data/parity
