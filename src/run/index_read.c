/* One run into the index. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "index_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/run/notes.h"
#include "optbench/run/summary.h"

#define CONFIG_MAX ((size_t)256 << 10)

/* Two changes within one tick of the file system's clock look alike: what has just
 * changed has no stamp. That the checkpoints are gone, or there are tags, shows in it,
 * too. */
uint64_t ob_index_stamp(const char *path)
{
    static const struct {
        const char *name;
        bool needed;
    } file[] = {
        { "run.json", true },
        { "summary.json", true },
        { "notes.json", false },
        { "checkpoints", false },
    };
    enum { TICK = 2 }; /* seconds, on the coarsest of file systems */
    int64_t seen[4 * OB_COUNT(file)] = { 0 }, now = time(NULL);
    char name[4200];
    for (size_t i = 0; i < OB_COUNT(file); i++) {
        struct stat st;
        int64_t *to = &seen[4 * i];
        snprintf(name, sizeof name, "%s/%s", path, file[i].name);
        if (lstat(name, &st) != 0) {
            if (file[i].needed)
                return 0;
            continue;
        }
        if ((file[i].needed && !S_ISREG(st.st_mode)) || st.st_mtim.tv_sec + TICK >= now)
            return 0;
        to[0] = st.st_mtim.tv_sec;
        to[1] = st.st_mtim.tv_nsec;
        to[2] = st.st_size;
        to[3] = (int64_t)st.st_ino;
    }
    uint64_t stamp = ob_hash_fast(seen, sizeof seen, 0);
    return stamp ? stamp : 1;
}

static void take_info(struct ob_index_run *r, const struct ob_run_info *info)
{
    snprintf(r->experiment, sizeof r->experiment, "%.*s", (int)sizeof r->experiment - 1,
             info->experiment);
    snprintf(r->title, sizeof r->title, "%.*s", (int)sizeof r->title - 1, info->title);
    memcpy(r->stop, info->stop, sizeof r->stop);
    r->state = info->state;
    r->plan_known = info->plan_known;
    r->max_steps = info->max_steps;
    r->step = info->step;
    r->started = info->started;
    r->loss = info->loss;
    r->best_loss = info->best_loss;
    r->theta_delta = info->theta_delta;
    r->seconds = info->seconds;
    r->known = true;
}

/* ---- settings ---- */

/* "section.key=value", the value without its quotes where it is one word. */
static void put_line(struct ob_buf *line, const struct ob_ini_entry *e)
{
    ob_buf_clear(line);
    ob_buf_addf(line, "%s.%s=", e->section, e->key);
    size_t n = line->len;
    if (ob_ini_unquote(e->value, line, NULL))
        return;
    line->len = n;
    ob_buf_adds(line, e->value);
}

/* The order of ob_index_setting(): what stands before the '='. */
static int by_text(const void *a, const void *b, void *ctx)
{
    const struct ob_intern *t = ctx;
    const char *x = ob_intern_at(t, *(const uint32_t *)a);
    const char *y = ob_intern_at(t, *(const uint32_t *)b);
    size_t m = strcspn(x, "="), n = strcspn(y, "=");
    int by = memcmp(x, y, m < n ? m : n);
    return by ? by : (m > n) - (m < n);
}

static void take_settings(struct ob_index *x, struct ob_index_run *r,
                          const struct ob_ini *ini)
{
    struct ob_intern *t = ob_index_texts_of(x);
    struct ob_buf line = { 0 };
    size_t n =
        ini->entries < OB_INDEX_SETTINGS_MAX ? ini->entries : OB_INDEX_SETTINGS_MAX;
    free(r->setting);
    r->setting = ob_xcalloc(n + 1, sizeof *r->setting);
    for (size_t i = 0; i < n; i++) {
        put_line(&line, &ini->entry[i]);
        r->setting[i] = ob_intern_add(t, ob_buf_text(&line), line.len);
    }
    r->settings = (uint32_t)n;
    if (n > 1)
        qsort_r(r->setting, n, sizeof *r->setting, by_text, t);
    ob_buf_finish(&line);
}

/* The config of a run never changes. */
static void read_config(struct ob_index *x, size_t i, const struct ob_rundir *dir)
{
    struct ob_buf text = { 0 };
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    x->brief[i] = (struct ob_brief){ .lr = NAN };
    if (ob_rundir_read(dir, "config.ini", CONFIG_MAX, &text, NULL)) {
        (void)ob_ini_parse("config.ini", ob_buf_text(&text), text.len, &ini,
                           &diags); /* what is readable counts */
        ob_brief_take(&x->brief[i], &ini);
        take_settings(x, &x->item[i], &ini);
    }
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
    ob_buf_finish(&text);
}

