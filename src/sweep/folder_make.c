#include <config.h>

#include "optbench/sweep/folder_make.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/sweep/plan_budget.h"

/* ---- what is planned ---- */

static void copy_word(char *to, size_t cap, const char *from)
{
    size_t n = strlen(from);
    n = n < cap ? n : cap - 1;
    memcpy(to, from, n);
    to[n] = '\0';
}

/* Figures of which more is better; of all others less is. */
static bool rises(const char *metric)
{
    static const char *const names[] = { "accuracy", "r2" };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        size_t n = strlen(metric), tail = strlen(names[i]);
        bool part = n == tail || (n > tail && metric[n - tail - 1] == '_');
        if (n >= tail && part && !strcmp(metric + n - tail, names[i]))
            return true;
    }
    return false;
}

/* Steps of a whole run, as far as the experiment says: a step takes an evaluation or
 * more. */
static uint64_t steps_of(const struct ob_spec *spec)
{
    const struct ob_stop_opts *o = &spec->stop;
    int64_t steps = o->max_steps > 0 ? o->max_steps : 0;
    if (o->max_evals > 0 && (!steps || o->max_evals < steps))
        steps = o->max_evals;
    return (uint64_t)steps;
}

/* The key whose values do not compete. */
static const char *within(const struct ob_sweep_spec *s)
{
    static const char kind[] = "optimizer.kind";
    if (!s->opts.within)
        return ob_sweep_axis_of(s, kind, NULL) ? kind : "";
    return strcmp(s->opts.within, "none") != 0 ? s->opts.within : "";
}

/* With rungs the steps of every cell count. */
static bool settle_steps(const struct ob_sweep_spec *s, const struct ob_spec_from *from,
                         const struct ob_spec *spec, struct ob_sweep_made *m,
                         struct ob_diags *diags)
{
    m->facts.steps = steps_of(spec);
    return s->opts.halving == OB_SWEEP_NO_HALVING ||
           ob_plan_budget(&m->plan, from, &m->facts.steps, diags);
}

static bool settle_facts(const struct ob_sweep_spec *s, const struct ob_spec *spec,
                         struct ob_sweep_made *m, struct ob_diags *diags)
{
    const struct ob_sweep_opts *o = &s->opts;
    struct ob_sweep_facts *f = &m->facts;
    static const char *const methods[] = { "grid", "random", "sobol" };
    bool ok = true;
    if (strlen(o->metric) >= sizeof f->metric || !*o->metric)
        ok = ob_sweep_complain(s, diags, "metric", "'%.80s' is no name of a figure",
                               o->metric);
    if (*within(s) && ob_plan_key(&m->plan, within(s)) == m->plan.keys)
        ok = ob_sweep_complain(s, diags, "within",
                               "'%.80s' is no key of the plan: no cells differ in it",
                               within(s));
    if (!ok)
        return false;
    copy_word(f->name, sizeof f->name, spec->experiment.name);
    copy_word(f->title, sizeof f->title,
              spec->experiment.title ? spec->experiment.title : "");
    copy_word(f->metric, sizeof f->metric, o->metric);
    copy_word(f->method, sizeof f->method, methods[o->method]);
    copy_word(f->within, sizeof f->within, within(s));
    f->cells = m->plan.cells;
    f->rules = (struct ob_rungs_rules){
        .halving = (enum ob_halving)o->halving,
        .eta = (unsigned)o->eta,
        .rungs = (unsigned)o->rungs,
        .brackets = (unsigned)o->brackets,
        .workers = (unsigned)o->workers,
        .maximize =
            o->goal == OB_SWEEP_MAX || (o->goal == OB_SWEEP_AUTO && rises(o->metric)),
    };
    f->retries = (int)o->retries;
    f->fail_fast = o->fail_fast;
    return true;
}

/* The first cell as its run will read it: by sweep.ini, it must be what the experiment's
 * own file gives. */
static bool first_cell(const struct ob_spec_from *from, const struct ob_sweep_made *m,
                       struct ob_spec *spec, struct ob_diags *diags)
{
    size_t n;
    char **row = ob_plan_sets(&m->plan, 0, &n);
    const char **sets = ob_xcalloc(from->nsets + n + 1, sizeof *sets);
    for (size_t i = 0; i < from->nsets + n; i++)
        sets[i] = i < from->nsets ? from->sets[i] : row[i - from->nsets];
    struct ob_spec_from original = *from, alone = { .path = from->path,
                                                    .text = ob_buf_text(&m->config),
                                                    .n = m->config.len,
                                                    .sets = (const char *const *)row,
                                                    .nsets = n };
    struct ob_spec other = { 0 };
    struct ob_buf text = { 0 }, other_text = { 0 };
    original.sets = sets;
    original.nsets += n;
    bool ok = ob_spec_read(&original, spec, diags) && ob_spec_read(&alone, &other, diags);
    if (ok) {
        ob_spec_write(spec, &text);
        ob_spec_write(&other, &other_text);
        if (strcmp(ob_buf_text(&text), ob_buf_text(&other_text)) != 0)
            ok = ob_diags_add(diags, OB_ECONFIG, from->path, 0,
                              "what this file and those that it is based on say of one "
                              "section depends on their order: a sweep needs it in one "
                              "file");
    }
    ob_spec_finish(&other);
    ob_buf_finish(&text);
    ob_buf_finish(&other_text);
    free(sets);
    free(row);
    return ok;
}

