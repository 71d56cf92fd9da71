/* The tree that json_read.c builds and json_value.c answers from. */
#ifndef OB_BASE_JSON_PRIV_H
#define OB_BASE_JSON_PRIV_H

#include "optbench/base/json.h"

struct ob_json_value {
    enum ob_json_kind kind;
    bool flag; /* of a bool; of a number: it is the integer below */
    double number;
    int64_t integer;
    char *text;                 /* of a string; owned */
    struct ob_json_value *item; /* [n] of an array or object; owned */
    char **key;                 /* [n] of an object; owned */
    size_t n, cap;
};

#endif
