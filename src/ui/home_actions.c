#include <config.h>

#include "home_priv.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%s", text);
}

static bool goes_on(const struct ob_index_run *r)
{
    return r->state == OB_RUN_RUNNING || r->state == OB_RUN_PAUSED;
}

/* ---- marks ---- */

/* How many, and what is done with them. */
static void say_marked(const struct ob_home_state *s, const struct ob_view *v,
                       struct ob_wishes *wish)
{
    const struct ob_index *runs = &v->home.runs;
    char size[32];
    uint64_t bytes = 0;
    for (size_t i = 0; i < runs->n && s->marks.n > 0; i++)
        bytes += ob_home_marks_has(&s->marks, runs->path[i]) ? runs->item[i].bytes : 0;
    ob_bytes_show(size, bytes);
    wish->wish = s->marks.n > 0 ? OB_WISH_SAY : OB_WISH_NONE;
    snprintf(wish->text, sizeof wish->text,
             "%zu marked (%s): c compares, Enter draws %s, t tags, d deletes, u unmarks",
             s->marks.n, size, s->marks.n == 1 ? "both" : "them");
}

static void mark(struct ob_home_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    if (!ob_home_run_at(s, v)) {
        say(wish, "only runs are marked: Tab goes to them");
        return;
    }
    struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    ob_home_marks_toggle(&s->marks, ob_home_selected(s, v));
    say_marked(s, v, wish);
    if (l->cursor + 1 < l->n)
        l->cursor++;
    ob_home_lists_hold(s, v);
}

static void mark_all(struct ob_home_state *s, const struct ob_view *v,
                     struct ob_wishes *wish)
{
    const struct ob_home_list *l = &s->list[OB_HOME_RUNS];
    for (size_t i = 0; i < l->n; i++)
        ob_home_marks_add(&s->marks, v->home.runs.path[l->entry[i]]);
    say_marked(s, v, wish);
}

/* ---- one run ---- */

static void rename_run(struct ob_home_state *s, const struct ob_view *v,
                       struct ob_wishes *wish)
{
    const struct ob_index_run *run = ob_home_run_at(s, v);
    if (!run)
        say(wish, "only runs are renamed here: Tab goes to them");
    else if (goes_on(run))
        say(wish, "a run keeps its name while it goes on");
    else
        ob_home_prompt_open(&s->prompt, OB_HOME_RENAME, ob_home_selected(s, v),
                            ob_home_short_name(run->name));
}

static void resume(struct ob_home_state *s, const struct ob_view *v,
                   struct ob_wishes *wish)
{
    const struct ob_index_run *run = ob_home_run_at(s, v);
    if (!run) {
        say(wish, "only runs are resumed: Tab goes to them");
    } else if (goes_on(run)) {
        say(wish, "this run goes on already: Enter opens it");
    } else if (run->state == OB_RUN_FINISHED) {
        say(wish, "this run came to its end: x copies its config for another one");
    } else {
        wish->wish = OB_WISH_RESUME;
        snprintf(wish->path, sizeof wish->path, "%s", ob_home_selected(s, v));
    }
}

/* ---- experiments ---- */

static void copy(struct ob_home_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    const char *path = ob_home_selected(s, v);
    if (path)
        ob_home_prompt_open(&s->prompt, OB_HOME_COPY, path, "");
    else
        say(wish, "select a run or an experiment: its config is what is copied");
}

static void edit(struct ob_home_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    const struct ob_config_entry *e = ob_home_config_at(s, v);
    const char *path = ob_home_selected(s, v);
    if (!path) {
        say(wish, "select an experiment: its file is what is edited");
    } else if (!e || e->shipped || e->sweep) {
        /* A run keeps its config, and what is shipped is not the user's to change. */
        ob_home_prompt_open(&s->prompt, OB_HOME_EDIT_COPY, path, "");
    } else {
        wish->wish = OB_WISH_EDITOR;
        snprintf(wish->path, sizeof wish->path, "%s", path);
    }
}

/* The folder that the selected experiment stands under. */
static void drop_folder(const struct ob_home_state *s, const struct ob_view *v,
                        struct ob_wishes *wish)
{
    const struct ob_config_entry *e = ob_home_config_at(s, v);
    while (e && e > v->home.config && !e->heading)
        e--;
    if (!e || !e->heading || !e->added) {
        say(wish, "- takes a folder off the list that + has put there");
        return;
    }
    wish->wish = OB_WISH_DROP_FOLDER;
    snprintf(wish->path, sizeof wish->path, "%s", e->path);
}

bool ob_home_act(struct ob_home_state *s, const struct ob_view *v, enum ob_request r,
                 struct ob_wishes *wish)
{
    switch (r) {
    case OB_REQUEST_MARK:
        mark(s, v, wish);
        return true;
    case OB_REQUEST_MARK_ALL:
        mark_all(s, v, wish);
        return true;
    case OB_REQUEST_UNMARK:
        ob_home_marks_clear(&s->marks);
        return true;
    case OB_REQUEST_RENAME:
        rename_run(s, v, wish);
        return true;
    case OB_REQUEST_RESUME:
        resume(s, v, wish);
        return true;
    case OB_REQUEST_CLONE:
        copy(s, v, wish);
        return true;
    case OB_REQUEST_EDIT:
        edit(s, v, wish);
        return true;
    case OB_REQUEST_ADD_FOLDER:
        ob_home_prompt_open(&s->prompt, OB_HOME_FOLDER, "", "");
        return true;
    case OB_REQUEST_DROP_FOLDER:
        drop_folder(s, v, wish);
        return true;
    default:
        return ob_home_keeping(s, v, r, wish);
    }
}
