#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

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

enum ob_hints ob_live_hints(const struct ob_run_model *m)
{
    if (m->playing)
        return m->play_paused ? OB_HINTS_REPLAY_PAUSED : OB_HINTS_REPLAY;
    if (m->info.state == OB_RUN_PAUSED)
        return OB_HINTS_PAUSED;
    return m->path && !ob_run_model_active(m) ? OB_HINTS_ENDED : OB_HINTS_RUN;
}

/* How far the stop rule is that is nearest to ending the run; NAN where none says so, or
 * nothing goes on. */
static double farthest(const struct ob_run_model *m)
{
    double part = NAN;
    for (size_t i = 0; i < m->live.rules && ob_run_model_active(m) && !m->playing; i++)
        part = fmax(part, ob_run_model_progress(m, &m->live.rule[i]));
    return part;
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
    int n = snprintf(out, cap, "%s  %s", name, state);
    double part = farthest(&v->run);
    if (!isnan(part) && n > 0 && (size_t)n < cap)
        snprintf(out + n, cap - (size_t)n, " %.0f%%", floor(100 * part));
}

void ob_live_one_line(const struct ob_live_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_facts f = s->figures.facts;
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

/* "0:32", "1h02", "3 d": at most six columns. */
static void left_text(char out[static 32], double seconds)
{
    if (isnan(seconds) || seconds > 1e9)
        snprintf(out, 32, "-");
    else if (seconds < 3600)
        snprintf(out, 32, "%d:%02d", (int)seconds / 60, (int)seconds % 60);
    else if (seconds < 100 * 3600.0)
        snprintf(out, 32, "%dh%02d", (int)(seconds / 3600), (int)(seconds / 60) % 60);
    else
        snprintf(out, 32, "%d d", (int)(seconds / 86400));
}

/* A short number from x on; returns the column behind its place. */
static int short_number(struct ob_canvas *c, int x, int y, int width, double v)
{
    char text[32];
    ob_show_number(text, v, width);
    ob_canvas_text(c, x, y, width, text, OB_STYLE_VALUE);
    return x + width + 1;
}

static void bar(struct ob_canvas *c, struct ob_rect r, double part, enum ob_glyphs tier)
{
    int full = (int)(part * r.w);
    for (int k = 0; k < r.w; k++)
        ob_canvas_text(c, r.x + k, r.y, 1,
                       ob_rule_glyph(tier, k < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_A);
}

/* "theta_delta 3.8e-5 0.0001 ██████░░░░  62%  0:32" in one line; what has no room is left
 * out, the value first, then the target, then the bar. */
static void rule_fact(const struct ob_live_figures *f, size_t i, enum ob_glyphs tier,
                      struct ob_canvas *c, struct ob_rect r)
{
    enum { LEFT = 7, PERCENT = 5, TARGET = 6, NUMBER = 8, BAR = 3, LONG_BAR = 8 };
    char text[32];
    const struct ob_live_rule *rule = &f->live.rule[i];
    int x = r.x + LABEL, end = r.x + r.w - (f->active ? LEFT : 0);
    ob_text_safe_z(text, sizeof text, rule->name);
    ob_canvas_text(c, r.x, r.y, LABEL - 1, text, OB_STYLE_LABEL);
    left_text(text, f->left[i]);
    if (f->active)
        ob_canvas_line(c, (struct ob_rect){ end, r.y, LEFT, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%s", text);
    end -= PERCENT;
    if (end - x >= NUMBER + TARGET + 2 + LONG_BAR)
        x = short_number(c, x, r.y, NUMBER, rule->value);
    if (end - x >= NUMBER + 1 + LONG_BAR)
        x = short_number(c, x, r.y, NUMBER, rule->target);
    else if (end - x >= TARGET + 1 + BAR)
        x = short_number(c, x, r.y, TARGET, rule->target);
    if (isnan(f->part[i])) {
        ob_canvas_line(c, (struct ob_rect){ end, r.y, PERCENT, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "-");
        return;
    }
    if (end - x >= BAR)
        bar(c, (struct ob_rect){ x, r.y, end - x, 1 }, f->part[i], tier);
    ob_canvas_line(c, (struct ob_rect){ end, r.y, PERCENT, 1 }, 0, OB_RIGHT,
                   OB_STYLE_VALUE, "%.0f%%", floor(100 * f->part[i]));
}

/* The pace that was asked for. */
static void pace_text(const struct ob_run_model *m, const struct ob_live *live, char *out,
                      size_t cap)
{
    char number[32];
    double pace = m->playing ? m->play_pace : live->pace;
    ob_si_show(number, sizeof number, pace);
    if (!m->playing && !ob_run_model_active(m))
        snprintf(out, cap, "-");
    else if (!(pace > 0))
        snprintf(out, cap, "full speed");
    else
        snprintf(out, cap, "%s%s st/s", live->pace_auto && !m->playing ? "auto " : "",
                 number);
}

/* "128 of auto 130 st/s": how fast it is, and how fast it may be. */
static void speed_fact(const struct ob_run_model *m, const struct ob_live *live,
                       struct ob_canvas *c, struct ob_rect r, int line)
{
    char rate[32], pace[48], text[96];
    ob_si_show(rate, sizeof rate, live->rate);
    pace_text(m, live, pace, sizeof pace);
    if (m->playing || !(live->rate > 0))
        snprintf(text, sizeof text, "%s", pace);
    else if (live->pace > 0)
        snprintf(text, sizeof text, "%s of %s", rate, pace);
    else
        snprintf(text, sizeof text, "%s st/s, full", rate);
    fact(c, r, line, "speed", text);
}

/* The soonest of the rules, and which it is. */
static void eta_fact(const struct ob_live_figures *f, struct ob_canvas *c,
                     struct ob_rect r, int line)
{
    char left[32], name[32], text[96];
    left_text(left, f->soonest);
    snprintf(text, sizeof text, "%s", left);
    for (size_t i = 0; i < f->live.rules; i++) {
        if (f->left[i] != f->soonest)
            continue;
        ob_text_safe_z(name, sizeof name, f->live.rule[i].name);
        snprintf(text, sizeof text, "%s by %s", left, name);
    }
    fact(c, r, line, "ETA", text);
}

static bool distance_of(const struct ob_live_state *s, const struct ob_view *v,
                        double *distance)
{
    const struct ob_run_model *m = &v->run;
    bool live = s->figures.live.has_reference && !m->playing;
    *distance = live ? s->figures.live.reference_distance : m->reference_distance;
    return live || (m->has_reference && !m->playing && !ob_run_model_active(m));
}

int ob_live_facts(const struct ob_live_state *s, const struct ob_view *v,
                  struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_live *live = &s->figures.live;
    const struct ob_run_facts *f = &s->figures.facts;
    bool active = s->figures.active;
    bool moves = active || v->run.playing;
    char text[64];
    double distance;
    int line = 0, kept = 1 + active + moves; /* lines for time, ETA, speed */
    ob_count_show(text, sizeof text, isnan(f->step) ? 0 : f->step);
    fact(c, r, line++, "step", text);
    number_fact(c, r, line++, "loss", f->loss);
    if (distance_of(s, v, &distance))
        number_fact(c, r, line++, "to optimum", distance);
    number_fact(c, r, line++, "|dtheta|", f->delta);
    number_fact(c, r, line++, "|grad|", f->grad);
    number_fact(c, r, line++, "lr", f->lr);
    for (size_t i = 0; i < live->rules && line < r.h - kept; i++, line++)
        rule_fact(&s->figures, i, v->glyphs, c,
                  (struct ob_rect){ r.x, r.y + line, r.w, 1 });
    if (moves)
        speed_fact(&v->run, live, c, r, line++);
    if (active)
        eta_fact(&s->figures, c, r, line++);
    ob_show_seconds(text, live->seconds);
    fact(c, r, line++, "computing", text);
    return line;
}

void ob_live_facts_small(const struct ob_live_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_run_facts *f = &s->figures.facts;
    char step[32], loss[32], delta[32], grad[32], lr[32], pace[64];
    ob_count_show(step, sizeof step, isnan(f->step) ? 0 : f->step);
    ob_show_number(loss, f->loss, 10);
    ob_show_number(delta, f->delta, 9);
    ob_show_number(grad, f->grad, 9);
    ob_show_number(lr, f->lr, 9);
    pace_text(&v->run, &s->figures.live, pace, sizeof pace);
    r.x++;
    r.w--;
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_VALUE, "step %s  loss %s", step, loss);
    ob_canvas_line(c, r, 1, OB_LEFT, OB_STYLE_VALUE, "|dth| %s  |g| %s", delta, grad);
    ob_canvas_line(c, r, 2, OB_LEFT, OB_STYLE_VALUE, "lr %s  pace %s", lr, pace);
    if (s->figures.live.rules > 0 && r.h > 3)
        rule_fact(&s->figures, 0, v->glyphs, c, (struct ob_rect){ r.x, r.y + 3, r.w, 1 });
}
