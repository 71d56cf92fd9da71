#!/bin/bash
# The learning rate before a run: what it will be, and which one to begin with.
. "$OB_SRCDIR/tests/lib/program.sh"

cat >bowl.ini <<'EOF2'
[model]
kind = quadratic
A = 4
b = -8
init = 5
[optimizer]
kind = sgd
lr = 0.1
[stop]
max_steps = 10
EOF2

member() { # NAME: the value of a member of the object in $out, lists without blanks
    printf '%s' "$out" | tr -d '\n' | sed -nE "s/.*\"$1\": *(\\[[^]]*\\]|[^,}]*).*/\\1/p"
}

run "$OPTBENCH" explain bowl.ini --schedule --json --set schedule.kind=step \
    --set schedule.step_size=4 --set schedule.gamma=0.5
gives "a schedule as JSON" 0
tap_same "every step" "[1,2,3,4,5,6,7,8,9,10]" "$(member step)"
tap_same "its rate" "[0.1,0.1,0.1,0.1,0.05,0.05,0.05,0.05,0.025,0.025]" "$(member lr)"
run "$OPTBENCH" check bowl.ini --json --set schedule.kind=step --set schedule.step_size=4 \
    --set schedule.gamma=0.5
tap_same "check tells the same" "[0.1,0.1,0.1,0.1,0.05,0.05,0.05,0.05,0.025,0.025]" "$(member lr)"

run "$OPTBENCH" explain bowl.ini --schedule --set schedule.kind=onecycle \
    --set optimizer.momentum=0.9 --set schedule.pct_start=0.5
gives "a schedule for people" 0
like "its length" "schedule       onecycle over 10 steps*" "$out"
like "its height" "*highest        0.1 at step 5*" "$out"
like "its momentum" "*momentum       between 0.85 and 0.95, against the rate*" "$out"
like "its chart" "*"$'\n'" lr"$'\n'"*step*" "$out"
run "$OPTBENCH" explain bowl.ini --schedule --set schedule.kind=sequential \
    --set schedule.warmup=2 --set phase.up.kind=linear --set phase.up.steps=3 \
    --set phase.down.kind=rex
like "its phases" "*phases         up: linear, from step 3 to 5*down: rex, from step 6 to 10*" "$out"
run "$OPTBENCH" explain bowl.ini --schedule --set schedule.kind=plateau
like "what cannot be known" "*note           when the rate drops is known as the run goes on only*" "$out"

# A run goes by what was told.
run "$OPTBENCH" run bowl.ini --runs runs --set schedule.kind=sequential \
    --set schedule.warmup=2 --set phase.up.kind=linear --set phase.up.steps=3 \
    --set phase.down.kind=rex --set stop.theta_delta=0
run "$OPTBENCH" explain bowl.ini --schedule --json --set schedule.kind=sequential \
    --set schedule.warmup=2 --set phase.up.kind=linear --set phase.up.steps=3 \
    --set phase.down.kind=rex
told=$(member lr | tr -d '[]' | tr , '\n')
log=$(echo runs/*/metrics.csv)
column=$(head -n 1 "$log" | tr , '\n' | grep -n '^lr$' | cut -d: -f1)
tap_same "a run goes by what was told" "$told" "$(sed 1,2d "$log" | cut -d, -f"$column")"

run "$OPTBENCH" explain --schedule
gives "a schedule of nothing" 2 "*--schedule is about a CONFIG*"
run "$OPTBENCH" explain lr --json
gives "JSON of a topic" 2 "*--json and --set belong to --schedule*"
run "$OPTBENCH" check bowl.ini --set schedule.kind=sequential
gives "no phases" 2 "*schedule.kind: sequential needs phases: sections ?phase.NAME?, in their order*"
run "$OPTBENCH" check bowl.ini --set schedule.kind=chained --set phase.a.kind=cosine \
    --set phase.a.steps=3
gives "a phase of its own length among chained ones" 2 "*phase.a.steps: the phases of chained all last*"
run "$OPTBENCH" check bowl.ini --set schedule.kind=chained --set phase.a.kind=cosine \
    --set phase.a.gamma=3
gives "another kind's key" 2 "*phase.a.gamma: not a key of cosine but of step,*would give the phase that schedule*"
run "$OPTBENCH" check bowl.ini --set schedule.kind=lambda
gives "a formula that is missing" 2 "*schedule.lr_lambda: missing*"
run "$OPTBENCH" check bowl.ini --set schedule.kind=lambda --set "schedule.lr_lambda=0.9^q"
gives "a formula with a mistake" 2 "*schedule.lr_lambda: unknown name 'q' (column 5)*"
run "$OPTBENCH" run bowl.ini --runs runs --set schedule.kind=lambda \
    --set "schedule.lr_lambda=1/(3 - t)"
gives "a rate that becomes infinite" 4 "*at step 4: the learning rate was inf.*"
run "$OPTBENCH" check bowl.ini --set stop.patience=3 --set stop.patience_metric=val_loss
gives "a figure that is not measured" 2 "*stop.patience_metric: 'val_loss' is measured on rows*"

# A quadratic of curvature 4 diverges above 2/4 and falls fastest well below that.
run "$OPTBENCH" range bowl.ini --json --from 1e-4
gives "a range test" 0
tap_same "it ends where the loss grows" true "$(member diverged)"
tap_ok "its lowest loss is not where nothing moves" \
    awk "BEGIN { exit !($(member lowest_lr) > 0.2) }"
tap_ok "its suggestion is below that" \
    awk "BEGIN { exit !($(member suggestion) > 0.005 && $(member suggestion) < 0.07) }"
run "$OPTBENCH" range bowl.ini --from 1e-4
like "in words" "*suggestion     try optimizer.lr = 0.0*: the loss falls fastest at *" "$out"
run "$OPTBENCH" range bowl.ini --from 0.6 --to 3
like "rates that are all too high" "*suggestion     the loss * begin at a lower rate than 0.6*" "$out"
run "$OPTBENCH" range bowl.ini --from 1e-4 --to 1e-3
like "rates that are all small" "*it never diverged: --to above 0.001 would tell more*" "$out"
run "$OPTBENCH" range "$OPTBENCH_CONFIGS/rosenbrock-trust.ini"
like "a run that was done before the rates were" "*try optimizer.lr = *; * ended it at 1.*" "$out"
run "$OPTBENCH" range bowl.ini --from 3 --to 1
gives "a range upside down" 2 "*0 < --from < --to*"
run "$OPTBENCH" range bowl.ini --steps many
gives "no number of steps" 2 "*--steps: 'many' is no number*"
run "$OPTBENCH" range bowl.ini --set line_search.kind=exact
gives "a line search has no rate" 2 "*line_search.kind: exact finds the length*"

# Targets without an end.
run "$OPTBENCH" run bowl.ini --runs goals --set "stop.target=loss <= -7" \
    --set stop.target_stops=no --set stop.theta_delta=0
like "a run goes on behind its target" "*The target loss <= -7 was met at step *" "$err$out"
run cat goals/*/summary.json
like "the summary has its step" "*\"target\": {*\"step\": [1-9]*\"evaluations\": *\"seconds\": *" "$out"
run "$OPTBENCH" show latest --runs goals
like "show tells it" "*target*met at step *evaluations*" "$out"

tap_done
