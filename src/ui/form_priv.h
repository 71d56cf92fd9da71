/*
 * What the files of the form share: form.c keeps text and history, form_rows.c makes the
 * rows, form_kind.c changes kinds, form_text.c makes texts of experiments, form_axes.c
 * has the rows of sweeps.
 */
#ifndef OB_UI_FORM_PRIV_H
#define OB_UI_FORM_PRIV_H

#include "optbench/conf/ini.h"
#include "optbench/ui/form.h"

/* A value that a key had while another kind was chosen. */
struct ob_form_stash {
    char *section; /* as written */
    const struct ob_kind *kind;
    char *key, *value; /* as they stood in the file */
};

/* Makes the rows anew from now.text and now.under. */
void ob_form_rows(struct ob_form *f);
void ob_form_rows_finish(struct ob_form *f);

/* Puts section.key = value (as in a file) into the text, the section at its place. */
void ob_form_put(struct ob_form *f, const char *section, const char *key,
                 const char *value);

/* The text is another one: makes rows, remembers it for undo. */
void ob_form_changed(struct ob_form *f);

/* Chooses another member of a family; the text is not yet told to have changed. */
void ob_form_choose(struct ob_form *f, size_t row, const struct ob_kind *kind);

/* The same for the row `kind` of a group: `word` as it is written, NULL = that of
 * [optimizer], the line itself stays then. */
void ob_form_choose_group(struct ob_form *f, size_t row, const char *word);

/* Remembers the rates that a table suggests. */
void ob_form_take_rates(struct ob_form *f, const struct ob_data_view *v);

/* Puts the one for the chosen optimizer where none was chosen, and returns it; NULL where
 * there is none. Rows are as before. */
const struct ob_form_rate *ob_form_propose_rate(struct ob_form *f);

/* Whether the value can be that of the parameter, quotes already taken away. */
bool ob_form_try(const struct ob_param *p, const char *text, struct ob_err *err);

/* Appends a value of the parameter as it is usually spelled; nothing where it is none. */
void ob_form_spell(const struct ob_param *p, const char *text, struct ob_buf *out);

/* The default as a person types it, appended; false where there is none. */
bool ob_form_fallback(const struct ob_param *p, struct ob_buf *out);

/* Whether the parameter's value is a list, whose quotes belong to it. */
bool ob_form_is_list(const struct ob_param *p);

/* Whether a key of the section is one of the experiment, which a sweep varies. */
bool ob_form_is_axis(const struct ob_section *s, const char *key);

/* Whether a text has the section. */
bool ob_form_has_header(const struct ob_ini *ini, const char *section);

/* Adds the rows of such keys below the heading of their section, which is the last row.
 */
void ob_form_add_axes(struct ob_form *f, size_t heading, const struct ob_ini *text,
                      const struct ob_ini *under);
void ob_form_axis_destroy(struct ob_form_axis *a);

/* Section names in the order in which a file has them: rank of "optimizer.adam". */
size_t ob_form_rank(const char *section);

#endif
