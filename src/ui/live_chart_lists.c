/* The lists over the live screen from which columns and runs are taken. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

/* The chart that shows a column; -1 = none does. */
static int chart_of(const struct ob_run_model *m, const char *column)
{
    if (strcmp(column, "loss") == 0)
        return OB_LIVE_LOSS;
    if (strcmp(column, "theta_delta") == 0)
        return OB_LIVE_DELTA;
    for (int i = 0; i < OB_MODEL_METRICS; i++)
        if (strcmp(m->asked.metric[i], column) == 0)
            return OB_LIVE_METRIC + i;
    return -1;
}

static bool shown(const struct ob_live_charts *l, const struct ob_run_model *m,
                  const char *column)
{
    int chart = chart_of(m, column);
    return chart >= 0 && l->item[chart].on;
}

/* Lines of a list, made for one look; free() the names. */
static struct ob_picker_list columns_list(const struct ob_live_charts *l,
                                          const struct ob_view *v, char (**line)[64])
{
    const struct ob_run_model *m = &v->run;
    *line = ob_xcalloc(m->columns + 1, sizeof **line);
    for (size_t i = 0; i < m->columns; i++)
        snprintf((*line)[i], sizeof **line, "%s %.60s",
                 shown(l, m, m->column[i]) ? "*" : " ", m->column[i]);
    return (struct ob_picker_list){ .title = "charts (* = shown)",
                                    .name = (const char(*)[64]) * line,
                                    .n = m->columns };
}

static bool can_be_added(const struct ob_view *v, const char *path)
{
    for (int i = 0; i < OB_LIVE_RUNS; i++)
        if (ob_live_run(v, i)->path && strcmp(ob_live_run(v, i)->path, path) == 0)
            return false;
    return true;
}

/* The brief of this run among those of the list; NULL where it is not there. */
static const struct ob_brief *own_brief(const struct ob_view *v)
{
    for (size_t i = 0; i < v->home.runs.n && v->run.path; i++)
        if (strcmp(v->home.runs.path[i], v->run.path) == 0)
            return &v->home.brief[i];
    return NULL;
}

/* What differs from this run, as far as a line of a list knows it. */
static void differences(const struct ob_brief *a, const struct ob_brief *b,
                        struct ob_buf *out)
{
    char number[32];
    if (!a || strcmp(a->data, b->data) != 0)
        ob_buf_addf(out, " %.20s", b->data);
    if (!a || strcmp(a->model, b->model) != 0)
        ob_buf_addf(out, " %.12s", b->model);
    if (!a || strcmp(a->optimizer, b->optimizer) != 0)
        ob_buf_addf(out, " %.12s", b->optimizer);
    if (!isnan(b->lr) && (!a || !(a->lr == b->lr))) {
        ob_show_number(number, b->lr, 8);
        ob_buf_addf(out, " lr %s", number);
    }
    if (a && strcmp(a->schedule, b->schedule) != 0)
        ob_buf_addf(out, " %.12s", b->schedule);
    if (a && strcmp(a->batch, b->batch) != 0)
        ob_buf_addf(out, " batch %.8s", b->batch);
    if (out->len == 0)
        ob_buf_adds(out, " the same");
}

/* A run that can be added, as the list shows it. */
struct run_line {
    size_t place;                   /* in the list of runs */
    char name[32], summary[128];    /* "3f2a9c1e"; "5 min  lr 0.03  loss 0.000946" */
    char text[OB_RUN_NAME_MAX + 1]; /* its whole name */
};

struct runs_list {
    struct run_line *line;
    struct ob_picker_entry *entry;
    struct ob_picker_list list;
};

static void fill_line(const struct ob_view *v, const struct ob_brief *own,
                      struct run_line *to)
{
    struct ob_buf differ = { 0 };
    size_t i = to->place;
    const char *name = v->home.runs.item[i].name, *tail = strrchr(name, '-');
    char loss[32], age[32], text[256];
    ob_show_number(loss, v->home.runs.item[i].loss, 9);
    ob_show_age(age, v->home.runs.item[i].started, v->wall_ns);
    differences(own, &v->home.brief[i], &differ);
    ob_text_safe_z(to->name, sizeof to->name, tail ? tail + 1 : name);
    snprintf(text, sizeof text, "%.16s %.70s  loss %s", age, ob_buf_text(&differ), loss);
    ob_text_safe_z(to->summary, sizeof to->summary, text);
    ob_text_safe_z(to->text, sizeof to->text, name);
    ob_buf_finish(&differ);
}

/* Runs that can be added, newest first. */
static struct runs_list runs_list(const struct ob_view *v)
{
    struct runs_list r = { .list = { .title = "add a run" } };
    const struct ob_brief *own = own_brief(v);
    r.line = ob_xcalloc(v->home.runs.n + 1, sizeof *r.line);
    r.entry = ob_xcalloc(v->home.runs.n + 1, sizeof *r.entry);
    for (size_t i = 0; i < v->home.runs.n; i++) {
        struct run_line *line = &r.line[r.list.n];
        if (!can_be_added(v, v->home.runs.path[i]))
            continue;
        line->place = i;
        fill_line(v, own, line);
        r.entry[r.list.n++] = (struct ob_picker_entry){ .name = line->name,
                                                        .summary = line->summary,
                                                        .text = line->text };
    }
    r.list.entry = r.entry;
    return r;
}

