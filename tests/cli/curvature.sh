#!/bin/sh
# What a Hessian says, of configs and of runs; figures of notebook 000 and 002.
. "$OB_SRCDIR/tests/lib/program.sh"

export OPTBENCH_RUNS="$work/runs"
cat >surface.ini <<'END'
[experiment]
name = bowl-of-tests
dtype = float64
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
max_steps = 900
END
cat >singular.ini <<'END'
[model]
kind = quadratic
A = -5 -3 -0.5  -3 -2 0  -0.5 0 -0.5
b = 1 3 5
[optimizer]
kind = gd
lr = 0.01
[stop]
max_steps = 10
END

# words TEXT: on one line, single blanks between.
words() {
    printf '%s' "$1" | tr -s ' \n' '  '
}

run "$OPTBENCH" curvature surface.ini
gives "the curvature of a config" 0
like "its eigenvalues are 12 -+ sqrt(128)" "*eigenvalues 0.686292 23.3137 *" "$(words "$out")"
like "and its largest stable rate" "*below 2/lambda_max = 0.0857864;*" "$(words "$out")"
like "which its own rate is below" \
    "*lr 0.085 is below 2/lambda_max = 0.0857864: gradient descent converges near here*" \
    "$(words "$out")"
like "the Newton step goes to the minimum" "*(9, -7) from here*" "$(words "$out")"
run "$OPTBENCH" curvature surface.ini --set optimizer.lr=0.0865
like "another rate is above it" "*lr 0.0865 is not below 2/lambda_max = 0.0857864: *diverges*" \
    "$(words "$out")"
run "$OPTBENCH" curvature surface.ini --set optimizer.momentum=0.9 --set optimizer.lr=0.16
like "momentum has another limit" \
    "*lr 0.16 is below 2(1 + momentum)/lambda_max = 0.162994: *momentum converges*" \
    "$(words "$out")"
run "$OPTBENCH" curvature surface.ini --set optimizer.kind=adam
like "Adam has none" "*adam scales each parameter by itself*" "$(words "$out")"

printf '[model]\nkind = function\nf = x^2 + log(y - 1)\n[optimizer]\nkind = gd\n' >log.ini
run "$OPTBENCH" curvature log.ini
gives "a point outside of the domain is no mistake" 0
like "and the term is named" \
    "*loss nan, gradient of length 1: log(y - 1) at column 7: the logarithm of a negative number, -1*" \
    "$(words "$out")"

for dtype in float32 float64; do
    run "$OPTBENCH" curvature singular.ini --set experiment.dtype=$dtype
    gives "the quadratic of notebook 000 in $dtype" 0
    like "$dtype: rank 2" "*rank 2 (below * is 0 for $dtype)*" "$(words "$out")"
    like "$dtype: no stationary point" "*singular: no stationary point, and no Newton step;*4.12311*" \
        "$(words "$out")"
    like "$dtype: its null vector" "*null vector (-2, 3, 2)/sqrt(17)*" "$(words "$out")"
    tap_ok "$dtype: the notebook's step of rounding is not there" \
        sh -c "! grep -qE '38028|57042|6710|e\+' '$work/out'"
    run "$OPTBENCH" curvature singular.ini --set experiment.dtype=$dtype --json
    like "$dtype: nor in JSON" '*"rank":2,*"exists":"no","step":null,*' "$out"
done
run "$OPTBENCH" curvature singular.ini --set 'model.A=5 3 0.5 3 2 0 0.5 0 0.5' --set 'model.b=5 3 0.5'
like "a gradient without a part in the null space leaves a line" \
    "*a flat direction: a whole line of stationary points; the nearest is at (*" \
    "$(words "$out")"
run "$OPTBENCH" curvature singular.ini --set 'model.A=1 0 0 -2' --set 'model.b=0 0'
like "a saddle is said to be one" "*indefinite: this is a saddle point, up in 1 direction, down in 1*" \
    "$(words "$out")"

run "$OPTBENCH" run surface.ini --quiet
whole=$out
for name in latest "$whole" bowl-of; do
    run "$OPTBENCH" curvature "$name"
    gives "a run is found as ${name#"$work"/}" 0
    like "where it ended" "run * at step 900,*" "$out"
    like "at its minimum" "*this is a minimum*the stationary point is here*" "$(words "$out")"
