#!/bin/sh
# Help, version, and what happens to words that are none.
. "$OB_SRCDIR/tests/lib/program.sh"

run "$OPTBENCH" --version
gives "--version succeeds" 0
like "--version names program and version first" "optbench (optbench) [0-9]*" "$out"

run "$OPTBENCH" --help
gives "--help succeeds" 0
tap_same "--help writes nothing to stderr" "" "$err"
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' out)
tap_ok "--help lists the commands" test -n "$commands"

for c in $commands; do
    run "$OPTBENCH" "$c" --help
    gives "$c --help succeeds" 0
    like "$c --help begins with its usage" "Usage: optbench $c *" "$out"
    run "$OPTBENCH" "$c" --no-such-option
    gives "$c refuses an unknown option" 2 "optbench: $c: unknown or ambiguous option '--no-such-option'*"
done

run "$OPTBENCH" chekc
gives "a mistyped command is a usage error with a suggestion" 2 "*did you mean 'check'?"
run "$OPTBENCH" 'x[31m'
gives "a hostile word is a usage error" 2
tap_ok "a hostile word reaches stderr in safe form" grep -qF 'unknown command' err
tap_ok "no escape byte on stderr" sh -c '! grep -q "$(printf "\033")" err'

run "$OPTBENCH" hieghts
gives "a shipped experiment is suggested" 2 "*did you mean 'heights'?"
run "$OPTBENCH" list runs
gives "no runs are said, not shown" 0 "optbench: no runs in 'runs' yet"
run "$OPTBENCH" run --help
tap_empty "help fits 80 columns" "$(grep '.\{80\}' out)"

run "$OPTBENCH" inline-line
gives "a shipped experiment by its name, without a terminal, is run" 0
like "and prints its directory" "runs/*-inline-line-*" "$out"

run "$OPTBENCH" data nothing.ini --set experiment.name=x --frob
gives "a wrong option behind an operand is named" 2 "*unknown or ambiguous option '--frob'*"
run "$OPTBENCH" data nothing.ini -qs experiment.name=x
gives "a wrong letter is named" 2 "*unknown or ambiguous option '-q'*"
run "$OPTBENCH" data nothing.ini --rows
gives "an option without its value is named" 2 "*a value is missing behind '--rows'*"
run "$OPTBENCH" data nothing.ini -s
gives "a letter without its value is named" 2 "*a value is missing behind '-s'*"

run "$OPTBENCH" check
gives "a missing operand prints the usage" 2 "optbench: usage: optbench check *"
run "$OPTBENCH" explain a b
gives "one operand too many is named" 2 "*one operand too many: 'b'*"
run "$OPTBENCH" data --rows=x nothing.ini
gives "an option's value is checked" 2 "*--rows takes a whole number*"
run "$OPTBENCH" check nothing.ini
gives "a config that is not there" 5 "*nothing.ini*"

run "$OPTBENCH" list
gives "list names the families" 0
for family in $(cut -d' ' -f1 out); do
    run "$OPTBENCH" list "$family"
    gives "list $family" 0
    run "$OPTBENCH" list "$family" --json
    like "list $family --json is an array" "\[*\]" "$out"
done
run "$OPTBENCH" list optimizers
like "optimizers stand under headings" "*The best known:*  sgd *Classical:*" "$out"
run "$OPTBENCH" list optimizers --json
each() { tr "{" "\n" <out | grep -c "\"$1\":"; }
tap_same "every optimizer has its reference" "$(each name)" "$(each reference)"
tap_same "every optimizer has its equations" "$(each name)" "$(each equations)"
run "$OPTBENCH" explain optimizer.adam
like "explain has equations" "*    m = beta1 m + (1 - beta1) g*Keeps *exp_avg; exp_avg_sq*" "$out"
run "$OPTBENCH" explain optimizer.newton
like "explain says what is needed" "*Needs *the Hessian of the model; all rows*" "$out"
run "$OPTBENCH" explain sam
like "explain knows wrappers" "*Foret et al. 2021*    e = rho*rho *" "$out"
run "$OPTBENCH" list optimisers
gives "list suggests" 2 "*did you mean 'optimizers'?"

run "$OPTBENCH" explain optimizer.lr
gives "explain a key" 0
like "it names the key" "*lr*" "$out"
run "$OPTBENCH" explain optimizer.ler
gives "explain suggests" 2 "*lr*"

run "$OPTBENCH" devices
gives "devices" 0
like "the cpu is listed" "cpu *" "$out"

run sh -c '"$OB_BUILDDIR/optbench" list optimizers >/dev/full'
gives "a full standard output is an error" 5
tap_done
