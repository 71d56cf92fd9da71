#!/bin/sh
# Sweeps whose cells are halved at rungs: who goes on is what the logs say, and the same
# for any number of processes and shards, killed or not; a cell's log is the beginning of
# that of its undisturbed run.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
export XDG_CACHE_HOME="$work/cache"

# Two optimizers of nine rates each, 270 steps: rungs at 30, 90 and the end.
cat >halving.ini <<'END'
[experiment]
name = halving
[data]
source = inline
columns = x, y
values = 0 1.1, 1 2.9, 2 5.2, 3 6.8, 4 9.1, 5 11.0, 6 12.8, 7 15.2
features = x
target = y
[model]
kind = linear
[stop]
max_steps = 270
[sweep]
optimizer.kind = gd, adam
halving = sync
eta = 3
[tune.gd]
lr = 0.0001 0.0003 0.001 0.003 0.01 0.03 0.1 0.3 1
[tune.adam]
lr = 0.0001 0.0003 0.001 0.003 0.01 0.03 0.1 0.3 1
END

# planned DIR [SET...]: a new plan.
planned() {
    dir=$1
    shift
    run "$OPTBENCH" sweep plan halving.ini "$dir" "$@"
    [ "$status" = 0 ] || tap_fail "plan of $dir" "$err"
}

# came DIR: each cell with the last step and the bytes of its log.
came() {
    for cell in "$1"/cells/*; do
        echo "${cell##*/} $(tail -n 1 "$cell/metrics.csv" | cut -d, -f1)" \
            "$(cksum <"$cell/metrics.csv")"
    done
}

# loss_at CELL STEP: the last one at the step or before, what is no number as a large one.
loss_at() {
    awk -F, -v step="$2" 'NR > 1 && $1 <= step && $3 != "" { loss = $3 }
        END { print loss ~ /nan|inf/ ? "inf" : loss }' "$1/metrics.csv"
}

# best N STEP CELL...: the N best of the cells at the step.
best() {
    most=$1 step=$2
    shift 2
    for cell in "$@"; do
        echo "$(loss_at "$cell" "$step") $cell"
    done | sort -g | head -n "$most" | cut -d' ' -f2
}

# ---- whole rungs ----
planned sync
run "$OPTBENCH" sweep run sync -j 2 --quiet
gives "a sweep that is halved comes to its end" 0
tap_same "every cell was begun" 18 "$(find sync/cells -name metrics.csv | wc -l)"
for kind in 0 9; do
    set --
    for i in 0 1 2 3 4 5 6 7 8; do
        set -- "$@" "$(printf 'sync/cells/c%05d' $((kind + i)))"
    done
    # shellcheck disable=SC2046 # names without blanks
    best 1 90 $(best 3 30 "$@") >>through
    best 3 30 "$@" >>on
done
sort through >expected
grep -l '"stop": "max_steps"' sync/cells/*/summary.json | sed 's,/[^/]*$,,' >seen
tap_same "the best of the best come to the end" "$(cat expected)" "$(cat seen)"
sort on >expected
for cell in sync/cells/*; do
    last=$(tail -n 1 "$cell/metrics.csv" | cut -d, -f1)
    [ "$last" -le 30 ] || echo "$cell"
done >seen
tap_same "a third goes on from the first rung" "$(cat expected)" "$(cat seen)"
tap_same "who does not is halted with a checkpoint" \
    "$((18 - 2 - $(grep -l '"stop": "diverged"' sync/cells/*/summary.json | wc -l)))" \
    "$(grep -l '"stop": "halted"' sync/cells/*/summary.json | wc -l)"
run "$OPTBENCH" sweep run sync -j 2 --quiet
gives "once more there is nothing to do" 0
run "$OPTBENCH" sweep status sync --json
gives "status of rungs" 0
like "six came to the second rung, two go on" \
    '*"rung":1,"least_steps":90,"most_steps":90,"to_come":0,"came":6,"go_on":2,*' \
    "$(tr -d ' \n' <out)"

# ---- logs are beginnings of undisturbed ones ----
for cell in $(head -n 1 through) $(sort on through | uniq -u | head -n 1); do
    row=$(grep "^${cell##*/}," sync/plan.csv)
    run "$OPTBENCH" run sync/sweep.ini --runs whole \
        --set optimizer.kind="$(echo "$row" | cut -d, -f2)" \
        --set optimizer.lr="$(echo "$row" | cut -d, -f3)" --set experiment.name=whole
    size=$(wc -c <"$cell/metrics.csv")
    tap_ok "${cell##*/} has the log of its run" \
        cmp -n "$size" "$cell/metrics.csv" whole/*/metrics.csv
    rm -r whole
done

# ---- asynchronously: whatever runs it ----
planned one --set sweep.halving=async
run "$OPTBENCH" sweep run one -j 1 --quiet
gives "one process" 0
came one >expected

planned shards --set sweep.halving=async
for shard in 2/3 0/3 1/3; do
    run "$OPTBENCH" sweep run shards -j 1 --quiet --shard $shard
    gives "shard $shard has whole pools" 0
done
tap_same "shards come to the same" "$(cat expected)" "$(came shards)"

planned both --set sweep.halving=async
"$OPTBENCH" sweep run both -j 1 --quiet >/dev/null 2>first &
run "$OPTBENCH" sweep run both -j 1 --quiet
wait $!
tap_same "the first of two processes at once" 0 $?
gives "the second one" 0
tap_same "they come to the same" "$(cat expected)" "$(came both)"

# Killed as soon as some more cells have summaries, until it is through before that.
planned killed --set sweep.halving=async
kills=0 ended=0
while [ $kills -lt 40 ]; do
    "$OPTBENCH" sweep run killed -j 2 --quiet >/dev/null 2>&1 &
    runner=$!
    while kill -0 $runner 2>/dev/null; do
        now=$(find killed/cells -name summary.json 2>/dev/null | wc -l)
        [ "$now" -le $((ended + 2)) ] || break
    done
    ended=$now
    kill -KILL $runner 2>/dev/null
    wait $runner 2>/dev/null
    [ $? = 137 ] || break
    kills=$((kills + 1))
done
tap_same "killed and continued, it comes to the same" "$(cat expected)" "$(came killed)"
tap_ok "it was killed" test $kills -gt 0

# ---- what cannot be halved ----
run "$OPTBENCH" sweep plan halving.ini column --set sweep.metric=accuracy
gives "a metric that no run has" 2 "*sweep.metric: runs of this experiment have no 'accuracy'*"
run "$OPTBENCH" sweep plan halving.ini column --set sweep.metric=seconds
gives "a metric that no log has" 2 "*rungs are decided from the log, which has no column 'seconds'*"
run "$OPTBENCH" sweep plan halving.ini endless --set stop.max_steps=none
gives "a run without limit" 2 '*halving divides a number of steps*'
tap_done
