#!/bin/sh
# Parameter groups from the command line: `check` tells who goes where, a group may name
# another optimizer, and what cannot be is refused with its line.
. "$OB_SRCDIR/tests/lib/program.sh"

config=$OPTBENCH_CONFIGS/housing-optimizers.ini

run "$OPTBENCH" check "$config"
gives "check" 0
like "a tensor of [optimizer]" "*  bias  *1 sgd of \[optimizer\]
*" "$out"
like "a tensor of a group, and what its optimizer has" \
    "*  w     *2 adam of \[group.weights\]: lr = 2000
*" "$out"
run "$OPTBENCH" check "$config" --set group.weights.kind=same --set optimizer.momentum=0.5
like "only what differs from [optimizer] is told" \
    "*  w     *2 sgd of \[group.weights\]: lr = 2000
*" "$out"
run "$OPTBENCH" check "$config" --json
like "in JSON" '*"tensors":*"name":"w","size":2,"shape":\[2\],"group":"weights","optimizer":"adam","settings":"lr = 2000"*' "$out"

run "$OPTBENCH" check "$config" --set group.weights.kind=adm
gives "a mistyped optimizer" 2 "*group.weights.kind: 'adm' is not one of *; did you mean 'adam'?"
run "$OPTBENCH" check "$config" --set group.weights.kind=newton
gives "one that takes all parameters" 2 \
    "*group.weights.kind: newton treats all parameters together, so it cannot be that of a group"
run "$OPTBENCH" check "$config" --set group.weights.kind=gd --set batch.size=8
gives "one that takes all rows" 2 \
    "*group.weights.kind: gd takes all rows in every step: write batch.size = full, or choose another optimizer such as sgd"
run "$OPTBENCH" check "$config" --set group.weights.kind=sgd --set group.weights.beta1=0.5
gives "a key of another optimizer" 2 \
    "*group.weights.beta1: not a key of sgd but of adam, *; kind = adam would give the group that optimizer"

run "$OPTBENCH" run "$config"
gives "it trains" 0
tap_done
