# What runs on devices, held against the processor: `make check-devices` needs an OpenCL
# device (PoCL will do) and takes minutes; smoke.sh alone is part of `make check`. With
# OB_TEST_DEVICE=cuda the same suite asks a card; with OB_NEED_DEVICE=1 a machine without a
# device fails.
device_tests = \
	%D%/experiments.sh \
	%D%/images.sh \
	%D%/logs_second.sh \
	%D%/logs_f32.sh \
	%D%/logs_f64.sh \
	%D%/moved.sh \
	%D%/networks.sh \
	%D%/nvrtc.sh \
	%D%/optimizers.sh \
	%D%/typed.sh

TESTS += %D%/smoke.sh
EXTRA_DIST += $(device_tests) \
	%D%/classes.ini \
	%D%/curve.ini \
	%D%/experiments.txt \
	%D%/function.ini \
	%D%/line.ini \
	%D%/net.ini \
	%D%/nothing.c \
	%D%/regress.ini \
	%D%/same_logs.sh.inc \
	%D%/smoke.sh

# Programs that scripts of the suite start.
device_programs =
if HAVE_CMOCKA
device_programs += \
	tests/unit/model/test_placed_net$(EXEEXT) \
	tests/unit/model/test_placed_typed$(EXEEXT)
endif

.PHONY: check-devices
check-devices: optbench$(EXEEXT) $(device_programs)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(device_tests)'

# Compiled kernels that the tests left.
clean-local: clean-device-caches
clean-device-caches:
	rm -rf %D%/cache %D%/cache-second tests/pocl tests/nobody
.PHONY: clean-device-caches