/* ---- figures ---- */

struct figures {
    struct ob_intern *texts;
    struct ob_index_figure item[OB_INDEX_FIGURES_MAX];
    uint32_t n;
};

static void put(struct figures *f, const char *part, const char *name, double value)
{
    char whole[96];
    if (f->n == OB_INDEX_FIGURES_MAX || isnan(value))
        return;
    int n = snprintf(whole, sizeof whole, "%s%s", part, name);
    f->item[f->n++] =
        (struct ob_index_figure){ .name = ob_intern_add(f->texts, whole, (size_t)n),
                                  .value = value };
}

static void put_part(struct figures *f, const char *name, const struct ob_summary_part *p)
{
    if (p->rows == 0)
        return;
    put(f, name, "loss", p->loss);
    for (size_t i = 0; i < p->metrics; i++)
        put(f, name, p->metric[i].name, p->metric[i].value);
}

static void put_summary(struct figures *f, const struct ob_summary *s)
{
    put(f, "", "grad_norm", s->measured ? s->grad_norm : (double)NAN);
    put(f, "", "epochs", s->epochs);
    put(f, "", "evals", (double)s->evals_function);
    for (size_t i = 0; i < s->metrics; i++)
        put(f, "", s->metric[i].name, s->metric[i].value);
    put_part(f, "val_", &s->validation);
    if (s->validation.rows)
        put(f, "", "best_val_loss", s->validation.best_loss);
    put_part(f, "test_", &s->test);
    if (s->has_target && s->target_step) {
        put(f, "", "target_step", (double)s->target_step);
        put(f, "", "target_evals", (double)s->target_evals);
        put(f, "", "target_seconds", s->target_seconds);
    }
    if (s->has_reference) {
        put(f, "", "optimum", s->reference_loss);
        put(f, "", "distance", s->reference_distance);
    }
}

static void read_figures(struct ob_index *x, struct ob_index_run *r,
                         const struct ob_rundir *dir, bool has_summary)
{
    struct figures f = { .texts = ob_index_texts_of(x) };
    struct ob_summary s = { 0 };
    if (has_summary && ob_summary_read(&s, dir, NULL))
        put_summary(&f, &s);
    ob_summary_finish(&s);
    free(r->figure);
    r->figure = ob_xcalloc(f.n + 1, sizeof *r->figure);
    memcpy(r->figure, f.item, f.n * sizeof *f.item);
    r->figures = f.n;
}

/* ---- tags ---- */

static void read_notes(struct ob_index_run *r, const struct ob_rundir *dir)
{
    struct ob_notes notes;
    (void)ob_notes_read(&notes, dir, NULL); /* damaged: as if there were none */
    free(r->tags);
    free(r->note);
    r->tags = notes.tags > 0 ? ob_notes_tags_text(&notes) : NULL;
    r->note = notes.text;
    notes.text = NULL;
    ob_notes_finish(&notes);
}

/* ---- the run ---- */

/* A directory that was just made may become a run in a moment. */
static enum ob_index_found not_yet(const struct ob_rundir *d)
{
    enum { SETTING_UP = 5 };
    struct stat st;
    if (d->open && fstat(d->fd, &st) == 0 && st.st_mtime + SETTING_UP > time(NULL))
        return OB_INDEX_LATER;
    return OB_INDEX_NO_RUN;
}

enum ob_index_found ob_index_read(struct ob_index *x, size_t i)
{
    struct ob_index_run *r = &x->item[i];
    struct ob_rundir dir = { 0 };
    struct ob_run_info info;
    enum ob_index_found found = OB_INDEX_READ;
    uint64_t stamp = ob_index_stamp(x->path[i]); /* before: changes meanwhile show */
    if (ob_rundir_open(&dir, x->path[i], NULL) && ob_run_info_read(&dir, &info, NULL)) {
        if (!r->known)
            read_config(x, i, &dir);
        take_info(r, &info);
        read_figures(x, r, &dir, info.has_summary);
        read_notes(r, &dir);
        r->stamp = info.has_summary && info.recorded != OB_RUN_RUNNING ? stamp : 0;
        r->bytes = ob_rundir_size(&dir);
        r->kept = false;
    } else {
        found = not_yet(&dir);
    }
    ob_rundir_finish(&dir);
    return found;
}

enum ob_index_found ob_index_look(struct ob_index *x, size_t i)
{
    struct ob_index_run *r = &x->item[i];
    if (r->known && r->stamp && ob_index_stamp(x->path[i]) == r->stamp) {
        r->kept = false;
        return OB_INDEX_SAME;
    }
    return ob_index_read(x, i);
}
