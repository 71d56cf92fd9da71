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
	%D%/parity/adadelta.safetensors \
	%D%/parity/adafactor.safetensors \
	%D%/parity/adagrad.safetensors \
	%D%/parity/adahessian.safetensors \
	%D%/parity/adam.safetensors \
	%D%/parity/adamax.safetensors \
	%D%/parity/adamw.safetensors \
	%D%/parity/adan.safetensors \
	%D%/parity/ademamix.safetensors \
	%D%/parity/asgd.safetensors \
	%D%/parity/bfgs.safetensors \
	%D%/parity/cg.safetensors \
	%D%/parity/clip.safetensors \
	%D%/parity/lamb.safetensors \
	%D%/parity/lars.safetensors \
	%D%/parity/lbfgs.safetensors \
	%D%/parity/lion.safetensors \
	%D%/parity/lookahead.safetensors \
	%D%/parity/mars.safetensors \
	%D%/parity/muon.safetensors \
	%D%/parity/nadam.safetensors \
	%D%/parity/nelder_mead.safetensors \
	%D%/parity/newton_cg.safetensors \
	%D%/parity/prodigy.safetensors \
	%D%/parity/psgd.safetensors \
	%D%/parity/radam.safetensors \
	%D%/parity/rmsprop.safetensors \
	%D%/parity/rprop.safetensors \
	%D%/parity/sam.safetensors \
	%D%/parity/schedule.chained.safetensors \
	%D%/parity/schedule.constant.safetensors \
	%D%/parity/schedule.cosine.safetensors \
	%D%/parity/schedule.cosine_restarts.safetensors \
	%D%/parity/schedule.cyclic.safetensors \
	%D%/parity/schedule.exponential.safetensors \
	%D%/parity/schedule.inverse_sqrt.safetensors \
	%D%/parity/schedule.lambda.safetensors \
	%D%/parity/schedule.linear.safetensors \
	%D%/parity/schedule.multiplicative.safetensors \
	%D%/parity/schedule.multistep.safetensors \
	%D%/parity/schedule.onecycle.safetensors \
	%D%/parity/schedule.plateau.safetensors \
	%D%/parity/schedule.polynomial.safetensors \
	%D%/parity/schedule.rex.safetensors \
	%D%/parity/schedule.sequential.safetensors \
	%D%/parity/schedule.step.safetensors \
	%D%/parity/schedule.swa.safetensors \
	%D%/parity/schedule.wsd.safetensors \
	%D%/parity/schedule_free_adamw.safetensors \
	%D%/parity/schedule_free_sgd.safetensors \
	%D%/parity/sgd.safetensors \
	%D%/parity/shampoo.safetensors \
	%D%/parity/signum.safetensors \
	%D%/parity/soap.safetensors \
	%D%/parity/sophia_h.safetensors \
	%D%/parity/trust_dogleg.safetensors \
	%D%/parity/trust_steihaug.safetensors

dist_ob_parity_DATA = $(ob_parity_files)
ob_paritydir = $(pkgdatadir)/data/parity
