#!/bin/sh
# ob_file_replace() under faults: whatever fails, the old content or the new stands there
# whole, nothing is left beside it, and the message and the exit status are the documented
# ones (5 for input and output, the abort of ob_xmalloc for memory).
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
. "$OB_SRCDIR/tests/faults/faults.sh.inc"
faults_need

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=$OB_BUILDDIR/tests/faults/replace
file=$folder/sub/value

# try KIND STATUS: every single call of the kind fails once; then all from each on.
try() {
    kind=$1 wanted=$2
    "$program" "$file" old
    n=$(FAULT_UNDER=$folder faults_count "$kind" "$program" "$file" new)
    bad=
    [ "$n" -gt 0 ] || bad="no call of this kind was seen"
    for persist in 0 1; do
        for i in $(faults_sample "$n" 60); do
            "$program" "$file" old
            said=$(FAULT_UNDER=$folder FAULT_PERSIST=$persist \
                faults_run "$kind" "$i" "$program" "$file" new 2>&1)
            status=$?
            found=$(cat "$file")
            case $status in
            0 | "$wanted") ;;
            *) bad="$bad
call $i: status $status" ;;
            esac
            [ "$status" -eq 0 ] || case $said in
            optbench:*) ;;
            *) bad="$bad
call $i: said '$said'" ;;
            esac
            case $found in
            old | new) ;;
            *) bad="$bad
call $i: the file holds '$found'" ;;
            esac
            # Memory that runs out aborts, and may leave the temporary file.
            [ "$kind" = MALLOC ] || [ "$(ls -A "$folder/sub")" = value ] || bad="$bad
call $i: left behind: $(ls -A "$folder/sub")"
            rm -f "$folder"/sub/.value*
        done
    done
    tap_empty "$kind: $n calls, each failing" "$bad"
}

ulimit -c 0
try WRITE 5
FAULT_SHORT=1 try WRITE 5
try OPEN 5
try FSYNC 5
try RENAME 5
try MALLOC 134

# Every mkdir fails; those of folders that exist do so anyway and do not matter.
said=$(FAULT_PERSIST=1 faults_run MKDIR 1 "$program" "$folder/a/b" text 2>&1)
tap_same "MKDIR: status" 5 $?
tap_same "MKDIR: message" \
    "optbench: cannot create the folder $folder/a: Permission denied" "$said"

tap_done
