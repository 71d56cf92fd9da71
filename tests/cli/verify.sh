#!/bin/bash
# A run is repeated and compared to the bit; what differs is named with step and tensor.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs"
cp "$OPTBENCH_DATA/heights.csv" table.csv
cat >small.ini <<'EOF'
[experiment]
name = small
[data]
source = csv
path = table.csv
features = age_years
target = height_m
[model]
kind = linear
init = normal
[batch]
size = 8
[optimizer]
kind = sgd
lr = 0.01
momentum = 0.9
[stop]
max_steps = 100
EOF
train small.ini
gives "a run" 0
name=$(basename "$dir")
run "$OPTBENCH" verify
gives "the latest run verifies" 0
tap_same "what is said" \
    "run            $name
data           hash $(text "$dir/run.json" data_hash), as it was
compared       58 steps from 0 to 100, 2 tensors each
end            max_steps after 100 steps, as it was
verdict        the same in every bit" "$out"
tap_same "and nothing else" "" "$err"
run "$OPTBENCH" verify "$name" --threads 2 --json
gives "with two threads" 0
like "in JSON" '*"same": true*"compared": 58*"stop": "max_steps"*' "$out"
tap_same "nothing is written" "" "$(find "$dir" -newer out)"

# One digit of one fingerprint, and the line before it tells how far all was well.
cp -r "$dir" other
sed -i '/^40,/s/,[0-9a-f]*$/,0123456789abcdef/' other/hashes.csv
print=$(sed -n 's/^40,.*,//p' "$dir/hashes.csv")
run "$OPTBENCH" verify ./other
gives "a fingerprint that differs" 1
tap_same "is named with step and tensor" "optbench: other: after step 40 tensor 'w' differs: \
its hash was 0123456789abcdef, it is $print; after step 38 all were the same" "$err"
run "$OPTBENCH" verify ./other --json
like "in JSON, too" '*"same": false*"step": 40,*"tensor": "w"*"last_same": 38*' "$out"

# A config that was changed: another start.
cp -r "$dir" seeded
sed -i 's/^init = [0-9]*$/init = 7/' seeded/config.ini
run "$OPTBENCH" verify ./seeded
gives "another seed" 1 "optbench: seeded: after step 0 tensor 'bias' differs: *; so it did not begin as it began then"

# The end: a run that says that it went on for longer.
cp -r "$dir" longer
sed -i 's/"steps": 100/"steps": 101/' longer/summary.json
run "$OPTBENCH" verify ./longer
gives "another end" 1 "optbench: longer: it ended otherwise: max_steps after 101 steps"

# One bit of the data: a digit 4 that becomes a 5.
sed -i '2s/4$/5/' table.csv
tap_same "one bit has flipped" 1 "$(cmp -l table.csv "$OPTBENCH_DATA/heights.csv" | wc -l | tr -d ' ')"
run "$OPTBENCH" verify "$name"
gives "data that changed" 3
like "are told first, with both hashes" "optbench: $name: the data are not those of the run: \
their hash was $(text "$dir/run.json" data_hash), it is *
optbench: $name: after step * tensor * differs: *" "$err"
mv table.csv away.csv
run "$OPTBENCH" verify "$name"
gives "data that are gone" 5 "optbench: *table.csv*"
cp "$OPTBENCH_DATA/heights.csv" table.csv

# Steered, stopped by hand, killed: as far as it came.
start --quiet small.ini --paused
"$OPTBENCH" ctl "$dir" step 20 >/dev/null
"$OPTBENCH" ctl "$dir" set lr 0.002 >/dev/null
"$OPTBENCH" ctl "$dir" step 13 >/dev/null
kill -9 "$pid"
ended
run "$OPTBENCH" verify "$dir"
gives "steered and killed" 0
like "is compared as far as it came" "*compared       33 steps from 0 to 32,*the same in every bit" "$out"
run "$OPTBENCH" run --quiet --resume "$dir"
run "$OPTBENCH" verify "$dir"
gives "and taken up again" 0

# What cannot be verified.
rm -rf bare
cp -r "$dir" bare
rm bare/hashes.csv
run "$OPTBENCH" verify ./bare
gives "no fingerprints" 5 "optbench: *hashes.csv*"
printf 'step,w\n0,0000000000000000\n' >bare/hashes.csv
run "$OPTBENCH" verify ./bare
gives "those of other tensors" 3 "optbench: *hashes.csv: of other tensors than its config.ini makes"
printf 'step,w\nnonsense\n' >bare/hashes.csv
run "$OPTBENCH" verify ./bare
gives "a damaged file" 3 "optbench: *hashes.csv:2: no line of fingerprints"
run "$OPTBENCH" verify nowhere
gives "no such run" 2 "optbench: *nowhere*"
tap_done