static bool draft(const struct ob_sweep_spec *s, const struct ob_spec_from *from,
                  struct ob_sweep_made *m, struct ob_diags *diags)
{
    struct ob_spec spec = { 0 };
    if (!s->there)
        return ob_diags_add(diags, OB_EUSAGE, from->path, 0,
                            "it has no [sweep] that says what to try; 'optbench explain "
                            "sweep' tells how to write one");
    bool ok = ob_plan_make(&m->plan, s, from, diags) &&
              ob_plan_check(&m->plan, s, from, &m->judged, diags) &&
              ob_spec_inline(from, &m->config, diags) &&
              first_cell(from, m, &spec, diags) && settle_facts(s, &spec, m, diags) &&
              settle_steps(s, from, &spec, m, diags);
    if (ok) {
        ob_plan_write(&m->plan, &m->text);
        m->facts.hash = facts_hash(&m->config, &m->text);
    }
    ob_spec_finish(&spec);
    return ok;
}

bool ob_sweep_draft(const struct ob_spec_from *from, struct ob_sweep_made *m,
                    struct ob_diags *diags)
{
    struct ob_sweep_spec s = { 0 };
    *m = (struct ob_sweep_made){ 0 };
    bool ok = ob_sweep_read(from, &s, diags) && draft(&s, from, m, diags);
    ob_sweep_spec_finish(&s);
    if (!ok)
        ob_sweep_made_finish(m);
    return ok;
}

void ob_sweep_made_finish(struct ob_sweep_made *m)
{
    ob_plan_finish(&m->plan);
    ob_buf_finish(&m->config);
    ob_buf_finish(&m->text);
    *m = (struct ob_sweep_made){ 0 };
}

/* ---- the folder ---- */

/* Whether a plan that was killed while it was written leaves such an entry: a file of its
 * own, or a hidden one on its way to become one (base/path.h). */
static bool is_own(const char *entry)
{
    static const char *const own[] = { SWEEP_INI, SWEEP_PLAN, SWEEP_JSON };
    bool known = strcmp(entry, SWEEP_CELLS) == 0;
    for (size_t i = 0; i < OB_COUNT(own); i++) {
        size_t n = strlen(own[i]);
        known = known || strcmp(entry, own[i]) == 0 ||
                (entry[0] == '.' && strncmp(entry + 1, own[i], n) == 0 &&
                 entry[1 + n] == '.');
    }
    return known;
}

/* Whether nothing is in the sub-folder `name`, or in the folder itself but for what a
 * plan that was not finished leaves; name NULL = itself. */
static bool is_free(const struct ob_rundir *d, const char *name)
{
    char *path = name ? ob_path_join(d->path, name) : ob_xstrdup(d->path);
    DIR *dir = opendir(path);
    bool empty = true;
    for (struct dirent *e; dir && empty && (e = readdir(dir));) {
        empty = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
                (!name && is_own(e->d_name));
    }
    if (dir)
        closedir(dir);
    free(path);
    return empty;
}

static bool write_files(const struct ob_rundir *d, const struct ob_sweep_made *m,
                        struct ob_err *err)
{
    struct ob_buf json = { 0 };
    facts_write(&m->facts, &json);
    bool ok =
        ob_rundir_mkdir(d, SWEEP_CELLS, err) &&
        ob_rundir_replace(d, SWEEP_INI, ob_buf_text(&m->config), m->config.len, true,
                          err) &&
        ob_rundir_replace(d, SWEEP_PLAN, ob_buf_text(&m->text), m->text.len, true, err) &&
        ob_rundir_replace(d, SWEEP_JSON, json.data, json.len, true, err);
    ob_buf_finish(&json);
    return ok;
}

/* Whether the folder may be written to: it has no sweep, or this one (*same), or one that
 * may be replaced. */
static bool may_write(const struct ob_rundir *d, bool force,
                      const struct ob_sweep_made *m, bool *same, struct ob_err *err)
{
    struct ob_sweep there;
    *same = false;
    if (!ob_sweep_is(d->path)) {
        if (is_free(d, NULL) && is_free(d, SWEEP_CELLS))
            return true;
        return ob_fail(err, OB_EUSAGE,
                       "%s: the folder has other files; a sweep needs one of its own",
                       d->path);
    }
    bool opened = ob_sweep_open(&there, d->path, err);
    *same = opened && there.facts.hash == m->facts.hash;
    if (opened)
        ob_sweep_finish(&there);
    if (*same)
        return true;
    if (!is_free(d, SWEEP_CELLS))
        return ob_fail(err, OB_EUSAGE,
                       "%s: another plan is there, and cells of it were trained: a plan "
                       "never changes; name another folder",
                       d->path);
    return force || ob_fail(err, OB_EUSAGE,
                            "%s: another plan is there; --force replaces it, for none of "
                            "its cells has begun",
                            d->path);
}

bool ob_sweep_create(const char *path, bool force, struct ob_sweep_made *m,
                     struct ob_err *err)
{
    struct ob_rundir d = { 0 };
    bool ok = ob_path_mkdirs(path, err) && ob_rundir_open(&d, path, err) &&
              may_write(&d, force, m, &m->was_there, err);
    if (ok && !m->was_there)
        ok = write_files(&d, m, err);
    ob_rundir_finish(&d);
    return ok;
}
