#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* The app's part in setting up an experiment: brings it to the form, has it checked after
 * every change, saves it, runs it, gives it to an editor, keeps it. */

/* Tells whether a table has to be looked at again: a number for what [data] says. */
static uint64_t data_stamp(const struct ob_form *f)
{
    struct ob_buf said = { 0 };
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (r->param && strcmp(r->section->name, "data") == 0)
            ob_buf_addf(&said, "%s=%s\n", r->param->name, r->value ? r->value : "");
    }
    ob_buf_adds(&said, f->now.path);
    uint64_t stamp = ob_hash(ob_buf_text(&said), said.len, 0);
    ob_buf_finish(&said);
    return stamp;
}

/* Whether there is a table to look at, and [data] says enough for it. */
static bool has_data(const struct ob_form *f)
{
    if (!ob_form_needs_data(f))
        return false;
    for (size_t i = 0; i < f->rows; i++)
        if (f->row[i].param && f->row[i].param->required && !f->row[i].value &&
            strcmp(f->row[i].section->name, "data") == 0)
            return false;
    return true;
}

static void read_base(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf under = { 0 };
    a->feed->type->under(a->feed, f->now.path, &f->now.text, &under);
    ob_form_put_under(f, &under);
    ob_buf_finish(&under);
}

/* Looks at the table. A new one is looked at as a file of its own, before the text says
 * how it is to be read: that is what is going to be proposed. */
static void look(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_err err;
    const char *path = ob_form_value(f, "data", "path");
    struct ob_buf file = { 0 };
    bool alone = f->propose && path && path[0] != '@' && ob_path_is_table(path) &&
                 ob_path_expand(path, &file, &err);
    char *dir = ob_path_dir(f->now.path);
    char *table = alone ? ob_path_join(dir, ob_buf_text(&file)) : NULL;
    a->view.looking =
        a->feed->type->inspect(a->feed, alone ? NULL : ob_buf_text(&f->now.text),
                               alone ? table : f->now.path, &err);
    if (!a->view.looking)
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    a->form_alone = alone;
    ob_buf_finish(&file);
    free(table);
    free(dir);
}

/* Keeps what is not saved for the next start, after every change: what kills the screen
 * does not take it along. */
static void keep(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf text = { 0 };
    struct ob_err err;
    if (ob_form_is_dirty(f)) {
        ob_form_placed(f, &text);
        if (a->feed->type->keep(a->feed, &text, &err))
            a->form_kept = f->begun;
        ob_buf_finish(&text);
    } else if (a->form_kept == f->begun) {
        a->form_kept = 0;
        a->feed->type->keep(a->feed, NULL, &err);
    }
}

void ob_app_heed_form(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_err err;
    if (!ob_form_is_open(f) || f->revision == a->form_asked)
        return;
    a->form_asked = f->revision;
    read_base(a);
    keep(a);
    a->view.checking =
        a->feed->type->check(a->feed, ob_buf_text(&f->now.text), f->now.path, &err);
    if (!a->view.checking)
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    uint64_t stamp = data_stamp(f);
    if ((stamp == a->form_data && !f->propose) || !has_data(f))
        return;
    a->form_data = stamp;
    look(a);
}

void ob_app_told_form(struct ob_app *a, unsigned bits)
{
    struct ob_form *f = &a->view.form;
    if (!ob_form_is_open(f))
        return;
    if ((bits & (OB_FEED_STARTED | OB_FEED_FAILED)) && a->form_launched) {
        snprintf(a->form_run, sizeof a->form_run, "%s",
                 bits & OB_FEED_STARTED ? a->feed->started : "");
        a->form_launched = false;
    }
    if (bits & OB_FEED_CHECKED) {
        a->view.checking = false;
        ob_form_take_check(f, &a->feed->checked);
    }
    if (bits & OB_FEED_DATA) {
        a->view.looking = false;
        ob_form_propose(f, &a->feed->data);
        f->propose = false; /* what cannot be read has nothing to propose */
        /* Then as the text has it read. */
        if (a->form_alone)
            a->form_data = 0;
    }
    ob_app_heed_form(a);
}

