#include "live_legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"

static const char *last_part(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

/* The key that says most about a run: one of its method before one of its data. */
static const char *telling(const char *const key[], size_t n)
{
    static const char *const method[] = { "optimizer.", "schedule.", "batch.", "model." };
    for (size_t i = 0; i < OB_COUNT(method); i++)
        for (size_t k = 0; k < n; k++)
            if (strncmp(key[k], method[i], strlen(method[i])) == 0 &&
                strcmp(last_part(key[k]), "kind") != 0)
                return key[k];
    return n > 0 ? key[0] : NULL;
}

/* The optimizers of the runs, where no two have the same: nothing says more. */
static bool by_kind(const struct ob_legend_line *line, size_t lines,
                    const bool shown[OB_LIVE_RUNS], const char *const key[])
{
    size_t i = 0;
    while (i < lines && strcmp(key[i], "optimizer.kind") != 0)
        i++;
    for (int a = 0; i < lines && a < OB_LIVE_RUNS; a++)
        for (int b = 0; b < a; b++)
            if (shown[a] && shown[b] && strcmp(line[i].value[a], line[i].value[b]) == 0)
                return false;
    return i < lines;
}

static void label_run(struct ob_live_legend *l, const struct ob_run_model *m, int run,
                      const char *key)
{
    char *out = l->label[run];
    const char *value = key ? ob_settings_find(&m->settings, key) : NULL;
    const char *tail = strrchr(m->info.name, '-');
    char text[128];
    if (key && strcmp(key, "optimizer.kind") == 0)
        snprintf(text, sizeof text, "%.60s", value ? value : "sgd");
    else if (key)
        snprintf(text, sizeof text, "%.40s %.60s", last_part(key), value ? value : "-");
    else if (run == 0)
        snprintf(text, sizeof text, "this run");
    else
        snprintf(text, sizeof text, "run %.60s", tail ? tail + 1 : m->info.name);
    ob_text_safe_z(out, OB_LEGEND_TEXT, text);
}

/* The loss of the newest row, or of the one at or before the cursor; how much of the log
 * is read while that is under way. */
static void take_loss(struct ob_live_legend *l, const struct ob_view *v,
                      const struct ob_live_axis *a, const struct ob_cursor *c, int run)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    const struct ob_series *x = ob_live_axis_of(a, v, run, OB_LIVE_ROWS_LOSS);
    size_t n = ob_run_model_rows(m, OB_Q_LOSS_STEP);
    if (m->loading.behind) {
        snprintf(l->line[l->lines - 1].value[run], OB_LEGEND_TEXT, "%.0f %%",
                 floor(100 * m->loading.part));
        return;
    }
    if (c->on)
        n = ob_series_lower_bound(x, nextafter(c->x, INFINITY));
    const struct ob_series *loss = &m->series[OB_Q_LOSS];
    l->loss[run] = n > 0 && n <= loss->n ? ob_series_at(loss, n - 1) : NAN;
}

static void add_key(struct ob_live_legend *l, const struct ob_view *v, const char *key)
{
    struct ob_legend_line *line = &l->line[l->lines++];
    ob_text_safe_z(line->name, sizeof line->name, key);
    for (int run = 0; run < OB_LIVE_RUNS; run++) {
        const char *value = ob_settings_find(&ob_live_run(v, run)->settings, key);
        ob_text_safe_z(line->value[run], sizeof line->value[run], value ? value : "-");
    }
}

