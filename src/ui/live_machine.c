/* How the engine of the run is, and who watches it. */
#include <config.h>

#include <math.h>
#include <stdio.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LINES = 13, NAME = 9 };

struct line {
    const char *name;
    char value[96];
};

/* "12.3 MB" */
static void bytes_text(double bytes, char out[static 40])
{
    static const char *const unit[] = { "B", "kB", "MB", "GB", "TB" };
    char number[OB_NUMBER_MAX];
    size_t u = 0;
    while (bytes >= 1000 && u + 1 < OB_COUNT(unit)) {
        bytes /= 1000;
        u++;
    }
    ob_number_show(number, sizeof number, bytes, 3);
    snprintf(out, 40, "%s %s", number, unit[u]);
}

static void cpu_line(const struct ob_live *l, struct line *out)
{
    char share[32] = "-";
    if (!isnan(l->cpu))
        snprintf(share, sizeof share, "%.0f%%", 100 * l->cpu);
    out->name = "cpu";
    if (l->cores > 0)
        snprintf(out->value, sizeof out->value, "%s of %u core%s", share, l->cores,
                 l->cores == 1 ? "" : "s");
    else
        snprintf(out->value, sizeof out->value, "%s", share);
}

static void memory_line(const struct ob_live *l, struct line *out)
{
    char used[40], all[40];
    out->name = "memory";
    bytes_text(l->memory, used);
    bytes_text(l->memory_total, all);
    if (!(l->memory > 0))
        snprintf(out->value, sizeof out->value, "-");
    else if (l->memory_total > 0)
        snprintf(out->value, sizeof out->value, "%s of %s", used, all);
    else
        snprintf(out->value, sizeof out->value, "%s", used);
}

/* "87%  412 W  54 C", what of it is known; false where nothing is. */
static bool device_load_line(const struct ob_live *l, struct line *out)
{
    struct ob_buf text = { 0 };
    if (!isnan(l->device_load))
        ob_buf_addf(&text, "%.0f%%", 100 * l->device_load);
    if (!isnan(l->device_watts))
        ob_buf_addf(&text, "%s%.0f W", text.len ? "  " : "", l->device_watts);
    if (!isnan(l->device_celsius))
        ob_buf_addf(&text, "%s%.0f C", text.len ? "  " : "", l->device_celsius);
    const bool known = text.len > 0;
    out->name = "dev load";
    snprintf(out->value, sizeof out->value, "%.90s", ob_buf_text(&text));
    ob_buf_finish(&text);
    return known;
}

/* Of all processes; false where the device does not tell. */
static bool device_memory_line(const struct ob_live *l, struct line *out)
{
    char used[40], all[40];
    out->name = "dev mem";
    bytes_text(l->device_memory, used);
    bytes_text(l->device_total, all);
    snprintf(out->value, sizeof out->value, "%s of %s", used, all);
    return !isnan(l->device_memory) && !isnan(l->device_total);
}

/* Of a device that computes; returns how many lines. */
static int device_lines(const struct ob_live *l, struct line *out)
{
    char words[sizeof l->device + sizeof l->device_name], own[40];
    int n = 0;
    if (!l->device[0])
        return 0;
    snprintf(words, sizeof words, "%s %s", l->device, l->device_name);
    out[n].name = "device";
    ob_text_safe_z(out[n].value, sizeof out[n].value, words);
    n++;
    n += device_load_line(l, &out[n]);
    n += device_memory_line(l, &out[n]);
    out[n].name = "dev run";
    bytes_text(l->device_own, own);
    snprintf(out[n].value, sizeof out[n].value, "%s", isnan(l->device_own) ? "-" : own);
    return n + 1;
}

static void heard_line(const struct ob_live_figures *f, struct line *out)
{
    char age[32];
    out->name = "heard";
    ob_show_seconds(age, fmax(0, f->heard));
    snprintf(out->value, sizeof out->value, f->live.heartbeat > 0 ? "%s ago" : "-", age);
}

/* The most telling first; returns how many there are. */
static int lines_of(const struct ob_live_figures *f, struct line out[static LINES])
{
    const struct ob_live *l = &f->live;
    char number[OB_NUMBER_MAX];
    int n = device_lines(l, out);
    cpu_line(l, &out[n++]);
    memory_line(l, &out[n++]);
    heard_line(f, &out[n++]);
    out[n].name = "viewers";
    snprintf(out[n++].value, sizeof out[0].value, "%u", l->viewers);
    if (l->steering[0]) {
        out[n].name = "steering";
        ob_text_safe_z(out[n].value, sizeof out[n].value, l->steering);
        n++;
    }
    out[n].name = "rows";
    ob_count_show(number, sizeof number, (double)l->rows);
    snprintf(out[n++].value, sizeof out[0].value, "%s", number);
    out[n].name = "load";
    ob_show_number(number, l->load, 8);
    snprintf(out[n++].value, sizeof out[0].value, "%s", number);
    if (l->threads > 0) {
        out[n].name = "threads";
        snprintf(out[n++].value, sizeof out[0].value, "%u", l->threads);
    }
    return n;
}

void ob_live_machine(const struct ob_live_state *s, const struct ob_view *v,
                     struct ob_canvas *c, struct ob_rect r)
{
    struct line line[LINES];
    int n = lines_of(&s->figures, line);
    if (!v->run.has_live || !ob_run_model_active(&v->run)) {
        if (r.h > 1)
            ob_screen_paragraph(c, r, 0, "No engine works on this run.", OB_STYLE_DIM);
        return;
    }
    for (int i = 0; i < n && i < r.h; i++) {
        struct ob_rect right = { r.x + NAME, r.y, r.w - NAME, r.h };
        ob_canvas_line(c, r, i, OB_LEFT, OB_STYLE_LABEL, "%s", line[i].name);
        ob_canvas_line(c, right, i, OB_RIGHT, OB_STYLE_VALUE, "%s", line[i].value);
    }
}
