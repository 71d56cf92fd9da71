#!/bin/sh
# The certificate: its table, its JSON, one case as an experiment, and what it refuses.
. "$OB_SRCDIR/tests/lib/program.sh"

run "$OPTBENCH" parity adam gd
gives "an optimizer that holds" 0 ""
like "names its reference" "*
adam *torch [0-9]*
  plain  *holds*" "$out"
like "who has none is checked by hand" "*
gd  *by hand: tests/*" "$out"
like "and a sum" "*2 subjects, 6 variants, 24 cases: all hold; 1 by hand" "$out"
tap_same "every line of the table is complete" 6 "$(grep -c '  holds$' out)"

run "$OPTBENCH" parity --problems adam
gives "a line for each problem" 0
tap_same "are four a variant" 24 "$(grep -c '^  [a-z_]*/[a-z]* .*holds$' out)"

run "$OPTBENCH" parity --json adam
gives "as JSON" 0
like "with limits" '*"worst": *"limit": 1e-13*"holds": true*' "$out"

run "$OPTBENCH" parity adaam
gives "a name that is none" 2 "optbench: parity: nothing is called 'adaam'; did you mean 'adam'?"
tap_same "prints no table" "" "$out"
run "$OPTBENCH" parity --vectors nowhere
gives "a folder that is not there" 5 "optbench: cannot read nowhere: No such file or directory"

# ---- a case as an experiment ----
run "$OPTBENCH" parity adam --config plain/mlp
gives "a case is printed" 0
cp out case.ini
run "$OPTBENCH" check case.ini
gives "and is an experiment" 0
like "of that problem" "*mlp, 13 parameters*" "$out"
run "$OPTBENCH" parity adam --config plain/mpl
gives "a case that is none" 2 "optbench: parity: adam has no case 'plain/mpl'; did you mean 'plain/mlp'?"
run "$OPTBENCH" parity adam sgd --config plain/mlp
gives "a case of two" 2 "optbench: parity: --config wants one NAME"
run "$OPTBENCH" parity gd --config plain/mlp
gives "a case of one without vectors" 2 "optbench: parity: gd has no vectors"

# ---- vectors of one's own ----
mkdir own
# A plain cp would keep that a source tree may be read-only.
cat "$OPTBENCH_DATA/parity/adam.safetensors" >own/adam.safetensors
run "$OPTBENCH" parity --vectors own adam
gives "a folder of one's own" 0
run "$OPTBENCH" parity --vectors own
gives "in which others have nothing is no certificate" 1
like "which is said" "*with nothing to compare with" "$out"
printf 'x' | dd of=own/adam.safetensors bs=1 seek=20000 conv=notrunc 2>/dev/null
run "$OPTBENCH" parity --vectors own adam
gives "damaged vectors are no certificate" 1
like "and are said to be damaged" "*CANNOT be read: own/adam.safetensors: the check sum is wrong*" "$out"
run "$OPTBENCH" parity --vectors own adam --json
gives "in JSON, too" 1
like "with the reason" '*"holds": false*check sum*"holds": false*' "$out"

tap_done
