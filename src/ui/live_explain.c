/* The last step of a parameter with its numbers filled in, over the live screen. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/conf/schema.h"

#define AGAIN_NS INT64_C(250000000) /* between two questions while the run goes on */

static size_t parameters(const struct ob_run_model *m)
{
    return m->has_live ? m->live.shown : 0;
}

static void name_of(const struct ob_live_state *s, const struct ob_run_model *m,
                    char out[static 96])
{
    out[0] = '\0';
    if (s->explain.param < parameters(m))
        ob_live_param_name(&m->live, s->explain.param, out, 96);
}

/* A run that has ended left its explanations in the snapshot. */
static void ask(struct ob_live_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    const struct ob_run_model *m = &v->run;
    char name[96];
    if (!ob_run_model_active(m) || !m->connected || wish->wish != OB_WISH_NONE)
        return;
    name_of(s, m, name);
    s->explain.asked_at = v->now_ns;
    s->explain.step = m->live.step;
    wish->wish = OB_WISH_EXPLAIN;
    snprintf(wish->text, sizeof wish->text, "%s", name);
}

void ob_live_explain_open(struct ob_live_state *s, const struct ob_view *v,
                          struct ob_wishes *wish)
{
    const struct ob_live_table *t = &s->table;
    size_t at = t->selected < t->n ? t->line[t->selected].element : 0;
    s->explain = (struct ob_live_explain){ .param = at < parameters(&v->run) ? at : 0 };
    s->sheet = &ob_live_sheet_explain;
    ask(s, v, wish);
}

/* The step went on: what it did is asked again, not more often than it can be read. */
static void told(struct ob_live_state *s, const struct ob_view *v, unsigned bits,
                 struct ob_wishes *wish)
{
    bool paused = v->run.info.state == OB_RUN_PAUSED;
    if ((bits & (OB_FEED_RUN | OB_FEED_ANSWER)) && v->run.live.step != s->explain.step &&
        (paused || v->now_ns - s->explain.asked_at >= AGAIN_NS))
        ask(s, v, wish);
}

static bool request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    size_t n = parameters(&v->run), *at = &s->explain.param;
    switch (r) {
    case OB_REQUEST_EXPLAIN_UP:
        *at -= *at > 0;
        break;
    case OB_REQUEST_EXPLAIN_DOWN:
        *at += *at + 1 < n;
        break;
    case OB_REQUEST_FIRST:
        *at = 0;
        break;
    case OB_REQUEST_LAST:
        *at = n > 0 ? n - 1 : 0;
        break;
    default:
        return false;
    }
    ask(s, v, wish);
    return true;
}

/* "One step of Gradient descent: steps against the gradient of all rows." What stands
 * behind a semicolon is about its options. */
static void plain_words(const struct ob_run_model *m, struct ob_buf *out)
{
    const char *name = ob_settings_find(&m->settings, "optimizer.kind");
    const struct ob_section *section = ob_schema_section("optimizer");
    const struct ob_kind *kind =
        name && section && section->family ? ob_family_find(section->family, name) : NULL;
    if (kind)
        ob_buf_addf(out, "One step of %s: %.*s.", kind->title,
                    (int)strcspn(kind->summary, ";"), kind->summary);
}

/* The text for the parameter that is looked at, or why there is none. */
static const char *explanation(const struct ob_live_state *s, const struct ob_view *v,
                               const char *name, uint64_t *step)
{
    const struct ob_run_model *m = &v->run;
    const struct ob_feed_explained *e = v->explained;
    *step = m->live.step;
    if (s->explain.param < m->live.explains)
        return m->live.explain[s->explain.param];
    if (ob_run_model_active(m) && e && strcmp(e->param, name) == 0 && e->text[0]) {
        *step = e->step;
        return e->text;
    }
    if (ob_run_model_active(m))
        return m->connected ? "Asking ..."
                            : "The engine of this run cannot be reached from here.";
    if (m->live.explains > 0)
        return "Only the first parameters of a run that has ended are explained.";
    return "This run left no explanation of its last step.";
}

/* One line of the engine, its result on a line of its own where both have no room. */
static int draw_sum(struct ob_canvas *c, struct ob_rect r, int line, char *text)
{
    char *equals = NULL;
    for (char *at = strstr(text, " = "); at; at = strstr(at + 1, " = "))
        equals = at;
    bool apart = equals && ob_text_width(text) > r.w;
    if (apart)
        *equals = '\0';
    line = ob_screen_paragraph(c, r, line, text, OB_STYLE_VALUE);
    if (apart) {
        struct ob_rect in = { r.x + 2, r.y, r.w - 2, r.h };
        line = ob_screen_paragraph(c, in, line, equals + 1, OB_STYLE_VALUE);
    }
    return line;
}

/* Lines of the engine, each wrapped; as many as there is room for. */
static int draw_lines(struct ob_canvas *c, struct ob_rect r, int line, const char *text)
{
    while (*text && line < r.h) {
        size_t n = strcspn(text, "\n");
        struct ob_buf safe = { 0 };
        ob_text_safe(&safe, text, n);
        char *sum = ob_buf_take(&safe);
        line = draw_sum(c, r, line, sum);
        free(sum);
        text += n + (text[n] == '\n');
    }
    return line;
}

static void draw(const struct ob_live_state *s, const struct ob_view *v,
                 struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_model *m = &v->run;
    struct ob_buf words = { 0 };
    char name[96], safe[96], count[OB_NUMBER_MAX], title[192];
    uint64_t step;
    name_of(s, m, name);
    const char *text = explanation(s, v, name, &step);
    ob_count_show(count, sizeof count, (double)step);
    ob_text_safe_z(safe, sizeof safe, name[0] ? name : "the first parameter");
    snprintf(title, sizeof title, "step %s explained: %s", count, safe);
    r = ob_live_sheet_box(v, c, r, title);
    plain_words(m, &words);
    int line = ob_screen_paragraph(c, r, 0, ob_buf_text(&words), OB_STYLE_TEXT);
    ob_buf_finish(&words);
    line = draw_lines(c, r, line + (line > 0 && r.h > 6), text);
    if (line + 2 < r.h && parameters(m) > 1)
        ob_canvas_line(c, r, r.h - 1, OB_LEFT, OB_STYLE_DIM,
                       "parameter %zu of %zu   Up Down others   . one step more",
                       s->explain.param + 1, parameters(m));
}

static bool value(const struct ob_live_state *s, const struct ob_view *v,
                  struct ob_buf *out)
{
    char name[96];
    uint64_t step;
    name_of(s, &v->run, name);
    ob_buf_adds(out, explanation(s, v, name, &step));
    return true;
}

const struct ob_live_sheet ob_live_sheet_explain = {
    .scope = OB_SCOPE_EXPLAIN,
    .draw = draw,
    .request = request,
    .told = told,
    .value = value,
};
