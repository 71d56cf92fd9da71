noinst_LIBRARIES += libob_num.a
libob_num_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS)
libob_num_a_CPPFLAGS = $(AM_CPPFLAGS) $(OPENBLAS_CFLAGS) -DOB_VARIANT=baseline \
	-DOB_VARIANT_ISA=OB_ISA_BASELINE
libob_num_a_SOURCES = \
	%D%/blas.c \
	%D%/block_loss.c \
	%D%/cpu.c \
	%D%/dense.c \
	%D%/dense_eigen.c \
	%D%/dense_lstsq.c \
	%D%/design.c \
	%D%/design_pass.c \
	%D%/design_priv.h \
	%D%/draw.c \
	%D%/draw_replay.c \
	%D%/draw_replay.h \
	%D%/dtype.c \
	%D%/kernels_body.h \
	%D%/kernels_f32.c \
	%D%/kernels_f64.c \
	%D%/kernels_tree.h \
	%D%/lapack.c \
	%D%/lanczos.c \
	%D%/layer_ops.c \
	%D%/layers.h \
	%D%/layers_body.h \
	%D%/layers_f32.c \
	%D%/layers_f64.c \
	%D%/layout.c \
	%D%/losses_body.h \
	%D%/matmul.c \
	%D%/matmul.h \
	%D%/matmul_body.h \
	%D%/matmul_f32.c \
	%D%/matmul_f64.c \
	%D%/normal.c \
	%D%/pool.c \
	%D%/reduce.c \
	%D%/sparse.c \
	%D%/sparse_body.h \
	%D%/sparse_design.c \
	%D%/sparse_pass.c \
	%D%/spectral.c \
	%D%/torch_normal.c \
	%D%/torch_rng.c \
	%D%/vec.c

# The same kernels compiled for newer instruction sets; libraries listed here are linked
# behind libob_num.a.
ob_num_variants =
if OB_X86
noinst_LIBRARIES += libob_num_v3.a libob_num_v4.a
ob_num_variants += libob_num_v3.a libob_num_v4.a
libob_num_v3_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) $(VARIANT_SAN_CFLAGS) \
	-march=x86-64-v3
libob_num_v3_a_CPPFLAGS = $(AM_CPPFLAGS) -DOB_VARIANT=v3 -DOB_VARIANT_ISA=OB_ISA_V3
libob_num_v3_a_SOURCES = \
	%D%/kernels_f32.c \
	%D%/kernels_f64.c \
	%D%/layers_f32.c \
	%D%/layers_f64.c \
	%D%/matmul_f32.c \
	%D%/matmul_f64.c
libob_num_v4_a_CFLAGS = $(AM_CFLAGS) $(NUM_CFLAGS) $(VARIANT_SAN_CFLAGS) \
	-march=x86-64-v4 -mprefer-vector-width=512
libob_num_v4_a_CPPFLAGS = $(AM_CPPFLAGS) -DOB_VARIANT=v4 -DOB_VARIANT_ISA=OB_ISA_V4
libob_num_v4_a_SOURCES = \
	%D%/kernels_f32.c \
	%D%/kernels_f64.c \
	%D%/layers_f32.c \
	%D%/layers_f64.c \
	%D%/matmul_f32.c \
	%D%/matmul_f64.c
endif

ob_headers += \
	include/optbench/num/activation.h \
	include/optbench/num/blas.h \
	include/optbench/num/cpu.h \
	include/optbench/num/dense.h \
	include/optbench/num/design.h \
	include/optbench/num/draw.h \
	include/optbench/num/dtype.h \
	include/optbench/num/fmath.h \
	include/optbench/num/formulas.h \
	include/optbench/num/fpow.h \
	include/optbench/num/kernels.h \
	include/optbench/num/lanczos.h \
	include/optbench/num/lapack.h \
	include/optbench/num/layer_ops.h \
	include/optbench/num/layout.h \
	include/optbench/num/loss.h \
	include/optbench/num/matmul.h \
	include/optbench/num/normal.h \
	include/optbench/num/pool.h \
	include/optbench/num/real.h \
	include/optbench/num/reduce.h \
	include/optbench/num/share.h \
	include/optbench/num/sparse.h \
	include/optbench/num/sparse_design.h \
	include/optbench/num/spectral.h \
	include/optbench/num/torch_rng.h \
	include/optbench/num/vec.h
