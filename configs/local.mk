# The shipped experiments; `optbench new` copies one, tests run each.
configsdir = $(pkgdatadir)/configs
dist_configs_DATA = \
	%D%/admission-linesearch.ini \
	%D%/admission-newton.ini \
	%D%/admission-saturate.ini \
	%D%/breast-cancer.ini \
	%D%/diabetes-ridge.ini \
	%D%/heights-adam.ini \
	%D%/heights-momentum.ini \
	%D%/heights.ini \
	%D%/housing-f64.ini \
	%D%/housing-groups.ini \
	%D%/housing.ini \
	%D%/inline-line.ini \
	%D%/iris.ini \
	%D%/longley.ini
