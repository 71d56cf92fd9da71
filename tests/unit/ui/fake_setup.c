#include "fake_feed.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static const char experiment[] = "; Heights by age.\n"
                                 "\n"
                                 "[experiment]\n"
                                 "name  = heights\n"
                                 "title = Height by age\n"
                                 "\n"
                                 "[data]\n"
                                 "source   = csv\n"
                                 "path     = people.csv          ; next to this file\n"
                                 "features = age_years\n"
                                 "target   = height_m\n"
                                 "\n"
                                 "[model]\n"
                                 "kind = linear\n"
                                 "\n"
                                 "[optimizer]\n"
                                 "kind     = sgd\n"
                                 "lr       = 0.03\n"
                                 "momentum = 0.9\n"
                                 "\n"
                                 "[stop]\n"
                                 "theta_delta = 1e-4\n";

static void replace(char **at, const char *text)
{
    free(*at);
    *at = text ? ob_xstrdup(text) : NULL;
}

bool fake_load(struct ob_feed *base, const char *path, struct ob_draft *out,
               struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (path ? strstr(path, "missing") != NULL : !f->kept)
        return ob_fail(err, OB_EIO, "%s: No such file", path ? path : "kept.ini");
    if (!path)
        ob_buf_adds(&out->text, f->kept);
    else if (!*path)
        ob_form_template(&out->text);
    else if (f->saved_as && strcmp(path, f->saved_as) == 0)
        ob_buf_adds(&out->text, f->saved);
    else if (strncmp(path, "aside/", 6) == 0)
        ob_buf_adds(&out->text, f->stowed);
    else
        ob_buf_adds(&out->text, experiment);
    bool config = path && strncmp(path, "configs/", 8) == 0;
    out->path = ob_xstrdup(config ? path : path && *path ? "heights.ini" : "new.ini");
    out->save_as = ob_xstrdup(config ? "heights.ini" : out->path);
    out->stands = config;
    out->kept = !path;
    return true;
}

void fake_under(struct ob_feed *f, const char *path, const struct ob_buf *text,
                struct ob_buf *out)
{
    (void)f;
    (void)path;
    if (strstr(ob_buf_text(text), "base"))
        ob_buf_adds(out, "[optimizer]\nkind = sgd\nlr = 0.25\n");
}

bool fake_save(struct ob_feed *base, const char *path, const struct ob_buf *text,
               bool over, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (!over && strcmp(path, "taken.ini") == 0)
        return ob_fail(err, OB_EUSAGE, "%s: File exists", path);
    if (strstr(path, "denied"))
        return ob_fail(err, OB_EIO, "%s: Permission denied", path);
    replace(&f->saved, ob_buf_text(text));
    replace(&f->saved_as, path);
    f->saves++;
    return true;
}

bool fake_stow(struct ob_feed *base, const char *name, const struct ob_buf *text,
               struct ob_buf *path, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    replace(&f->stowed, ob_buf_text(text));
    ob_buf_addf(path, "aside/%s", name);
    return true;
}

bool fake_keep(struct ob_feed *base, const struct ob_buf *text, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    replace(&f->kept, text ? ob_buf_text(text) : NULL);
    return true;
}

void fake_finish_setup(struct fake_feed *f)
{
    replace(&f->saved, NULL);
    replace(&f->saved_as, NULL);
    replace(&f->stowed, NULL);
    replace(&f->kept, NULL);
}
