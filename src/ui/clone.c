#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed_priv.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

#define CONFIG_MAX ((size_t)1 << 20)

static bool read_config(const char *path, struct ob_buf *text, struct ob_err *err)
{
    struct ob_rundir dir = { 0 };
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return ob_file_read(path, CONFIG_MAX, text, err);
    bool ok = ob_rundir_open(&dir, path, err) &&
              ob_rundir_read(&dir, "config.ini", CONFIG_MAX, text, err);
    ob_rundir_finish(&dir);
    return ok;
}

bool ob_config_clone(const char *path, const char *name, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    char file[160];
    size_t n = strlen(name);
    bool ends = n > 4 && strcmp(name + n - 4, ".ini") == 0;
    snprintf(file, sizeof file, "%.128s%s", name, ends ? "" : ".ini");
    if (!ob_path_is_plain(file))
        return ob_fail(err, OB_EUSAGE,
                       "a name is made of letters, digits, '.', '_' and '-'");
    bool ok = read_config(path, &text, err);
    int fd = ok ? open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    if (ok && fd < 0)
        ok = ob_fail(err, OB_EIO, "%s: %s", file, ob_errno_text(errno));
    if (fd >= 0) {
        ok = ob_file_write(fd, ob_buf_text(&text), text.len, err);
        if (close(fd) != 0 && ok)
            ok = ob_fail(err, OB_EIO, "%s: %s", file, ob_errno_text(errno));
        if (!ok)
            unlink(file);
    }
    ob_buf_finish(&text);
    return ok;
}
