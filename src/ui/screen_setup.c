#include <stdio.h>
#include <string.h>

#include "setup_priv.h"

#include "optbench/base/text.h"

const struct ob_form_row *ob_setup_row(const struct ob_setup_state *s,
                                       const struct ob_view *v)
{
    return s->cursor < v->form.rows ? &v->form.row[s->cursor] : NULL;
}

/* Whether the cursor may stand on a row. */
static bool can_stand(const struct ob_setup_state *s, const struct ob_form_row *r)
{
    return r->param && ob_setup_visible(s, r);
}

/* Moves to the next row in direction `by` (+1, -1), stays where there is none. */
static bool step(struct ob_setup_state *s, const struct ob_view *v, int by)
{
    size_t i = s->cursor;
    while (by > 0 ? i + 1 < v->form.rows : i > 0) {
        i = by > 0 ? i + 1 : i - 1;
        if (can_stand(s, &v->form.row[i])) {
            s->cursor = i;
            return true;
        }
    }
    return false;
}

/* The first thing that is to be done: a key that must be given, else what is changed most
 * often. */
static void first(struct ob_setup_state *s, const struct ob_view *v)
{
    s->top = 0;
    s->cursor = ob_form_find(&v->form, "optimizer", "kind");
    for (size_t i = 0; i < v->form.rows; i++)
        if (v->form.row[i].problem && can_stand(s, &v->form.row[i])) {
            s->cursor = i;
            break;
        }
}

void ob_setup_go(struct ob_setup_state *s, const struct ob_view *v, size_t row)
{
    if (row >= v->form.rows)
        return;
    s->all = s->all || !ob_setup_visible(s, &v->form.row[row]);
    s->cursor = row;
    s->in_data = s->large = false;
}

/* The rows are made anew by every edit: the cursor must stand on one that is there. */
static void settle(struct ob_setup_state *s, const struct ob_view *v)
{
    if (s->begun != v->form.begun) {
        s->begun = v->form.begun;
        s->in_data = s->large = false;
        s->data = (struct ob_data_pane){ 0 };
        first(s, v);
    }
    if (s->cursor >= v->form.rows)
        s->cursor = v->form.rows ? v->form.rows - 1 : 0;
    if (v->form.rows && !can_stand(s, &v->form.row[s->cursor]) && !step(s, v, 1))
        step(s, v, -1);
}

/* Lines of the form from its top to a row. */
static int lines_to(const struct ob_setup_state *s, const struct ob_view *v, size_t from,
                    size_t to)
{
    int n = 0;
    for (size_t i = from; i < to; i++)
        n += ob_setup_visible(s, &v->form.row[i]);
    return n;
}

static void update(void *state, const struct ob_view *v, int w, int h)
{
    struct ob_setup_state *s = state;
    struct ob_setup_places p = ob_arrange_setup(w, h, s->large);
    bool boxed = p.kind == OB_ARRANGE_WIDE && !s->large;
    int room = p.fields.h - 2 * boxed;
    s->data_h = p.data.h - 2 * boxed;
    s->fields = p.fields;
    s->slim = p.explain.h - 2 * boxed <= OB_SETUP_SLIM;
    if (boxed)
        s->fields = (struct ob_rect){ p.fields.x + 1, p.fields.y + 1, p.fields.w - 2,
                                      p.fields.h - 2 };
    settle(s, v);
    s->page = room > 1 ? room - 1 : 1;
    if (room < 1)
        room = 1;
    if (s->top > s->cursor)
        s->top = s->cursor;
    /* The heading of the cursor's section stays in sight with its first key. */
    if (s->cursor > 0 && s->top == s->cursor && !v->form.row[s->cursor - 1].param)
        s->top--;
    while (lines_to(s, v, s->top, s->cursor) >= room)
        s->top++;
    while (s->top > 0 && lines_to(s, v, s->top - 1, v->form.rows) <= room)
        s->top--;
}

static void move(struct ob_setup_state *s, const struct ob_view *v, int by)
{
    for (int i = 0; i < (by > 0 ? by : -by) && step(s, v, by > 0 ? 1 : -1); i++)
        ;
}

static bool moves(struct ob_setup_state *s, const struct ob_view *v, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_UP:
    case OB_REQUEST_DOWN:
        move(s, v, r == OB_REQUEST_UP ? -1 : 1);
        return true;
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        move(s, v, r == OB_REQUEST_PAGE_UP ? -s->page : s->page);
        return true;
    case OB_REQUEST_FIRST:
        s->cursor = 0;
        step(s, v, 1);
        return true;
    case OB_REQUEST_LAST:
        s->cursor = v->form.rows ? v->form.rows - 1 : 0;
        settle(s, v);
        return true;
    default:
        return false;
    }
}

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%.255s", text);
}

