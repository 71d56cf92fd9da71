#include "setup_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/path.h"
#include "optbench/base/text.h"

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%.255s", text);
}

static bool is_key(const struct ob_form_row *r, const char *section, const char *key)
{
    return strcmp(r->section->name, section) == 0 && strcmp(r->param->name, key) == 0;
}

static void open_list(struct ob_setup_state *s, enum ob_setup_pick pick, size_t at)
{
    s->pick = pick;
    ob_picker_open_at(&s->picker, at);
}

/* Opens the value to be typed. One that does not fit would be cut by Enter. */
static void open_value(struct ob_setup_state *s, const char *text, struct ob_wishes *wish)
{
    if (strlen(text) > OB_LINEEDIT_MAX) {
        say(wish, "too long for this line: E opens it in your editor");
        return;
    }
    s->line = OB_SETUP_VALUE;
    s->why[0] = '\0';
    ob_lineedit_offer(&s->edit, text);
}

/* Sets the row under the cursor; a text that cannot be is told. */
static bool put(struct ob_setup_state *s, struct ob_view *v, const char *text,
                struct ob_wishes *wish)
{
    struct ob_err err;
    if (ob_form_set(&v->form, s->cursor, text, &err)) {
        ob_setup_tell(s, v, wish);
        return true;
    }
    ob_text_safe_z(s->why, sizeof s->why, err.text);
    return false;
}

void ob_setup_next(struct ob_setup_state *s, struct ob_view *v, struct ob_wishes *wish)
{
    const struct ob_form_row *r = ob_setup_row(s, v);
    if (!r || !r->param)
        return;
    const char *value = r->value ? r->value : "";
    if (r->param->kind == OB_PARAM_BOOLEAN) {
        bool yes =
            !strcmp(value, "yes") || !strcmp(value, "true") || !strcmp(value, "on");
        put(s, v, yes ? "no" : "yes", wish);
    } else if (r->param->choices && r->kind == OB_FORM_KEY) {
        const char *const *choice = r->param->choices;
        size_t i = 0;
        while (choice[i] && strcmp(choice[i], value) != 0)
            i++;
        put(s, v, choice[i] && choice[i + 1] ? choice[i + 1] : choice[0], wish);
    } else {
        ob_setup_open(s, v, wish);
    }
}

/* Columns can be chosen once the table was looked at. */
static bool open_columns(struct ob_setup_state *s, struct ob_view *v, bool features)
{
    size_t at = 0;
    if (!v->data->known || v->data->columns == 0)
        return false;
    ob_setup_list_finish(&s->list);
    ob_setup_list_columns(&s->list, v, features);
    const char *value = ob_setup_row(s, v)->value;
    for (size_t i = 0; i < v->data->columns && value && !features; i++)
        if (strcmp(v->data->column[i].name, value) == 0)
            at = i;
    open_list(s, features ? OB_SETUP_FEATURES : OB_SETUP_TARGET, at);
    return true;
}

void ob_setup_take_columns(struct ob_setup_state *s, struct ob_view *v)
{
    bool features = s->pick == OB_SETUP_FEATURES;
    if ((!features && s->pick != OB_SETUP_TARGET) || !s->picker.filter.open)
        return;
    if (!open_columns(s, v, features)) {
        s->pick = OB_SETUP_NOTHING;
        s->picker.filter.open = false;
    }
}

void ob_setup_open(struct ob_setup_state *s, struct ob_view *v, struct ob_wishes *wish)
{
    const struct ob_form_row *r = ob_setup_row(s, v);
    size_t at;
    if (!r || !r->param)
        return;
    if (r->param->kind == OB_PARAM_CHOICE) {
        ob_setup_list_finish(&s->list);
        ob_setup_list_values(&s->list, r, &at);
        open_list(s, OB_SETUP_VALUES, at);
    } else if (r->param->kind == OB_PARAM_BOOLEAN) {
        ob_setup_next(s, v, wish);
    } else if (is_key(r, "data", "path")) {
        /* The shipped tables first: they are listed when their folder was read. */
        char *folder = ob_path_data();
        s->pick = OB_SETUP_TABLES;
        wish->wish = OB_WISH_BROWSE;
        snprintf(wish->path, sizeof wish->path, "%s", folder);
        free(folder);
    } else if (is_key(r, "data", "target") && open_columns(s, v, false)) {
        return;
    } else if (is_key(r, "data", "features") && open_columns(s, v, true)) {
        return;
    } else {
        open_value(s, r->value ? r->value : "", wish);
    }
}

