# Sourced by test scripts: speaks TAP. Checks run one after another; the plan is printed
# by tap_done, so that nobody counts by hand.
#
#     . "$OB_SRCDIR/tests/lib/tap.sh"
#     tap_ok "what holds" command arguments...
#     tap_same "what is equal" "$expected" "$found"
#     tap_done

tap_count=0
tap_failed=0

# The whole script cannot run here: the reason goes to the summary.
tap_skip_all() {
    echo "1..0 # SKIP $*"
    exit 0
}

tap_pass() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1"
}

# tap_fail NAME [DETAILS]: the details, any number of lines, stand below it.
tap_fail() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/#   /'
}

# tap_ok NAME COMMAND...: passes where the command does; its output is shown where not.
tap_ok() {
    tap_name=$1
    shift
    if tap_output=$("$@" 2>&1); then
        tap_pass "$tap_name"
    else
        tap_fail "$tap_name" "status $?: $*
$tap_output"
    fi
}

# tap_same NAME EXPECTED FOUND: equal texts.
tap_same() {
    if [ "$2" = "$3" ]; then
        tap_pass "$1"
    else
        tap_fail "$1" "expected: $2
found:    $3"
    fi
}

# tap_empty NAME TEXT: passes where there is nothing to complain about.
tap_empty() {
    if [ -z "$2" ]; then
        tap_pass "$1"
    else
        tap_fail "$1" "$2"
    fi
}

tap_done() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
    exit
}
