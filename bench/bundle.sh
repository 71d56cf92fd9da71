#!/bin/sh
# Usage: bench/bundle.sh BUILD-DIR FOLDER
#
# Packs what bench/gpu.sh needs from a build into FOLDER: the programs without their
# symbols, the device tests, and the libraries that they load, but not the C library. So
# a machine that has a card and a checkout, and neither compiler nor packages, can run it:
#
#     bench/bundle.sh build gpu       # here
#     bench/gpu.sh gpu                # there
set -eu
[ $# = 2 ] || {
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
build=$1 folder=$2
mkdir -p "$folder/lib" "$folder/tests/bench"
make -C "$build" -s optbench tests/bench/bench
for program in optbench tests/bench/bench $(cd "$build" && ls tests/unit/device/test_* tests/unit/model/test_placed_* 2>/dev/null); do
    case $program in
    *.*) continue ;;
    esac
    [ -x "$build/$program" ] || continue
    mkdir -p "$folder/$(dirname "$program")"
    cp "$build/$program" "$folder/$program"
    strip "$folder/$program"
    ldd "$build/$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p'
done | sort -u | while read -r library; do
    case $(basename "$library") in
    libc.so* | libm.so* | libpthread.so* | libdl.so* | librt.so* | ld-linux*) ;;
    *) cp -L "$library" "$folder/lib/" ;;
    esac
done
git -C "$(dirname "$0")" rev-parse --short HEAD >"$folder/commit" 2>/dev/null || true
du -sh "$folder"
