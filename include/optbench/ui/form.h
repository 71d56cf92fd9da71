/*
 * An experiment being edited: its INI text, and the same as rows of a form made from the
 * schema. Every edit changes the text (conf/ini_edit.h) and makes the rows anew, so the
 * two cannot differ and the text stays a file that could be saved at any moment. Plain
 * data of the UI thread; it reads no files: who loads, checks and saves is the app. A
 * zeroed struct is no experiment (ob_form_begin() makes one of it).
 */
#ifndef OB_UI_FORM_H
#define OB_UI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/conf/schema.h"
#include "optbench/ui/check.h"
#include "optbench/ui/data_view.h"

/* An experiment as it comes to the form and as it is kept by undo. */
struct ob_draft {
    struct ob_buf text;  /* the INI */
    struct ob_buf under; /* what the files that it is based on say, as one INI; what the
                            text says wins */
    char *path;          /* where it comes from, or will be: the folder makes relative
                            paths in it resolve. Owned */
    char *save_as;       /* where saving puts it, owned; equals path when that file is the
                            person's own, and then saving asks nothing */
    bool stands;         /* the file `path` holds this text */
    uint64_t file;       /* ob_hash() of what that file held when it was read or saved */
    bool kept;           /* it was left unsaved the last time */
};

void ob_draft_finish(struct ob_draft *d);

enum ob_form_kind {
    OB_FORM_SECTION, /* a heading; no param */
    OB_FORM_CHOICE,  /* which member of the family: optimizer.kind, data.source */
    OB_FORM_KEY,
};

/* Where the value of a row comes from. */
enum ob_form_from { OB_FORM_DEFAULT, OB_FORM_BASE, OB_FORM_TEXT };

struct ob_form_row {
    enum ob_form_kind kind;
    const struct ob_section *section;
    const struct ob_kind *owner;  /* whose key it is; NULL = of the section itself */
    const struct ob_param *param; /* NULL for a heading */
    struct ob_form_axis *axis;    /* what `param` is, where the row is an axis of a sweep;
                                     owned, NULL = `param` is one of the schema */
    char *where;                  /* section as written or to be written; owned */
    char *value;                  /* as a person reads and types it, without the quotes of
                                     the file; raw; owned; NULL = not set and no default */
    char *fallback;               /* the default in the same form; owned, NULL = none */
    enum ob_form_from from;
    const struct ob_alias *alias; /* the value is a part of this one's ... */
    size_t part;                  /* ... that one */
    unsigned line;                /* of the key in the text, 0 = not there */
    char *problem;                /* why the value cannot be; owned, NULL = none */
    bool rare;                    /* shown only when it is set, wrong or asked for */
    bool idle;                    /* never shown: of [data], and the model reads none */
};

/* A key of the experiment as one of [sweep] or [tune.KIND]. */
struct ob_form_axis {
    struct ob_param param; /* name = as written there, a list of words */
    char *key;             /* "optimizer.lr" */
    char *name, *help;     /* of param */
};

struct ob_form_stash; /* values that keys had under another kind */

/* A first rate that the table suggests, as written; "" = none; half a sentence why. */
struct ob_form_rate {
    char text[32], why[104];
};

/* For gd and sgd; for adam. */
enum { OB_FORM_RATE_PLAIN, OB_FORM_RATE_ADAM, OB_FORM_RATES };

struct ob_form {
    struct ob_draft now;
    struct ob_buf saved; /* text that it began with, or was saved as */
    bool stands;         /* now.path holds that text */
    struct ob_form_row *row;
    size_t rows;
    struct ob_draft *past; /* [pasts]: what undo goes back to, and redo forward */
    size_t pasts, at;      /* past[at] is what is shown, once there is one */
    struct ob_form_stash *stash;
    size_t stashed;
    unsigned revision; /* counts the changes of text and path */
    unsigned begun;    /* counts the experiments */
    bool propose;      /* the table is a new one: ob_form_propose() may fill in columns */
    char proposed_lr[32]; /* a rate that was proposed, not chosen; "" = none */
    struct ob_form_rate rate[OB_FORM_RATES];
    char rate_model[32]; /* kind of model that they are meant for */
    char note[512];      /* what the last edit did besides; safe; "" = nothing */
};

void ob_form_finish(struct ob_form *f);

