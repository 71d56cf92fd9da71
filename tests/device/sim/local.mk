# The simulated CUDA driver (sim.h): one shared object that stands for libcuda, NVRTC,
# cuBLAS and NVML. It compiles kernels with the compiler that built it.
sim_sources = \
	%D%/blas.c \
	%D%/compile.c \
	%D%/driver.c \
	%D%/kernels.c \
	%D%/lanes.c \
	%D%/memory.c \
	%D%/nvml.c \
	%D%/nvrtc.c \
	%D%/order.c \
	%D%/sim.c \
	%D%/stream.c
EXTRA_DIST += $(sim_sources) %D%/prelude.h %D%/sim.h
noinst_HEADERS += %D%/sim_test.h

check_DATA += %D%/sim.so
CLEANFILES += %D%/sim.so %D%/prelude.inc
%D%/prelude.inc: %D%/prelude.h
	$(AM_V_GEN)$(MKDIR_P) %D% && sed 's/["\\]/\\&/g; s/.*/"&\\n"/' $(srcdir)/%D%/prelude.h >$@
%D%/sim.so: $(sim_sources) %D%/sim.h %D%/prelude.inc src/device/cuda_api.h
	$(AM_V_CCLD)sources=; for f in $(sim_sources); do sources="$$sources $(srcdir)/$$f"; done; \
	$(CC) -std=gnu11 -I%D% $(WARN_CFLAGS) $(SAN_CFLAGS) $(CFLAGS) \
		-DSIM_CC='"$(CC)"' -fPIC -fvisibility=hidden -shared -o $@ $$sources -ldl -lpthread

# Libraries that are not what their names say.
sim_broken = %D%/empty.so %D%/old.so %D%/stub.so
check_DATA += $(sim_broken)
CLEANFILES += $(sim_broken)
EXTRA_DIST += %D%/broken.c %D%/libraries.sh
TESTS += %D%/libraries.sh
$(sim_broken): %D%/broken.c src/device/cuda_api.h src/device/opencl_api.h
	$(AM_V_CCLD)$(MKDIR_P) %D% && $(CC) -std=gnu11 $(WARN_CFLAGS) -Wno-missing-prototypes $(CFLAGS) \
		-D`basename $@ .so | tr a-z A-Z` -fPIC -fvisibility=hidden -shared -o $@ \
		$(srcdir)/%D%/broken.c

# Compiled kernels stay until here, for the next run.
clean-local: clean-sim
.PHONY: clean-sim
clean-sim:
	rm -rf %D%/cache

# What uses it: every device's duties, and sessions in which anything fails.
check_PROGRAMS += tests/device/session
tests_device_session_LDADD = $(ob_device_libs)
EXTRA_DIST += %D%/choice.sh %D%/sim.sh %D%/sim.sh.inc %D%/trainings.sh
TESTS += %D%/trainings.sh

if HAVE_CMOCKA
check_PROGRAMS += tests/device/conform %D%/test_calls %D%/test_sim
TESTS += tests/device/conform %D%/test_calls %D%/test_sim %D%/choice.sh %D%/sim.sh
tests_device_conform_LDADD = $(ob_device_libs) $(TEST_LIBS)
tests_device_sim_test_calls_LDADD = $(TEST_LIBS)
tests_device_sim_test_sim_LDADD = $(TEST_LIBS)
endif
