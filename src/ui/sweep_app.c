/* Which sweep is open: what its screen wishes for. */
#include <config.h>

#include "app_priv.h"

#include <stdio.h>
#include <string.h>

#include "optbench/report/study.h"

void ob_app_sweep(struct ob_app *a, const char *path)
{
    struct ob_err err;
    if (!a->feed->type->sweep(a->feed, path, &err)) {
        if (a->top == OB_SCREEN_SWEEP && !a->view.sweep->plan) {
            snprintf(a->why, sizeof a->why, "%s", err.text);
            a->status = ob_code_exit(err.code);
            a->quit = true;
        } else {
            ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
        }
        return;
    }
    a->sweep_more = true;
    if (a->view.screen != OB_SCREEN_SWEEP)
        ob_app_go(a, OB_SCREEN_SWEEP);
    else
        ob_app_tell(a, OB_FEED_SHOWN);
}

static void look_for_some(struct ob_app *a)
{
    ob_sweeps_found_finish(&a->view.sweeps);
    a->feed->type->sweeps(a->feed, &a->view.sweeps);
}

void ob_app_show_sweep(struct ob_app *a)
{
    struct ob_err err;
    const struct ob_sweeps_found *found = &a->view.sweeps;
    if (!a->view.sweep->plan)
        look_for_some(a);
    /* There is nothing to choose from. */
    if (!a->view.sweep->plan && found->n == 1 &&
        !a->feed->type->sweep(a->feed, found->item[0].path, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    a->sweep_more = a->view.sweep->plan != NULL;
}

bool ob_app_read_sweep(struct ob_app *a)
{
    bool fresh = false;
    if (a->view.sweep->plan)
        a->sweep_more = a->feed->type->sweep_on(a->feed, &fresh);
    return fresh;
}

bool ob_app_in_sweep(const struct ob_app *a)
{
    static const char cells[] = "/cells/";
    const char *sweep = a->view.sweep->path, *run = a->view.run.path;
    size_t n = strlen(sweep);
    return n > 0 && run && strncmp(run, sweep, n) == 0 &&
           strncmp(run + n, cells, sizeof cells - 1) == 0;
}

void ob_app_stop_sweep(struct ob_app *a)
{
    struct ob_err err;
    if (!a->feed->type->sweep_stop(a->feed, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else
        ob_app_say(a, OB_STYLE_TEXT,
                   "stopping: cells write checkpoints, S goes on with the missing ones");
}

static void start(struct ob_app *a)
{
    struct ob_err err;
    if (!a->feed->type->sweep_start(a->feed, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
    else
        ob_app_say(a, OB_STYLE_TEXT, "starting the sweep");
}

void ob_app_planned(struct ob_app *a)
{
    char path[sizeof a->feed->started];
    snprintf(path, sizeof path, "%s", a->feed->started);
    ob_app_hush(a);
    ob_app_sweep(a, path);
    start(a);
}

void ob_app_grant_sweep(struct ob_app *a, const struct ob_wishes *w)
{
    switch (w->wish) {
    case OB_WISH_SWEEP:
        ob_app_sweep(a, w->path);
        break;
    case OB_WISH_SWEEPS:
        look_for_some(a);
        break;
    case OB_WISH_SWEEP_START:
        start(a);
        break;
    case OB_WISH_JUDGE:
        a->feed->type->sweep_judge(a->feed, w->text, ob_metric_rises(w->text));
        break;
    default:
        break;
    }
}
