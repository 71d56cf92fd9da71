#!/bin/sh
# The manual pages are well formed, and say every command, option and key.
. "$OB_SRCDIR/tests/lib/program.sh"

one=$OB_BUILDDIR/man/optbench.1
five=$OB_BUILDDIR/man/optbench.conf.5
if command -v mandoc >/dev/null 2>&1; then
    for page in "$one" "$five" "$OB_SRCDIR/man/optbench-mpi.1"; do
        run mandoc -T lint -W warning "$page"
        tap_same "mandoc finds nothing in $(basename "$page")" "" "$out$err"
    done
fi

"$OPTBENCH" --help >help
for c in $(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' help); do
    tap_ok "optbench(1) has $c" grep -q "^\.Ss optbench $c" "$one"
    for o in $("$OPTBENCH" "$c" --help | sed -n 's/.* --\([a-z-]*\).*/\1/p' | grep -v '^help$'); do
        tap_ok "optbench(1) has $c --$o" grep -q "Fl -$o" "$one"
    done
done

"$OPTBENCH" explain | sed -n 's/^  \([a-z_]*\)[ .].*/\1/p' | sort -u >sections
tap_ok "explain lists sections" test -s sections
while read -r s; do
    tap_ok "optbench.conf(5) has [$s]" grep -q "^\.Ss \[$s" "$five"
done <sections

tap_ok "bash completion parses" bash -n "$OB_BUILDDIR/man/optbench.bash"
if command -v zsh >/dev/null 2>&1; then
    tap_ok "zsh completion parses" zsh -n "$OB_BUILDDIR/man/_optbench"
fi
tap_done
