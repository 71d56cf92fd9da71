#!/bin/bash
# A sweep that is killed at any moment, again and again: kill -9 of the process that runs
# it, of a worker, of all of them, and SIGTERM. Each time the same command goes on, and in
# the end there are the files of an undisturbed sweep, byte for byte; nothing that had a
# checkpoint began anew. OPTBENCH_KILLS says how many kills there are (8; 50 take a
# minute), OPTBENCH_SEED which and when.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"
kills=${OPTBENCH_KILLS:-8}
RANDOM=${OPTBENCH_SEED:-1}
export XDG_CACHE_HOME=$work/cache

# experiment FILE LINE...: small networks; LINE... in [sweep].
experiment() {
    experiment_file=$1
    shift
    {
        printf '[experiment]\nname = kills\ndtype = float32\nseed = 5\n'
        printf '[data]\nsource = csv\npath = @data/breast_cancer.csv\ntarget = diagnosis\n'
        printf 'scale = standard\nval = 0.2\n'
        printf '[model]\nkind = mlp\nhidden = 8\ndropout = 0.3\ninit = torch\n'
        printf '[batch]\nsize = 48\n[optimizer]\nkind = sgd\nlr = 0.05\n'
        printf '[log]\nevaluate = 7\n[checkpoint]\nevery = 100\nkeep = 2\n'
        printf '[stop]\nmax_steps = %d\n' $((400 + 250 * kills))
        printf '[sweep]\noptimizer.kind = sgd, adam\noptimizer.lr = 0.001, 0.003, 0.01, 0.03\n'
        printf '%s\n' "$@"
    } >"$experiment_file"
}

# Checkpoints that were ever written.
progress() {
    cat "$1"/cells/*/events.jsonl 2>/dev/null | grep -c '"event":"checkpoint"'
}

# past DIR COUNT PID: that many are there, or the process is gone.
past() {
    [ "$(progress "$1")" -ge "$2" ] || gone "$3"
}

children() {
    cat "/proc/$1/task/$1/children" 2>/dev/null
}

# hit DIR: lets it go on for some checkpoints and kills. False where it ended before.
hit() {
    set -m
    "$OPTBENCH" sweep run -q -j 2 "$1" >/dev/null 2>>said &
    pid=$!
    set +m
    wait_for 60 past "$1" $(($(progress "$1") + RANDOM % spread)) "$pid"
    workers=$(children "$pid")
    case $((RANDOM % 4)) in
    0) kill -9 "$pid" ;;
    1)
        # The sweep lives on; then it is killed, too.
        kill -9 ${workers%% *}
        wait_for 60 past "$1" $(($(progress "$1") + 1)) "$pid"
        kill -9 "$pid"
        ;;
    2) kill -9 "$pid" $workers ;;
    3) kill "$pid" ;;
    esac 2>/dev/null
    ended
    case $status in
    75 | 137 | 143) killed=$((killed + 1)) ;;
    0) return 1 ;;
    *) bad="$bad status $status;" ;;
    esac
}

# same_cells WHOLE DIR: what differs.
same_cells() {
    for cell in "$1"/cells/*/; do
        cell=cells/$(basename "$cell")
        last=$(cat "$1/$cell/checkpoints/LATEST")
        for file in config.ini metrics.csv hashes.csv checkpoints/LATEST "checkpoints/$last"; do
            cmp "$1/$cell/$file" "$2/$cell/$file" 2>&1
        done
        for half in "$1" "$2"; do
            sed "/\"seconds\"/d; /\"log_bytes\"/d; s|$half/|DIR/|g" "$half/$cell/summary.json" >"$half.summary"
        done
        cmp "$1.summary" "$2.summary" 2>&1
    done
    (cd "$1/cells" && echo ./*) >names
    (cd "$2/cells" && echo ./*) | diff names -
    ls "$2/failures" 2>/dev/null
}

# Who was taken up at an earlier step than that of its newest checkpoint.
begun_anew() {
    for events in "$1"/cells/*/events.jsonl; do
        awk -F'[:,]' -v cell="$events" '
            { step = $4 + 0 }
            /"event":"checkpoint"/ { last = step }
            /"event":"(started|resumed)"/ && step < last { print cell ": " $0 }' "$events"
    done
}

spread=12
for halving in no async; do
    experiment kills.ini "halving = $halving" "workers = 2"
    "$OPTBENCH" sweep plan -q kills.ini "$halving-whole" >/dev/null
    "$OPTBENCH" sweep plan -q kills.ini "$halving" >/dev/null
    run "$OPTBENCH" sweep run -q "$halving-whole"
    gives "halving = $halving: an undisturbed sweep" 0
    killed=0 bad=
    : >said
    while [ "$killed" -lt "$kills" ] && hit "$halving"; do :; done
    tap_ok "halving = $halving: $killed kills" test "$killed" -ge $((kills / 4))
    tap_empty "halving = $halving: each ended it" "$bad"
    run "$OPTBENCH" sweep run -q "$halving"
    gives "halving = $halving: the last time to the end" 0
    tap_empty "halving = $halving: the files are those of the undisturbed sweep" \
        "$(same_cells "$halving-whole" "$halving")"
    tap_empty "halving = $halving: nothing with a checkpoint began anew" "$(begun_anew "$halving")"
    tap_empty "halving = $halving: nobody runs it" "$(find "$halving/runners" -type f | head -3)"
    spread=4 # fewer cells come far
done
tap_done
