/* The live screen's list of parameters that may be changed while the run is under way. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/conf/schema.h"

#define STEP 1.25 /* what one key multiplies by or divides by */

/* The description of "section.name" in the schema; NULL where it knows none. */
static const struct ob_param *described(const struct ob_run_model *m, const char *key)
{
    char section[64];
    const char *dot = strrchr(key, '.');
    snprintf(section, sizeof section, "%.*s", dot ? (int)(dot - key) : 0, key);
    /* A group has the options of the optimizer: group.NAME.lr. */
    if (strncmp(section, "group.", 6) == 0)
        snprintf(section, sizeof section, "optimizer");
    const struct ob_section *at = dot ? ob_schema_section(section) : NULL;
    if (!at)
        return NULL;
    const struct ob_param *p = ob_param_find(at->params, dot + 1);
    if (p || !at->family)
        return p;
    char choice[96];
    snprintf(choice, sizeof choice, "%s.%s", section, at->family->key->name);
    const char *name = ob_settings_find(&m->settings, choice);
    const struct ob_kind *kind =
        name ? ob_family_find(at->family, name) : &at->family->kind[at->family->fallback];
    return kind ? ob_param_find(kind->params, dot + 1) : NULL;
}

/* Whether a knob can have the value that the text says; *err says why not. */
static bool allowed(const struct ob_run_model *m, const struct ob_live_knob *k,
                    const char *text, struct ob_err *err)
{
    const struct ob_param *p = described(m, k->key);
    double v;
    if (p && (p->kind == OB_PARAM_REAL || p->kind == OB_PARAM_INTEGER ||
              p->kind == OB_PARAM_BOOLEAN)) {
        struct ob_param alone = *p;
        union {
            double real;
            int64_t integer;
            bool boolean;
        } member = { .real = 0 };
        alone.offset = 0;
        return ob_param_set(&alone, &member, text, err);
    }
    if (!ob_number_parse(text, strlen(text), &v) || isnan(v))
        return ob_fail(err, OB_ECONFIG, "'%s' is not a number", text);
    char min[32], max[32];
    ob_show_number(min, k->min, 12);
    ob_show_number(max, k->max, 12);
    if ((k->min != 0 || k->max != 0) && (v < k->min || v > k->max))
        return ob_fail(err, OB_ECONFIG, "'%s' is outside %s to %s", text, min, max);
    return true;
}

static void value_text(const struct ob_param *p, double v, char out[static OB_NUMBER_MAX])
{
    if (p && p->kind == OB_PARAM_BOOLEAN)
        snprintf(out, OB_NUMBER_MAX, v != 0 ? "yes" : "no");
    else if (p && p->zero_word && v == 0)
        snprintf(out, OB_NUMBER_MAX, "%s", p->zero_word);
    else
        ob_number_write(out, v);
}

static const struct ob_live_knob *selected(const struct ob_live_state *s)
{
    const struct ob_live *live = &s->figures.live;
    return s->knobs.at < live->knobs ? &live->knob[s->knobs.at] : NULL;
}

static void send(struct ob_live_state *s, const char *value, struct ob_wishes *wish)
{
    wish->wish = OB_WISH_CONTROL;
    wish->control = (struct ob_ctl_request){ .verb = OB_CTL_SET };
    snprintf(wish->control.key, sizeof wish->control.key, "%s", selected(s)->key);
    snprintf(wish->control.value, sizeof wish->control.value, "%.63s", value);
}

/* By a quarter more or a fifth less, an integer by 1 at least; the digits that a person
 * would write. */
static void turned(const struct ob_param *p, double v, bool up,
                   char out[static OB_NUMBER_MAX])
{
    double to = up ? v * STEP : v / STEP;
    if (p && p->kind == OB_PARAM_BOOLEAN) {
        value_text(p, up, out);
        return;
    }
    if (p && p->kind == OB_PARAM_INTEGER) {
        to = up ? fmax(floor(to), v + 1) : fmin(ceil(to), v - 1);
        ob_number_write(out, to);
        return;
    }
    ob_number_show(out, OB_NUMBER_MAX, to, 4);
}

static void turn(struct ob_live_state *s, const struct ob_view *v, bool up,
                 struct ob_wishes *wish)
{
    const struct ob_live_knob *k = selected(s);
    const struct ob_param *p = described(&v->run, k->key);
    char text[OB_NUMBER_MAX];
    struct ob_err err;
    bool whole = p && p->kind != OB_PARAM_REAL;
    if (k->value == 0 && !whole) {
        ob_live_say(wish, "it is 0: Enter types another value");
        return;
    }
    turned(p, k->value, up, text);
    if (allowed(&v->run, k, text, &err))
        send(s, text, wish);
    else
        ob_live_say(wish, err.text);
}

static void check(struct ob_live_state *s, const struct ob_view *v)
{
    struct ob_err err;
    s->knobs.error[0] = '\0';
    if (!allowed(&v->run, selected(s), s->knobs.edit.text, &err))
        snprintf(s->knobs.error, sizeof s->knobs.error, "%s", err.text);
}

static void edit(struct ob_live_state *s, const struct ob_view *v)
{
    char text[OB_NUMBER_MAX];
    value_text(described(&v->run, selected(s)->key), selected(s)->value, text);
    ob_lineedit_offer(&s->knobs.edit, text);
    s->knobs.error[0] = '\0';
}

