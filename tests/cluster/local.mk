cluster_scripts = %D%/mpi.sh %D%/slurm.sh
TESTS += $(cluster_scripts)
EXTRA_DIST += $(cluster_scripts)