void ob_setup_open_keys(struct ob_setup_state *s, const struct ob_view *v)
{
    ob_setup_list_finish(&s->list);
    ob_setup_list_keys(&s->list, &v->form);
    open_list(s, OB_SETUP_KEYS, 0);
}

void ob_setup_open_faults(struct ob_setup_state *s, const struct ob_view *v)
{
    ob_setup_list_finish(&s->list);
    ob_setup_list_faults(&s->list, v->checked, v->form.now.path);
    open_list(s, OB_SETUP_FAULTS, 0);
}

void ob_setup_open_sections(struct ob_setup_state *s, const struct ob_view *v,
                            struct ob_wishes *wish)
{
    ob_setup_list_finish(&s->list);
    ob_setup_list_sections(&s->list, &v->form);
    if (s->list.n > 0)
        open_list(s, OB_SETUP_SECTIONS, 0);
    else
        say(wish, "nothing to add: its layers and groups are there, or it has none; E "
                  "opens the text");
}

/* Adds the section that was chosen, and goes there. */
static void add_section(struct ob_setup_state *s, struct ob_view *v, size_t chosen,
                        struct ob_wishes *wish)
{
    struct ob_form_addition a[OB_SETUP_ADDITIONS];
    if (chosen >= ob_form_additions(&v->form, a, OB_COUNT(a)))
        return;
    ob_setup_go(s, v, ob_form_add(&v->form, &a[chosen]));
    say(wish, "added: u takes it back");
}

void ob_setup_take_folder(struct ob_setup_state *s, struct ob_view *v,
                          struct ob_wishes *wish)
{
    if (s->path.line.open) {
        ob_path_picker_give(&s->path, v->folder.path ? &v->folder : NULL, &v->folder_err);
        const char *wants = ob_path_picker_wants(&s->path);
        if (wants) {
            wish->wish = OB_WISH_BROWSE;
            snprintf(wish->path, sizeof wish->path, "%s", wants);
        }
    } else if (s->pick == OB_SETUP_TABLES && !s->picker.filter.open) {
        ob_setup_list_finish(&s->list);
        ob_setup_list_tables(&s->list, &v->folder);
        open_list(s, OB_SETUP_TABLES, 0);
    }
}

/* Another table: what is known of its columns is proposed when it was looked at. */
static void take_table(struct ob_setup_state *s, struct ob_view *v, const char *path,
                       struct ob_wishes *wish)
{
    v->form.propose = true;
    if (!put(s, v, path, wish)) {
        v->form.propose = false;
        say(wish, s->why);
    }
}

static void browse_own(struct ob_setup_state *s, struct ob_wishes *wish)
{
    ob_path_picker_open(&s->path, "");
    wish->wish = OB_WISH_BROWSE;
    snprintf(wish->path, sizeof wish->path, "%s", ob_path_picker_wants(&s->path));
}

/* Takes a column into the features or out of them. */
static void toggle_feature(struct ob_setup_state *s, struct ob_view *v, size_t column,
                           struct ob_wishes *wish)
{
    struct ob_buf list = { 0 };
    const char *target = ob_form_value(&v->form, "data", "target");
    size_t all = 0, used = 0;
    for (size_t i = 0; i < v->data->columns && i < s->list.n; i++) {
        const char *name = v->data->column[i].name;
        bool has = strncmp(s->list.entry[i].summary, "[x]", 3) == 0;
        if (target && strcmp(name, target) == 0)
            continue;
        all++;
        if (has == (i == column))
            continue;
        used++;
        if (list.len)
            ob_buf_adds(&list, ", ");
        ob_form_column_word(name, &list);
    }
    if (used == all)
        put(s, v, "*", wish);
    else if (used > 0)
        put(s, v, ob_buf_text(&list), wish);
    else
        say(wish, "at least one column is needed");
    ob_buf_finish(&list);
    size_t at = s->picker.at;
    struct ob_lineedit filter = s->picker.filter;
    open_columns(s, v, true);
    s->picker.at = at;
    s->picker.filter = filter;
    s->picker.filter.open = true;
}

static void take_fault(struct ob_setup_state *s, struct ob_view *v, size_t chosen,
                       struct ob_wishes *wish)
{
    if (chosen >= v->checked->problems.n)
        return;
    const struct ob_fault *p = &v->checked->problems.item[chosen];
    size_t row = ob_form_find(&v->form, p->section, p->key);
    if (row < v->form.rows) {
        ob_setup_go(s, v, row);
        return;
    }
    wish->wish = OB_WISH_REVISE;
    wish->line = (int)ob_fault_own_line(p, v->form.now.path);
}

