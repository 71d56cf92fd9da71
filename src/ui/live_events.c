#include <config.h>

#include <string.h>
#include <time.h>

#include "live_priv.h"
#include "optbench/base/text.h"

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
        ob_buf_adds(out, m->resumable ? "engine gone: R on Home goes on with it"
                                      : "engine gone: there is no checkpoint");
        words = "; the log is whole up to here";
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
    if (ob_live_chart_words(v, c, r))
        return;
    outcome_of(m, &text);
    if (text.len > 0) {
        style = outcome_style(m);
    } else if (m->events > 0) {
        event_text(&m->event[m->events - 1], &text);
    }
    ob_canvas_text(c, r.x + 1, r.y, r.w - 1, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}
