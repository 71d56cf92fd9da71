#!/bin/sh
# Experiments without data: a function is checked, run, taken up again and replayed.
. "$OB_SRCDIR/tests/lib/program.sh"

export OPTBENCH_RUNS="$work/runs"
cat >bowl.ini <<'END'
[experiment]
title = A narrow bowl
[model]
kind = quadratic
A = 20 8 8 4
b = -28 -12
c = 20
start = x1:-8 x2:8
[optimizer]
kind = gd
lr = 0.085
[stop]
max_steps = 1000
[log]
curvature = 50
END

run "$OPTBENCH" check bowl.ini
gives "a function needs no [data]" 0
like "check says so" "*data       none is needed
*start      loss 404, gradient norm 131.575
*x1           -8           gradient -124*" "$out"
(cat bowl.ini && printf '[data]\nsource = csv\nscale = standard\n') >idle.ini
run "$OPTBENCH" check idle.ini
like "a [data] that is there is not read" "*none is needed: [[]data] is not read*" "$out"
run "$OPTBENCH" check --json bowl.ini
like "--json has the start" '*"needs_data":false,"rows":0,*"start":{"loss":404,"grad_norm":131.57*,"parameters":[[]{"name":"x1","value":-8,"gradient":-124}*' "$out"
run "$OPTBENCH" data bowl.ini
gives "data has nothing to show" 0
tap_same "and says so" "bowl.ini: a quadratic model needs no data" "$out"
run "$OPTBENCH" data --json bowl.ini
like "in JSON, too" '{"ok":true,*"rows":0,*"columns":[[]],*' "$out"
cat >large.ini <<'END'
[model]
kind = function
f = sum(u^2) + sum(v^2) + sum(w^2)
parameters = u[65536] v[65536] w[65536]
[optimizer]
kind = gd
lr = 0.1
[stop]
max_steps = 3
[log]
path = 512
END
run "$OPTBENCH" check large.ini
gives "a path that is too large to be kept" 2 "*large.ini:11: log.path: 512 points of 196608 parameters are more than 512 MiB: keep at most 341"
run "$OPTBENCH" check --set log.path=341 large.ini
gives "as many as it says" 0
run "$OPTBENCH" check --set batch.size=5 bowl.ini
gives "there are no batches" 2 "*batch.size: a quadratic model has no rows*"

run "$OPTBENCH" run bowl.ini --quiet
gives "it runs" 0
whole=$out
tap_same "its log has no epochs" \
    "step,loss,loss_min,loss_max,theta_delta,theta_delta_max,grad_norm,grad_norm_max,lr,lambda_max,lr_limit,x1,x2" \
    "$(head -1 "$whole/metrics.csv")"
tap_same "the curvature stands where it was asked for" "23.3137 0.0857864 21" \
    "$(awk -F, 'NR > 1 && $10 { n++; l = $10; r = $11 }
                END { printf "%.4f %.7f %d", l, r, n }' "$whole/metrics.csv")"
like "nor has its summary" '*"epochs": null,*' "$(cat "$whole/summary.json")"
tap_ok "its resolved config has no data" sh -c "! grep -q '^.data' '$whole/config.ini'"
tap_ok "run.json names none" grep -q '"data_origin": ""' "$whole/run.json"
run "$OPTBENCH" run --replay "$whole" --quiet
gives "it can be replayed" 0
tap_ok "byte by byte" cmp "$whole/metrics.csv" "$out/metrics.csv"

"$OPTBENCH" run bowl.ini --quiet --pace 500 --runs "$work/half" >half.out &
engine=$!
tap_ok "a slow run is under way" wait_for 20 sh -c \
    '[ "$(cat '"$work"'/half/*/metrics.csv | wc -l)" -gt 20 ]'
kill -TERM "$engine"
wait "$engine"
tap_same "and is interrupted" 75 $?
half=$(cat half.out)
run "$OPTBENCH" run --resume "$half" --quiet
gives "it can be taken up again" 0
tap_ok "and the log is that of the undisturbed run" cmp "$whole/metrics.csv" \
    "$half/metrics.csv"

run "$OPTBENCH" run bowl.ini --quiet --set optimizer.lr=0.5
gives "a rate that is too large diverges" 4
like "ends with advice that fits a function" "*diverged*Lower optimizer.lr, or start elsewhere*" \
    "$(cat "$out/summary.json")"
run "$OPTBENCH" show "$whole"
like "show tells of no data" "*stop           max_steps*" "$out"
tap_ok "not even of their absence" sh -c "! grep -q '^data' $work/out"
run "$OPTBENCH" gradcheck bowl.ini
gives "the derivatives are checked without data" 0

# What is no number is named: before a run, and where one ends by it.
printf '[model]\nkind = function\nf = x^2 + log(x - 2)\n[optimizer]\nkind = gd\nlr = 2\n' >log.ini
run "$OPTBENCH" check log.ini --set model.start=x:1
gives "a start that is no number is no mistake of the file" 0
like "but it is told" "*loss nan, *log(x - 2) at column 7: the logarithm of a negative number, -1*" "$out"
run "$OPTBENCH" run log.ini --quiet --set model.start=x:3
gives "a run that leaves the logarithm's domain diverges" 4
like "the summary names the term" \
    "*at step 1: log(x - 2) at column 7: the logarithm of a negative number, -13.*" "$(cat "$out/summary.json")"
like "and so does the log of events" "*diverged*log(x - 2) at column 7*" "$(cat "$out/events.jsonl")"

# Notebook 002: one rate on each side of 2 / lambda_max, foretold before a step is made.
run "$OPTBENCH" curvature surface
like "curvature foretells that 0.085 converges" \
    "*lr 0.085 is below 2/lambda_max = 0.0857864*converges*" "$out"
run "$OPTBENCH" run surface --quiet
gives "and it does" 0
run "$OPTBENCH" curvature surface-too-fast
like "and that 0.0865 diverges" \
    "*lr 0.0865 is not below 2/lambda_max = 0.0857864*diverges*" "$(echo "$out" | tr -s '\n ' ' ')"
run "$OPTBENCH" run surface-too-fast --quiet
gives "and it does, within 25,000 steps" 4
tap_same "notebook 000's quadratic has no Newton step" \
    "singular: no stationary point, and no Newton step" \
    "$("$OPTBENCH" curvature quadratic | sed -n 's/^Newton step *\([^;]*\);.*/\1/p')"

run "$OPTBENCH" check surface --set 'ui.charts=loss w1 grad.w2:linear'
gives "charts are of parameters that the file names" 0
run "$OPTBENCH" check surface --set ui.charts=w3
gives "and of no others" 2 "*ui.charts: 'w3' is neither a parameter nor another column of the log*"

run "$OPTBENCH" explain formula
like "the language is explained" "*Operators:*Names:*Functions:*softplus(x)*" "$out"
tap_same "in lines of less than 80 columns" "" "$(awk 'length > 79' out)"
tap_done