void ob_setup_tell(const struct ob_setup_state *s, const struct ob_view *v,
                   struct ob_wishes *wish)
{
    if (s->slim && v->form.note[0])
        say(wish, v->form.note);
}

static void undo(struct ob_setup_state *s, struct ob_view *v, bool back,
                 struct ob_wishes *wish)
{
    if (back ? !ob_form_undo(&v->form) : !ob_form_redo(&v->form))
        say(wish, back ? "there is nothing to take back" : "nothing was taken back");
    settle(s, v);
}

static void back_to_default(struct ob_setup_state *s, struct ob_view *v,
                            struct ob_wishes *wish)
{
    const struct ob_form_row *r = ob_setup_row(s, v);
    if (r && r->from == OB_FORM_BASE)
        say(wish, "the file that this one is based on sets it");
    else if (r && !ob_form_unset(&v->form, s->cursor))
        say(wish, "it is not set: the default holds");
    else
        ob_setup_tell(s, v, wish);
}

static void save(struct ob_setup_state *s, struct ob_view *v, bool as,
                 struct ob_wishes *wish)
{
    const struct ob_draft *d = &v->form.now;
    if (!as && d->stands && strcmp(d->path, d->save_as) == 0) {
        s->named = false;
        wish->wish = OB_WISH_SAVE;
        snprintf(wish->path, sizeof wish->path, "%s", d->path);
        return;
    }
    s->line = OB_SETUP_NAME;
    s->why[0] = '\0';
    ob_lineedit_offer(&s->edit, d->save_as);
}

static bool refused(void *state, const char *why)
{
    struct ob_setup_state *s = state;
    if (!s->named)
        return false;
    s->line = OB_SETUP_NAME;
    s->edit.open = true;
    ob_text_safe_z(s->why, sizeof s->why, why);
    return true;
}

static void show_faults(struct ob_setup_state *s, struct ob_view *v,
                        struct ob_wishes *wish)
{
    if (v->checked->known && v->checked->problems.n > 0)
        ob_setup_open_faults(s, v);
    else
        say(wish, v->checking ? "still being checked" : "nothing is wrong");
}

/* To the row of the sweep, its values to be typed over. */
static void vary(struct ob_setup_state *s, struct ob_view *v, struct ob_wishes *wish)
{
    size_t row;
    struct ob_err err;
    if (s->cursor >= v->form.rows)
        return;
    if (!ob_form_vary(&v->form, s->cursor, &row, &err)) {
        say(wish, err.text);
        return;
    }
    ob_setup_go(s, v, row);
    ob_setup_open(s, v, wish);
}

/* What is done with the experiment as a whole. */
static bool works(struct ob_setup_state *s, struct ob_view *v, enum ob_request r,
                  struct ob_wishes *wish)
{
    const struct ob_form_row *row = ob_setup_row(s, v);
    switch (r) {
    case OB_REQUEST_FORM_RUN:
        wish->wish = OB_WISH_LAUNCH;
        return true;
    case OB_REQUEST_FORM_SAVE:
    case OB_REQUEST_FORM_SAVE_AS:
        save(s, v, r == OB_REQUEST_FORM_SAVE_AS, wish);
        return true;
    case OB_REQUEST_FORM_EDITOR:
        wish->wish = OB_WISH_REVISE;
        wish->line = row ? (int)row->line : 0;
        return true;
    case OB_REQUEST_FORM_UNDO:
    case OB_REQUEST_FORM_REDO:
        undo(s, v, r == OB_REQUEST_FORM_UNDO, wish);
        return true;
    case OB_REQUEST_FORM_VARY:
        vary(s, v, wish);
        return true;
    case OB_REQUEST_FORM_FAULTS:
        show_faults(s, v, wish);
        return true;
    case OB_REQUEST_FORM_ADD:
        ob_setup_open_sections(s, v, wish);
        return true;
    default:
        return false;
    }
}

static bool looks(struct ob_setup_state *s, struct ob_view *v, enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_FORM_DATA:
        s->large = !s->large;
        s->in_data = false;
        return true;
    case OB_REQUEST_FORM_PANE:
        s->in_data = !s->in_data && s->data_h > 0 && !s->large;
        return true;
    case OB_REQUEST_FORM_ALL:
        s->all = !s->all;
        settle(s, v);
        return true;
    case OB_REQUEST_FORM_FIND:
        ob_setup_open_keys(s, v);
        return true;
    case OB_REQUEST_BACK:
        if (!s->large && !s->in_data)
            return false;
        s->large = s->in_data = false;
        return true;
    default:
        return false;
    }
}