/* Begins with what was left unsaved the last time, where nothing is being set up. */
static bool begin_kept(struct ob_app *a)
{
    struct ob_draft draft = { 0 };
    struct ob_err err;
    if (ob_form_is_open(&a->view.form) ||
        !a->feed->type->load(a->feed, NULL, &draft, &err))
        return false;
    ob_form_begin(&a->view.form, &draft);
    return true;
}

static bool begin(struct ob_app *a, const char *path)
{
    struct ob_draft draft = { 0 };
    struct ob_err err;
    if (!a->feed->type->load(a->feed, path, &draft, &err)) {
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        return false;
    }
    ob_form_begin(&a->view.form, &draft);
    return true;
}

/* Whether the run at `path` is what the form has, comments and all. */
static bool shows_run(const struct ob_app *a, const char *path)
{
    return *path && ob_form_is_open(&a->view.form) && strcmp(path, a->form_run) == 0 &&
           a->view.form.revision == a->form_run_revision;
}

void ob_app_setup(struct ob_app *a, const char *path)
{
    if (shows_run(a, path)) {
        a->view.screen = OB_SCREEN_SETUP;
        return;
    }
    begin_kept(a);
    bool unsaved = ob_form_is_dirty(&a->view.form);
    if (!begin(a, path))
        return;
    if (unsaved)
        ob_app_say(a, OB_STYLE_WARN,
                   "what was being set up is not saved: u brings it back");
    a->view.screen = OB_SCREEN_SETUP;
    ob_app_heed_form(a);
}

bool ob_app_show_form(struct ob_app *a)
{
    if (begin_kept(a))
        ob_app_say(a, OB_STYLE_TEXT,
                   "left unsaved the last time: w saves it, n on Home begins anew");
    else if (!ob_form_is_open(&a->view.form) && !begin(a, ""))
        return false;
    ob_app_heed_form(a);
    return true;
}

void ob_app_browse(struct ob_app *a, const char *path)
{
    struct ob_view *v = &a->view;
    ob_browse_finish(&v->folder);
    a->feed->type->browse(a->feed, path, &v->folder, &v->folder_err);
    ob_app_tell(a, OB_FEED_FOLDER);
}

static bool same_folder(const char *a, const char *b)
{
    char *x = ob_path_dir(a), *y = ob_path_dir(b);
    char *p = ob_path_absolute(x), *q = ob_path_absolute(y);
    bool same = strcmp(p, q) == 0;
    free(p);
    free(q);
    free(x);
    free(y);
    return same;
}

/* Whether somebody else has changed the file since the form had its text. */
static bool is_changed(struct ob_app *a, const char *path)
{
    struct ob_draft there = { 0 };
    struct ob_err err;
    bool yes =
        a->feed->type->load(a->feed, path, &there, &err) &&
        ob_hash(ob_buf_text(&there.text), there.text.len, 0) != a->view.form.now.file;
    ob_draft_finish(&there);
    return yes;
}

void ob_app_save_form(struct ob_app *a, const char *path, bool over)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf text = { 0 };
    struct ob_err err;
    char safe[256];
    bool own = f->now.stands && strcmp(path, f->now.path) == 0;
    bool changed = own && is_changed(a, path);
    if (same_folder(path, f->now.path))
        ob_buf_add(&text, ob_buf_text(&f->now.text), f->now.text.len);
    else
        ob_form_placed(f, &text);
    if (a->feed->type->save(a->feed, path, &text, over || (own && !changed), &err)) {
        if (f->now.kept || a->form_kept == f->begun)
            a->feed->type->keep(a->feed, NULL, &err);
        a->form_kept = 0;
        ob_form_replace(f, ob_buf_text(&text));
        ob_form_saved(f, path);
        ob_app_read_lists(a, true);
        ob_app_say(a, OB_STYLE_OK, "saved %s: R runs it, Home lists it",
                   ob_text_safe_z(safe, sizeof safe, path));
    } else if (err.code == OB_EUSAGE && !over) {
        snprintf(a->save_over, sizeof a->save_over, "%s", path);
        ob_app_say(a, OB_STYLE_WARN, "%s %s.  y overwrites it, any other key: no",
                   ob_text_safe_z(safe, sizeof safe, path),
                   changed ? "was changed meanwhile" : "exists");
        a->message_until = 0;
        a->view.asking = true;
    } else {
        ob_app_refuse(a, err.text);
    }
    ob_buf_finish(&text);
}

