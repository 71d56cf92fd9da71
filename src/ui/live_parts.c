#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LABEL = 12 }; /* columns of a figure's name */

static void state_word(const struct ob_run_model *m, char *out, size_t cap)
{
    static const char *const word[] = {
        [OB_RUN_UNKNOWN] = "UNKNOWN",         [OB_RUN_RUNNING] = "RUNNING",
        [OB_RUN_PAUSED] = "PAUSED",           [OB_RUN_FINISHED] = "FINISHED",
        [OB_RUN_INTERRUPTED] = "INTERRUPTED", [OB_RUN_FAILED] = "FAILED",
    };
    char stop[32];
    ob_text_safe_z(stop, sizeof stop, m->info.stop);
    if (m->playing)
        snprintf(out, cap, m->play_paused ? "REPLAY PAUSED" : "REPLAY");
    else if (m->info.state == OB_RUN_FINISHED && stop[0])
        snprintf(out, cap, "FINISHED: %s", stop);
    else
        snprintf(out, cap, "%s", word[m->info.state]);
}

void ob_live_headline(const struct ob_view *v, char *out, size_t cap)
{
    char name[128], state[64];
    if (!v->run.path) {
        snprintf(out, cap, "no run");
        return;
    }
    ob_text_safe_z(name, sizeof name,
                   v->run.info.experiment[0] ? v->run.info.experiment : v->run.info.name);
    state_word(&v->run, state, sizeof state);
    snprintf(out, cap, "%s  %s", name, state);
}

void ob_live_one_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    struct ob_run_facts f = ob_run_model_facts(&v->run);
    struct ob_buf text = { 0 };
    char step[32], loss[32], state[64];
    ob_count_show(step, sizeof step, isnan(f.step) ? 0 : f.step);
    ob_show_number(loss, f.loss, 10);
    state_word(&v->run, state, sizeof state);
    if (v->message[0])
        ob_text_safe(&text, v->message, strlen(v->message));
    else
        ob_buf_addf(&text, "%s loss %s %s  q quit", step, loss, state);
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text),
                        v->message[0] ? v->message_style : OB_STYLE_TEXT);
    ob_buf_finish(&text);
}

/* "name            value" */
static void fact(struct ob_canvas *c, struct ob_rect r, int line, const char *name,
                 const char *value)
{
    ob_canvas_line(c, r, line, OB_LEFT, OB_STYLE_LABEL, "%s", name);
    struct ob_rect right = { r.x + LABEL, r.y, r.w - LABEL, r.h };
    ob_canvas_line(c, right, line, OB_RIGHT, OB_STYLE_VALUE, "%s", value);
}

static void number_fact(struct ob_canvas *c, struct ob_rect r, int line, const char *name,
                        double v)
{
    char text[32];
    ob_show_number(text, v, 12);
    fact(c, r, line, name, text);
}

/* What a rule looked at in the row that is played. */
static double played_value(const struct ob_run_model *m, const struct ob_live_rule *rule)
{
    struct ob_run_facts f = ob_run_model_facts(m);
    if (strcmp(rule->name, "theta_delta") == 0)
        return f.delta;
    if (strcmp(rule->name, "grad_norm") == 0)
        return f.grad;
    return strcmp(rule->name, "max_steps") == 0 ? f.step : NAN;
}

