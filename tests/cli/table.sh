#!/bin/sh
# Tables of one's own: looked at with and without an experiment, from a file and from
# standard input, and turned into a first experiment.
. "$OB_SRCDIR/tests/lib/program.sh"

cat >houses.csv <<'END'
id,area,street,price,sold
1,50,Elm,100,yes
2,60,Oak,,no
3,70.5,Elm,141,yes
4,80,Ash,160,no
5,90,,180,yes
6,100,Oak,200,no
END

run "$OPTBENCH" data houses.csv
gives "a table needs no experiment" 0
like "its columns are listed" "*6 rows, 5 columns*area *number *50 *75.08 *100*street *category*" "$out"
like "and what could be tried" "*sold has two classes, predicted from 2 other columns*left out: id (numbers the rows), street (words)*" "$out"
run "$OPTBENCH" data --json houses.csv
gives "the same in JSON" 0
like "says that it went well" '{"ok":true,"problems":[[]],*"rows":6,"rows_read":6,"parts":[[]0,0,0[]],"whole":true,*' "$out"
like "has every column" '*{"name":"price","type":"number","role":"unused","missing":1,"distinct":5,"distinct_more":false,"min":100,"mean":156.2,"max":200,*"cells":[[]"100","","141","160","180","200"[]]}*' "$out"
like "and a suggestion" '*"suggest":{"target":"sold","features":[[]"area","price"[]],"all":false,"model":"logistic","scale":"standard","missing":"drop",*"adam_lr":0.01,*' "$out"
run sh -c '"$0" data --json --stdin --as there/houses.csv <houses.csv' "$OPTBENCH"
gives "a table may come from standard input" 0
like "under the name that is given" '*"origin":"there/houses.csv"*"whole":true*' "$out"

# Delimiters and decimal signs are seen.
printf 'a;b;y\n1,5;2;3\n2,5;4,25;1\n' >comma.csv
run "$OPTBENCH" data --json comma.csv
like "semicolons and decimal commas" '*"max":4.25,*"delimiter":"semicolon","decimal":"comma"*' "$out"
printf 'a\tb\n1.5\t2\n2.5\t4\n' >tabs.tsv
run "$OPTBENCH" data --json tabs.tsv
like "tabs" '*"delimiter":"tab","decimal":"point"*' "$out"
printf ' 1  2.5 3\n 4  5.5 6\n' >blanks.txt
run "$OPTBENCH" data --json blanks.txt
like "blanks, without a header" '*"name":"c2"*"delimiter":"space"*' "$out"

# What is wrong is told with its line, on stderr and in JSON.
printf 'x,y\n1,2\n3\n5,6\n' >ragged.csv
run "$OPTBENCH" data --json ragged.csv
gives "a row that is too short" 3 "optbench: ragged.csv:3: 1 column where the header has 2"
like "is told in JSON, too" '{"ok":false,"problems":[[]{"file":"ragged.csv","line":3,"section":"","key":"","text":"1 column where the header has 2"}[]]*"name":"x"*' "$out"
run "$OPTBENCH" data --json nowhere.csv
gives "a table that is not there" 5 "*nowhere.csv*No such file*"
like "has no columns" '{"ok":false,*"columns":[[][]],*"suggest":null}' "$out"
printf 'a\033[2Jb,\377name,y\n1,2,3\n4,5,7\n' >hostile.csv
run "$OPTBENCH" data hostile.csv
gives "names that are no text" 0
tap_ok "do no harm" sh -c '! LC_ALL=C grep -q "$(printf "[\033\377]")" out err'
run "$OPTBENCH" data --json hostile.csv
like "and come back from JSON" '*"name":"a?u001b[[]2Jb"*left out: a?u001b[[]2Jb (no usable name)*' "$out"
printf 'n,y\n1,2\n2,4\nthree,6\n4,8\n5,1\n6,1\n7,3\n8,1\n9,1\n10,2\n' >odd.csv
run "$OPTBENCH" data --json odd.csv
like "a word among numbers is found" '*"odd":1,"odd_line":4,"odd_text":"three"*' "$out"

# With an experiment: the same columns with their roles, and its own problems.
config() {
    printf '[data]\npath = %s\ntarget = price\nfeatures = %s\nmissing = drop\n' "$1" "$2"
}
config houses.csv area >houses.ini
run "$OPTBENCH" data --json houses.ini
gives "the data of an experiment" 0
like "have the rows that it sees and all columns" '{"ok":true,*"rows":5,*"dropped":1,*"rows_read":6,"parts":[[]5,0,0[]],"whole":true,*"name":"area","type":"number","role":"feature"*"name":"price","type":"number","role":"target"*' "$out"
mkdir sub
# stdin_config NAME WHERE FEATURES: checks and looks at a config that is in no file.
stdin_config() {
    config "$2" "$3" | "$OPTBENCH" data --json --preview --stdin --as "$1" >out 2>err
    status=$?
    out=$(cat out) err=$(cat err)
}
stdin_config sub/new.ini ../houses.csv area
gives "paths start from where the config is meant to be" 0
stdin_config sub/new.ini houses.csv area
gives "and only there" 5 "optbench: sub/new.ini:2: data.path: cannot open *sub/houses.csv*"
like "with section and key in JSON" '*{"file":"sub/new.ini","line":2,"section":"data","key":"path","text":"cannot open *' "$out"
stdin_config x.ini houses.csv 'area, pirce'
gives "a column that is not there" 2 "optbench: x.ini:4: data.features: 'pirce' is not a column*did you mean 'price'?"
stdin_config x.ini houses.csv 'area, street'
gives "a column of words" 3 "*houses.csv:2: column 3 'street': 'Elm' is not a number*"
like "is shown all the same" '*"name":"street","type":"text","role":"feature"*' "$out"
printf '[data]\npath = houses.csv\ntarget = price\nfeatures = area\nmissing = drop\n[optimizer]\nlr = fast\n' >wrong.ini
run "$OPTBENCH" data --json --preview wrong.ini
gives "another section may be wrong" 2 "*wrong.ini:7: optimizer.lr*"
like "while the data are looked at" '{"ok":false,*"section":"optimizer","key":"lr"*"name":"area","type":"number","role":"feature"*' "$out"