static void runs_list_finish(struct runs_list *r)
{
    free(r->line);
    free(r->entry);
}

static size_t runs_to_add(const struct ob_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->home.runs.n; i++)
        n += can_be_added(v, v->home.runs.path[i]);
    return n;
}

void ob_live_charts_list_open(struct ob_live_charts *l, const struct ob_view *v,
                              bool runs, struct ob_wishes *wish)
{
    size_t n = runs ? runs_to_add(v) : v->run.columns;
    if (!v->run.path)
        ob_live_say(wish, "no run is open");
    else if (n == 0)
        ob_live_say(wish, runs ? "there is no other run" : "nothing is recorded yet");
    else
        ob_picker_open(&l->picker);
    l->picks_runs = runs;
}

void ob_live_charts_draw_picker(const struct ob_live_charts *l, const struct ob_view *v,
                                struct ob_canvas *c)
{
    if (!l->picker.filter.open)
        return;
    if (l->picks_runs) {
        struct runs_list r = runs_list(v);
        ob_picker_draw(&l->picker, &r.list, v->glyphs, c);
        runs_list_finish(&r);
        return;
    }
    char(*line)[64] = NULL;
    struct ob_picker_list list = columns_list(l, v, &line);
    ob_picker_draw(&l->picker, &list, v->glyphs, c);
    free(line);
}

/* A free place for a column; -1 = there is none. */
static int free_metric(const struct ob_run_model *m)
{
    for (int i = 0; i < OB_MODEL_METRICS; i++)
        if (!m->asked.metric[i][0])
            return i;
    return -1;
}

static void show_chart(struct ob_live_charts *l, int chart)
{
    l->item[chart].on = true;
    l->reveal = chart;
    if (l->single > 0)
        l->single = 1 + (unsigned)chart;
}

static void hide_chart(struct ob_live_charts *l, struct ob_run_model *m, int chart,
                       struct ob_wishes *wish)
{
    int others = 0;
    for (int i = 0; i < OB_LIVE_CHARTS; i++)
        others += i != chart && l->item[i].on;
    if (others == 0) {
        ob_live_say(wish, "one chart must stay");
        return;
    }
    l->item[chart].on = false;
    if (chart >= OB_LIVE_METRIC)
        m->asked.metric[chart - OB_LIVE_METRIC][0] = '\0';
}

static void toggle_column(struct ob_live_charts *l, struct ob_view *v, const char *column,
                          struct ob_wishes *wish)
{
    struct ob_run_model *m = &v->run;
    int chart = chart_of(m, column), place = free_metric(m);
    wish->wish = OB_WISH_NEWS;
    if (chart >= 0 && l->item[chart].on) {
        hide_chart(l, m, chart, wish);
    } else if (chart >= 0) {
        show_chart(l, chart);
    } else if (place < 0) {
        ob_live_say(wish, "two further charts are the most: take one away first");
    } else {
        snprintf(m->asked.metric[place], sizeof m->asked.metric[place], "%s", column);
        ob_chart_reset(&l->item[OB_LIVE_METRIC + place].chart);
        l->item[OB_LIVE_METRIC + place].scale = 0;
        show_chart(l, OB_LIVE_METRIC + place);
    }
    for (int i = 0; i < OB_OTHERS; i++)
        if (v->other[i].path)
            v->other[i].asked = m->asked;
}

static enum ob_picked runs_key(struct ob_live_charts *l, const struct ob_view *v,
                               uint32_t key, struct ob_wishes *wish)
{
    struct runs_list r = runs_list(v);
    size_t at = 0;
    enum ob_picked picked = ob_picker_key(&l->picker, &r.list, key, &at);
    if (picked == OB_PICKED_TAKEN) {
        wish->wish = OB_WISH_BESIDE;
        snprintf(wish->path, sizeof wish->path, "%s",
                 v->home.runs.path[r.line[at].place]);
    }
    runs_list_finish(&r);
    return picked;
}

static enum ob_picked columns_key(struct ob_live_charts *l, struct ob_view *v,
                                  uint32_t key, struct ob_wishes *wish)
{
    char(*line)[64] = NULL;
    size_t at = 0;
    struct ob_picker_list list = columns_list(l, v, &line);
    enum ob_picked picked = ob_picker_key(&l->picker, &list, key, &at);
    free(line);
    if (picked == OB_PICKED_TAKEN)
        toggle_column(l, v, v->run.column[at], wish);
    return picked;
}

bool ob_live_charts_key(struct ob_live_charts *l, struct ob_view *v, uint32_t key,
                        struct ob_wishes *wish)
{
    if (!l->picker.filter.open)
        return false;
    enum ob_picked picked =
        l->picks_runs ? runs_key(l, v, key, wish) : columns_key(l, v, key, wish);
    return picked != OB_PICKED_NOT;
}
