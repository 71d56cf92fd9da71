#!/bin/bash
# `sweep run` and `sweep FILE`: what is trained, what is skipped, what failed and is tried
# again, and what they end with.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_MAX SLURM_ARRAY_TASK_COUNT
export XDG_CACHE_HOME=$work/cache

printf 'x,y\n1,2\n2,4.1\n3,5.9\n4,8.2\n' >line.csv
# base FILE LINE...: a line through four points, with [sweep] saying LINE...
base() {
    base_file=$1
    shift
    {
        printf '[experiment]\nname = line\n[data]\nsource = csv\npath = line.csv\n'
        printf 'target = y\n[model]\nkind = linear\nloss = half_mse\n'
        printf '[optimizer]\nkind = sgd\nlr = 0.05\n[stop]\nmax_steps = 40\n[sweep]\n'
        printf '%s\n' "$@"
    } >"$base_file"
}
# begun DIR CELL: how often it was begun or taken up.
begun() {
    grep -c '"event":"\(started\|resumed\)"' "$1/cells/$2/events.jsonl"
}
runs_of() {
    (cd "$1/cells" 2>/dev/null && echo ./*/summary.json) | sed 's|\./||g; s|/summary.json||g'
}

# ---- all of it ----

base line.ini 'optimizer.lr = 0.01, 0.02, 0.05, 1e200'
run "$OPTBENCH" sweep plan line.ini all
gives "a plan" 0
run "$OPTBENCH" sweep run all -j 2
gives "all cells" 0 "*4 of 4 cells are done*"
tap_same "its folder, one line" all "$out"
tap_same "each has a result" "c00000 c00001 c00002 c00003" "$(runs_of all)"
like "a cell that diverges is a result" '*"diverged"*' "$(cat all/cells/c00003/summary.json)"
run "$OPTBENCH" run -q line.ini --set optimizer.lr=0.02
tap_ok "a cell has the bytes of a run" cmp all/cells/c00001/metrics.csv "$out/metrics.csv"
tap_empty "nobody runs it any more" "$(ls all/runners)"
touch stamp
run "$OPTBENCH" sweep run all
gives "again" 0 "*4 of 4 cells are done*"
tap_empty "nothing is trained again" "$(find all/cells -newer stamp)"

# ---- shares ----

base shares.ini 'optimizer.lr = lin 0.01 .. 0.05 x 5'
"$OPTBENCH" sweep plan -q shares.ini shares >/dev/null
run "$OPTBENCH" sweep run -q shares --index 3
gives "one cell" 0
tap_same "that one" c00003 "$(runs_of shares)"
run "$OPTBENCH" sweep run shares --shard 1/2
gives "a shard" 0 "*2 of 2 cells are done, 1 of them before*"
tap_same "every second one" "c00001 c00003" "$(runs_of shares)"
SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=7 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_COUNT=2 \
    run "$OPTBENCH" sweep run -q shares
gives "the shard of a job array" 0
tap_same "all five, by three processes" "c00000 c00001 c00002 c00003 c00004" "$(runs_of shares)"
run "$OPTBENCH" sweep run shares --shard 2/2
gives "a shard that is none" 2 "optbench: there is no shard 2 of 2: they are counted from 0, up to 1"
run "$OPTBENCH" sweep run shares --index 5
gives "a cell that is none" 2 "optbench: shares has 5 cells, from 0 on: there is no 5"
run "$OPTBENCH" sweep run shares --index 1 --shard 0/2
gives "both" 2 "*either --index or --shard"

# ---- what fails ----

cp line.csv other.csv
base fails.ini 'data.path = line.csv, other.csv' 'optimizer.lr = 0.01, 0.02'
"$OPTBENCH" sweep plan -q fails.ini fails >/dev/null
rm other.csv
run "$OPTBENCH" sweep run fails
gives "two cells fail" 1 "*2 cells failed; the first one is c0000*other.csv*"
tap_same "the others are done" 2 "$(find fails/cells -name summary.json | wc -l)"
like "why is kept" "*other.csv*No such file*" "$(cat fails/failures/*)"
run "$OPTBENCH" sweep run fails -q
gives "tried again, and said even to who wants it quiet" 1 "*2 cells failed*"
like "as often" '*"attempts": 2*' "$(cat fails/failures/*)"
cp line.csv other.csv
run "$OPTBENCH" sweep run fails -q
gives "what was wrong is right" 0
tap_empty "and nothing is kept of it" "$(ls fails/failures)"
tap_same "nor was anything trained twice" "1 1" \
    "$(begun fails c00000) $(begun fails c00003)"
"$OPTBENCH" sweep plan -q fails.ini fast >/dev/null
rm line.csv other.csv
run "$OPTBENCH" sweep run fast -j 1 --fail-fast
gives "the first failure ends it" 1
tap_same "after one cell" 1 "$(find fast/failures -name '*.json' | wc -l)"
printf 'x,y\n1,2\n2,4.1\n3,5.9\n4,8.2\n' >line.csv

# ---- what is no sweep ----

run "$OPTBENCH" sweep run line.ini
gives "a file" 2 "optbench: *line.ini*"
run "$OPTBENCH" sweep run nowhere
gives "nothing" 5 "optbench: nowhere: No such file or directory"
run "$OPTBENCH" sweep run all -j 0
gives "no workers" 2 "*--jobs*"

# ---- two at once ----

base two.ini 'optimizer.lr = lin 0.001 .. 0.05 x 60'
"$OPTBENCH" sweep plan -q two.ini two >/dev/null
"$OPTBENCH" sweep run -q two -j 1 >/dev/null 2>&1 &
run "$OPTBENCH" sweep run -q two -j 1
first=$status
wait $!
tap_same "two processes share the cells" "0 0" "$first $?"
tap_same "all are done" 60 "$(find two/cells -name summary.json | wc -l)"
twice=$(for cell in two/cells/*/; do begun two "$(basename "$cell")"; done | grep -cv '^1$')
tap_same "and none twice" 0 "$twice"

# ---- a worker, by hand ----

"$OPTBENCH" sweep plan -q shares.ini hand >/dev/null
said=$(printf '2 10\n2 0\n4 0\n' | "$OPTBENCH" sweep work hand | cut -d' ' -f1-7)
tap_same "a worker says what it does" "begin 2
end 2 75 interrupted halted 10 0
begin 2
end 2 0 finished max_steps 40 10
begin 4
end 4 0 finished max_steps 40 0" "$said"
tap_ok "a cell that was halted has the bytes of one that was not" \
    cmp hand/cells/c00002/metrics.csv shares/cells/c00002/metrics.csv
said=$(printf '99 0\n' | "$OPTBENCH" sweep work hand)
tap_same "a cell that it has not is nothing to do" "" "$said"

# ---- in one step ----

run "$OPTBENCH" sweep line.ini -j 0
gives "options are judged first" 2 "optbench: sweep: --jobs takes *"
tap_ok "before there is a folder" test ! -e sweeps/line
run "$OPTBENCH" sweep line.ini -j 1
gives "planned and run" 0 "*4 cells*4 of 4 cells are done*"
tap_same "in a folder of its name" sweeps/line "$out"
tap_ok "the same plan" cmp all/plan.csv sweeps/line/plan.csv
run "$OPTBENCH" sweep line.ini
gives "the same again" 0 "*4 of 4 cells are done*"
run "$OPTBENCH" sweep sweeps/line
gives "and by its folder" 0 "*4 of 4 cells are done*"
run "$OPTBENCH" sweep sweeps/line --set stop.max_steps=9
gives "a plan does not change" 2 "optbench: *plan*"
run "$OPTBENCH" sweep line.ini --set stop.max_steps=9
gives "nor does that of another file" 2 "optbench: *sweeps/line*"
tap_done
