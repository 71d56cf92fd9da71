#include <config.h>

#include "optbench/base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/mem.h"

static bool is_absolute(const char *path)
{
    return path[0] == '/';
}

char *ob_path_join(const char *dir, const char *name)
{
    if (!dir || !*dir || is_absolute(name))
        return ob_xstrdup(name);
    bool slash = dir[strlen(dir) - 1] == '/';
    return ob_xasprintf("%s%s%s", dir, slash ? "" : "/", name);
}

/* Length without slashes at the end, but of "/" itself. */
static size_t trimmed(const char *path, size_t n)
{
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

char *ob_path_dir(const char *path)
{
    size_t n = trimmed(path, strlen(path));
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n ? ob_xstrndup(path, trimmed(path, n)) : ob_xstrdup(".");
}

const char *ob_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *ob_path_absolute(const char *path)
{
    struct ob_buf out = { 0 };
    char *cwd = is_absolute(path) ? NULL : getcwd(NULL, 0);
    char *whole = ob_path_join(cwd, path);
    free(cwd);
    bool absolute = is_absolute(whole);
    for (const char *s = whole; *s;) {
        size_t n = strcspn(s, "/");
        if (n > 0 && !(n == 1 && *s == '.')) {
            if (absolute || out.len)
                ob_buf_addc(&out, '/');
            ob_buf_add(&out, s, n);
        }
        s += n + (s[n] == '/');
    }
    if (!out.len)
        ob_buf_adds(&out, absolute ? "/" : ".");
    free(whole);
    return ob_buf_take(&out);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

bool ob_path_is_plain(const char *name)
{
    size_t n = 0;
    for (; name[n]; n++)
        if (n == 100 || !(is_name_char(name[n]) || name[n] == '.' || name[n] == '-'))
            return false;
    return n > 0 && name[0] != '.' && name[0] != '-';
}

/* Creates one directory; that it exists already, or through a link to one, is fine. */
static bool make_one(const char *path, struct ob_err *err)
{
    struct stat st;
    if (mkdir(path, 0777) == 0)
        return true;
    int reason = errno;
    if (stat(path, &st) == 0) {
        if (S_ISDIR(st.st_mode))
            return true;
        reason = ENOTDIR;
    }
    return ob_fail(err, OB_EIO, "cannot create the folder %s: %s", path,
                   ob_errno_text(reason));
}

bool ob_path_is_table(const char *name)
{
    static const char *const ending[] = { ".csv", ".tsv", ".txt", ".dat", ".data" };
    size_t n = strlen(name);
    for (size_t i = 0; i < OB_COUNT(ending); i++) {
        size_t m = strlen(ending[i]);
        if (n > m && strcasecmp(name + n - m, ending[i]) == 0)
            return true;
    }
    return false;
}

bool ob_path_mkdirs(const char *path, struct ob_err *err)
{
    char *part = ob_xstrdup(path);
    bool ok = true;
    for (char *s = part + 1; ok && *part && *s; s++) {
        if (*s != '/' || s[-1] == '/')
            continue;
        *s = '\0';
        ok = make_one(part, err);
        *s = '/';
    }
    ok = ok && make_one(part, err);
    free(part);
    return ok;
}

/* The "${NAME}" at s; returns its length and appends its value, 0 on failure. */
static size_t expand_one(const char *s, struct ob_buf *out, struct ob_err *err)
{
    size_t n = 0;
    while (is_name_char(s[2 + n]))
        n++;
    if (s[2 + n] != '}' || n == 0) {
        ob_fail(err, OB_ECONFIG, "'%.60s' is not a variable: write ${NAME}, or $$ for $",
                s);
        return 0;
    }
    char *name = ob_xstrndup(s + 2, n);
    const char *value = getenv(name);
    if (value)
        ob_buf_adds(out, value);
    else
        ob_fail(err, OB_ECONFIG, "the environment has no variable %.100s", name);
    free(name);
    return value ? n + 3 : 0;
}

bool ob_path_expand(const char *in, struct ob_buf *out, struct ob_err *err)
{
    size_t before = out->len;
    while (*in) {
        if (in[0] == '$' && in[1] == '{') {
            size_t n = expand_one(in, out, err);
            if (n == 0) {
                out->len = before;
                if (out->data)
                    out->data[before] = '\0';
                return false;
            }
            in += n;
        } else {
            ob_buf_addc(out, *in);
            in += in[0] == '$' && in[1] == '$' ? 2 : 1;
        }
    }
    return true;
}
