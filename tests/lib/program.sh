# Sourced by tests of the program: tap.sh, and the checks that they need.
#
# Each test works in a fresh folder of its own, which goes away at the end; $OPTBENCH is
# the program just built. Nothing sleeps: wait_for polls a condition with a deadline.

. "$OB_SRCDIR/tests/lib/tap.sh"
set -u
OPTBENCH=$OB_BUILDDIR/optbench
work=$(mktemp -d "${TMPDIR:-/tmp}/optbench-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work" || exit 99
unset OPTBENCH_RUNS OPTBENCH_CPU NO_COLOR

# run COMMAND...: keeps $status, and what it wrote in $out and $err (and files of the
# same names).
run() {
    "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

# like NAME PATTERN TEXT: a shell pattern matches.
like() {
    # shellcheck disable=SC2254 # the pattern is one
    case $3 in
    $2) tap_pass "$1" ;;
    *) tap_fail "$1" "expected like: $2
seen:          $3" ;;
    esac
}

# gives NAME STATUS [PATTERN]: what the last run ended with, and its stderr.
gives() {
    if [ "$status" != "$2" ]; then
        tap_fail "$1" "expected status $2, seen $status; stderr: $err"
    elif [ $# -gt 2 ]; then
        like "$1" "$3" "$err"
    else
        tap_pass "$1"
    fi
}

# wait_for SECONDS COMMAND...: polls until the command succeeds.
wait_for() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -le "$deadline" ] || return 1
    done
}
