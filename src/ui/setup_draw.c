#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"
#include "setup_priv.h"

enum { NAME_W = 15, SUFFIX_W = 10 };

bool ob_setup_visible(const struct ob_setup_state *s, const struct ob_form_row *row)
{
    return ob_form_shows(row, s->all);
}

static void safe(char out[static 512], const char *text)
{
    ob_text_safe_z(out, 512, text);
}

/* Where a value comes from, in a word; colour says it again. */
static const char *origin_of(const struct ob_form_row *r)
{
    if (r->problem)
        return "  <- wrong";
    switch (r->from) {
    case OB_FORM_DEFAULT:
        return "  default";
    case OB_FORM_BASE:
        return "  base";
    case OB_FORM_TEXT:
        break;
    }
    return "";
}

static int name_width(const struct ob_rect *line)
{
    return line->w < 30 ? 10 : NAME_W;
}

/* Columns of a value beside the word for where it comes from. */
static int value_room(const struct ob_rect *line)
{
    return line->w - 3 - name_width(line) - 1 - SUFFIX_W;
}

static void draw_key(const struct ob_setup_state *s, const struct ob_form_row *r,
                     bool here, struct ob_canvas *c, struct ob_rect line)
{
    char value[512];
    const char *origin = origin_of(r);
    bool asked = r->param->required && (!r->value || !r->value[0]);
    enum ob_style style = r->problem                   ? OB_STYLE_WARN
                          : r->from == OB_FORM_DEFAULT ? OB_STYLE_DIM
                                                       : OB_STYLE_VALUE;
    int name = name_width(&line);
    if (r->axis && ob_text_width(r->param->name) > name && line.w >= 50)
        name = ob_text_width(r->param->name) < 30 ? ob_text_width(r->param->name) : 30;
    int x = line.x + 3 + name + 1;
    int room = line.x + line.w - x;
    ob_canvas_text(c, line.x, line.y, 2, here ? ">" : " ", OB_STYLE_KEY);
    ob_canvas_text(c, line.x + 3, line.y, name, r->param->name,
                   here ? OB_STYLE_CURSOR : OB_STYLE_LABEL);
    if (here && s->line == OB_SETUP_VALUE) {
        ob_lineedit_draw(&s->edit, c, x, line.y, room - 1);
        return;
    }
    safe(value, asked ? "must be given: Enter" : r->value ? r->value : "-");
    int width = asked ? 0 : ob_text_width(origin);
    int used = ob_canvas_text(c, x, line.y, room - width, value, style);
    if (!asked)
        ob_canvas_text(c, x + used, line.y, room - used, origin,
                       r->problem ? OB_STYLE_WARN : OB_STYLE_DIM);
}

static void draw_heading(const struct ob_form_row *r, struct ob_canvas *c,
                         struct ob_rect line)
{
    char name[512];
    safe(name, r->where);
    int x = line.x + 1;
    x += ob_canvas_text(c, x, line.y, line.w - 1, name, OB_STYLE_TITLE) + 2;
    int room = line.x + line.w - x;
    if (ob_text_width(r->section->help) <= room)
        ob_canvas_text(c, x, line.y, room, r->section->help, OB_STYLE_DIM);
}

static void draw_fields(const struct ob_setup_state *s, const struct ob_view *v,
                        struct ob_canvas *c, struct ob_rect r)
{
    int y = r.y;
    for (size_t i = s->top; i < v->form.rows && y < r.y + r.h; i++) {
        const struct ob_form_row *row = &v->form.row[i];
        struct ob_rect line = { r.x, y, r.w, 1 };
        if (!ob_setup_visible(s, row))
            continue;
        if (row->param)
            draw_key(s, row, i == s->cursor && !s->in_data, c, line);
        else
            draw_heading(row, c, line);
        y++;
    }
}

