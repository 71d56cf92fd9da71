#!/bin/sh
# What the house does not do, as far as a pattern can tell.
. "${OB_SRCDIR:?}/tests/lib/tap.sh"
cd "$OB_SRCDIR" || exit 1

# Calls of $2 (an extended regular expression of names) in sources outside src/base.
calls() {
    name=$1 names=$2
    shift 2
    tap_empty "$name" "$(grep -nE "(^|[^A-Za-z0-9_.>\"])($names) *\(" "$@" |
        grep -vE '^[^:]*:[0-9]+: *(\*|/\*|//)')"
}

sources=$(ls src/*/*.[ch] src/*/*/*.[ch] include/optbench/*/*.h 2>/dev/null)
above=$(printf '%s\n' $sources | grep -vE '^(src|include/optbench)/base/')

# The lists are words without blanks, to be split.
# shellcheck disable=SC2086
{
    calls "no number is read by the C library" \
        'strtod|strtof|strtold|atof|atoi|atol|atoll|sscanf|fscanf|scanf|vsscanf' $sources
    calls "no string is copied without its length" \
        'sprintf|vsprintf|strcpy|strcat|stpcpy|gets|strncat' $sources
    calls "no shell is started" 'system|popen' $sources
    calls "nothing hidden is random" 'rand|srand|random|drand48|rand_r' $sources
    calls "messages do not depend on the locale" 'strerror|perror|localtime|ctime|asctime' $above
    calls "only the command line ends the process" 'exit|_Exit|quick_exit' \
        $(printf '%s\n' $above | grep -vE '^src/cli/')
    tap_empty "no number is printed by the C library with its digits kept" \
        "$(grep -nE '%[-+ #0-9*]*\.(1[0-9]|[789])[gGeEaA]|%[-+ #0-9.*]*(l?[aA]\b|L[gGeEfF])' $above)"
    tap_empty "no constructors" "$(grep -nE 'attribute__ *\( *\( *_*constructor' $sources)"
    tap_empty "no unfinished business" \
        "$(grep -nEi '\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented' $sources)"
    tap_empty "no C++ comments" "$(grep -nE '(^|[ ;{])// ' $sources)"
    tap_empty "no tabs and no blanks at line ends" "$(grep -nE '	| $' $sources)"
    tap_empty "no fast math" "$(grep -nE 'ffast-math|Ofast|funsafe-math' configure.ac Makefile.am m4/*.m4 src/*/local.mk)"
    tap_empty "no file is longer than 500 lines" \
        "$(wc -l $sources | awk '$2 != "total" && $1 > 500')"
}

tap_done
