cluster_scripts = %D%/mpi.sh %D%/slurm.sh
TESTS += $(cluster_scripts)
plain_tests += $(cluster_scripts)
EXTRA_DIST += $(cluster_scripts)
# A sanitizer would look at daemons that wait.
plain_tests += %D%/slurm.sh
