# Programs and scripts alike speak TAP; a test that cannot run here prints a plan of zero
# tests with the reason.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	OB_SRCDIR='$(abs_top_srcdir)'; export OB_SRCDIR; \
	OB_BUILDDIR='$(abs_top_builddir)'; export OB_BUILDDIR; \
	OPTBENCH_DATA='$(abs_top_srcdir)/data'; export OPTBENCH_DATA; \
	OPTBENCH_CONFIGS='$(abs_top_srcdir)/configs'; export OPTBENCH_CONFIGS; \
	XDG_CONFIG_HOME='$(abs_top_builddir)/tests/nobody'; export XDG_CONFIG_HOME; \
	XDG_CACHE_HOME='$(abs_top_builddir)/tests/nobody'; export XDG_CACHE_HOME; \
	POCL_CACHE_DIR="$${POCL_CACHE_DIR:-$(abs_top_builddir)/tests/pocl}"; \
	mkdir -p "$$POCL_CACHE_DIR"; export POCL_CACHE_DIR; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/lib/lsan.supp:print_suppressions=0'; \
	export LSAN_OPTIONS; \
	LC_ALL=C.UTF-8; export LC_ALL; TZ=UTC; export TZ;

noinst_HEADERS += %D%/lib/ob_golden.h %D%/lib/ob_test.h
EXTRA_DIST += %D%/lib/lsan.supp

# Programs with threads, worth the thread sanitizer: `make check-threads`.
thread_tests =
# What compiles, reads or shows files and has nothing to do with the program's own memory:
# left out under the address sanitizer (`make check-address`).
plain_tests =
TEST_LIBS = $(CMOCKA_LIBS)

if HAVE_CMOCKA
include tests/unit/base/local.mk
include tests/unit/num/local.mk
include tests/unit/device/local.mk
include tests/unit/formula/local.mk
include tests/unit/data/local.mk
include tests/unit/model/local.mk
include tests/unit/optim/local.mk
include tests/unit/conf/local.mk
include tests/unit/train/local.mk
include tests/unit/run/local.mk
include tests/unit/sweep/local.mk
include tests/unit/plot/local.mk
include tests/unit/report/local.mk
include tests/unit/ui/local.mk
include tests/matrix/local.mk
endif
include tests/bad/csv/local.mk
include tests/bad/ini/local.mk
include tests/configs/local.mk
include tests/reference/local.mk
include tests/golden/local.mk
include tests/device/local.mk
include tests/device/sim/local.mk
include tests/cli/local.mk
include tests/cluster/local.mk
include tests/pty/local.mk
include tests/tmux/local.mk
include tests/faults/local.mk
include tests/inert/local.mk
include tests/fuzz/local.mk
include tests/interop/local.mk
include tests/lint/local.mk
include tests/bench/local.mk

# Builds what these need and nothing else: a sanitizer build of the whole suite is long.
.PHONY: check-threads
check-threads: $(thread_tests) optbench$(EXEEXT)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(thread_tests)'

.PHONY: check-address
check-address:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$$(for t in $(TESTS); do \
	    case ' $(plain_tests) ' in *" $$t "*) ;; *) echo $$t ;; esac; done)"

# Results outlive the folder that `make distcheck` tests in: those of each test go into the
# file that OB_RESULTS names.
installcheck-local:
	@test -z "$$OB_RESULTS" || find . -name '*.trs' -exec cat {} + >"$$OB_RESULTS"
