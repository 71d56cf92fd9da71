#!/bin/sh
# A whole run under faults: each call of a kind fails once, in one run after another (a
# sample where there are many). Whatever fails: no hang, no signal but the abort of
# ob_xmalloc, a documented exit status, a line on stderr that says what happened, whole
# lines in metrics.csv, and a run directory that `optbench show` can open.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
. "$OB_SRCDIR/tests/faults/faults.sh.inc"
faults_need

program=$OB_BUILDDIR/optbench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ulimit -c 0
export FAULT_UNDER="$folder"

cat >"$folder/line.ini" <<'EOF'
[experiment]
name = line
[data]
source = csv
path = line.csv
target = y
[model]
kind = linear
loss = half_mse
[optimizer]
kind = sgd
lr = 0.05
[stop]
max_steps = 30
EOF
printf 'x,y\n1,2\n2,4.1\n3,5.9\n4,8.2\n' >"$folder/line.csv"

# train COMMAND...: the run, behind the words of faults_run or faults_count.
train() {
    "$@" "$program" run "$folder/line.ini" --runs "$folder/runs" --quiet
}

# What is wrong with the run that just ended with status $1 and said $2.
complaints() {
    case $1 in
    0 | 1 | 2 | 3 | 5 | 69 | 75) ;;
    134) case $2 in *"out of memory"*) ;; *) echo "aborted" ;; esac ;;
    *) echo "status $1" ;;
    esac
    [ "$1" -eq 0 ] || case $2 in
    *optbench:*) ;;
    *) echo "said nothing: '$2'" ;;
    esac
    for run in "$folder"/runs/*/; do
        [ -d "$run" ] || continue
        metrics=$run/metrics.csv
        if [ -s "$metrics" ] && [ "$1" -ne 134 ] && [ -n "$(tail -c 1 "$metrics")" ]; then
            echo "a torn line in metrics.csv"
        fi
        timeout 20 "$program" show "$run" >/dev/null 2>"$folder/show"
        shown=$?
        [ "$shown" -le 5 ] || echo "show: status $shown: $(cat "$folder/show")"
    done
}

# try KIND MOST: of each call of the kind, at most MOST of them, once.
try() {
    kind=$1 most=$2 bad=
    rm -rf "$folder/runs"
    n=$(train faults_count "$kind")
    for i in $(faults_sample "$n" "$most"); do
        rm -rf "$folder/runs"
        said=$(train faults_run "$kind" "$i" 2>&1 >/dev/null)
        status=$?
        found=$(complaints "$status" "$said")
        [ -z "$found" ] || bad="$bad$kind $i: $found
"
    done
    tap_ok "$kind: calls are seen" test "$n" -gt 0
    tap_empty "$kind: every failure of $n calls ends well" "$bad"
}

try WRITE 40
FAULT_SHORT=1 try WRITE 12
FAULT_PERSIST=1 try WRITE 12
try OPEN 40
try FSYNC 20
try RENAME 20
try MKDIR 10
try MALLOC 40

tap_done
