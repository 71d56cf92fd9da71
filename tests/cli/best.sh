#!/bin/bash
# [checkpoint] best: the parameters at the best value of a figure are kept.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs"
cat >over.ini <<'EOF'
[experiment]
name = over
seed = 3
[data]
source = csv
path = @data/breast_cancer.csv
target = diagnosis
scale = standard
val = 0.3
[model]
kind = logistic
[batch]
size = 16
[optimizer]
kind = sgd
lr = 0.5
[log]
every = 1
metrics = accuracy
[stop]
max_steps = 400
EOF

# best_row RUN COLUMN SIGN: step and value of the smallest SIGN * value, the first of equals.
best_row() {
    awk -F, -v name="$2" -v sign="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        $c != "" && (best == "" || sign * $c < sign * best) { best = $c; step = $1 }
        END { print step, best }' "$1/metrics.csv"
}

# header FILE: its members, a line each.
header() {
    head -c 4096 "$1" | tr -d '\000' | LC_ALL=C tr '{,}' '\n\n\n'
}

# kept RUN: step and value that best.safetensors has in its metadata.
kept() {
    header "$1/checkpoints/best.safetensors" | sed -n '
        s/^"step":"\(.*\)"$/\1/p; s/^"best.value":"\(.*\)"$/\1/p' | tr '\n' ' ' | sed 's/ $//'
}

train over.ini
gives "a run with a validation part" 0
tap_same "keeps the best by validation loss" "$(best_row "$dir" val_loss 1)" "$(kept "$dir")"
tap_ok "which is not the last" test "$(kept "$dir" | cut -d' ' -f1)" -lt 400
tap_same "nothing waits beside it" "" "$(ls "$dir/checkpoints" | grep next)"
step=$(kept "$dir" | cut -d' ' -f1)
hash=$(header "$dir/checkpoints/best.safetensors" | grep -a '^"hash.w"')
name=$(basename "$dir")
run "$OPTBENCH" predict --at best -o best.csv
gives "predicts from there" 0
train over.ini --set stop.max_steps="$step"
tap_same "the parameters are those of a run that ends there" "$hash" \
    "$(header "$dir/checkpoints/step-$(printf %09d "$step").safetensors" | grep -a '^"hash.w"')"
run "$OPTBENCH" predict -o end.csv
tap_ok "so are their predictions" cmp best.csv end.csv
train over.ini --init-from "runs/$name/checkpoints/best.safetensors"
gives "another run begins there" 0

for figure in loss:1 accuracy:-1 val_accuracy:-1; do
    train over.ini --set checkpoint.best="${figure%:*}"
    tap_same "best = ${figure%:*}" "$(best_row "$dir" "${figure%:*}" "${figure#*:}")" "$(kept "$dir")"
done
train over.ini --set checkpoint.best=none
tap_ok "none keeps none" test ! -e "$dir/checkpoints/best.safetensors"
run "$OPTBENCH" predict --at best
gives "and says so" 2 "optbench: *keeps no best parameters*"
train over.ini --set data.val=0
tap_ok "without a validation part there is none" test ! -e "$dir/checkpoints/best.safetensors"

run "$OPTBENCH" check over.ini --set data.val=0 --set checkpoint.best=val_loss
gives "unless it is asked for" 2 "optbench: *checkpoint.best: there is no validation part: set data.val or data.folds"
run "$OPTBENCH" check over.ini --set checkpoint.best=val_los
gives "a figure that is not measured" 2 "optbench: *checkpoint.best: 'val_los' is not measured: *"
# A pace that looks ahead must not find the best there.
start over.ini --quiet --paused
"$OPTBENCH" ctl "$dir" step 30 >/dev/null
"$OPTBENCH" ctl "$dir" pace auto >/dev/null
"$OPTBENCH" ctl "$dir" checkpoint >/dev/null
tap_same "steps that are only tried are not the best" "$(best_row "$dir" val_loss 1)" "$(kept "$dir")"
"$OPTBENCH" ctl "$dir" stop >/dev/null
ended
tap_done