done
run "$OPTBENCH" curvature latest --at start
like "a run has a start" "* at the start,*404, gradient of length 131.575*" "$(words "$out")"
run "$OPTBENCH" curvature latest --at 1
like "and steps" "* at step 1,*Newton step (-*" "$(words "$out")"
run "$OPTBENCH" curvature latest --at 901
gives "not those that it has not" 2 "optbench: *: has no step 901; the last is 900"
run "$OPTBENCH" run surface.ini --quiet --set log.every=100
run "$OPTBENCH" curvature latest --at 150
gives "nor those without a row" 2 "*step 150 has no row; the nearest are 100 and 200"
run "$OPTBENCH" run surface.ini --quiet --set log.params=none
run "$OPTBENCH" curvature latest --at 150
gives "nor any without parameters in the log" 2 "*its log has no parameters, so --at is start, end or best"
run "$OPTBENCH" curvature surface.ini --at 3
gives "a config has one place" 2 "*a config has no step but its start*"
run "$OPTBENCH" curvature surface.ini --at there
gives "a place must be one" 2 "*--at: 'there' is neither start, end, best, average nor a step"
run "$OPTBENCH" curvature nothing
gives "a name that is neither config nor run" 2 "optbench: 'nothing' is no config: no run in *"
run "$OPTBENCH" curvature nothing.ini
gives "a config that is not there" 5 "*nothing.ini*"
"$OPTBENCH" curvature --stdin --as typed.ini <surface.ini >"$work/typed"
like "a text that is no file" "config * at the start, 2 parameters*" "$(cat "$work/typed")"
run "$OPTBENCH" curvature
gives "nothing named" 2 "*usage: optbench curvature*"
run "$OPTBENCH" curvature surface.ini --stdin
gives "not both" 2 "*either a file or --stdin*"
printf '[model]\nkind = function\nf = w1^2 + nolog(w1)\n[optimizer]\nkind = gd\n' >typo.ini
run "$OPTBENCH" curvature typo.ini
gives "a formula with a mistake" 2 "optbench: typo.ini:3: model.f: *nolog*(column *"
sed 's/^A = .*/A = 20 8 8/' surface.ini >odd.ini
run "$OPTBENCH" curvature odd.ini
gives "a matrix that is none" 2 "optbench: odd.ini:6: model.A: *"
run "$OPTBENCH" curvature surface.ini --top 0
gives "--top has limits" 2 "*top*"

run "$OPTBENCH" curvature surface
like "the shipped surface at 0.085 converges" "*lr 0.085 is below 2/lambda_max = 0.0857864:*converges near here*" \
    "$(words "$out")"
run "$OPTBENCH" curvature surface-too-fast
like "and at 0.0865 diverges" "*lr 0.0865 is not below 2/lambda_max = 0.0857864:*diverges*" \
    "$(words "$out")"
run "$OPTBENCH" curvature sine-fit
like "the sine fit's eigenvalues are those of the notebook" "*eigenvalues 1727.5 2065.98 80355.8 562122 *" \
    "$(words "$out")"
run "$OPTBENCH" curvature heights --check
gives "an example by its name, with a check of its derivatives" 0
like "which are right" "*derivatives ok: *" "$(words "$out")"
tap_ok "it fits a screen" sh -c "[ \$(wc -l <'$work/out') -le 22 ] && ! grep -q '.\{81\}' '$work/out'"
run "$OPTBENCH" curvature moons --set "model.hidden=50 50" --set model.init=zeros \
    --set experiment.dtype=float32
like "what counts as flat is told beyond the exact Hessian, too" \
    "*by Lanczos: * products (below * is 0 for float32)*" "$(words "$out")"

run "$OPTBENCH" curvature heights --json
like "and as an object" '{"ok":true,"of":"config","name":"heights",*"facts":[[]{*},*' "$out"

run "$OPTBENCH" run "$OB_SRCDIR/configs/surface-too-fast.ini" --quiet
gives "a rate above the limit diverges" 4
run "$OPTBENCH" curvature latest
gives "a run that has diverged" 0
like "is told why" "*loss inf,*lr 0.0865 is not below 2/lambda_max = 0.0857864:*diverges*" \
    "$(words "$out")"

cp "$OB_SRCDIR/data/heights.csv" table.csv
cat >csv.ini <<'END'
[data]
source = csv
path = table.csv
features = age_years
target = height_m
[model]
kind = linear
[optimizer]
kind = gd
lr = 0.01
[stop]
max_steps = 5
END
run "$OPTBENCH" run csv.ini --quiet
sed -i '$d' table.csv
run "$OPTBENCH" curvature latest
like "data that have changed are told" "*the data have changed since this run was trained*" \
    "$(words "$out")"
rm table.csv
run "$OPTBENCH" curvature latest
gives "data that are gone are an error" 5 "*table.csv*"
tap_done
