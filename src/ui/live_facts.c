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

/* What a rule looked at in the row that is played. */
static double played_value(const struct ob_run_facts *f, const struct ob_live_rule *rule)
{
    if (strcmp(rule->name, "theta_delta") == 0)
        return f->delta;
    if (strcmp(rule->name, "grad_norm") == 0)
        return f->grad;
    return strcmp(rule->name, "max_steps") == 0 ? f->step : NAN;
}

void ob_live_figures_take(struct ob_live_figures *f, const struct ob_run_model *m)
{
    f->facts = ob_run_model_facts(m);
    f->live = m->live;
    f->live.tensor = NULL;
    f->live.value = f->live.grad = f->live.change = NULL;
    memset(f->live.slot, 0, sizeof f->live.slot);
    f->live.tensors = f->live.shown = f->live.slots = 0;
    for (size_t i = 0; i < f->live.rules; i++) {
        if (m->playing)
            f->live.rule[i].value = played_value(&f->facts, &f->live.rule[i]);
        f->part[i] = ob_run_model_progress(m, &f->live.rule[i]);
    }
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

/* "theta_delta 1e-4 ██████░░░░  62 %" in one line. */
static void rule_fact(const struct ob_live_figures *f, size_t i, enum ob_glyphs tier,
                      struct ob_canvas *c, struct ob_rect r)
{
    char name[32], target[32];
    int x = r.x + LABEL, end = r.x + r.w - 6;
    ob_text_safe_z(name, sizeof name, f->live.rule[i].name);
    ob_canvas_text(c, r.x, r.y, LABEL - 1, name, OB_STYLE_LABEL);
    ob_show_number(target, f->live.rule[i].target, 8);
    if (end - x >= 14) {
        ob_canvas_text(c, x, r.y, 8, target, OB_STYLE_VALUE);
        x += 9;
    }
    if (isnan(f->part[i])) {
        ob_canvas_line(c, (struct ob_rect){ x, r.y, r.x + r.w - x, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "-");
        return;
    }
    int width = end - x, full = (int)(f->part[i] * width);
    for (int k = 0; k < width; k++)
        ob_canvas_text(c, x + k, r.y, 1,
                       ob_rule_glyph(tier, k < full ? OB_RULE_FULL : OB_RULE_EMPTY),
                       OB_STYLE_A);
    ob_canvas_line(c, (struct ob_rect){ end, r.y, 6, 1 }, 0, OB_RIGHT, OB_STYLE_VALUE,
                   "%.0f %%", floor(100 * f->part[i]));
}

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

/* How fast it is; once it has ended how far it stopped from the closed form. */
static void speed_fact(const struct ob_run_model *m, double speed, struct ob_canvas *c,
                       struct ob_rect r, int line)
{
    char rate[32], text[48] = "-";
    if (m->has_reference && !m->playing && !ob_run_model_active(m)) {
        number_fact(c, r, line, "distance", m->reference_distance);
        return;
    }
    ob_si_show(rate, sizeof rate, speed);
    if (ob_run_model_active(m) && !isnan(speed))
        snprintf(text, sizeof text, "%s st/s", rate);
    fact(c, r, line, "speed", text);
}

void ob_live_facts(const struct ob_live_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_live *live = &s->figures.live;
    const struct ob_run_facts *f = &s->figures.facts;
    char text[64];
    int line = 0;
    ob_count_show(text, sizeof text, isnan(f->step) ? 0 : f->step);
    fact(c, r, line++, "step", text);
    number_fact(c, r, line++, "loss", f->loss);
    number_fact(c, r, line++, "|dtheta|", f->delta);
    number_fact(c, r, line++, "|grad|", f->grad);
    number_fact(c, r, line++, "lr", f->lr);
    /* The last two lines are kept for speed and pace. */
    for (size_t i = 0; i < live->rules && line < r.h - 2; i++, line++)
        rule_fact(&s->figures, i, v->glyphs, c,
                  (struct ob_rect){ r.x, r.y + line, r.w, 1 });
    if (line < r.h - 2)
        speed_fact(&v->run, live->rate, c, r, line++);
    pace_text(&v->run, live, text, sizeof text);
    if (line < r.h - 1)
        fact(c, r, line++, "pace", text);
    ob_show_seconds(text, live->seconds);
    if (line < r.h)
        fact(c, r, line, "computing", text);
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