/* Why it cannot be run now; NULL = it can, as far as is known. */
static const char *obstacle(const struct ob_view *v, char out[static 512])
{
    for (size_t i = 0; i < v->form.rows; i++) {
        const struct ob_form_row *r = &v->form.row[i];
        if (r->problem) {
            snprintf(out, 512, "%.60s.%.60s: %.350s", r->where, r->param->name,
                     r->problem);
            return out;
        }
    }
    if (v->checking || !v->checked->known || v->checked->ok || !v->checked->problems.n)
        return NULL;
    const struct ob_fault *p = &v->checked->problems.item[0];
    char place[OB_FAULT_PLACE_MAX], why[360];
    ob_fault_place(p, v->form.now.path, place);
    snprintf(out, 512, "%s%s%s", place, place[0] ? ": " : "",
             ob_text_safe_z(why, sizeof why, p->text));
    return out;
}

/* The name under which the text is put aside. */
static const char *aside_name(const struct ob_form *f)
{
    const char *name = ob_path_base(f->now.save_as);
    return *name ? name : "new.ini";
}

/* A sweep is named as its experiment is. */
static void make_sweep(struct ob_app *a, const char *config)
{
    const char *name = ob_form_value(&a->view.form, "experiment", "name");
    struct ob_err err;
    if (!name || !ob_path_is_plain(name))
        ob_app_say(a, OB_STYLE_ERROR, "not yet: experiment.name, which names its folder");
    else if (!a->feed->type->sweep_make(a->feed, config, name, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else
        ob_app_say(a, OB_STYLE_TEXT, "planning the sweep");
}

void ob_app_launch(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf text = { 0 }, path = { 0 };
    struct ob_err err;
    char why[512];
    const char *no = obstacle(&a->view, why);
    bool ok = !no;
    if (no) {
        ob_app_say(a, OB_STYLE_ERROR, "not yet: %s", no);
    } else if (ob_form_is_saved(f)) {
        ob_buf_adds(&path, f->now.path);
    } else {
        ob_form_placed(f, &text);
        ok = a->feed->type->stow(a->feed, aside_name(f), &text, &path, &err);
        if (!ok)
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    }
    if (ok && ob_form_is_sweep(f)) {
        make_sweep(a, ob_buf_text(&path));
    } else if (ok) {
        ob_app_start(a, ob_buf_text(&path));
        a->form_launched = true;
        a->form_run_revision = f->revision;
    }
    ob_buf_finish(&text);
    ob_buf_finish(&path);
}

void ob_app_revise(struct ob_app *a, int line)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf path = { 0 };
    struct ob_err err;
    if (a->feed->type->stow(a->feed, aside_name(f), &f->now.text, &path, &err)) {
        snprintf(a->edited, sizeof a->edited, "%s", ob_buf_text(&path));
        a->edited_line = line;
        a->edit = true;
    } else {
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    }
    ob_buf_finish(&path);
}

void ob_app_revised(struct ob_app *a)
{
    struct ob_draft draft = { 0 };
    struct ob_err err;
    if (a->feed->type->load(a->feed, a->edited, &draft, &err))
        ob_form_replace(&a->view.form, ob_buf_text(&draft.text));
    else
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    ob_draft_finish(&draft);
    ob_app_heed_form(a);
}

void ob_app_keep_form(struct ob_app *a)
{
    struct ob_form *f = &a->view.form;
    struct ob_buf text = { 0 };
    if (ob_form_is_dirty(f)) {
        ob_form_placed(f, &text);
        a->feed->type->keep(a->feed, &text, NULL);
    }
    ob_buf_finish(&text);
    ob_form_finish(f);
}