/* "theta_delta 1e-4 ██████░░░░  62 %" */
static void rule_fact(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                      int line, const struct ob_live_rule *of)
{
    struct ob_live_rule played = *of, *rule = &played;
    if (v->run.playing)
        played.value = played_value(&v->run, of);
    char name[32], target[32];
    double part = ob_run_model_progress(&v->run, rule);
    int y = r.y + line, x = r.x + LABEL, end = r.x + r.w - 6;
    ob_text_safe_z(name, sizeof name, rule->name);
    ob_canvas_text(c, r.x, y, LABEL - 1, name, OB_STYLE_LABEL);
    ob_show_number(target, rule->target, 8);
    if (end - x >= 14) {
        ob_canvas_text(c, x, y, 8, target, OB_STYLE_VALUE);
        x += 9;
    }
    if (isnan(part)) {
        ob_canvas_line(c, (struct ob_rect){ x, y, r.x + r.w - x, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "-");
        return;
    }
    int width = end - x, full = (int)(part * width);
    for (int i = 0; i < width; i++)
        ob_canvas_text(c, x + i, y, 1,
                       ob_rule_glyph(v->glyphs, i < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_A);
    ob_canvas_line(c, (struct ob_rect){ end, y, 6, 1 }, 0, OB_RIGHT, OB_STYLE_VALUE,
                   "%.0f %%", floor(100 * part));
}

static void pace_text(const struct ob_run_model *m, char *out, size_t cap)
{
    char number[32];
    double pace = m->playing ? m->play_pace : m->live.pace;
    ob_si_show(number, sizeof number, pace);
    if (!m->playing && !ob_run_model_active(m))
        snprintf(out, cap, "-");
    else if (!(pace > 0))
        snprintf(out, cap, "full speed");
    else
        snprintf(out, cap, "%s%s st/s", m->live.pace_auto && !m->playing ? "auto " : "",
                 number);
}

/* How fast it is; once it has ended how far it stopped from the closed form. */
static void speed_fact(const struct ob_run_model *m, struct ob_canvas *c,
                       struct ob_rect r, int line)
{
    char rate[32], text[48] = "-";
    if (m->has_reference && !m->playing && !ob_run_model_active(m)) {
        number_fact(c, r, line, "distance", m->reference_distance);
        return;
    }
    ob_si_show(rate, sizeof rate, m->live.rate);
    if (ob_run_model_active(m) && !isnan(m->live.rate))
        snprintf(text, sizeof text, "%s st/s", rate);
    fact(c, r, line, "speed", text);
}

void ob_live_facts(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_model *m = &v->run;
    struct ob_run_facts f = ob_run_model_facts(m);
    char text[64];
    int line = 0;
    ob_count_show(text, sizeof text, isnan(f.step) ? 0 : f.step);
    fact(c, r, line++, "step", text);
    number_fact(c, r, line++, "loss", f.loss);
    number_fact(c, r, line++, "|dtheta|", f.delta);
    number_fact(c, r, line++, "|grad|", f.grad);
    number_fact(c, r, line++, "lr", f.lr);
    /* The last two lines are kept for speed and pace. */
    for (size_t i = 0; i < m->live.rules && line < r.h - 2; i++)
        rule_fact(v, c, r, line++, &m->live.rule[i]);
    if (line < r.h - 2)
        speed_fact(m, c, r, line++);
    pace_text(m, text, sizeof text);
    if (line < r.h - 1)
        fact(c, r, line++, "pace", text);
    ob_show_seconds(text, m->live.seconds);
    if (line < r.h)
        fact(c, r, line, "computing", text);
}

void ob_live_facts_small(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_model *m = &v->run;
    struct ob_run_facts f = ob_run_model_facts(m);
    char step[32], loss[32], delta[32], grad[32], lr[32], pace[64];
    ob_count_show(step, sizeof step, isnan(f.step) ? 0 : f.step);
    ob_show_number(loss, f.loss, 10);
    ob_show_number(delta, f.delta, 9);
    ob_show_number(grad, f.grad, 9);
    ob_show_number(lr, f.lr, 9);
    pace_text(m, pace, sizeof pace);
    r.x++;
    r.w--;
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_VALUE, "step %s  loss %s", step, loss);
    ob_canvas_line(c, r, 1, OB_LEFT, OB_STYLE_VALUE, "|dth| %s  |g| %s", delta, grad);
    ob_canvas_line(c, r, 2, OB_LEFT, OB_STYLE_VALUE, "lr %s  pace %s", lr, pace);
    if (m->live.rules > 0 && r.h > 3)
        rule_fact(v, c, r, 3, &m->live.rule[0]);
}

void ob_live_params(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                    size_t first)
{
    static const char *const head[] = { "VALUE", "GRADIENT", "CHANGE" };
    struct ob_param_line line[128];
    size_t total = 0, most = r.h > 1 ? (size_t)r.h - 1 : 0;
    bool grad = r.w >= 33;
    int columns = grad ? 3 : 2, width = (r.w - 6) / columns;
    if (most > OB_COUNT(line))
        most = OB_COUNT(line);
    if (width > 14)
        width = 14;
    int name = r.w - columns * width;
    size_t n = ob_run_model_params(&v->run, first, line, most, &total);
    if (r.h <= 0 || width < 6)
        return;
    ob_canvas_line(c, (struct ob_rect){ r.x, r.y, name - 1, 1 }, 0, OB_LEFT,
                   OB_STYLE_LABEL, total > most ? "%zu-%zu/%zu" : "NAME", first + 1,
                   first + n, total);
    for (size_t i = 0; i <= n; i++) {
        char text[32];
        const struct ob_param_line *p = i > 0 ? &line[i - 1] : NULL;
        const double value[] = { p ? p->value : 0, p ? p->grad : 0, p ? p->change : 0 };
        if (p) {
            char safe[96];
            ob_canvas_text(c, r.x, r.y + (int)i, name - 1,
                           ob_text_safe_z(safe, sizeof safe, p->name), OB_STYLE_TEXT);
        }
        for (int k = 0, x = r.x + name; k < 3; k++) {
            if (k == 1 && !grad)
                continue;
            if (p)
                ob_show_number(text, value[k], width - 1);
            ob_canvas_line(c, (struct ob_rect){ x, r.y, width, r.h }, (int)i, OB_RIGHT,
                           p ? OB_STYLE_VALUE : OB_STYLE_LABEL, "%s", p ? text : head[k]);
            x += width;
        }
    }
}

/* "21:04:13 checkpoint at step 1500" */
static void event_text(const struct ob_event *e, struct ob_buf *out)
{
    time_t t = (time_t)(e->time / INT64_C(1000000000));
    struct tm tm;
    if (localtime_r(&t, &tm))
        ob_buf_addf(out, "%02d:%02d:%02d ", tm.tm_hour, tm.tm_min, tm.tm_sec);
    ob_event_show(e, out);
}

/* Appends the closing words, safe: those of the summary, of the snapshot until it is
 * there, or what can be done with a run whose engine is gone. */
static void outcome_of(const struct ob_run_model *m, struct ob_buf *out)
{
    const char *words = m->outcome[0] ? m->outcome : m->live.message;
    if (m->playing || ob_run_model_active(m))
        return;
    if (m->info.state == OB_RUN_INTERRUPTED && !m->info.has_summary) {
        ob_buf_adds(out, "the engine is gone; the log is whole up to here. From a "
                         "checkpoint: optbench run --resume ");
        words = m->info.name;
    }
    ob_text_safe(out, words, strlen(words));
}

static enum ob_style outcome_style(const struct ob_run_model *m)
{
    bool reached = strcmp(m->info.stop, "theta_delta") == 0 ||
                   strcmp(m->info.stop, "grad_norm") == 0 ||
                   strcmp(m->info.stop, "target") == 0;
    return ob_run_model_active(m) || reached ? OB_STYLE_TEXT : OB_STYLE_WARN;
}

void ob_live_events(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_model *m = &v->run;
    struct ob_buf words = { 0 };
    outcome_of(m, &words);
    int room = r.h - ob_screen_lines(ob_buf_text(&words), r.w), line = 0;
    size_t most = room > 0 ? (size_t)room : 0, n = m->events;
    /* The last event says the same as the closing words. */
    if (n > 0 && words.len > 0 && m->event[n - 1].text[0])
        n--;
    for (size_t i = n > most ? n - most : 0; i < n; i++) {
        struct ob_buf text = { 0 };
        event_text(&m->event[i], &text);
        ob_canvas_text(c, r.x, r.y + line++, r.w, ob_buf_text(&text), OB_STYLE_DIM);
        ob_buf_finish(&text);
    }
    ob_screen_paragraph(c, r, line, ob_buf_text(&words), outcome_style(m));
    ob_buf_finish(&words);
}

void ob_live_last_word(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_model *m = &v->run;
    struct ob_buf text = { 0 };
    enum ob_style style = OB_STYLE_TEXT;
    if (v->message[0] || !m->path) {
        ob_screen_message(v, c, r);
        return;
    }
    outcome_of(m, &text);
    if (text.len > 0) {
        style = outcome_style(m);
    } else if (m->events > 0) {
        event_text(&m->event[m->events - 1], &text);
    }
    ob_canvas_text(c, r.x + 1, r.y, r.w - 1, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}