/* "0 <= lr < inf, default 0.001, may be changed during a run" */
static void facts_of(const struct ob_form_row *r, struct ob_buf *out)
{
    if (r->axis) {
        ob_buf_adds(out, "a, b, c; log A .. B x N; lin A .. B x N; int A .. B");
        return;
    }
    ob_param_allowed(r->param, out);
    if (r->param->unit)
        ob_buf_addf(out, ", in %s", r->param->unit);
    if (r->param->required)
        ob_buf_adds(out, "; must be given");
    else if (r->fallback) {
        ob_buf_adds(out, "; default ");
        ob_text_safe(out, r->fallback, strlen(r->fallback));
    } else {
        ob_buf_adds(out, "; not set by default");
    }
    if (r->param->live)
        ob_buf_adds(out, "; may be changed during a run");
}

static int paragraph(struct ob_canvas *c, struct ob_rect in, int line, const char *text,
                     enum ob_style style)
{
    char shown[512];
    safe(shown, text);
    return ob_screen_paragraph(c, in, line, shown, style);
}

/* What the chosen kind is. */
static int explain_kind(const struct ob_view *v, const struct ob_form_row *r,
                        struct ob_canvas *c, struct ob_rect in, int line)
{
    const struct ob_kind *k = ob_form_chosen(&v->form, r->section->name);
    if (r->kind != OB_FORM_CHOICE || !k)
        return line;
    line = ob_screen_paragraph(c, in, line, k->title, OB_STYLE_TITLE);
    line = ob_screen_paragraph(c, in, line, k->summary, OB_STYLE_TEXT);
    for (const char *e = k->equations; e && *e && line < in.h;) {
        char equation[160];
        int n = (int)strcspn(e, "\n");
        snprintf(equation, sizeof equation, "%.*s", n, e);
        line = ob_screen_paragraph(c, in, line, equation, OB_STYLE_VALUE);
        e += n + (e[n] == '\n');
    }
    if (k->reference)
        line = ob_screen_paragraph(c, in, line, k->reference, OB_STYLE_DIM);
    return line;
}

/* Under experiment.device: what that would be on this machine. */
static int explain_device(const struct ob_view *v, const struct ob_form_row *r,
                          struct ob_canvas *c, struct ob_rect in, int line)
{
    const struct ob_check *k = v->checked;
    if (strcmp(r->section->name, "experiment") != 0 ||
        strcmp(r->param->name, "device") != 0 || v->checking || !k->ok || !k->device)
        return line;
    char text[512];
    snprintf(text, sizeof text, "Here: %.500s", k->device);
    return ob_screen_paragraph(c, in, line, text,
                               k->device_here ? OB_STYLE_OK : OB_STYLE_WARN);
}

static void explain(const struct ob_setup_state *s, const struct ob_view *v,
                    struct ob_canvas *c, const struct ob_setup_places *p)
{
    struct ob_rect in = p->explain;
    const struct ob_form_row *r = ob_setup_row(s, v);
    struct ob_buf facts = { 0 };
    int line = 0;
    if (!r || !r->param)
        return;
    if (s->line == OB_SETUP_VALUE && s->why[0])
        line = ob_screen_paragraph(c, in, line, s->why, OB_STYLE_WARN);
    else if (r->problem && strcmp(r->problem, "must be given") != 0)
        line = paragraph(c, in, line, r->problem, OB_STYLE_WARN);
    int room = value_room(&p->fields);
    if (s->line != OB_SETUP_VALUE && in.h > OB_SETUP_SLIM)
        line = ob_setup_draw_value(r, room, c, in, line);
    else if (s->edit.open && ob_text_width(s->edit.text) > room && in.h > OB_SETUP_SLIM)
        line = ob_screen_paragraph(c, in, line, s->edit.text, OB_STYLE_VALUE);
    if (line > 0 && in.h > OB_SETUP_SLIM)
        line++;
    if (p->kind == OB_ARRANGE_STACKED)
        ob_canvas_line(c, in, line++, OB_LEFT, OB_STYLE_TITLE, "%s.%s", r->section->name,
                       r->param->name);
    if (in.h > OB_SETUP_SLIM && v->form.note[0])
        line = ob_screen_paragraph(c, in, line, v->form.note, OB_STYLE_OK) + 1;
    facts_of(r, &facts);
    line = explain_device(v, r, c, in, line);
    line = ob_screen_paragraph(c, in, line, r->param->help, OB_STYLE_TEXT);
    line = ob_screen_paragraph(c, in, line, ob_buf_text(&facts), OB_STYLE_DIM);
    if (in.h > OB_SETUP_SLIM)
        line = explain_kind(v, r, c, in, line + 1);
    ob_buf_finish(&facts);
}

