#!/bin/bash
# A sweep is planned once: into a folder that says all of it, which no other plan may
# take; check counts its cells, run leaves it aside.
. "$OB_SRCDIR/tests/lib/program.sh"

mkdir there
cat >there/base.ini <<'END'
[experiment]
title = Many
[data]
source = csv
path = t.csv
target = y
[optimizer]
kind = sgd
lr = 0.5
[optimizer.adam]
beta1 = 0.7
[stop]
max_steps = 20
END
printf 'x,y\n1,2\n2,4\n3,5\n' >there/t.csv
cat >there/s.ini <<'END'
[experiment]
base = base.ini
[sweep]
optimizer.kind = sgd, adam
optimizer.lr = log 1e-3 .. 1e-1 x 3
seeds = init 2
END

run "$OPTBENCH" sweep plan there/s.ini a
gives "a plan is made" 0
tap_same "its folder is printed" a "$out"
tap_same "and how many cells there are" "optbench: 12 cells of 3 keys, each config was checked" "$err"
tap_same "the experiment stands for itself" "[experiment]
title = Many
name = s

[data]
source = csv
path = $work/there/t.csv
target = y

[optimizer]
kind = sgd
lr = 0.5

[optimizer.adam]
beta1 = 0.7

[stop]
max_steps = 20

[sweep]
optimizer.kind = sgd, adam
optimizer.lr = log 1e-3 .. 1e-1 x 3
seeds = init 2" "$(cat a/sweep.ini)"
tap_same "a cell a row" "cell,optimizer.kind,optimizer.lr,seed.init
c00000,sgd,0.001,0
c00001,sgd,0.01,0" "$(head -n 3 a/plan.csv)"
cp a/plan.csv plan.csv
run "$OPTBENCH" sweep plan a/sweep.ini b -q
gives "the copy plans the same" 0
tap_ok "byte for byte" cmp a/plan.csv b/plan.csv

# ---- a plan never changes ----
run "$OPTBENCH" sweep plan there/s.ini a
gives "the same again is fine" 0
run "$OPTBENCH" sweep plan there/s.ini a --set sweep.seeds=3
gives "another one is refused" 2 "optbench: a: another plan is there; --force replaces it, for none of its cells has begun"
tap_ok "and left as it was" cmp a/plan.csv plan.csv
run "$OPTBENCH" sweep plan there/s.ini a --set sweep.seeds=3 --force -q
gives "where nothing was trained --force takes it" 0
tap_same "the other plan" "cell,optimizer.kind,optimizer.lr,experiment.seed" "$(head -n 1 a/plan.csv)"
run "$OPTBENCH" sweep a -j 1 -q
gives "the folder is run" 0
run "$OPTBENCH" sweep plan there/s.ini a --force
gives "with results not even --force does" 2 "optbench: a: another plan is there, and cells of it were trained: a plan never changes; name another folder"
run "$OPTBENCH" sweep plan there/s.ini there
gives "a folder of something else is left alone" 2 "optbench: there: the folder has other files; a sweep needs one of its own"
mkdir cut
touch cut/sweep.ini cut/.plan.csv.77.tmp
run "$OPTBENCH" sweep plan there/s.ini cut -q
gives "a plan that was killed while it was written is planned anew" 0
sed -i 's/c00001,sgd,0.01/c00001,sgd,0.02/' b/plan.csv
run "$OPTBENCH" sweep run b
gives "a plan that was edited is none" 3 "optbench: b: sweep.ini or plan.csv was changed after the sweep was planned, and a plan never changes: plan another folder"

# ---- one step ----
run "$OPTBENCH" sweep there/s.ini -j 1 -q
gives "planned and run in one step" 0
tap_same "in a folder of its name" sweeps/s "$out"
"$OPTBENCH" run sweeps/s/sweep.ini --set optimizer.kind=adam --set optimizer.lr=0.01 \
    --set seed.init=1 --runs one -q >one_run 2>one_err || exit 99
tap_ok "a cell has the bytes of the run with its sets" \
    cmp sweeps/s/cells/c00010/metrics.csv "$(cat one_run)/metrics.csv"
tap_same "run says what it left aside" "" "$(cat one_err)"
run "$OPTBENCH" run there/s.ini --runs one
gives "a sweep is no run" 0
like "and says so" "optbench: \[sweep\] is left aside, the experiment is trained once; 'optbench sweep there/s.ini' trains all of it*" "$err"
run "$OPTBENCH" sweep pln
gives "a verb that was mistyped" 2 "optbench: sweep: 'pln' is neither a file nor a verb; did you mean 'plan'?"

# ---- check ----
run "$OPTBENCH" check there/s.ini
like "check counts the cells" "*  sweep      grid of 12 cells, which differ in 3 keys" "$out"
run "$OPTBENCH" check --json there/s.ini
like "in JSON, too" '*"sweep":{"method":"grid","cells":12,"keys":3}*' "$out"
run "$OPTBENCH" check there/s.ini --set 'sweep.model.l2=0 abc'
gives "and judges values" 2 "optbench: --set sweep.model.l2=0 abc: model.l2: 'abc' is not a number"
run "$OPTBENCH" sweep plan there/base.ini c
gives "no [sweep]" 2 "optbench: there/base.ini: it has no \[sweep\] that says what to try; 'optbench explain sweep' tells how to write one"
run "$OPTBENCH" sweep plan there/s.ini c --set data.target=z
like "what is wrong with the data is told before it is planned" "*'z'*" "$err"
run "$OPTBENCH" sweep plan there/s.ini c --set sweep.metric=best_los
gives "a metric that runs do not have" 2 "optbench: --set sweep.metric=best_los: sweep.metric: runs of this experiment have no 'best_los'; did you mean 'best_loss'?"
run "$OPTBENCH" sweep plan there/s.ini c --set sweep.metric=val_loss
gives "val_loss without a validation part" 2 "*runs of this experiment have no 'val_loss'*"
run "$OPTBENCH" sweep plan there/s.ini c --set sweep.metric=steps --set sweep.halving=sync
gives "a metric that rungs cannot read" 2 "*rungs are decided from the log, which has no column 'steps'"
tap_ok "then nothing is made" test ! -e c
run "$OPTBENCH" sweep plan there/s.ini --dry-run -q
tap_same "a dry run prints the plan" "$(cat plan.csv)" "$out"
tap_done
