#include <config.h>

#include <string.h>
#include <sys/inotify.h>

#include "feed_priv.h"
#include "optbench/base/mem.h"

bool ob_overlays_begin(struct ob_overlays *o, int notify, const char *path,
                       struct ob_run_model *model, struct ob_err *err)
{
    for (size_t i = 0; i < OB_FEED_OTHERS; i++) {
        struct ob_overlay *v = &o->item[i];
        if (v->model)
            continue;
        if (!ob_run_reader_open(&v->reader, path, err))
            return false;
        v->model = model;
        v->watch = -1;
        if (notify >= 0)
            v->watch = inotify_add_watch(
                notify, path, IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE);
        model->path = ob_xstrdup(path);
        ob_run_reader_read(&v->reader, model, OB_READ_FRAME);
        return true;
    }
    return ob_fail(err, OB_EUSAGE, "%d runs beside this one are the most",
                   OB_FEED_OTHERS);
}

void ob_overlays_end(struct ob_overlays *o, int notify, struct ob_run_model *model)
{
    for (size_t i = 0; i < OB_FEED_OTHERS; i++) {
        struct ob_overlay *v = &o->item[i];
        if (v->model != model)
            continue;
        if (notify >= 0 && v->watch >= 0)
            inotify_rm_watch(notify, v->watch);
        ob_run_reader_finish(&v->reader);
        memset(v, 0, sizeof *v);
    }
    ob_run_model_finish(model);
}

bool ob_overlays_read(struct ob_overlays *o)
{
    bool changed = false;
    for (size_t i = 0; i < OB_FEED_OTHERS; i++)
        if (o->item[i].model)
            changed |= ob_run_reader_read(&o->item[i].reader, o->item[i].model,
                                          OB_READ_FRAME / OB_FEED_OTHERS);
    return changed;
}

bool ob_overlays_behind(const struct ob_overlays *o)
{
    for (size_t i = 0; i < OB_FEED_OTHERS; i++)
        if (o->item[i].model && ob_run_reader_behind(&o->item[i].reader))
            return true;
    return false;
}

bool ob_overlays_active(const struct ob_overlays *o)
{
    for (size_t i = 0; i < OB_FEED_OTHERS; i++)
        if (o->item[i].model && ob_run_model_active(o->item[i].model))
            return true;
    return false;
}

void ob_overlays_finish(struct ob_overlays *o)
{
    for (size_t i = 0; i < OB_FEED_OTHERS; i++)
        ob_run_reader_finish(&o->item[i].reader);
}
