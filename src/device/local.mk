noinst_LIBRARIES += libob_device.a
libob_device_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/device
libob_device_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_device_a_SOURCES = \
	%D%/cache.c \
	%D%/cache.h \
	%D%/cuda.c \
	%D%/cuda.h \
	%D%/cuda_api.h \
	%D%/cuda_blas.c \
	%D%/cuda_load.c \
	%D%/cuda_memory.c \
	%D%/cuda_nvrtc.c \
	%D%/cuda_program.c \
	%D%/device.c \
	%D%/device_priv.h \
	%D%/devices.def \
	%D%/nvml.c \
	%D%/opencl.c \
	%D%/opencl.h \
	%D%/opencl_api.h \
	%D%/opencl_find.c \
	%D%/reduce.c \
	%D%/speed.c \
	%D%/text.c
nodist_libob_device_a_SOURCES = %D%/text_files.c

# The texts that kernels are made of, as strings.
device_kernels = \
	%D%/kernels/course.h \
	%D%/kernels/element.h \
	%D%/kernels/formula.h \
	%D%/kernels/kernel.h \
	%D%/kernels/layers.h \
	%D%/kernels/linear.h \
	%D%/kernels/linear_fused.h \
	%D%/kernels/penalty.h \
	%D%/kernels/penalty_solo.h \
	%D%/kernels/persist.h \
	%D%/kernels/quadratic.h \
	%D%/kernels/linear_solo.h \
	%D%/kernels/losses.h \
	%D%/kernels/matmul.h \
	%D%/kernels/reduce.h \
	%D%/kernels/speed.h \
	%D%/kernels/tensor.h \
	%D%/kernels/tree.h
device_texts = \
	$(device_kernels) \
	include/optbench/device/linear.h \
	include/optbench/device/penalty.h \
	include/optbench/device/network.h \
	include/optbench/device/reduce_op.h \
	include/optbench/device/course.h \
	include/optbench/device/rule_sums.h \
	include/optbench/device/step.h \
	include/optbench/formula/ops.h \
	include/optbench/num/activation.h \
	include/optbench/num/fmath.h \
	include/optbench/num/formulas.h \
	include/optbench/num/fpow.h \
	include/optbench/num/loss.h \
	include/optbench/num/real.h \
	$(optim_rules)
EXTRA_DIST += %D%/embed.awk $(device_kernels)
CLEANFILES += %D%/text_files.c
%D%/text_files.c: $(device_texts) %D%/embed.awk %D%/local.mk
	@$(MKDIR_P) %D%
	$(AM_V_GEN)awk -v root='$(srcdir)' -f $(srcdir)/%D%/embed.awk \
	    $(addprefix $(srcdir)/,$(device_texts)) >$@.tmp && mv $@.tmp $@

ob_headers += \
	include/optbench/device/course.h \
	include/optbench/device/rule_sums.h \
	include/optbench/device/device.h \
	include/optbench/device/linear.h \
	include/optbench/device/network.h \
	include/optbench/device/nvml.h \
	include/optbench/device/penalty.h \
	include/optbench/device/reduce.h \
	include/optbench/device/reduce_op.h \
	include/optbench/device/speed.h \
	include/optbench/device/step.h \
	include/optbench/device/text.h
