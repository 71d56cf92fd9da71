#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/suggest.h"
#include "spec_priv.h"

/* Folders as a path is written: of the shipped tables, "@data/heights.csv", and of sets
 * that the system has installed, "@datasets/fashion-mnist". */
static const char folder[] = "data", system_folder[] = "datasets";

/* "@data/x" -> the folder; false after *err where the word behind '@' is no folder. */
static bool installed(const char *path, struct ob_buf *out, struct ob_err *err)
{
    size_t n = strcspn(path + 1, "/");
    char *word = ob_xstrndup(path + 1, n);
    bool shipped = !strcmp(word, folder), ok = shipped || !strcmp(word, system_folder);
    if (ok) {
        char *dir = shipped ? ob_path_data() : ob_path_datasets();
        char *joined = path[1 + n] ? ob_path_join(dir, path + 2 + n) : ob_xstrdup(dir);
        ob_buf_adds(out, joined);
        free(joined);
        free(dir);
    } else {
        ob_fail(
            err, OB_ECONFIG,
            "there is no folder '@%s': @%s is the one of the shipped tables, @%s that "
            "of installed sets, and ./@%s a file of that name",
            word, folder, system_folder, word);
    }
    free(word);
    return ok;
}

/* The name of the first ${NAME} that is not set, to be freed; NULL = none. */
static char *unset_variable(const char *text)
{
    while ((text = strstr(text, "${"))) {
        text += 2;
        char *name = ob_xstrndup(text, strcspn(text, "}"));
        if (!getenv(name))
            return name;
        free(name);
    }
    return NULL;
}

/* The nearest name in the environment, to be freed; NULL = none is near. */
static char *near_variable(const char *name)
{
    struct ob_suggest near;
    char *best = NULL;
    ob_suggest_init(&near, name);
    for (char **e = environ; *e; e++) {
        char *other = ob_xstrndup(*e, strcspn(*e, "="));
        ob_suggest_offer(&near, other);
        if (near.best != other) {
            free(other);
            continue;
        }
        free(best);
        best = other;
    }
    return best;
}

/* Adds a suggestion to the message about a variable that is not set. */
static void suggest_variable(const char *text, struct ob_err *err)
{
    char *name = unset_variable(text);
    char *near = name ? near_variable(name) : NULL;
    struct ob_err plain = *err;
    if (near)
        ob_fail(err, OB_ECONFIG, "%.300s; did you mean ${%.100s}?", plain.text, near);
    free(near);
    free(name);
}

static bool resolve_path(const char *text, const char *dir, struct ob_buf *out,
                         struct ob_err *err)
{
    struct ob_buf expanded = { 0 }, placed = { 0 };
    bool ok = ob_path_expand(text, &expanded, err);
    if (!ok)
        suggest_variable(text, err);
    if (ok && !expanded.len)
        ok = ob_fail(err, OB_ECONFIG, "the path is empty");
    if (ok && expanded.data[0] == '@') {
        ok = installed(expanded.data, &placed, err);
    } else if (ok) {
        char *joined = ob_path_join(dir ? dir : "", expanded.data);
        ob_buf_adds(&placed, joined);
        free(joined);
    }
    if (ok) {
        char *absolute = ob_path_absolute(placed.data);
        /* Variables and folders hold any byte; the resolved file must not. */
        ok = ob_ini_check_text(absolute, strlen(absolute), err);
        if (ok)
            ob_buf_adds(out, absolute);
        else
            ob_fail_at(err, "the path '%.200s' cannot be written down", absolute);
        free(absolute);
    }
    ob_buf_finish(&expanded);
    ob_buf_finish(&placed);
    return ok;
}

/* A path, or the word that stands where a path could. */
static bool prepare_path(const struct ob_param *p, const char *word, const char *dir,
                         struct ob_buf *out, struct ob_err *err)
{
    if (!p->zero_word || strcmp(word, p->zero_word) != 0)
        return resolve_path(word, dir, out, err);
    ob_buf_adds(out, word);
    return true;
}

bool value_path(const struct ob_param *p, const char *word, const char *dir,
                struct ob_buf *out, struct ob_err *err)
{
    struct ob_buf path = { 0 };
    bool ok = prepare_path(p, word, dir, &path, err);
    if (ok && p->zero_word && !strcmp(word, p->zero_word))
        ob_buf_adds(out, word);
    else if (ok)
        value_add_path(ob_buf_text(&path), out);
    ob_buf_finish(&path);
    return ok;
}

void value_add_path(const char *path, struct ob_buf *out)
{
    struct ob_buf text = { 0 };
    for (const char *c = path; *c; c++) {
        if (*c == '$')
            ob_buf_addc(&text, '$');
        ob_buf_addc(&text, *c);
    }
    ob_ini_quote(ob_buf_text(&text), out);
    ob_buf_finish(&text);
}

/* The value as ob_param_set() takes it. */
static bool prepare(const struct ob_param *p, const struct item *it, struct ob_buf *out,
                    struct ob_err *err)
{
    struct ob_buf word = { 0 };
    bool ok = true;
    if (p->kind == OB_PARAM_TEXTS || p->kind == OB_PARAM_REALS)
        ob_buf_adds(out, it->value);
    else if (p->kind == OB_PARAM_PATH)
        ok = ob_ini_unquote(it->value, &word, err) &&
             prepare_path(p, ob_buf_text(&word), it->dir, out, err);
    else
        ok = ob_ini_unquote(it->value, out, err);
    ob_buf_finish(&word);
    if (ok && p->required && !out->len)
        ok = ob_fail(err, OB_ECONFIG, "empty: %s", p->help);
    return ok;
}

bool value_set(const struct ob_param *p, void *opts, const struct item *it,
               struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    bool ok =
        prepare(p, it, &text, &err) && ob_param_set(p, opts, ob_buf_text(&text), &err);
    if (!ok)
        item_complain(it, diags, err.code, "%s", err.text);
    ob_buf_finish(&text);
    return ok;
}
