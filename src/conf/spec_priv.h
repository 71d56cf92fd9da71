/*
 * What the files of spec.c share: the layers that a spec is read from, the places of
 * options inside struct ob_spec, and the notes about who set what. All of it lives during
 * one ob_spec_load(), except the notes.
 */
#ifndef OB_CONF_SPEC_PRIV_H
#define OB_CONF_SPEC_PRIV_H

#include "optbench/conf/ini.h"
#include "optbench/conf/schema.h"
#include "optbench/conf/spec.h"

/* Where and what a key was set; the last setter counts. */
struct ob_spec_note {
    char *section, *key, *file; /* section without a kind: "optimizer", "group.w" */
    unsigned line;              /* 0 = by --set */
};

/* One file, or one --set as a file of one key. */
struct layer {
    struct ob_ini ini; /* ini.path: as problems name it */
    char *dir;         /* relative paths start here; NULL = the working directory */
};

struct layers {
    struct layer *item; /* [n], what comes later wins */
    size_t n;
};

/* The file with everything it is based on, then the sets. Problems go to diags, what
 * could be read is there all the same. */
bool layers_read(struct layers *ls, const struct ob_spec_from *from,
                 struct ob_diags *diags);
void layers_finish(struct layers *ls);

/* Whether some layer behind number `at` has the key in the section. */
bool layers_later(const struct layers *ls, size_t at, const char *section,
                  const char *key);

/* An entry as it is being judged. */
struct item {
    const char *file, *dir;
    unsigned line;
    const char *section, *key, *value; /* section as written */
};

/* The item of an entry; borrows from both. */
struct item layer_item(const struct layer *l, const struct ob_ini_entry *e);

/* Adds "section.key: text" with the place of the item; returns false. */
bool item_complain(const struct item *it, struct ob_diags *diags, enum ob_code code,
                   const char *format, ...) OB_PRINTF(4, 5);

/* A section's name taken apart: "optimizer.adam", "group.weights". */
struct place {
    const struct ob_section *section; /* NULL = not known, and reported if asked to */
    const struct ob_kind *kind;       /* NULL = the section itself */
    const char *group;                /* NULL = not a group; lent from the name */
};

/* Looks a section up. With diags a name that is unknown, refused or incomplete is
 * reported at file:line. */
struct place place_find(const char *name, const char *file, unsigned line,
                        struct ob_diags *diags);

/* The parameter of a section by name: the section's own, then the kind's (may be NULL).
 * *own tells which of the two. */
const struct ob_param *place_param(const struct ob_section *s, const struct ob_kind *kind,
                                   const char *key, bool *own);

/* Reports a key that the section does not have: refused, another kind's, mistyped. */
void unknown_key(const struct item *it, const struct ob_section *s,
                 const struct ob_kind *kind, struct ob_diags *diags);

/* Reads the item's value into the member of p: quotes, variables, folders. */
bool value_set(const struct ob_param *p, void *opts, const struct item *it,
               struct ob_diags *diags);

/* Appends the value of a path that stands for itself wherever the file lies: absolute,
 * in quotes where it needs them. `dir` as in struct item. */
bool value_path(const struct ob_param *p, const char *word, const char *dir,
                struct ob_buf *out, struct ob_err *err);

/* The same of a path that is absolute. It is read with variables expanded, so its own
 * '$' are doubled. */
void value_add_path(const char *path, struct ob_buf *out);

/* Access by the offsets of the schema. */
void *spec_common(const struct ob_section *s, struct ob_spec *spec);
void **spec_opts(const struct ob_section *s, struct ob_spec *spec);
const struct ob_kind *spec_kind(const struct ob_section *s, const struct ob_spec *spec);
void spec_choose(const struct ob_section *s, struct ob_spec *spec,
                 const struct ob_kind *kind);

/* Options of a kind with all defaults; NULL where it has none. Release with
 * kind_opts_free(). */
void *kind_opts(const struct ob_kind *kind);
void kind_opts_free(const struct ob_kind *kind, void *opts);

/* The kind of a typed rule (spec_rule.c) by what the layers say of it: in [optimizer]
 * where it is `chosen` there, in [optimizer.rule], then in [group.NAME] where group is
 * not NULL. */
