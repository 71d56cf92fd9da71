#!/bin/bash
# Two ranks beside two threads of one process: loss and gradient of least squares over
# 1e7 rows of 100 columns, as optbench-mpi train computes them. Needs MPI, and memory for
# the numbers: 8 GB in float64, 4 GB in float32.
#
#     make tests/bench/ranks && bench/ranks.sh [BUILD-DIR] [ROWS] [COLS] [f32|f64]
#
# OB_ROUNDS=3 and OB_PASSES=5 say how often. On a machine that is busy the best passes are
# those of quiet moments, which two bound ranks have more seldom than two threads.
set -eu
program=${1:-build}/tests/bench/ranks
rows=${2:-10000000} cols=${3:-100} dtype=${4:-f64} rounds=${OB_ROUNDS:-3} passes=${OB_PASSES:-5}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

mean() { sed -n 's/.*: \([0-9.]*\) s a pass.*/\1/p' | awk '{ s += $1 } END { print s / NR }'; }
best() { sed -n 's/.*(best \([0-9.]*\)).*/\1/p' | sort -g | head -1; }
# share WHAT THREADS RANKS: of the speed.
share() { echo "$2 $3" | awk -v what="$1" '{ printf "two ranks have %.0f %% of the speed of two threads in %s (goal 85 %%)\n", 100 * $1 / $2, what }'; }
loss() { sed -n 's/.* loss //p' | sort -u; }

one='' two=''
for round in $(seq $rounds); do
    a=$("$program" "$rows" "$cols" "$dtype" 2 $passes)
    b=$(mpirun -n 2 "$program" "$rows" "$cols" "$dtype" 1 $passes)
    printf '%s: %s\n%s: %s\n' "$round" "$a" "$round" "$b"
    one="$one$a"$'\n' two="$two$b"$'\n'
done
share "the mean" "$(echo "$one" | mean)" "$(echo "$two" | mean)"
share "the best pass" "$(echo "$one" | best)" "$(echo "$two" | best)"
[ "$(echo "$one$two" | loss | wc -l)" = 1 ] || { echo "the losses differ"; exit 1; }
