/*
 * What may be written in an experiment file, as data: every section, the kinds that a
 * section can choose from, and every key. Nothing of it is written here by hand except
 * the order of the sections: the keys come from the parameter tables of conf, data,
 * model and optim, the kinds from their registries.
 *
 * Read by spec.c (checking, writing back), `optbench explain`, optbench.conf(5), shell
 * completion and the forms of the terminal. Built at the first call, constant after it,
 * never freed; the first call may come from any thread.
 */
#ifndef OB_CONF_SCHEMA_H
#define OB_CONF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "optbench/base/err.h"
#include "optbench/base/param.h"

/* Names in the schema are shorter than this. */
#define OB_SCHEMA_NAME_MAX 64

/* One member of a plug-in family, seen as what can be chosen and set. */
struct ob_kind {
    const char *name, *title, *summary;
    const char *reference; /* NULL = none */
    const char *equations; /* of an optimizer, one a line; NULL = none */
    const char *heading; /* under which lists have it and those behind it; NULL = none */
    const struct ob_param *params; /* its own keys; NULL = none */
    size_t opts_size;              /* of the options struct, 0 = none */
    const void *type;              /* const struct ob_<family>_type * */
};

/* The families: which section and key chooses a member, and the members. */
struct ob_family {
    const char *name;           /* as `optbench list` has it: "optimizers" */
    const struct ob_kind *kind; /* [kinds] */
    size_t kinds;
    size_t fallback; /* index of the member that is meant where none is named */
    const struct ob_param *key; /* the choice of the member: "kind", "source" */
};

/* One section. A section with a family takes its common keys and those of the active
 * kind, and [section.KIND] takes the same for its kind. */
struct ob_section {
    const char *name;
    const char *help;               /* one sentence, lower case, no full stop */
    const struct ob_param *params;  /* common keys; NULL = none */
    const struct ob_family *family; /* NULL = none */
    size_t offset;                  /* of the common options within struct ob_spec */
    size_t type_at, opts_at;        /* of `type` and `opts` in it, with a family */
    bool repeats;                   /* [name.NAME], any number of them; never [name] */
    const char *inherits; /* the section whose kinds it chooses from by a key `kind` of
                             its own, with their keys: "optimizer" for groups, "schedule"
                             for phases; NULL = none */
    bool aside;           /* about many runs ([sweep]): no part of struct ob_spec, read by
                             conf/sweep.h */
    const char *about; /* what its keys are beside `params`, in lines; NULL = nothing */
};

/* The sections in canonical order; *n their number. */
const struct ob_section *ob_schema(size_t *n);

/* The section of that name ("group" for the groups), or NULL. */
const struct ob_section *ob_schema_section(const char *name);

/* The section whose kinds this one chooses from: itself, or that whose keys it inherits;
 * its family may be NULL. */
const struct ob_section *ob_section_chooser(const struct ob_section *s);

/* Whether it begins with the settings of the section it inherits from: groups do. */
bool ob_section_is_group(const struct ob_section *s);

/* The member of that name, or NULL. */
const struct ob_kind *ob_family_find(const struct ob_family *f, const char *name);

/* Where the texts of a typed kind stand: the value of a key as it is written, or NULL. */
struct ob_kind_texts {
    const char *(*get)(void *ctx, const char *key);
    void *ctx;
};

/* The kind that these texts make of a typed one (optimizer.rule): with the options that
 * they name. Any other kind is itself. */
const struct ob_kind *ob_kind_typed(const struct ob_kind *kind,
                                    const struct ob_kind_texts *texts);

/* Whether a line search can find the length of this optimizer's steps. */
bool ob_kind_searches(const struct ob_kind *optimizer);

/* The column that this source means where no target is named; NULL = none. */
const char *ob_kind_target(const struct ob_kind *source);

/* Whether this model is fitted to data; one that is not needs no [data]. */
bool ob_kind_needs_data(const struct ob_kind *model);

/* One key of one section, as ob_schema_each() meets it. */
struct ob_schema_key {
    const struct ob_section *section;
    const struct ob_kind *kind; /* whose key it is; NULL = of the section itself */
    const struct ob_param *param;
    const char *inherits; /* "experiment.seed" where that is the default; NULL = none */
};

/* Calls fn for every key: sections in canonical order; in a section the key that chooses
 * the kind, the common keys, then kind by kind. Keys that a group takes over from the
 * optimizer are not repeated. */
void ob_schema_each(void (*fn)(void *ctx, const struct ob_schema_key *key), void *ctx);

/*
 * Other spellings that a file may use: one key whose values are dealt out, in order, to
 * several keys of the same kind (`betas = 0.9 0.999`). A kind knows an alias when it has
 * all of the keys.
 */
struct ob_alias {
    const char *name;
    const char *key[4]; /* ends with NULL */
    const char *help;
};

/* The alias of that name that `kind` knows, or NULL. */
const struct ob_alias *ob_schema_alias(const struct ob_kind *kind, const char *name);

/* All aliases by number; NULL behind the last. */
const struct ob_alias *ob_schema_alias_at(size_t i);

/*
 * Prints what `topic` is: a section ("optimizer"), a kind ("optimizer.adam"), a key
 * ("optimizer.lr", "optimizer.adam.lr", "group.NAME.match"); a kind or a key alone
 * ("adam", "lr") where no section has that name; NULL or "" lists the sections. Fails
 * with OB_EUSAGE and a suggestion where there is no such thing; nothing was printed then.
 */
bool ob_schema_explain(FILE *to, const char *topic, struct ob_err *err);

#endif
