#!/bin/sh
# The loss on a plane: its grids, of configs and of runs; the surface of notebook 002.
. "$OB_SRCDIR/tests/lib/program.sh"

export OPTBENCH_RUNS="$work/runs"
cat >bowl.ini <<'END'
[experiment]
name = bowl
dtype = float64
[model]
kind = quadratic
A = 20 8 8 4
b = -28 -12
c = 20
start = x1:-8 x2:8
[optimizer]
kind = gd
lr = 0.04
[stop]
max_steps = 300
END
cat >data.ini <<'END'
[data]
source = inline
columns = x y
values = 1 1, 2 3, 3 2, 4 5
target = y
[optimizer]
kind = gd
lr = 0.05
[stop]
max_steps = 40
END

# values FILE: one number of the grid a line.
values() {
    od -An -v -t f8 -w8 -j 128 "$1"
}

# words TEXT: on one line, single blanks between.
words() {
    printf '%s' "$1" | tr -s ' \n' '  '
}

# ---- configs ----

run "$OPTBENCH" surface bowl.ini
gives "a config has a surface" 0
like "around its start and its optimum" \
    "surface of bowl, at the start x x1 from -12.5 to 5.5 y x2 from -2.5 to 11.5 grid 65 x 65, * evaluations in * s lowest * optimum 0 at x1 1, x2 1 no file *" \
    "$(words "$out")"
tap_same "and leaves no file" "bowl.ini data.ini err out" "$(echo *)"

# numpy: w = arange(-10, 10, .05); the grid of the notebook.
run "$OPTBENCH" surface bowl.ini --range=-10:9.95 --size 400 -o grid.npy
gives "a grid of 400 x 400" 0
like "its highest value is that of the notebook" "* highest 2420 at x1 -10, x2 -10 *" "$(words "$out")"
like "and its lowest at (1, 1)" "* lowest * at x1 1, x2 1 *" "$(words "$out")"
tap_same "160 000 values" 160000 "$(values grid.npy | wc -l | tr -d ' ')"
tap_same "their mean is that of the notebook" 421.010 \
    "$(values grid.npy | awk '{ sum += $1 } END { printf "%.3f", sum / NR }')"
like "the axes stand beside it" '*"plane": "params",*"name": "x1",*"index": 0,*"from": -10,*"to": 9.95,*' \
    "$(cat grid.json)"

run "$OPTBENCH" surface bowl.ini --x x2 --range 0:1,2:4 --size 2 -o small.npy
tap_same "x and y are exchanged: rows are x1 = 2 and 4, columns x2 = 0 and 1" "4 10 68 90" \
    "$(values small.npy | awk '{ printf "%s%g", (NR > 1 ? " " : ""), $1 }')"
run "$OPTBENCH" surface bowl.ini --set experiment.threads=1 -o one.npy
run "$OPTBENCH" surface bowl.ini --set experiment.threads=3 -o three.npy
tap_ok "the same bits on any number of threads" cmp one.npy three.npy

run "$OPTBENCH" surface bowl.ini --json -o levels.npy
gives "JSON has a line a level" 0
tap_same "from coarse to fine" "17 33 65" \
    "$(sed 's/.*"nx":\([0-9]*\).*/\1/' out | tr '\n' ' ' | sed 's/ $//')"
like "points are not computed twice" '*"evals":4225,*"done":true}' "$(tail -n 1 out)"
"$OPTBENCH" surface bowl.ini -o - >pipe.npy
tap_ok "standard output takes the grid alone" cmp pipe.npy levels.npy
"$OPTBENCH" surface bowl.ini --json -o - >both
tap_same "or behind the line that tells its bytes" "$(($(wc -c <levels.npy)))" \
    "$(LC_ALL=C sed -n 's/.*"bytes":\([0-9]*\),.*"nx":65,.*/\1/p' both)"
