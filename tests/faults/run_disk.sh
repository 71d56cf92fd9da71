#!/bin/bash
# A disk that fills up, a file that may not grow, a device that fails: the run ends with
# status 5 and a message, nothing that was written is lost, and what is left can be read.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

config long.ini '[log]' 'every = 1' '[stop]' 'max_steps = 20000'
train long.ini
cp "$dir/metrics.csv" first.csv

# left NAME: the promises about a run that failed in $dir.
left() {
    gives "$1: status and message" 5 "optbench: *"
    tap_ok "$1: the log is whole" whole "$dir/metrics.csv"
    tap_ok "$1: and the begin of what it would have been" begins "$dir/metrics.csv" first.csv
    tap_ok "$1: it is listed" test "$("$OPTBENCH" list runs | grep -c "$(basename "$dir")")" = 1
}

# A limit on the size of files works for everybody.
limited() {
    # shellcheck disable=SC3045 # bash, dash and busybox have it
    ulimit -f 600
    exec "$OPTBENCH" run --quiet long.ini
}
run bash -c "$(declare -f limited); OPTBENCH=$OPTBENCH; limited"
dir=$out
left "file size limit"
like "file size limit: which file" "*metrics.csv: File too large*" "$err"
like "file size limit: how many rows are left" \
    "*: $(($(wc -l <"$dir/metrics.csv") - 1)) rows are kept*" "$err"
tap_same "file size limit: the summary says failed" failed "$(text "$dir/summary.json" state)"
tap_same "file size limit: so does run.json" failed "$(state_of "$dir")"
tap_ok "file size limit: hundreds of kilobytes were kept" \
    test "$(wc -c <"$dir/metrics.csv")" -gt 400000

# A disk that is full, where one can be made.
mkdir small
if mount -t tmpfs -o size=800k none small 2>/dev/null; then
    trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
    run "$OPTBENCH" run --quiet --runs small long.ini
    dir=$out
    gives "full disk: status and message" 5 "*No space left on device*"
    tap_ok "full disk: the log is whole" whole "$dir/metrics.csv"
    tap_ok "full disk: and the begin of what it would have been" begins "$dir/metrics.csv" first.csv
    tap_same "full disk: the summary has found room" failed "$(text "$dir/summary.json" state)"
    run "$OPTBENCH" run --quiet --runs small long.ini
    gives "full disk: another run is refused" 5 "optbench: *"
    umount small
fi

# Every single call fails once, then all from it on.
. "$OB_SRCDIR/tests/faults/faults.sh.inc"
if [ ! -s "$faults_library" ] || grep -q '^#define OB_SANITIZED' "$OB_BUILDDIR/config.h"; then
    tap_done
fi
config short.ini '[checkpoint]' 'every = 100' '[stop]' 'theta_delta = 1e-3'
train short.ini
cp "$dir/metrics.csv" short.csv
FAULT_UNDER=$work
export FAULT_UNDER
for kind in WRITE OPEN FSYNC RENAME MKDIR; do
    n=$(faults_count $kind "$OPTBENCH" run --quiet short.ini)
    bad=
    for persist in 0 1; do
        FAULT_PERSIST=$persist
        export FAULT_PERSIST
        for i in $(faults_sample "$n" 12); do
            rm -rf runs
            run faults_run $kind "$i" "$OPTBENCH" run --quiet short.ini
            case $status in
            0 | 5) ;;
            *) bad="$bad
$kind $i (persist $persist): status $status: $err" ;;
            esac
            [ "$status" = 0 ] || case $err in
            optbench:*) ;;
            *) bad="$bad
$kind $i (persist $persist): said '$err'" ;;
            esac
            for d in runs/*/; do
                [ ! -s "$d/metrics.csv" ] || begins "$d/metrics.csv" short.csv >/dev/null 2>&1 || bad="$bad
$kind $i (persist $persist): the log is not a begin of the whole one"
                [ ! -f "$d/run.json" ] || "$OPTBENCH" show "$d" >/dev/null 2>&1 || bad="$bad
$kind $i (persist $persist): cannot be shown"
            done
        done
    done
    unset FAULT_PERSIST
    tap_empty "$kind: $n calls, a sample of them failing" "$bad"
done
tap_done
