#!/bin/sh
# A person's first minute: the shipped experiments are listed, Enter runs one.
. "$OB_SRCDIR/tests/tmux/tmux.sh"
OPTBENCH_CONFIGS=$OB_SRCDIR/configs
export OPTBENCH_CONFIGS

begin 100 30
enter optbench
sees "what there is to run" 'heights'
keys Enter
sees "a run is shown" 'RUNNING\|FINISHED'
sees "its loss is drawn" 'loss (log)'
keys Q
sees "the shell again" 'ready> *$'
tap_ok "there is a run directory" test -d "$work/runs"
tap_done
