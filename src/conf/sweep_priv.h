/* What the files of conf/sweep.h share. */
#ifndef OB_CONF_SWEEP_PRIV_H
#define OB_CONF_SWEEP_PRIV_H

#include "optbench/conf/sweep.h"
#include "spec_priv.h"

/*
 * An entry of [sweep] or [tune.KIND], taken apart. --set sweep.optimizer.lr=... is read
 * as section "sweep.optimizer" and key "lr", in a file it is "sweep" and "optimizer.lr":
 * here both are the latter.
 */
struct sweep_entry {
    struct item it; /* section "sweep" or "tune.KIND", key behind it */
    char *section, *key;
    char *kind; /* of [tune.KIND]; NULL = [sweep] */
};

/* False where the item is in neither section; *e is empty then. */
bool sweep_entry_of(const struct item *it, struct sweep_entry *e);
void sweep_entry_finish(struct sweep_entry *e);

/* The key of the experiment that an axis is about, to be freed: "optimizer.lr". */
char *sweep_axis_key(const struct sweep_entry *e);

/* Reads an axis from its entry into a zeroed *axis; problems at the entry's place. */
bool sweep_axis_read(const struct sweep_entry *e, struct ob_sweep_axis *axis,
                     struct ob_diags *diags);
void sweep_axis_finish(struct ob_sweep_axis *axis);

/* The parameter of a key of the experiment, of whichever kind has it first; NULL = none
 * that is known by name. */
const struct ob_param *sweep_param(const char *section, const char *key);

#endif
