#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* Where the XDG variable, or else a folder below the home folder, puts us. */
static char *personal(const char *xdg, const char *below_home)
{
    const char *base = variable(xdg), *home = variable("HOME");
    if (base && base[0] == '/')
        return ob_path_join(base, "optbench");
    return home ? ob_xasprintf("%s/%s/optbench", home, below_home) : NULL;
}

char *ob_path_config(void)
{
    return personal("XDG_CONFIG_HOME", ".config");
}

char *ob_path_state(void)
{
    return personal("XDG_STATE_HOME", ".local/state");
}

char *ob_path_cache(void)
{
    return personal("XDG_CACHE_HOME", ".cache");
}

static bool is_root_of_ours(const char *dir)
{
    char *mark = ob_path_join(dir, "data/SOURCES.md");
    bool found = access(mark, R_OK) == 0;
    free(mark);
    return found;
}

/* Takes `root`; gives it back where it holds our data, else releases it. */
static char *keep_if_ours(char *root)
{
    if (is_root_of_ours(root))
        return root;
    free(root);
    return NULL;
}

/* The folder that holds data and configs, found from the executable, or NULL. The kernel
 * names that without links, so its parent is what stands before the last '/'. */
static char *root_near_executable(void)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0)
        return NULL;
    exe[n] = '\0';
    char *dir = ob_path_dir(exe), *above = ob_path_dir(dir);
    char *found = keep_if_ours(ob_xstrdup(dir));
    if (!found)
        found = keep_if_ours(ob_xstrdup(above));
    if (!found)
        found = keep_if_ours(ob_path_join(above, "share/optbench"));
    free(dir);
    free(above);
    return found;
}

static char *shipped(const char *env, const char *name)
{
    const char *told = variable(env);
    if (told)
        return ob_path_absolute(told);
    char *root = root_near_executable();
    char *out = ob_path_join(root ? root : OB_PKGDATADIR, name);
    free(root);
    return out;
}

char *ob_path_data(void)
{
    return shipped("OPTBENCH_DATA", "data");
}

char *ob_path_configs(void)
{
    return shipped("OPTBENCH_CONFIGS", "configs");
}

char *ob_path_datasets(void)
{
    const char *told = variable("OPTBENCH_DATASETS");
    return told ? ob_path_absolute(told) : ob_xstrdup("/usr/share/datasets");
}