enum ob_style ob_setup_state_text(const struct ob_view *v, char out[static 512])
{
    const struct ob_form *f = &v->form;
    const struct ob_check *k = v->checked;
    char why[400];
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (!r->problem)
            continue;
        char place[32] = "";
        if (r->line)
            snprintf(place, sizeof place, "line %u: ", r->line);
        ob_text_safe_z(why, sizeof why, r->problem);
        snprintf(out, 512, "not ready: %s%.40s.%.40s%s %.350s", place, r->section->name,
                 r->param->name, r->param->required && !r->value ? "" : ":", why);
        return OB_STYLE_WARN;
    }
    if (v->checking || !k->known) {
        snprintf(out, 512, "checking ...");
        return OB_STYLE_DIM;
    }
    if (!k->ok && k->problems.n > 0) {
        const struct ob_fault *p = &k->problems.item[0];
        char more[48] = "";
        if (k->problems.n > 1)
            snprintf(more, sizeof more, "  (%zu more: ! lists them)", k->problems.n - 1);
        ob_text_safe_z(why, sizeof why, p->text);
        char place[160] = "";
        if (p->key[0])
            snprintf(place, sizeof place, "%.60s.%.60s: ", p->section, p->key);
        char where[OB_FAULT_PLACE_MAX];
        ob_fault_place(p, f->now.path, where);
        snprintf(out, 512, "not ready: %s%s%s%.200s%s", where, where[0] ? ": " : "",
                 place, why, more);
        return OB_STYLE_WARN;
    }
    char rows[80] = "";
    if (k->needs_data)
        snprintf(rows, sizeof rows, "%zu rows, %zu feature%s, ", k->rows, k->features,
                 k->features == 1 ? "" : "s");
    if (k->cells) {
        snprintf(out, 512, "ready: R runs the sweep, %zu cell%s%s", k->cells,
                 k->cells == 1 ? "" : "s", ob_form_is_saved(f) ? "." : "; w saves it.");
        return OB_STYLE_OK;
    }
    snprintf(out, 512, "ready: R runs it%s  %s%zu parameter%s",
             ob_form_is_saved(f) ? "." : ", w saves it.", rows, k->parameters,
             k->parameters == 1 ? "" : "s");
    return OB_STYLE_OK;
}

/* What does not fit its line takes that of the message, while there is none. */
static void draw_state(const struct ob_setup_state *s, const struct ob_view *v,
                       struct ob_canvas *c, struct ob_rect r)
{
    char text[512];
    enum ob_style style = ob_setup_state_text(v, text);
    if (s->edit.open && s->line == OB_SETUP_VALUE) {
        /* Whether the rest can be run is no matter now, and R is a letter. */
        style = *s->why ? OB_STYLE_WARN : OB_STYLE_TEXT;
        snprintf(text, sizeof text, "%.255s%sEsc leaves it as it was", s->why,
                 *s->why ? ": " : "Enter sets it, ");
    }
    bool free = !v->message[0] && s->line != OB_SETUP_NAME && !s->large;
    struct ob_rect in = { r.x + 1, r.y, r.w - 2, free ? 2 : 1 };
    ob_screen_paragraph(c, in, 0, text, style);
}

static void draw_message(const struct ob_setup_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r)
{
    if (s->line != OB_SETUP_NAME) {
        if (s->large && !v->message[0])
            ob_canvas_text(c, r.x + 1, r.y, r.w - 2, "p or Esc: back to the form",
                           OB_STYLE_DIM);
        ob_screen_message(v, c, r);
        return;
    }
    ob_screen_prompt(c, r, "save as: ", &s->edit, s->why);
}