/* The pane beside the form shows a table, or a function that needs none. */
static bool moves_in_pane(struct ob_setup_state *s, const struct ob_view *v,
                          enum ob_request r)
{
    return ob_form_needs_data(&v->form)
               ? ob_data_pane_request(&s->data, v->data, r, s->data_h)
               : ob_function_pane_request(&s->data, v->checked, r, s->data_h);
}

static bool request(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    struct ob_setup_state *s = state;
    settle(s, v);
    s->revised = false; /* who goes on does not wait for the list */
    if (!ob_form_is_open(&v->form))
        return false;
    if ((s->in_data || s->large) && moves_in_pane(s, v, r))
        return true;
    size_t before = s->cursor;
    bool moved = moves(s, v, r);
    if (s->cursor != before)
        v->form.note[0] = '\0'; /* it was about the edit in another row */
    if (moved || works(s, v, r, wish) || looks(s, v, r))
        return true;
    switch (r) {
    case OB_REQUEST_FORM_EDIT:
        ob_setup_open(s, v, wish);
        return true;
    case OB_REQUEST_FORM_NEXT:
        ob_setup_next(s, v, wish);
        return true;
    case OB_REQUEST_FORM_DEFAULT:
        back_to_default(s, v, wish);
        return true;
    default:
        return false;
    }
}

static bool key(void *state, struct ob_view *v, uint32_t k, struct ob_wishes *wish)
{
    bool taken = ob_setup_overlay_key(state, v, k, wish);
    settle(state, v);
    return taken;
}

static enum ob_scope keys(const void *state)
{
    const struct ob_setup_state *s = state;
    bool typing =
        s->line != OB_SETUP_NO_LINE || s->picker.filter.open || s->path.line.open;
    return typing ? OB_SCOPE_EDIT : OB_SCOPE_SETUP;
}

static void told(void *state, struct ob_view *v, unsigned bits, struct ob_wishes *wish)
{
    struct ob_setup_state *s = state;
    if (bits & OB_FEED_DATA)
        ob_setup_take_columns(s, v);
    settle(s, v);
    if (bits & OB_FEED_FOLDER)
        ob_setup_take_folder(s, v, wish);
    if (bits & OB_FEED_DATA)
        ob_setup_tell(s, v, wish);
    if ((bits & OB_FEED_CHECKED) && s->revised) {
        s->revised = false;
        if (v->checked->problems.n > 0)
            ob_setup_open_faults(s, v);
    }
}

/* A press selects the row below it; on the one that is selected it is Enter. */
static bool mouse(void *state, struct ob_view *v, const struct ob_mouse *m,
                  struct ob_wishes *wish)
{
    struct ob_setup_state *s = state;
    const struct ob_rect *r = &s->fields;
    int line = m->y - r->y;
    if (m->kind != OB_MOUSE_PRESS || m->x < r->x || m->x >= r->x + r->w || line < 0 ||
        line >= r->h || keys(s) != OB_SCOPE_SETUP)
        return false;
    for (size_t i = s->top; i < v->form.rows; i++) {
        if (!ob_setup_visible(s, &v->form.row[i]) || line-- > 0)
            continue;
        if (i == s->cursor)
            ob_setup_open(s, v, wish);
        else if (v->form.row[i].param)
            ob_setup_go(s, v, i);
        return true;
    }
    return false;
}

static bool value(const void *state, const struct ob_view *v, struct ob_buf *out)
{
    const struct ob_form_row *r = ob_setup_row(state, v);
    if (!r || !r->value)
        return false;
    ob_buf_adds(out, r->value);
    return true;
}

static void returned(void *state, struct ob_view *v, struct ob_wishes *wish)
{
    struct ob_setup_state *s = state;
    (void)v;
    s->revised = true;
    wish->wish = OB_WISH_REVISED;
}

static void draw(const void *state, const struct ob_view *v, struct ob_canvas *c)
{
    ob_setup_draw(state, v, c);
}

static void finish(void *state)
{
    struct ob_setup_state *s = state;
    ob_setup_list_finish(&s->list);
    ob_path_picker_finish(&s->path);
}

const struct ob_screen_type ob_screen_setup = {
    .name = "Setup",
    .number = 3,
    .scope = OB_SCOPE_SETUP,
    .state_size = sizeof(struct ob_setup_state),
    .draw = draw,
    .request = request,
    .key = key,
    .keys = keys,
    .told = told,
    .value = value,
    .mouse = mouse,
    .refused = refused,
    .returned = returned,
    .update = update,
    .finish = finish,
};
