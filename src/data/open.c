#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "optbench/base/buf.h"
#include "optbench/base/path.h"
#include "optbench/base/suggest.h"

/* Appends the name of a neighbour of the path that may have been meant. */
static void advise(const char *path, struct ob_buf *text)
{
    struct ob_suggest s;
    struct dirent **entry;
    char *folder = ob_path_dir(path);
    int n = scandir(folder, &entry, NULL, alphasort);
    ob_suggest_init(&s, ob_path_base(path));
    for (int i = 0; i < n; i++)
        ob_suggest_offer(&s, entry[i]->d_name);
    if (s.best)
        ob_buf_addf(text, "; did you mean '%s'?", s.best);
    for (int i = 0; i < n; i++)
        free(entry[i]);
    if (n >= 0)
        free(entry);
    free(folder);
}

bool ob_data_exists(const char *key, const char *path, struct ob_diags *diags)
{
    if (access(path, F_OK) == 0)
        return true;
    int error = errno;
    struct ob_buf text = { 0 };
    ob_buf_addf(&text, "data.%s: cannot open %s: %s", key, path, ob_errno_text(error));
    if (error == ENOENT)
        advise(path, &text);
    ob_diags_add(diags, OB_EIO, NULL, 0, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
    return false;
}

int ob_data_open(const char *path, size_t *size, struct ob_diags *diags)
{
    struct stat st;
    /* Without O_NONBLOCK the open itself would wait for the writer of a FIFO. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        ob_diags_add(diags, OB_EIO, path, 0, "%s", ob_errno_text(errno));
        return -1;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *size = (size_t)st.st_size;
        return fd;
    }
    ob_diags_add(diags, OB_EDATA, path, 0,
                 S_ISDIR(st.st_mode) ? "is a directory" : "is not a regular file");
    close(fd);
    return -1;
}
