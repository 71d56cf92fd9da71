# The shipped experiments; `optbench new` copies one, tests run each.
configsdir = $(pkgdatadir)/configs
dist_configs_DATA = \
	%D%/admission-linesearch.ini \
	%D%/admission-newton.ini \
	%D%/admission-saturate.ini \
	%D%/beale-adam.ini \
	%D%/beale-momentum.ini \
	%D%/beale.ini \
	%D%/breast-cancer.ini \
	%D%/cross-entropy.ini \
	%D%/diabetes-ridge.ini \
	%D%/fashion-mnist.ini \
	%D%/heights-adam.ini \
	%D%/heights-curve.ini \
	%D%/heights-momentum.ini \
	%D%/heights.ini \
	%D%/housing-f64.ini \
	%D%/housing-groups.ini \
	%D%/housing-optimizers.ini \
	%D%/housing.ini \
	%D%/inline-line.ini \
	%D%/iris.ini \
	%D%/line-by-hand.ini \
	%D%/line-torch.ini \
	%D%/longley.ini \
	%D%/notebook-002.ini \
	%D%/notebook-004-decay.ini \
	%D%/notebook-004-numpy.ini \
	%D%/notebook-004-replay.ini \
	%D%/notebook-004.ini \
	%D%/parabola-torch.ini \
	%D%/parabola.ini \
	%D%/quadratic.ini \
	%D%/rosenbrock-adam.ini \
	%D%/rosenbrock-momentum.ini \
	%D%/rosenbrock.ini \
	%D%/sine-fit-notebook.ini \
	%D%/sine-fit.ini \
	%D%/surface-adam.ini \
	%D%/surface-momentum.ini \
	%D%/surface-too-fast.ini \
	%D%/surface.ini \
	%D%/wine-patience.ini
