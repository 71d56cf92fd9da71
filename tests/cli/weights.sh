#!/bin/bash
# run --init-from: a run begins with the parameters of another run's checkpoint.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs"
config first.ini '[stop]' 'max_steps = 40'
config second.ini '[stop]' 'max_steps = 5'
train first.ini
first=$dir
weights=$dir/checkpoints/step-000000040.safetensors
end=$(tail -1 "$dir/metrics.csv" | cut -d, -f1-3)
train second.ini --init-from "$weights"
gives "a run from the weights of another" 0
tap_same "begins with its loss" "$(printf '%s' "$end" | cut -d, -f3)" \
    "$(sed -n 2p "$dir/metrics.csv" | cut -d, -f3)"
tap_same "with its fingerprints" "$(sed -n 's/^40,//p' "$first/hashes.csv")" \
    "$(sed -n 's/^0,//p' "$dir/hashes.csv")"
tap_same "its resolved config has the whole path" "init_from = $weights" \
    "$(grep '^init_from' "$dir/config.ini")"
tap_same "and no word of the config as it was given" "" "$(grep init_from "$dir/config.orig.ini")"
run "$OPTBENCH" verify "$dir"
gives "it verifies" 0
second=$dir
train "$second/config.ini"
tap_ok "its resolved config repeats it" cmp "$second/metrics.csv" "$dir/metrics.csv"
sed 's/^kind = linear/&\ninit_from = w.safetensors/' second.ini >third.ini
cp "$weights" w.safetensors
train third.ini
tap_ok "a path of the file is meant from its folder" cmp "$second/metrics.csv" "$dir/metrics.csv"
run "$OPTBENCH" curvature third.ini --at start
gives "its start is known elsewhere" 0

# What does not fit, and what is no such file: one line with the key.
run "$OPTBENCH" run second.ini --set 'data.features=height_m' --set data.target=age_years \
    --set model.bias=no --init-from w.safetensors
gives "another model" 3 "optbench: --set model.init_from=*: model.init_from: *w.safetensors: \
has a tensor 'bias', which this model has not"
run "$OPTBENCH" run second.ini --init-from "$first/metrics.csv"
gives "no such file" 3 "optbench: *model.init_from: *metrics.csv: not a safetensors file"
run "$OPTBENCH" run second.ini --init-from nowhere.safetensors
gives "a file that is not there" 5 "optbench: *nowhere.safetensors*"
head -c 300 "$weights" >torn.safetensors
run "$OPTBENCH" run second.ini --init-from torn.safetensors
gives "a torn file" 3 "optbench: *torn.safetensors: the header is longer than the file"
run "$OPTBENCH" run second.ini --init-from w.safetensors --set model.start=w0:1
gives "a start beside it" 2 "optbench: *model.start: init_from has every parameter: leave one of them out"
run "$OPTBENCH" run --resume "$first" --init-from w.safetensors
gives "with --resume" 2 "optbench: run: --init-from begins a run: it needs CONFIG"
mv w.safetensors gone
run "$OPTBENCH" check third.ini
gives "check finds it missing" 5 "optbench: third.ini:*: model.init_from: *w.safetensors*"
tap_done
