noinst_LIBRARIES += libob_sweep.a
libob_sweep_a_SOURCES =

# Rungs: who is trained next, and how far.
libob_sweep_a_SOURCES += \
	%D%/equal.c \
	%D%/equal.h \
	%D%/plan_budget.c \
	%D%/rungs.c \
	%D%/rungs_async.c \
	%D%/rungs_deal.c \
	%D%/rungs_heap.c \
	%D%/rungs_heap.h \
	%D%/rungs_look.c \
	%D%/rungs_priv.h \
	%D%/rungs_sweep.c \
	%D%/rungs_sync.c

ob_headers += \
	include/optbench/sweep/plan_budget.h \
	include/optbench/sweep/rungs.h

ob_headers += \
	include/optbench/sweep/cells.h \
	include/optbench/sweep/levels.h \
	include/optbench/sweep/pace.h \
	include/optbench/sweep/sensitivity.h \
	include/optbench/sweep/table.h

# Plans and folders.
libob_sweep_a_SOURCES += \
	%D%/draws.c \
	%D%/draws.h \
	%D%/facts.c \
	%D%/facts.h \
	%D%/folder.c \
	%D%/folder_make.c \
	%D%/plan.c \
	%D%/plan_blocks.c \
	%D%/plan_check.c \
	%D%/plan_make.c \
	%D%/plan_priv.h \
	%D%/plan_seeds.c \
	%D%/plan_text.h \
	%D%/sobol.c

ob_headers += \
	include/optbench/sweep/folder.h \
	include/optbench/sweep/folder_make.h \
	include/optbench/sweep/plan.h \
	include/optbench/sweep/plan_make.h \
	include/optbench/sweep/sobol.h

# Running a sweep: workers, jobs, who runs it.
libob_sweep_a_SOURCES += \
	%D%/cores.c \
	%D%/failure.c \
	%D%/jobs.c \
	%D%/jobs.h \
	%D%/jobs_priv.h \
	%D%/jobs_told.c \
	%D%/policy.c \
	%D%/policy.h \
	%D%/crew.c \
	%D%/crew_process.c \
	%D%/crew_process.h \
	%D%/crew_progress.c \
	%D%/crew_progress.h \
	%D%/crew_run.c \
	%D%/crew_talk.c \
	%D%/runners.c \
	%D%/shard.c \
	%D%/work.c

ob_headers += \
	include/optbench/sweep/cores.h \
	include/optbench/sweep/failure.h \
	include/optbench/sweep/crew.h \
	include/optbench/sweep/crew_run.h \
	include/optbench/sweep/crew_talk.h \
	include/optbench/sweep/runners.h \
	include/optbench/sweep/shard.h \
	include/optbench/sweep/work.h

# Cells as they stand, and what they say.
libob_sweep_a_SOURCES += \
	%D%/cells.c \
	%D%/cells_cache.c \
	%D%/cells_figures.c \
	%D%/cells_look.c \
	%D%/cells_priv.h \
	%D%/cells_read.c \
	%D%/heat.c \
	%D%/levels.c \
	%D%/pace.c \
	%D%/sensitivity.c \
	%D%/table.c

# Scripts that run a sweep elsewhere.
libob_sweep_a_SOURCES += \
	%D%/script.c \
	%D%/script_mpi.c \
	%D%/script_parallel.c \
	%D%/script_priv.h \
	%D%/script_shards.c \
	%D%/script_slurm.c

ob_headers += \
	include/optbench/sweep/script.h
