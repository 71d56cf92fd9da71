#include <config.h>

#include "lastrow.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/number.h"

enum { PART = 64 << 10 }; /* of the start, for the names, and of the end */

/* At most PART bytes from `offset` on. */
static void read_part(int fd, off_t offset, struct ob_buf *out)
{
    char *at = ob_buf_reserve(out, PART);
    ssize_t n = pread(fd, at, PART, offset);
    out->len = n > 0 ? (size_t)n : 0;
    out->data[out->len] = '\0';
}

/* Cuts the text down to its last whole line; NULL where it holds none that begins in it.
 */
static char *last_line(struct ob_buf *text)
{
    char *end = strrchr(text->data, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    char *begin = strrchr(text->data, '\n');
    return begin ? begin + 1 : NULL;
}

/* Takes the next field off a line; NULL behind the last. */
static char *field(char **rest)
{
    char *at = *rest;
    if (!at)
        return NULL;
    char *comma = strchr(at, ',');
    if (comma)
        *comma = '\0';
    *rest = comma ? comma + 1 : NULL;
    return at;
}

/* Walks over names and values side by side; false where they do not agree. */
static bool pick(char *names, char *values, struct ob_last_row *row)
{
    double step = NAN, loss = NAN, theta_delta = NAN;
    const char *name, *value;
    while ((name = field(&names)) && (value = field(&values))) {
        double x = NAN;
        if (*value && !ob_number_parse(value, strlen(value), &x))
            return false;
        if (strcmp(name, "step") == 0)
            step = x;
        else if (strcmp(name, "loss") == 0)
            loss = x;
        else if (strcmp(name, "theta_delta") == 0)
            theta_delta = x;
    }
    if (names || values || !(step >= 0 && step < 0x1p53))
        return false;
    *row = (struct ob_last_row){ (uint64_t)step, loss, theta_delta };
    return true;
}

bool ob_last_row_read(const struct ob_rundir *d, struct ob_last_row *row)
{
    struct ob_buf head = { 0 }, tail = { 0 };
    struct stat st;
    bool ok = false;
    int fd = ob_rundir_file(d, "metrics.csv", O_RDONLY, NULL);
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0) {
        read_part(fd, 0, &head);
        read_part(fd, st.st_size > PART ? st.st_size - PART : 0, &tail);
        char *values = last_line(&tail), *end = strchr(head.data, '\n');
        if (values && end) {
            *end = '\0';
            ok = pick(head.data, values, row);
        }
    }
    close(fd);
    ob_buf_finish(&head);
    ob_buf_finish(&tail);
    return ok;
}