const struct ob_kind *spec_rule_kind(const struct layers *ls, bool chosen,
                                     const char *group);

/* Loads the plug-ins that [plugin] names (spec_plugin.c), before the kinds are chosen. */
void spec_plugins(struct ob_spec *spec, const struct layers *ls, struct ob_diags *diags);

/* Takes what plug-ins have added to the registries into the schema. */
void schema_extend(void);

/* Whether it is a typed rule of that section. */
bool spec_is_rule(const struct ob_section *s, const struct ob_kind *kind);

/* The kind of a type that spec_rule_kind() has made, or NULL. */
const struct ob_kind *spec_typed_kind(const void *type);

/* Whether both are of one name, typed rules with different texts, too. */
bool spec_same_kind(const struct ob_kind *a, const struct ob_kind *b);

/* Gives a group's rule, which has other texts than that of [optimizer], the texts of
 * [optimizer] and the values of options of the same name. */
struct ob_rule_opts;
void spec_rule_inherit(const struct ob_optimizer_type *type, struct ob_rule_opts *to,
                       const struct ob_optimizer_type *from_type,
                       const struct ob_rule_opts *from);

/* What the key `kind` of a group may be, ended by NULL: "same", then the optimizers in
 * the order of ob_optimizers(), put there as the schema is built. */
enum { SPEC_GROUP_KINDS = 256 };
extern const char *spec_group_kinds[SPEC_GROUP_KINDS];

/* What the key `kind` of a phase may be, ended by NULL, in the order of ob_schedules().
 */
enum { SPEC_PHASE_KINDS = 64 };
extern const char *spec_phase_kinds[SPEC_PHASE_KINDS];

/* The phase of that name, which is made where it is new, of the first kind; its options
 * come with spec_phase_begin(), once its key `kind` is known. */
struct ob_phase_spec *spec_phase(struct ob_spec *spec, const char *name);
void spec_phase_begin(struct ob_phase_spec *p);
void spec_phase_finish(struct ob_phase_spec *p);
const struct ob_kind *spec_phase_kind(const struct ob_phase_spec *p);

/* The group of that name, which is made where it is new; its kind and options come with
 * spec_group_begin(), once its key `kind` and [optimizer] are known. */
struct ob_group_spec *spec_group(struct ob_spec *spec, const char *name);
void spec_group_begin(const struct ob_spec *spec, const struct layers *ls,
                      struct ob_group_spec *g);
void spec_group_finish(struct ob_group_spec *g);

/* The kind of a group; NULL before spec_group_begin(). */
const struct ob_kind *spec_group_kind(const struct ob_group_spec *g);

void note_add(struct ob_spec *spec, const char *section, const char *key,
              const struct item *it);

/* What no table can say: names, metrics, targets, what fits together. Keys that are
 * missing are told only where the file was read as a `whole`: else they may stand in a
 * line or a section that was refused. */
void spec_check(struct ob_spec *spec, bool whole, struct ob_diags *diags);

/* The part of it that is about wrappers. */
void spec_check_wrap(const struct ob_spec *spec, struct ob_diags *diags);

/* Whether it is the section of a wrapper that does nothing. */
bool spec_wrap_is_off(const struct ob_spec *spec, const char *section);

/* Whether a key of a wrapper that is on says nothing. */
bool spec_wrap_is_idle(const struct ob_spec *spec, const char *section, const char *key);

/* The part of it that is about random numbers. */
void spec_check_draws(const struct ob_spec *spec, struct ob_diags *diags);

/* The part of it that is about the form of experiment.device; no device is looked for. */
void spec_check_device(const struct ob_spec *spec, struct ob_diags *diags);

/* Whether the key says nothing with the other values as they are, as those about torch do
 * under rng = philox: then it is no part of the resolved file. */
bool spec_is_idle(const struct ob_spec *spec, const char *section, const char *key);

/* Appends one section of the resolved file, whether or not it takes part. */
void spec_write_one(const struct ob_spec *spec, const char *section, struct ob_buf *out);

#endif