static void draw_tabs(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    char name[512], right[560];
    safe(name, v->form.now.save_as ? v->form.now.save_as : "");
    const struct ob_draft *d = &v->form.now;
    bool shipped = ob_form_is_saved(&v->form) && strcmp(d->path, d->save_as) != 0;
    snprintf(right, sizeof right, "%.500s  %s", name,
             shipped                      ? "shipped"
             : ob_form_is_saved(&v->form) ? "saved"
                                          : "not saved");
    ob_screen_tabs(v, c, r, right);
}

/* Beside the keys of the schedule the rate is of more interest than the data. */
static bool shows_schedule(const struct ob_setup_state *s, const struct ob_view *v)
{
    const struct ob_form_row *r = ob_setup_row(s, v);
    if (!r || s->in_data || s->large)
        return false;
    return strcmp(ob_section_chooser(r->section)->name, "schedule") == 0;
}

static void draw_data(const struct ob_setup_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    struct ob_data_pane_opts opts = { .tier = v->glyphs,
                                      .cursor = s->in_data || s->large,
                                      .waiting = v->looking };
    if (shows_schedule(s, v)) {
        opts.waiting = v->checking;
        ob_schedule_pane_draw(v->checked, &opts, c, r);
    } else if (!ob_form_needs_data(&v->form)) {
        opts.waiting = v->checking;
        ob_function_pane_draw(&s->data, v->checked, &opts, c, r);
    } else if (v->data->known || v->looking)
        ob_data_pane_draw(&s->data, v->data, &opts, c, r);
    else
        ob_screen_paragraph(c, r, 0,
                            "No table yet: choose one at data.path, and its columns "
                            "are shown here.",
                            OB_STYLE_DIM);
}

static void draw_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    char text[512];
    enum ob_style style = ob_setup_state_text(v, text);
    ob_screen_paragraph(c, r, 0, text, style);
}

void ob_setup_draw(const struct ob_setup_state *s, const struct ob_view *v,
                   struct ob_canvas *c)
{
    struct ob_setup_places p = ob_arrange_setup(c->w, c->h, s->large);
    bool typing =
        s->line != OB_SETUP_NO_LINE || s->picker.filter.open || s->path.line.open;
    if (p.kind == OB_ARRANGE_LINE) {
        if (s->line == OB_SETUP_NAME)
            draw_message(s, v, c, p.line);
        else if (s->line == OB_SETUP_VALUE)
            ob_lineedit_draw(&s->edit, c, p.line.x, p.line.y, p.line.w);
        else
            draw_line(v, c, p.line);
    } else {
        draw_tabs(v, c, p.tabs);
        if (p.kind == OB_ARRANGE_WIDE && !s->large) {
            char title[160];
            const struct ob_form_row *r = ob_setup_row(s, v);
            snprintf(title, sizeof title, "%.70s.%.70s",
                     r && r->param ? r->section->name : "",
                     r && r->param ? r->param->name : "");
            p.fields = ob_canvas_box(c, p.fields, v->glyphs,
                                     s->all ? "all keys" : "the experiment");
            p.explain = ob_canvas_box(c, p.explain, v->glyphs, title);
            p.data = ob_canvas_box(c, p.data, v->glyphs,
                                   shows_schedule(s, v)           ? "schedule"
                                   : ob_form_needs_data(&v->form) ? "data"
                                                                  : "function");
        }
        if (!s->large)
            draw_fields(s, v, c, p.fields);
        explain(s, v, c, &p);
        if (p.data.h > 0 && p.data.w > 0)
            draw_data(s, v, c, p.data);
        draw_state(s, v, c, p.state);
        draw_message(s, v, c, p.message);
        ob_screen_keys(typing ? OB_SCOPE_EDIT : OB_SCOPE_SETUP, OB_HINTS_RUN, c, p.keys);
    }
    struct ob_picker_list list = ob_setup_shown(&s->list);
    ob_picker_draw(&s->picker, &list, v->glyphs, c);
    ob_path_picker_draw(&s->path, "data.path", v->glyphs, c);
}
