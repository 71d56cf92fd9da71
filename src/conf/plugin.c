#include <config.h>

#include "optbench/conf/plugin.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "spec_priv.h"

enum { FILE_MAX = 64 << 20, LOADED_MAX = 64, NAME_MAX_BYTES = 64 };

static struct ob_plugin_loaded loaded[LOADED_MAX];
static size_t count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

bool ob_plugin_hash(const char *path, uint64_t *hash, struct ob_err *err)
{
    struct ob_buf file = { 0 };
    bool ok = ob_file_read(path, FILE_MAX, &file, err);
    if (ok)
        *hash = ob_hash(file.data, file.len, 0);
    ob_buf_finish(&file);
    return ok;
}

/* A run that somebody else made may name a file of theirs, and looking at a run must not
 * run their code: what is loaded is this user's or the machine's. */
static bool trusted(const char *path, struct ob_err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return ob_fail(err, OB_ECONFIG, "'%s' cannot be looked at", path);
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return ob_fail(err, OB_ECONFIG,
                       "'%s' belongs to another user; copy it if you trust it", path);
    if (st.st_mode & S_IWOTH)
        return ob_fail(err, OB_ECONFIG,
                       "'%s' may be written by everybody; chmod o-w it if you trust it",
                       path);
    return true;
}

/* What the file says of itself; the library stays open. */
static const struct ob_plugin *open_plugin(const char *path, struct ob_err *err)
{
    static const size_t size[OB_PLUGIN_SIZES] = OB_PLUGIN_STRUCTS;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        ob_fail(err, OB_ECONFIG, "cannot be loaded: %s", dlerror());
        return NULL;
    }
    const struct ob_plugin *p = dlsym(library, "ob_plugin");
    if (!p)
        ob_fail(err, OB_ECONFIG, "'%s' is no plug-in: it ends in no OB_PLUGIN()", path);
    else if (p->abi != OB_PLUGIN_ABI)
        ob_fail(err, OB_ECONFIG,
                "'%s' was built for plug-ins of number %u, and this optbench takes %d: "
                "build it again",
                path, p->abi, OB_PLUGIN_ABI);
    else if (memcmp(p->size, size, sizeof size) != 0)
        ob_fail(err, OB_ECONFIG,
                "'%s' was built with the headers of another optbench: build it again",
                path);
    else if (!p->name || !ob_path_is_plain(p->name) ||
             strlen(p->name) >= NAME_MAX_BYTES || !p->version ||
             (!p->optimizers && !p->problems))
        ob_fail(err, OB_ECONFIG,
                "'%s' lacks a plain name, a version or anything to bring", path);
    else
        return p;
    dlclose(library);
    return NULL;
}

/* A name that it brings twice; NULL = none. */
static const char *twice(const struct ob_plugin *p)
{
    const struct ob_optimizer_type *const *o = p->optimizers;
    const struct ob_problem_type *const *m = p->problems;
    for (size_t i = 0; o && o[i]; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(o[i]->name, o[k]->name))
                return o[i]->name;
    for (size_t i = 0; m && m[i]; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(m[i]->name, m[k]->name))
                return m[i]->name;
    return NULL;
}

/* Adds everything or nothing. */
static bool add_all(const struct ob_plugin *p, struct ob_err *err)
{
    const struct ob_optimizer_type *const *o = p->optimizers;
    const struct ob_problem_type *const *m = p->problems;
    for (; o && *o; o++)
        if (!ob_optimizer_may_add(*o, err))
            return ob_fail_at(err, "plug-in '%s'", p->name);
    for (; m && *m; m++)
        if (!ob_problem_may_add(*m, err))
            return ob_fail_at(err, "plug-in '%s'", p->name);
    if (twice(p))
        return ob_fail(err, OB_ECONFIG, "plug-in '%s': '%s' is there twice", p->name,
                       twice(p));
    for (o = p->optimizers; o && *o; o++)
        ob_optimizer_add(*o);
    for (m = p->problems; m && *m; m++)
        ob_problem_add(*m);
    schema_extend();
    return true;
}

static const struct ob_plugin_loaded *find(const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(loaded[i].path, path))
            return &loaded[i];
    return NULL;
}

static const struct ob_plugin_loaded *load(const char *path, struct ob_err *err)
{
    const struct ob_plugin_loaded *known = find(path);
    uint64_t hash;
    if (known)
        return known;
    if (count == LOADED_MAX) {
        ob_fail(err, OB_ECONFIG, "more than %d plug-ins", LOADED_MAX);
        return NULL;
    }
    if (!ob_plugin_hash(path, &hash, err)) {
        if (err)
            err->code = OB_ECONFIG;
        return NULL;
    }
    if (!trusted(path, err))
        return NULL;
    const struct ob_plugin *p = open_plugin(path, err);
    if (!p || !add_all(p, err))
        return NULL;
    loaded[count] = (struct ob_plugin_loaded){ ob_xstrdup(path), hash, p };
    return &loaded[count++];
}

const struct ob_plugin_loaded *ob_plugin_load(const char *path, struct ob_err *err)
{
    size_t n;
    ob_schema(&n); /* so that there is something to extend */
    pthread_mutex_lock(&lock);
    const struct ob_plugin_loaded *l = load(path, err);
    pthread_mutex_unlock(&lock);
    return l;
}

const struct ob_plugin_loaded *ob_plugin_of(const void *type)
{
    for (size_t i = 0; i < count; i++) {
        const struct ob_optimizer_type *const *o = loaded[i].plugin->optimizers;
        const struct ob_problem_type *const *m = loaded[i].plugin->problems;
        for (; o && *o; o++)
            if ((const void *)*o == type)
                return &loaded[i];
        for (; m && *m; m++)
            if ((const void *)*m == type)
                return &loaded[i];
    }
    return NULL;
}