printf '[data]\npath = comma.csv\ntarget = y\n' >comma.ini
run "$OPTBENCH" data --json --preview comma.ini
gives "a delimiter that is not the file's" 3 "*comma.csv:1: only one column, but there is a semicolon*"
like "does not hide the columns" '*"name":"b","type":"number","role":"feature"*"delimiter":"semicolon","decimal":"comma"*' "$out"
run "$OPTBENCH" data --json --preview --set data.delimiter=semicolon comma.ini
gives "nor does a decimal sign" 3 "*set data.decimal = comma*"
like "which is told, too" '*"name":"a","type":"number"*"decimal":"comma"*' "$out"

# check answers in JSON whatever comes out.
run "$OPTBENCH" check --json wrong.ini
gives "check --json of a wrong config" 2 "optbench: wrong.ini:7: optimizer.lr: *"
like "has the problems" '{"ok":false,"problems":[[]{"file":"wrong.ini","line":7,"section":"optimizer","key":"lr","text":"*' "$out"
run "$OPTBENCH" check --json houses.ini
gives "check --json of a right one" 0
like "has what would be trained" '{"ok":true,"problems":[[][]],*"rows":5,"val_rows":0,"test_rows":0,"features":1,*"parameters":2,"start":{"loss":*,"resolved":"[[]experiment]*' "$out"
run sh -c '"$0" check --json --stdin --as sub/houses.ini <houses.ini' "$OPTBENCH"
gives "check reads standard input" 5 "*sub/houses.ini:2: data.path*"
run "$OPTBENCH" check --stdin houses.ini
gives "either a file or --stdin" 2 "*either a file or --stdin*"
run "$OPTBENCH" check --as x.ini houses.ini
gives "--as goes with --stdin" 2 "*--as goes with --stdin*"
printf '[experiment]\nbase = houses.ini\n[optimizer]\nlr = 0.25\n' >child.txt
run sh -c '"$0" check --resolved --stdin --as child.ini <child.txt' "$OPTBENCH"
like "a base is found beside the name" "*lr = 0.25*" "$out"
printf '[experiment]\nbase = houses.ini\n' >houses.txt
run sh -c '"$0" check --stdin --as houses.ini <houses.txt' "$OPTBENCH"
gives "a text that is based on its own file" 2 "*houses.ini:2: experiment.base: the file is based on itself*"

# The look finds what loading would, in the same words.
cp -r "$OB_SRCDIR/tests/bad/csv" bad && chmod -R u+w bad && cd bad || exit 99
for ini in *.ini; do
    run "$OPTBENCH" data "$ini"
    cp "$work/err" loaded.err
    loaded=$status
    run "$OPTBENCH" data --preview "$ini"
    tap_same "as $ini is loaded, it is looked at" "$loaded $(cat loaded.err)" "$status $err"
done
cd "$work" || exit 99

# Random bytes: an answer, in JSON, and never more than a refusal.
for file in "$OB_SRCDIR"/tests/fuzz/corpus/*/*; do
    run sh -c '"$0" data --json --stdin --as x.csv <"$1"' "$OPTBENCH" "$file"
    case $status:$out in
    0:'{"ok":true,'*'}' | 3:'{"ok":false,'*'}') ;;
    *) tap_fail "any bytes are answered" "$file: status $status, $err" ;;
    esac
done
tap_pass "any bytes are answered"

# A first experiment for a table.
run "$OPTBENCH" new --data houses.csv --target price prices.ini
gives "new --data" 0
run "$OPTBENCH" check prices.ini
gives "makes a valid experiment" 0
like "of the columns that fit" "*5 rows, 1 feature*linear, 2 parameters*" "$out"
run "$OPTBENCH" run --quiet prices.ini
gives "that runs" 0
run "$OPTBENCH" new --data houses.csv
gives "the file is called after the table" 2 "*'houses.ini' exists*"
run "$OPTBENCH" new --data houses.csv sub/mine.ini
gives "it may lie elsewhere" 0
run "$OPTBENCH" check sub/mine.ini
gives "and still finds the table" 0
run "$OPTBENCH" new --data houses.csv --target prize x.ini
gives "a target that is not there" 2 "*'prize' is not a column of houses.csv; did you mean 'price'?"
tap_ok "writes nothing" test ! -e x.ini
printf 'name,street\nA,Elm\nB,Oak\nC,Ash\n' >words.csv
run "$OPTBENCH" new --data words.csv
gives "nothing to predict" 3 "*words.csv: no column is fit to be predicted*"
run "$OPTBENCH" new --target price houses
gives "--target alone" 2 "*--target goes with --data*"
# shellcheck disable=SC2016 # the file is called so
printf '"a ""b"", c",x;#,y\n1,2,3\n4,5,7\n7,1,2\n' >'@odd $name.csv'
# shellcheck disable=SC2016
run "$OPTBENCH" new --data '@odd $name.csv' odd.ini
gives "odd names of files and columns" 0
run "$OPTBENCH" check odd.ini
gives "are quoted" 0
tap_done
