#!/bin/sh
# Includes only go down: what each floor may include is the table below, and each foreign
# library is known to exactly one file.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1

# The words are floors or single headers.
allowed() {
    case $1 in
    base) echo "base" ;;
    num) echo "base num" ;;
    device) echo "base num device" ;;
    formula) echo "base num device formula" ;;
    data) echo "base num device formula data" ;;
    model) echo "base num device formula data model" ;;
    optim) echo "base num device formula optim model/problem.h" ;;
    conf) echo "base num device formula data model optim conf" ;;
    train) echo "base num device formula data model optim conf train" ;;
    run) echo "base run" ;;
    sweep) echo "base conf/ini.h run sweep" ;;
    plot) echo "base plot" ;;
    report) echo "base plot conf/ini.h conf/schema.h run sweep report" ;;
    ui) echo "base plot conf run sweep report ui" ;;
    cli) echo "base num device formula data model optim conf train run sweep plot report ui cli" ;;
    mpi) echo "base num device formula data model optim conf train run sweep cli mpi" ;;
    esac
}

# Files that may include more than their floor: of run, those of the engine. The readers of
# a run directory, which the terminal uses, know nothing of what made it. Of report, the one
# that opens checkpoints.
widened() {
    case $1 in
    */run/engine*.[ch] | */run/cell.[ch] | */run/recorder*.[ch] | */run/checkpoints.[ch] | */run/replay.[ch] | \
        */run/verify.[ch])
        echo "base num device formula data model optim conf train run"
        ;;
    # Of sweep, what makes a plan of a file; all others read plans.
    */sweep/plan_*.[ch] | */sweep/folder_make.[ch] | */sweep/sobol.[ch] | */sweep/draws.[ch])
        echo "base num conf run sweep data/dataset.h"
        ;;
    */run/brief.[ch] | */run/index*.[ch]) echo "base conf run" ;; # configs in a line
    */report/export_weights.c) echo "base plot run report train/safetensors.h" ;;
    *) return 1 ;;
    esac
}

# Prints each include of $1 that the list $2 does not allow.
check_file() {
    sed -n 's|^ *# *include *"optbench/\([a-z]*\)/\([a-z0-9_]*\.h\)".*|\1 \2|p' "$1" |
        while read -r floor header; do
            case " $2 " in
            *" $floor "* | *" $floor/$header "*) ;;
            *) echo "$1 includes optbench/$floor/$header" ;;
            esac
        done
}

for dir in src/*/; do
    floor=$(basename "$dir")
    list=$(allowed "$floor")
    tap_ok "$floor is a floor" test -n "$list"
    bad=$(for file in "$dir"*.[ch] "include/optbench/$floor/"*.h; do
        [ -e "$file" ] || continue
        check_file "$file" "$(widened "$file" || echo "$list")"
    done)
    tap_empty "$floor includes only what lies below" "$bad"
done

bad=$(grep -nE '"optbench/(run/(cell|engine|recorder|verify)|sweep/(crew|work|script))' src/ui/*.[ch] include/optbench/ui/*.h)
tap_empty "the terminal knows the readers of a run only" "$bad"

# Whatever else is included in quotes lies in the same folder or below it; a file of a
# folder within a floor may include what lies in the floor.
bad=$(grep -nE '^ *# *include *"' src/*/*.[ch] src/*/*/*.[ch] include/optbench/*/*.h 2>/dev/null |
    grep -vE '"optbench/[a-z]+/[a-z0-9_]+\.(h|def)"' |
    while IFS= read -r hit; do
        file=${hit%%:*}
        name=${hit#*\"}
        name=${name%%\"*}
        case $name in
        *..*) echo "$hit" ;;
        *)
            [ -e "${file%/*}/$name" ] || [ -e "$(echo "$file" | cut -d/ -f1,2)/$name" ] ||
                echo "$hit"
            ;;
        esac
    done)
tap_empty "other quoted includes name a file of the same folder" "$bad"

foreign() {
    header=$1 owner=$2
    found=$(grep -lE "^ *# *include *(<([a-z/]*/)?$header>|\"$header\")" src/*/*.[ch] include/optbench/*/*.h)
    [ -n "$found" ] || [ -e "$owner" ] || return 0
    tap_same "<$header> is included by one file" "$owner" "$found"
}
foreign 'n?cursesw?\.h' src/ui/term_curses.c
foreign 'cblas\.h' src/num/blas.c
foreign 'lapacke\.h' src/num/lapack.c
foreign 'csv\.h' src/data/csv.c
foreign 'ini\.h' src/conf/ini.c
foreign 'cairo(-pdf)?\.h' src/report/print.c
foreign 'mpi\.h' src/mpi/comm.c

tap_done