/* Takes over *d, which is zeroed, as what is edited from now on. What was edited before
 * comes back by undo. */
void ob_form_begin(struct ob_form *f, struct ob_draft *d);

/* Whether there is an experiment; whether it was changed since it began or was saved;
 * whether its file holds just this text. */
bool ob_form_is_open(const struct ob_form *f);
bool ob_form_is_dirty(const struct ob_form *f);
bool ob_form_is_saved(const struct ob_form *f);

/* The text was saved to `path`, which becomes its file. */
void ob_form_saved(struct ob_form *f, const char *path);

/* Whether a row is to be seen where only the important ones are. */
bool ob_form_shows(const struct ob_form_row *row, bool all);

/* Row of a key, f->rows where there is none. A section with a kind or with a name of its
 * own ("optimizer.adam", "group.w") is looked for first, then that of its family. */
size_t ob_form_find(const struct ob_form *f, const char *section, const char *key);

/* Whether the model that is chosen is fitted to data. */
bool ob_form_needs_data(const struct ob_form *f);

/* The member that a section with a family uses, NULL for others. */
const struct ob_kind *ob_form_chosen(const struct ob_form *f, const char *section);

/* Value of a key, lent until the next edit; NULL = none. */
const char *ob_form_value(const struct ob_form *f, const char *section, const char *key);

/*
 * Sets the key of a row. Text is what a person types: "" is the same as ob_form_unset().
 * Fails with OB_ECONFIG and a text that says what is allowed; nothing changes then. A
 * kind takes the keys that the new one does not have, or means otherwise, out of the
 * text; they come back when it is chosen again.
 */
bool ob_form_set(struct ob_form *f, size_t row, const char *text, struct ob_err *err);

/* Takes the key of a row out of the text; false where it was not there. */
bool ob_form_unset(struct ob_form *f, size_t row);

/* A section of its own for a layer or a group of tensors, which the experiment could have
 * and has not. */
struct ob_form_addition {
    char section[48];        /* "layer.linear2", "group.weights" */
    const char *key, *value; /* what it begins with; static; NULL = nothing */
    char about[96];          /* for people */
};

/* What can be added, at most `most`; returns how many. */
size_t ob_form_additions(const struct ob_form *f, struct ob_form_addition *out,
                         size_t most);

/* Adds the section and returns its first row. */
size_t ob_form_add(struct ob_form *f, const struct ob_form_addition *a);

/*
 * Has a sweep vary the key of a row: a line in [sweep] with values around its own, or,
 * for a seed, with repeats. *axis is the row of that line, which may have been there
 * already. Fails with OB_EUSAGE where the row is one of the sweep.
 */
bool ob_form_vary(struct ob_form *f, size_t row, size_t *axis, struct ob_err *err);

/* Whether the experiment is a sweep: some key of it varies. */
bool ob_form_is_sweep(const struct ob_form *f);

/* Replaces the whole text, as an editor does. */
void ob_form_replace(struct ob_form *f, const char *text);

/* What the files below the text say, after its base was changed. */
void ob_form_put_under(struct ob_form *f, const struct ob_buf *under);

bool ob_form_undo(struct ob_form *f);
bool ob_form_redo(struct ob_form *f);

/* Gives rows the problems that a check found; those that the form sees itself stay. */
void ob_form_take_check(struct ob_form *f, const struct ob_check *c);

/* Fills in what the view of a table suggests for it: target, features, scale, model. The
 * sentence why goes to note. Nothing where f->propose is not set. */
void ob_form_propose(struct ob_form *f, const struct ob_data_view *v);

/* Appends the name of a column as a word of a list, in quotes where it needs them. */
void ob_form_column_word(const char *name, struct ob_buf *out);

/* Appends a path as a value that means just it: paths are read with variables expanded.
 */
void ob_form_path_value(const char *path, struct ob_buf *out);

/* Appends the text with relative paths made absolute, for another folder than its own.
 */
void ob_form_placed(const struct ob_form *f, struct ob_buf *out);

/* Appends a resolved experiment without what is the default anyway; paths below the
 * folder `data` as @data, those below `folder` relative to it ("" = none). */
void ob_form_compact(const char *resolved, const char *data, const char *folder,
                     struct ob_buf *out);

/* Text of a new experiment. */
void ob_form_template(struct ob_buf *out);

#endif
