#!/bin/bash
# Predictions as CSV: of a run's own rows and of another file's, scaled as for training.
. "$OB_SRCDIR/tests/lib/program.sh"
. "$OB_SRCDIR/tests/faults/run.sh.inc"

export OPTBENCH_RUNS="$work/runs"
printf 'x,unused,y\n1,7,2\n2,7,4.5\n3,7,5.5\n4,7,8.5\n5,7,9.5\n' >line.csv
cat >line.ini <<'EOF'
[experiment]
name = line
[data]
source = csv
path = line.csv
features = x
target = y
scale = standard
test = 2
[model]
kind = linear
start = w0:3 bias:5
[optimizer]
kind = sgd
lr = 1e-300
[stop]
max_steps = 1
theta_delta = 0
EOF
train line.ini
gives "a run that stays where it began" 0
run "$OPTBENCH" predict
gives "its rows" 0
tap_same "five rows and a header" 6 "$(wc -l <out | tr -d ' ')"
tap_same "the columns" "row,part,target,prediction" "$(head -1 out)"
tap_same "each row once" "1 2 3 4 5" "$(sed 1d out | cut -d, -f1 | sort | tr '\n' ' ' | sed 's/ $//')"
tap_same "two of them were set aside" 2 "$(grep -c ',test,' out)"
# 5 + 3 (x - mean) / std, with mean and std (ddof 1) of the rows that were trained on.
awk -F, 'NR > 1 { part[$1] = $2; said[$1] = $4 }
    END {
        for (i = 1; i <= 5; i++) if (part[i] == "train") { n++; s += i }
        m = s / n
        for (i = 1; i <= 5; i++) if (part[i] == "train") q += (i - m) ^ 2
        d = sqrt(q / (n - 1))
        for (i = 1; i <= 5; i++) {
            e = said[i] - (5 + 3 * (i - m) / d)
            if (e > 1e-12 || e < -1e-12) print "row " i ": " said[i]
        }
        print 5 + 3 * (10 - m) / d > "ten"
    }' out >wrong
tap_empty "what is said is what the formula gives" "$(cat wrong)"
tap_same "the targets are those of the file" "2 4.5 5.5 8.5 9.5" \
    "$(sed 1d out | sort -n | cut -d, -f3 | tr '\n' ' ' | sed 's/ $//')"

# Other rows: columns by name in any order, no target, the scale of the training.
printf 'other,x\na,10\nb,1\n' >fresh.csv
run "$OPTBENCH" predict latest --data fresh.csv
gives "another file" 0
tap_same "its columns" "row,prediction" "$(head -1 out)"
tap_same "its rows" 2 "$(sed 1d out | wc -l | tr -d ' ')"
tap_same "scaled as the training was" "$(cat ten)" "$(sed -n 's/^1,//p' out | awk '{ printf "%.6g", $1 }')"
run "$OPTBENCH" predict --data fresh.csv -o said.csv
"$OPTBENCH" predict --data fresh.csv >out
tap_ok "-o writes the same" cmp out said.csv
printf 'other\n1\n' >lacks.csv
run "$OPTBENCH" predict --data lacks.csv
like "a column that is missing is named" "optbench: *lacks.csv*'x'*" "$err"
printf 'x\n1\nword\n' >words.csv
run "$OPTBENCH" predict --data words.csv
gives "a word where a number should be" 3 "optbench: *words.csv:3: column 1 'x'*"
run "$OPTBENCH" predict --data nowhere.csv
gives "no such file" 5 "optbench: --data: cannot open nowhere.csv: No such file or directory"
run "$OPTBENCH" predict --data fresh.csv -o no/such/folder
gives "no place to write" 5 "optbench: *no/such/folder*"

# Classes are words, each with its probability; a word with a comma is quoted.
{
    echo 'x,kind'
    for i in 1 2 3 4 5 6; do
        [ $((i % 2)) = 0 ] && echo "$i,\"b, or c\"" || echo "-$i,a"
    done
} >kinds.csv
cat >kinds.ini <<'EOF'
[experiment]
name = kinds
dtype = float32
[data]
source = csv
path = kinds.csv
target = kind
[model]
kind = logistic
[optimizer]
kind = sgd
lr = 0.5
[stop]
max_steps = 50
EOF
train kinds.ini
gives "a classifier" 0
run "$OPTBENCH" predict
tap_same "its columns" 'row,part,target,prediction,p.a,"p.b, or c"' "$(head -1 out)"
tap_same "every row is right" 6 "$(sed 1d out | grep -cE '^[135],train,a,a,0\.[5-9]|^[246],train,"b, or c","b, or c",0\.[0-4]|^[246],train,"b, or c","b, or c",[0-9.]*e-')"
tap_same "the probabilities make 1" 6 "$(sed 's/"b, or c"/b/g' out | awk -F, 'NR > 1 && $5 + $6 > 1 - 1e-12 && $5 + $6 < 1 + 1e-12' | wc -l | tr -d ' ')"
run "$OPTBENCH" predict --at start
gives "at the start" 0
tap_same "both classes are as probable" 6 "$(grep -c ',0.5,0.5$' out)"
printf 'x\n-2\n2\n' >one.csv
run "$OPTBENCH" predict --data one.csv
tap_same "new rows get words, too" 'a b, or c' "$(sed 1d out | cut -d, -f2 | tr '\n' ' ' | sed 's/ $//; s/"b/b, or c/')"

# A network: as many classes as it has outputs.
cat >net.ini <<'EOF'
[experiment]
name = net
dtype = float32
[data]
source = csv
path = @data/digits.csv
target = digit
val = 0.25
[model]
kind = mlp
hidden = 12
init = torch
dropout = 0.1
[batch]
size = 64
[optimizer]
kind = adam
lr = 0.01
[stop]
max_steps = 154
EOF
train net.ini
gives "a network" 0
run "$OPTBENCH" predict
tap_same "ten probabilities" "row,part,target,prediction,p.0,p.1,p.2,p.3,p.4,p.5,p.6,p.7,p.8,p.9" "$(head -1 out)"
tap_same "that make 1" "" "$(awk -F, 'NR > 1 { s = 0; for (i = 5; i <= 14; i++) s += $i; if (s < 1 - 1e-6 || s > 1 + 1e-6) print $1 }' out)"
for part in train validation; do
    name=accuracy
    [ $part = train ] || name=val_accuracy
    tap_same "$part: as many are right as the log says" \
        "$(awk -F, -v name=$name 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
            $c != "" { v = $c } END { printf "%.6f", v }' "$dir/metrics.csv")" \
        "$(awk -F, -v part=$part '$2 == part { n++; c += $3 == $4 } END { printf "%.6f", c / n }' out)"
done

# Other data than those that it was trained on: said, and seen by a script.
cp line.csv kept.csv
train line.ini
printf '6,7,11.5\n' >>line.csv
run "$OPTBENCH" predict
gives "the data have changed" 3 "optbench: *: the data have changed since the run"
mv kept.csv line.csv
run "$OPTBENCH" predict
gives "and are those of the run again" 0

# What has no rows.
printf '[model]\nkind = quadratic\nA = 1\nb = 0\nc = 0\n[optimizer]\nkind = sgd\nlr = 0.1\n[stop]\nmax_steps = 3\n' >bowl.ini
train bowl.ini
run "$OPTBENCH" predict
gives "a model without rows" 2 "optbench: *: a quadratic model has no rows to predict"
tap_done
