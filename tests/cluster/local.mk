cluster_scripts = %D%/mpi.sh
TESTS += $(cluster_scripts)
EXTRA_DIST += $(cluster_scripts)
