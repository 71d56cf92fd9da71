#!/bin/bash
# Plug-ins: what `new` writes builds and keeps every demand; a config loads it, the run
# keeps source and hash; what is wrong with one, or with its test, is said.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs" OPTBENCH_INCLUDE="$OB_SRCDIR/include"
command -v "${CC:-cc}" >/dev/null || {
    echo "1..0 # SKIP no C compiler called cc"
    exit 0
}
unset CC

run "$OPTBENCH" plugin new optimizer mine
gives "an optimizer is written" 0
tap_same "its file is told" "mine.c" "$out"
run "$OPTBENCH" plugin new optimizer mine
gives "a file that is there stays" 2 "optbench: plugin new: 'mine.c': File exists"
run "$OPTBENCH" plugin new optimizer Mine
gives "a name for C and for a config" 2 "optbench: plugin new: 'Mine' is no name:*"
run "$OPTBENCH" plugin new optimizer adam
gives "a name that is built in" 2 "optbench: plugin new: there is an optimizer 'adam' already"
run "$OPTBENCH" plugin new problem linear
gives "that of a problem, too" 2 "optbench: plugin new: there is a problem 'linear' already"
run env OPTBENCH_INCLUDE="$work" "$OPTBENCH" plugin build mine.c
gives "no headers" 5 "*no headers of optbench in '$work'*OPTBENCH_INCLUDE*"
run "$OPTBENCH" plugin build mine.c
gives "it compiles" 0
tap_same "without a warning" "" "$err"
run "$OPTBENCH" plugin test mine.so
gives "it keeps what is asked" 0
like "in both dtypes" '*optimizer mine*kept*every step is finite (float32)*kept*(float64)*' "$out"
run "$OPTBENCH" plugin test mine.so --set lr=1e9
gives "a rate that is too large" 1 "optbench: plug-in 'mine' does not keep what it has to"
like "breaks a demand" '*BROKEN*' "$out"
run "$OPTBENCH" plugin test mine.so --set rate=1
gives "an option that there is not" 2 "optbench: --set rate=1: nothing has such an option"

chmod o+w mine.so
run "$OPTBENCH" plugin test mine.so
gives "a file that everybody may write" 2 "*mine.so' may be written by everybody*"
chmod o-w mine.so
if [ "$(id -u)" = 0 ]; then
    cp mine.so theirs.so && chown 4242 theirs.so
    run "$OPTBENCH" plugin test theirs.so
    gives "a file of somebody else's" 2 "*theirs.so' belongs to another user*"
fi

"$OPTBENCH" plugin new problem chain >/dev/null
run "$OPTBENCH" plugin build chain.c -o springs.so
gives "a problem" 0
run "$OPTBENCH" plugin test springs.so
gives "keeps what is asked" 0
like "of its gradient, too" '*kept*the gradient agrees with differences (float64)*' "$out"

# A gradient with a mistake is found.
sed 's/2 \* (d + o->coupling/2 * (d - o->coupling/; s/chain/bent/g' chain.c >bent.c
"$OPTBENCH" plugin build bent.c >/dev/null
run "$OPTBENCH" plugin test bent.so
gives "a wrong gradient" 1 "optbench: plug-in 'bent' does not keep what it has to"
like "is told with its element" '*BROKEN*the gradient agrees with differences*x?: the gradient has *' "$out"

# Names that would be those of something else.
"$OPTBENCH" plugin new optimizer odd >/dev/null
sed 's/"buffer", NULL/"grad", NULL/' odd.c >grad.c
sed 's/&odd, NULL/\&odd, \&odd, NULL/' odd.c >twice.c
sed 's/\.slots = 1,/& .counter_names = many,/
    s/^static const char \*const slots/static const char *const many[] = {\n    "a", "b", "c", "d", "e", "f", "g", "h", "i", NULL };\n&/' odd.c >many.c
for name in grad twice many; do
    "$OPTBENCH" plugin build $name.c >/dev/null
done
run "$OPTBENCH" plugin test grad.so
gives "a buffer called grad" 2 "optbench: plug-in 'odd': the optimizer 'odd' cannot call a buffer 'grad':*"
run "$OPTBENCH" plugin test twice.so
gives "a name twice" 2 "optbench: plug-in 'odd': 'odd' is there twice"
run "$OPTBENCH" plugin test many.so
gives "nine counters" 2 "optbench: plug-in 'odd': the optimizer 'odd' has more than 8 counters*"

# State that no checkpoint would save.
sed 's/^LOOP(loop_f32/static uint64_t secret;\n&/; s/    it->lr = 0;/    it->lr = 0; secret++;/
    s/opts->lr, it->k)/opts->lr, it->k) \/ (double)(1 + secret % 3)/; s/mine/sly/g' mine.c >sly.c
"$OPTBENCH" plugin build sly.c >/dev/null
run "$OPTBENCH" plugin test sly.so
gives "hidden state" 1
like "is found by taking up" '*BROKEN*taken up in the middle it has the same bits*' "$out"

mkdir sub
cp mine.so sub/
cat >sub/p.ini <<'EOF'
[plugin]
path = mine.so ../springs.so
[model]
kind = chain
n = 5
[optimizer]
kind = mine
lr = 0.05
[stop]
max_steps = 40
EOF
train sub/p.ini
gives "a config loads them" 0
tap_same "the run has the source" "" "$(diff mine.c "$dir/plugins/mine.c")"
like "and the hash" '???????????????? 1' "$(cat "$dir/plugins/chain.hash")"
run "$OPTBENCH" verify
gives "it verifies" 0
sed -i 's/Polyak 1964/somebody else/' mine.c
"$OPTBENCH" plugin build mine.c -o sub/mine.so >/dev/null
run "$OPTBENCH" verify
gives "another shared object" 3 \
    "optbench: *: plug-in 'mine' is not the one of the run: its hash was *, it is *"

run "$OPTBENCH" check sub/p.ini --set plugin.path=mine.c
gives "what is no shared object" 2 "optbench: *plugin.path: cannot be loaded: *"
run "$OPTBENCH" check sub/p.ini --set "plugin.path=nowhere.so"
gives "what is not there" 2 "optbench: *plugin.path: *nowhere.so*"
echo 'int nothing;' >empty.c
"$OPTBENCH" plugin build empty.c >/dev/null
run "$OPTBENCH" check sub/p.ini --set "plugin.path=empty.so"
gives "what is no plug-in" 2 "optbench: *is no plug-in: it ends in no OB_PLUGIN()*"
sed 's/OB_PLUGIN(/OB_PLUGIN(.abi = 99, /' mine.c >old.c
"$OPTBENCH" plugin build old.c >/dev/null 2>&1
run "$OPTBENCH" plugin test old.so
gives "another number" 2 \
    "optbench: '*old.so' was built for plug-ins of number 99, and this optbench takes 1: build it again"
sed 's/"mine"/"adam"/' mine.c >again.c
"$OPTBENCH" plugin build again.c >/dev/null
run "$OPTBENCH" plugin test again.so
gives "a name that is taken" 2 "optbench: plug-in 'adam': there is an optimizer 'adam' already"
tap_done