tail -c "$(($(wc -c <levels.npy)))" both >last.npy
tap_ok "the last one is the finest" cmp last.npy levels.npy
"$OPTBENCH" surface --stdin --as bowl.ini -o - <bowl.ini >text.npy
tap_ok "a text that is not saved" cmp text.npy levels.npy

for plane in random curvature; do
    run "$OPTBENCH" surface bowl.ini --plane $plane --json
    like "a plane by $plane" "*\"plane\":\"$plane\",*\"index\":null,*\"done\":true}" "$(tail -n 1 out)"
done
run "$OPTBENCH" surface bowl.ini --plane curvature
like "its axes are gradient and largest curvature" "* x gradient from * y curvature 23.31 from *" \
    "$(words "$out")"

# ---- runs ----

"$OPTBENCH" run bowl.ini --quiet >/dev/null
"$OPTBENCH" run bowl.ini --quiet --set optimizer.lr=0.06 >/dev/null
"$OPTBENCH" run data.ini --quiet >/dev/null
set -- runs/*
run "$OPTBENCH" surface "$1" "$2"
gives "two runs of one problem" 0
tap_ok "the grid lies in views/ of the first" test -s "$1/views/surface.npy"
like "with both ways" '*"paths": *"path": "*"step": *"path": "*"step": *' "$(cat "$1/views/surface.json")"
like "the file says where" "*grid in $1/views/surface.npy*" "$(words "$out")"
run "$OPTBENCH" surface "$1" --plane pca
like "a plane of two parameters holds all of the way" "* x PC1 from * to * (* % of the way) *" "$(words "$out")"
run "$OPTBENCH" surface "$1" --at start --json -o -
like "through the start" '*"here":{"u":-8,"v":8,*' "$(head -n 1 out | tr -d '\0')"
run "$OPTBENCH" surface "$1" --at start --set optimizer.lr=1 "$3"
gives "runs of two problems are refused" 2 "*: is about another problem than *"
run "$OPTBENCH" surface "$3"
gives "a run with data" 0
like "around its way and its optimum" "* x bias from * y w0 from *" "$(words "$out")"

"$OPTBENCH" run bowl.ini --quiet --runs far --set optimizer.lr=0.2 --set stop.max_steps=3000 >/dev/null
run "$OPTBENCH" surface far/* --size 9
gives "a run that diverged" 0
like "is seen where it still could be" "*at the start x x1 from -9.35 to 2.35 y *" "$(words "$out")"

# A model of more parameters than a log has: path.npy, the same after an interruption.
way="--quiet --set log.path=32 --set stop.max_steps=200"
# shellcheck disable=SC2086 # several words
"$OPTBENCH" run breast-cancer $way --runs whole >/dev/null
# shellcheck disable=SC2086
"$OPTBENCH" run breast-cancer $way --runs cut --paused >/dev/null &
pid=$!
wait_for 30 "$OPTBENCH" ctl latest --runs cut status
"$OPTBENCH" ctl latest --runs cut step 61 >/dev/null
kill -TERM $pid
wait $pid
tap_same "a run is interrupted" 75 $?
run "$OPTBENCH" run --resume latest --runs cut --quiet
gives "and resumed" 0
set -- "$1" "$2" "$3" cut/*
steps=$(od -An -v -t f8 -w8 -j 128 "$4/path.npy" | awk 'NR % 32 == 1 { printf "%d ", $1 }')
tap_same "way points: every eighth step" \
    "0 8 16 24 32 40 48 56 64 72 80 88 96 104 112 120 128 136 144 152 160 168 176 184 192 200 " \
    "$steps"
tap_ok "the resumed run has the same ones" cmp whole/*/path.npy cut/*/path.npy
run "$OPTBENCH" surface "$4"
like "the plane of the way, and how far that leaves it" \
    "* x PC1 from * (* % of the way) y PC2 from *distance the path leaves this plane by up to 0.*" \
    "$(words "$out")"

"$OPTBENCH" run breast-cancer --quiet --runs odd --set log.path=32 --set stop.max_steps=203 >/dev/null
run "$OPTBENCH" surface odd/* --json --size 2
like "the way leads to where the run is" '*"step":[[]0,*,192,200,203[]],*' "$out"

# ---- what is refused ----

run "$OPTBENCH" surface
gives "nothing" 2 "optbench: surface: name a config or a run (try 'optbench surface --help')"
run "$OPTBENCH" surface nothing
gives "what is neither" 2 "optbench: 'nothing' is no config: *"
run "$OPTBENCH" surface "$work/runs/gone"
gives "a run that was removed" 2 "optbench: '*/gone' is not there (any more)"
run "$OPTBENCH" surface bowl.ini data.ini
gives "two configs" 2 "optbench: surface: a config stands alone; several runs can be seen together"
run "$OPTBENCH" surface bowl.ini --x x3
gives "a parameter that is none" 2 "optbench: there is no parameter 'x3'; did you mean 'x1'[?]"
run "$OPTBENCH" surface bowl.ini --x x1 --y x1
gives "one parameter twice" 2 "optbench: --x and --y are the same parameter"
run "$OPTBENCH" surface bowl.ini --plane pca
gives "components of no way" 2 "optbench: --plane pca: there is no run that tells its way"
run "$OPTBENCH" surface bowl.ini --plane pica
gives "another plane" 2 "optbench: --plane: unknown plane 'pica'; did you mean 'pca'[?]"
run "$OPTBENCH" surface bowl.ini --plane random --x x1
gives "a parameter of another plane" 2 "optbench: --x and --y go with --plane params"
for range in 1 1:1 2:1 0:1,3 0:nan a:b 0:1,2:3,4:5 -1e308:1e308; do
    run "$OPTBENCH" surface bowl.ini "--range=$range"
    gives "the range $range" 2 "optbench: surface: --range is X0:X1,Y0:Y1 *"