static bool key(struct ob_live_state *s, struct ob_view *v, uint32_t key,
                struct ob_wishes *wish)
{
    struct ob_lineedit *e = &s->knobs.edit;
    char typed[OB_LINEEDIT_MAX + 1];
    if (!e->open)
        return false;
    if (!selected(s)) {
        e->open = false;
        return true;
    }
    memcpy(typed, e->text, sizeof typed);
    enum ob_edited edited = ob_lineedit_key(e, key);
    if (edited == OB_EDITED_TAKEN) {
        check(s, v);
        if (s->knobs.error[0])
            ob_lineedit_open(e, typed);
        else
            send(s, typed, wish);
    } else if (edited == OB_EDITED_TEXT) {
        check(s, v);
    } else if (edited == OB_EDITED_DROPPED) {
        s->knobs.error[0] = '\0';
    }
    return true;
}

static bool request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    size_t n = s->figures.live.knobs;
    switch (r) {
    case OB_REQUEST_UP:
        s->knobs.at -= s->knobs.at > 0;
        return true;
    case OB_REQUEST_DOWN:
        s->knobs.at += s->knobs.at + 1 < n;
        return true;
    case OB_REQUEST_FIRST:
        s->knobs.at = 0;
        return true;
    case OB_REQUEST_LAST:
        s->knobs.at = n > 0 ? n - 1 : 0;
        return true;
    case OB_REQUEST_KNOB_EDIT:
    case OB_REQUEST_KNOB_LESS:
    case OB_REQUEST_KNOB_MORE:
        if (ob_live_ended(&v->run, wish) || !selected(s))
            return true;
        if (r == OB_REQUEST_KNOB_EDIT)
            edit(s, v);
        else
            turn(s, v, r == OB_REQUEST_KNOB_MORE, wish);
        return true;
    default:
        return false;
    }
}

/* Columns for the longest key, its mark and a blank, at most so many. */
static int name_width(const struct ob_live *live, int most)
{
    int longest = 0;
    for (size_t i = 0; i < live->knobs; i++) {
        int w = ob_text_width(live->knob[i].key);
        longest = w > longest ? w : longest;
    }
    return longest + 4 < most ? longest + 4 : most;
}

static void draw_knob(const struct ob_live_state *s, const struct ob_view *v, size_t i,
                      struct ob_canvas *c, struct ob_rect r)
{
    enum { VALUE = 12 };
    const struct ob_live_knob *k = &s->figures.live.knob[i];
    const struct ob_param *p = described(&v->run, k->key);
    bool here = i == s->knobs.at;
    int name = name_width(&s->figures.live, r.w / 2), x = r.x + name;
    char text[OB_NUMBER_MAX], safe[64];
    struct ob_buf limits = { 0 };
    ob_text_safe_z(safe, sizeof safe, k->key);
    ob_canvas_line(c, (struct ob_rect){ r.x, r.y, name - 1, 1 }, 0, OB_LEFT,
                   here ? OB_STYLE_CURSOR : OB_STYLE_TEXT, "%s %s", here ? ">" : " ",
                   safe);
    if (here && s->knobs.edit.open) {
        x += ob_lineedit_draw(&s->knobs.edit, c, x, r.y, r.x + r.w - x);
    } else {
        value_text(p, k->value, text);
        int used = ob_canvas_text(c, x, r.y, r.x + r.w - x, text, OB_STYLE_VALUE);
        x += used > VALUE ? used : VALUE;
    }
    if (p)
        ob_param_allowed(p, &limits);
    ob_canvas_text(c, x + 2, r.y, r.x + r.w - x - 2, ob_buf_text(&limits), OB_STYLE_DIM);
    ob_buf_finish(&limits);
}

/* What the selected one is, or what is wrong with what is typed. */
static void draw_words(const struct ob_live_state *s, const struct ob_view *v,
                       struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_live_knob *k = selected(s);
    const struct ob_param *p = k ? described(&v->run, k->key) : NULL;
    struct ob_buf text = { 0 };
    enum ob_style style = OB_STYLE_TEXT;
    if (s->knobs.error[0]) {
        ob_text_safe(&text, s->knobs.error, strlen(s->knobs.error));
        style = OB_STYLE_WARN;
    } else if (!ob_run_model_active(&v->run)) {
        ob_buf_adds(&text, "The run has ended: these are its last values.");
    } else if (p && p->help) {
        ob_buf_adds(&text, p->help);
        if (p->unit)
            ob_buf_addf(&text, ", in %s", p->unit);
    }
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}

static void draw(const struct ob_live_state *s, const struct ob_view *v,
                 struct ob_canvas *c, struct ob_rect r)
{
    enum { WORDS = 3 };
    size_t n = s->figures.live.knobs;
    int words = r.h > 2 * WORDS ? WORDS : 1, rows = r.h - words;
    r = ob_live_sheet_box(v, c, r, "live parameters: what may change while it runs");
    rows = r.h - words > 0 ? r.h - words : 1;
    size_t first = s->knobs.at >= (size_t)rows ? s->knobs.at - (size_t)rows + 1 : 0;
    if (n == 0)
        ob_screen_paragraph(c, r, 0, "This run has none, or its engine has not said yet.",
                            OB_STYLE_DIM);
    for (size_t i = first; i < n && i < first + (size_t)rows; i++)
        draw_knob(s, v, i, c, (struct ob_rect){ r.x, r.y + (int)(i - first), r.w, 1 });
    draw_words(s, v, c, (struct ob_rect){ r.x, r.y + r.h - words, r.w, words });
}

static bool value(const struct ob_live_state *s, const struct ob_view *v,
                  struct ob_buf *out)
{
    const struct ob_live_knob *k = selected(s);
    char text[OB_NUMBER_MAX];
    if (!k)
        return false;
    value_text(described(&v->run, k->key), k->value, text);
    ob_buf_addf(out, "%s = %s", k->key, text);
    return true;
}

const struct ob_live_sheet ob_live_sheet_knobs = {
    .scope = OB_SCOPE_KNOBS,
    .draw = draw,
    .request = request,
    .value = value,
    .key = key,
};