void ob_live_legend_take(struct ob_live_legend *l, const struct ob_view *v,
                         const struct ob_live_axis *a, const struct ob_cursor *c)
{
    const struct ob_settings *of[OB_LIVE_RUNS];
    const char *key[OB_LEGEND_LINES - 1];
    size_t runs = 0;
    *l = (struct ob_live_legend){ .on = false };
    for (int run = 0; run < OB_LIVE_RUNS; run++)
        if (ob_live_run(v, run)->path) {
            l->shown[run] = true;
            of[runs++] = &ob_live_run(v, run)->settings;
        }
    if (runs < 2 || !l->shown[0])
        return;
    l->on = true;
    size_t differ = ob_settings_differ(of, runs, key, OB_COUNT(key));
    size_t n = differ < OB_COUNT(key) ? differ : OB_COUNT(key);
    l->more = differ - n;
    for (size_t i = 0; i < n; i++)
        add_key(l, v, key[i]);
    const char *tell =
        by_kind(l->line, n, l->shown, key) ? "optimizer.kind" : telling(key, n);
    struct ob_legend_line *loss = &l->line[l->lines++];
    snprintf(loss->name, sizeof loss->name, c->on ? "at cursor" : "loss");
    for (int run = 0; run < OB_LIVE_RUNS; run++)
        if (l->shown[run]) {
            take_loss(l, v, a, c, run);
            label_run(l, ob_live_run(v, run), run, tell);
        }
}

int ob_live_legend_height(const struct ob_live_legend *l)
{
    return l->on ? (int)l->lines + 1 : 0;
}

static int longest_name(const struct ob_live_legend *l, bool shortened)
{
    int most = 0;
    for (size_t i = 0; i < l->lines; i++) {
        const char *name = l->line[i].name;
        int n = ob_text_width(shortened ? last_part(name) : name);
        most = n > most ? n : most;
    }
    return most;
}

/* What a line has of a run; a loss has as many digits as there is room for. */
static void draw_value(const struct ob_live_legend *l, size_t i, int run,
                       struct ob_canvas *c, struct ob_rect cell, int y)
{
    char number[32];
    const char *text = l->line[i].value[run];
    if (i + 1 == l->lines && !text[0]) {
        ob_show_number(number, l->loss[run], cell.w);
        text = number;
    }
    ob_canvas_line(c, cell, y, OB_RIGHT, OB_STYLE_VALUE, "%s", text);
}

/* Letters above, a line a key below; names give way to values, keys to the loss. */
void ob_live_legend_draw(const struct ob_live_legend *l, struct ob_canvas *c,
                         struct ob_rect r)
{
    int runs = 0, lines = (int)l->lines;
    for (int run = 0; run < OB_LIVE_RUNS; run++)
        runs += l->shown[run];
    if (!l->on || r.h < 2 || r.w < 8 * runs)
        return;
    int width = r.w * 2 / 3 / runs;
    bool shortened = longest_name(l, false) >= r.w - runs * width;
    int room = (r.w - longest_name(l, true) - 1) / runs;
    width = shortened && room > width ? room : width;
    int name = r.w - runs * width;
    for (int i = 0; i < lines; i++) {
        const struct ob_legend_line *line = &l->line[i];
        int y = i + 1 < r.h ? i + 1 : r.h - 1;
        if (i + 1 >= r.h && i + 1 < lines)
            continue;
        ob_canvas_fill(c, (struct ob_rect){ r.x, r.y + y, r.w, 1 }, " ", OB_STYLE_TEXT);
        ob_canvas_text(c, r.x, r.y + y, name - 1,
                       shortened ? last_part(line->name) : line->name, OB_STYLE_LABEL);
        for (int run = 0, x = r.x + name; run < OB_LIVE_RUNS; run++) {
            if (!l->shown[run])
                continue;
            draw_value(l, (size_t)i, run, c,
                       (struct ob_rect){ x + 1, r.y, width - 1, r.h }, y);
            x += width;
        }
    }
    ob_canvas_text(c, r.x, r.y, name - 1, "RUN", OB_STYLE_LABEL);
    for (int run = 0, x = r.x + name; run < OB_LIVE_RUNS; run++) {
        if (!l->shown[run])
            continue;
        ob_canvas_line(c, (struct ob_rect){ x, r.y, width, 1 }, 0, OB_RIGHT,
                       (enum ob_style)(OB_STYLE_A + run), "%c", 'a' + run);
        x += width;
    }
}