done
run "$OPTBENCH" surface bowl.ini --size 1
gives "a single point" 2 "*--size*"
mkfifo tube.npy
run "$OPTBENCH" surface bowl.ini -o tube.npy
gives "a pipe that would be replaced" 5 "optbench: tube.npy: is there, and is no regular file"
run "$OPTBENCH" surface bowl.ini -o no/such/grid.npy
gives "a folder that is not there" 5 "optbench: *no/such/grid.npy*"
run "$OPTBENCH" surface data.ini --set model.bias=no
gives "one parameter" 2 "optbench: a surface needs two parameters; this problem has one"

# ---- SIGTERM ----

mkfifo levels
mkdir ended
"$OPTBENCH" surface bowl.ini --size 4096 --json -o ended/grid.npy >levels 2>err &
pid=$!
exec 3<levels
read -r line <&3
kill -TERM $pid
cat <&3 >/dev/null
wait $pid
tap_same "SIGTERM ends it" 143 $?
exec 3<&-
tap_same "nothing half is left" "grid.json grid.npy" "$(cd ended && echo *)"
n=$(sed -n 's/.*"nx": \([0-9]*\),.*/\1/p' ended/grid.json)
tap_same "the grid is a whole one" $((128 + 8 * n * n)) "$(($(wc -c <ended/grid.npy)))"

# ---- what NumPy makes of it ----

if python3 -c 'import numpy' 2>/dev/null; then
    tap_same "numpy reads the grid" "(400, 400) 2420.0 421.01" "$(python3 -c '
import numpy as np
z = np.load("grid.npy")
w = -10 + 19.95 * np.arange(400) / 399
x, y = np.meshgrid(w, w)
np.testing.assert_allclose(z, (2 - x - y) ** 2 + (4 - 3 * x - y) ** 2, rtol=1e-9, atol=1e-9)
print(z.shape, z.max(), round(z.mean(), 9))')"
else
    tap_pass "numpy reads the grid # SKIP no numpy here"
fi
tap_done
