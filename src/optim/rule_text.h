/*
 * The texts of a typed rule, read: private to src/optim/rule*.c.
 */
#ifndef OB_OPTIM_RULE_TEXT_H
#define OB_OPTIM_RULE_TEXT_H

#include "optbench/formula/parse.h"
#include "optbench/optim/rule.h"

enum {
    RULE_NAME_MAX = 48, /* as keys of an INI file */
    /* What PARAM i of the graph is; the options behind lr follow. */
    RULE_T = 0,
    RULE_LR = 1,
    RULE_GIVEN = 2,
    /* What COLUMN i is; the state follows. */
    RULE_THETA = 0,
    RULE_GRAD = 1,
    RULE_STATE = 2,
};

/* The options that `params` names. */
struct rule_params {
    char name[OB_RULE_PARAMS][RULE_NAME_MAX + 1];
    double value[OB_RULE_PARAMS]; /* the defaults */
    size_t n;
    double lr; /* the default of lr */
};

/* Reads "lr 0.01, beta1 0.9"; NULL and "" name nothing. Fails with OB_ECONFIG and the
 * column of the first mistake; *out then has what can be read all the same. */
bool rule_params_read(const char *text, struct rule_params *out, struct ob_err *err);

/* Whether the names of state can be used beside those of params. */
bool rule_state_check(const struct ob_texts *state, const struct rule_params *p,
                      struct ob_err *err);

/* What an update computes: nodes of `graph`. */
struct rule_update {
    struct ob_graph graph;
    uint32_t root[1 + OB_RULE_STATE]; /* theta, then the state; the new values */
    size_t roots;
};

/* Reads the statements. Errors open with the key and end with the column. Finish *out in
 * either case. */
bool rule_update_read(const struct ob_rule_opts *o, struct rule_update *out,
                      struct ob_err *err);
void rule_update_finish(struct rule_update *u); /* zeroed is allowed */

/* One statement of a text, as bytes of it. */
struct rule_statement {
    size_t from, to;   /* without blanks around */
    size_t name_to;    /* the name is [from, name_to) */
    size_t value_from; /* behind the '=' */
};

/* The statement that begins at or behind *at; *at moves to the next. False at the end,
 * or with *err where it is none. */
bool rule_statement_next(const char *text, size_t *at, struct rule_statement *out,
                         struct ob_err *err);

/* The number of the character at a byte, from 1. */
size_t rule_column(const char *text, size_t byte);

/* The text of `update` or, where it is not set, the default. */
const char *rule_update_text(const struct ob_rule_opts *o);

#endif
