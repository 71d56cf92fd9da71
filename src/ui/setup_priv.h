/*
 * Parts of the setup screen, shared by screen_setup.c and setup_*.c alone.
 */
#ifndef OB_UI_SETUP_PRIV_H
#define OB_UI_SETUP_PRIV_H

#include "optbench/ui/arrange.h"
#include "optbench/ui/data_pane.h"
#include "optbench/ui/function_pane.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/path_picker.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/schedule_pane.h"
#include "optbench/ui/screen.h"

/* What the list over the screen is about. */
enum ob_setup_pick {
    OB_SETUP_NOTHING,
    OB_SETUP_VALUES,   /* kinds or choices of the row under the cursor */
    OB_SETUP_TABLES,   /* where the table comes from */
    OB_SETUP_TARGET,   /* a column */
    OB_SETUP_FEATURES, /* columns, until it is closed */
    OB_SETUP_KEYS,     /* any key, to go there */
    OB_SETUP_FAULTS,   /* what is wrong, to go there */
    OB_SETUP_SECTIONS, /* of layers and groups, to be added */
};

/* An explanation of so few lines has no room for what an edit did besides: then that is
 * a message. */
enum { OB_SETUP_SLIM = 4 };

/* What is typed. */
enum ob_setup_line { OB_SETUP_NO_LINE, OB_SETUP_VALUE, OB_SETUP_NAME };

enum { OB_SETUP_ADDITIONS = 256 }; /* that are offered at most */

/* A list with texts of its own. */
struct ob_setup_list {
    char title[80];
    struct ob_picker_entry *entry; /* [n] */
    size_t n;
};

struct ob_setup_state {
    size_t cursor; /* row of the form; never one that is not shown */
    size_t top;    /* first row on the screen */
    int page;
    unsigned begun; /* the experiment that the cursor is in */
    bool all;       /* rare keys, too */
    bool in_data;   /* keys go to the data */
    bool large;     /* the data alone */
    bool revised;   /* an editor has ended: what is wrong is listed when it is known */
    enum ob_setup_line line;
    struct ob_lineedit edit;
    bool named;    /* what is to be saved is called as was typed */
    char why[256]; /* why what was typed cannot be; safe */
    enum ob_setup_pick pick;
    struct ob_setup_list list;
    struct ob_picker picker;
    struct ob_path_picker path;
    struct ob_data_pane data;
    int data_h;            /* of the place that it is drawn in */
    struct ob_rect fields; /* where the rows are drawn */
    bool slim;             /* the explanation has little room */
};

/* The row under the cursor; NULL where there is no form. */
const struct ob_form_row *ob_setup_row(const struct ob_setup_state *s,
                                       const struct ob_view *v);

/* Says what an edit did besides, where the explanation cannot. */
void ob_setup_tell(const struct ob_setup_state *s, const struct ob_view *v,
                   struct ob_wishes *wish);

/* Goes to a row, and shows rare keys where it is one. */
void ob_setup_go(struct ob_setup_state *s, const struct ob_view *v, size_t row);

/* Lists: what is chosen from, as entries with explanations. */
void ob_setup_list_finish(struct ob_setup_list *l);
void ob_setup_list_values(struct ob_setup_list *l, const struct ob_form_row *row,
                          size_t *at);
void ob_setup_list_tables(struct ob_setup_list *l, const struct ob_browse *shipped);
void ob_setup_list_columns(struct ob_setup_list *l, const struct ob_view *v,
                           bool features);
void ob_setup_list_keys(struct ob_setup_list *l, const struct ob_form *f);
void ob_setup_list_faults(struct ob_setup_list *l, const struct ob_check *c,
                          const char *own);

void ob_setup_list_sections(struct ob_setup_list *l, const struct ob_form *f);

struct ob_picker_list ob_setup_shown(const struct ob_setup_list *l);

/* Opens what changes the row under the cursor: a list, a line to type in, or the next of
 * two values at once. */
void ob_setup_open(struct ob_setup_state *s, struct ob_view *v, struct ob_wishes *wish);
void ob_setup_open_keys(struct ob_setup_state *s, const struct ob_view *v);
void ob_setup_open_faults(struct ob_setup_state *s, const struct ob_view *v);

/* Opens what could be added; says so where that is nothing. */
void ob_setup_open_sections(struct ob_setup_state *s, const struct ob_view *v,
                            struct ob_wishes *wish);

/* The next choice of the row under the cursor. */
void ob_setup_next(struct ob_setup_state *s, struct ob_view *v, struct ob_wishes *wish);

/* The table was looked at: a list of its columns is made anew. */
void ob_setup_take_columns(struct ob_setup_state *s, struct ob_view *v);

/* One key for what lies over the screen; false where nothing does. */
bool ob_setup_overlay_key(struct ob_setup_state *s, struct ob_view *v, uint32_t key,
                          struct ob_wishes *wish);

/* The folder that was asked for is there. */
void ob_setup_take_folder(struct ob_setup_state *s, struct ob_view *v,
                          struct ob_wishes *wish);

/* The value of a row where its line of `room` columns does not say all: in full where it
 * is longer, or the part of it that a problem points at, with a mark below the character.
 * Returns the line behind it. */
int ob_setup_draw_value(const struct ob_form_row *r, int room, struct ob_canvas *c,
                        struct ob_rect in, int line);

void ob_setup_draw(const struct ob_setup_state *s, const struct ob_view *v,
                   struct ob_canvas *c);

/* Whether the experiment can be run, in words, and the line that is wrong first. */
enum ob_style ob_setup_state_text(const struct ob_view *v, char out[static 512]);

/* Whether the row can be seen. */
bool ob_setup_visible(const struct ob_setup_state *s, const struct ob_form_row *row);

#endif