/* The row of the n-th key. */
static size_t row_of_key(const struct ob_form *f, size_t n)
{
    size_t i = 0;
    while (i < f->rows && (!f->row[i].param || f->row[i].idle || n-- > 0))
        i++;
    return i;
}

static void take(struct ob_setup_state *s, struct ob_view *v, size_t chosen,
                 struct ob_wishes *wish)
{
    enum ob_setup_pick pick = s->pick;
    s->pick = OB_SETUP_NOTHING;
    switch (pick) {
    case OB_SETUP_VALUES:
        put(s, v, s->list.entry[chosen].name, wish);
        break;
    case OB_SETUP_TABLES:
        if (chosen == 0)
            browse_own(s, wish);
        else
            take_table(s, v, s->list.entry[chosen].name, wish);
        break;
    case OB_SETUP_TARGET:
        if (chosen < v->data->columns)
            put(s, v, v->data->column[chosen].name, wish);
        break;
    case OB_SETUP_FEATURES:
        s->pick = OB_SETUP_FEATURES;
        toggle_feature(s, v, chosen, wish);
        break;
    case OB_SETUP_KEYS:
        ob_setup_go(s, v, row_of_key(&v->form, chosen));
        break;
    case OB_SETUP_FAULTS:
        take_fault(s, v, chosen, wish);
        break;
    case OB_SETUP_SECTIONS:
        add_section(s, v, chosen, wish);
        break;
    case OB_SETUP_NOTHING:
        break;
    }
}

static void line_key(struct ob_setup_state *s, struct ob_view *v, uint32_t key,
                     struct ob_wishes *wish)
{
    char text[OB_LINEEDIT_MAX + 1];
    enum ob_edited edited = ob_lineedit_key(&s->edit, key);
    if (edited == OB_EDITED_TEXT)
        s->why[0] = '\0';
    if (edited == OB_EDITED_DROPPED)
        s->line = OB_SETUP_NO_LINE;
    if (edited != OB_EDITED_TAKEN)
        return;
    snprintf(text, sizeof text, "%s", s->edit.text);
    if (s->line == OB_SETUP_VALUE) {
        if (put(s, v, text, wish))
            s->line = OB_SETUP_NO_LINE;
        else
            s->edit.open = true; /* what is wrong stays to be corrected */
        return;
    }
    s->line = OB_SETUP_NO_LINE;
    if (!text[0])
        return;
    size_t n = strlen(text);
    bool ini = n > 4 && strcmp(text + n - 4, ".ini") == 0;
    s->named = true;
    wish->wish = OB_WISH_SAVE;
    snprintf(wish->path, sizeof wish->path, "%s%s", text, ini ? "" : ".ini");
}

/* The path without the folder that the experiment lies in, lent from it: such a file can
 * be moved together with its table. */
static const char *near_name(const struct ob_form *f, const char *path)
{
    char *dir = ob_path_dir(f->now.path), *root = ob_path_absolute(dir);
    size_t n = strlen(root);
    bool below = strncmp(path, root, n) == 0 && path[n] == '/' && path[n + 1];
    free(root);
    free(dir);
    return below && path[n + 1] != '@' ? path + n + 1 : path;
}

static void path_key(struct ob_setup_state *s, struct ob_view *v, uint32_t key,
                     struct ob_wishes *wish)
{
    char *path = NULL;
    enum ob_picked picked = ob_path_picker_key(&s->path, key, &path);
    const char *wants = ob_path_picker_wants(&s->path);
    if (picked == OB_PICKED_TAKEN) {
        struct ob_buf value = { 0 };
        ob_form_path_value(near_name(&v->form, path), &value);
        take_table(s, v, ob_buf_text(&value), wish);
        ob_buf_finish(&value);
    } else if (wants) {
        wish->wish = OB_WISH_BROWSE;
        snprintf(wish->path, sizeof wish->path, "%s", wants);
    }
    free(path);
}

bool ob_setup_overlay_key(struct ob_setup_state *s, struct ob_view *v, uint32_t key,
                          struct ob_wishes *wish)
{
    size_t chosen = 0;
    if (s->line != OB_SETUP_NO_LINE) {
        line_key(s, v, key, wish);
        return true;
    }
    if (s->path.line.open) {
        path_key(s, v, key, wish);
        return true;
    }
    if (!s->picker.filter.open)
        return false;
    struct ob_picker_list list = ob_setup_shown(&s->list);
    switch (ob_picker_key(&s->picker, &list, key, &chosen)) {
    case OB_PICKED_TAKEN:
        take(s, v, chosen, wish);
        break;
    case OB_PICKED_CLOSED:
        s->pick = OB_SETUP_NOTHING;
        break;
    default:
        break;
    }
    return true;
}
