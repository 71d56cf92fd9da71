#include <config.h>

#include "optbench/run/view.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fields.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

enum {
    HEADER_MAX = 1 << 20,
    LENGTH = 8,       /* bytes in front of the header */
    PIECE = 64 << 10, /* bytes read at a time: whole numbers */
    LEAF_MAX = 64,    /* name of a checkpoint */
};

/* An array as the header describes it. */
struct entry {
    size_t width; /* bytes of a number */
    uint64_t from;
};

void ob_view_finish(struct ob_view_tensor *v)
{
    for (size_t i = 0; i < v->labels; i++)
        free(v->label[i]);
    free(v->label);
    free(v->value);
    *v = (struct ob_view_tensor){ 0 };
}

/* n bytes at an offset; false where there are fewer. */
static bool read_at(int fd, void *out, size_t n, uint64_t at)
{
    char *to = out;
    while (n > 0) {
        ssize_t got = pread(fd, to, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* The header as JSON, and where the numbers begin and end; NULL with the reason. */
static struct ob_json_value *read_header(int fd, uint64_t *begin, uint64_t *end,
                                         struct ob_err *err)
{
    unsigned char length[LENGTH];
    struct stat st;
    uint64_t n = 0;
    if (fstat(fd, &st) != 0 || !read_at(fd, length, LENGTH, 0)) {
        ob_fail(err, OB_EDATA, "too short for a tensor file");
        return NULL;
    }
    for (int i = 0; i < LENGTH; i++)
        n |= (uint64_t)length[i] << (8 * i);
    if (n > HEADER_MAX || n > (uint64_t)st.st_size - LENGTH) {
        ob_fail(err, OB_EDATA, "the header is longer than the file");
        return NULL;
    }
    char *text = ob_xmalloc((size_t)n + 1);
    struct ob_json_value *v = NULL;
    if (read_at(fd, text, (size_t)n, LENGTH))
        v = ob_json_parse(text, (size_t)n, err);
    else
        ob_fail(err, OB_EDATA, "the header cannot be read");
    free(text);
    *begin = LENGTH + n;
    *end = (uint64_t)st.st_size;
    return v;
}

/* The entry of the array `name`, or of the only one; *name becomes its name. */
static const struct ob_json_value *find(const struct ob_json_value *header,
                                        const char **name)
{
    const struct ob_json_value *only = NULL;
    if (*name)
        return ob_json_get(header, *name);
    for (size_t i = 0; i < ob_json_count(header); i++) {
        const char *key = ob_json_key_at(header, i);
        if (!key || strcmp(key, "__metadata__") == 0)
            continue;
        if (only) {
            *name = NULL;
            return NULL;
        }
        only = ob_json_at(header, i);
        *name = key;
    }
    return only;
}

static bool read_shape(const struct ob_json_value *v, struct ob_view_tensor *out)
{
    size_t ndim = ob_json_count(v);
    if (ob_json_kind(v) != OB_JSON_ARRAY || ndim > OB_VIEW_DIMS)
        return false;
    out->ndim = (unsigned)ndim;
    out->n = 1;
    for (size_t d = 0; d < ndim; d++) {
        int64_t size = ob_json_int(ob_json_at(v, d), 0);
        if (size < 1 || __builtin_mul_overflow(out->n, (size_t)size, &out->n))
            return false;
        out->shape[d] = (size_t)size;
    }
    return out->n <= OB_VIEW_VALUES;
}

/* Type, shape and place; they must agree with each other and with the file's size. */
static bool read_entry(const struct ob_json_value *v, uint64_t size, struct entry *e,
                       struct ob_view_tensor *out)
{
    const struct ob_json_value *offsets = ob_json_get(v, "data_offsets");
    const char *type = ob_json_text(ob_json_get(v, "dtype"));
    if (!type || (strcmp(type, "F32") != 0 && strcmp(type, "F64") != 0))
        return false;
    out->single = type[1] == '3';
    e->width = out->single ? sizeof(float) : sizeof(double);
    if (!read_shape(ob_json_get(v, "shape"), out) || ob_json_count(offsets) != 2)
        return false;
    int64_t from = ob_json_int(ob_json_at(offsets, 0), -1);
    int64_t to = ob_json_int(ob_json_at(offsets, 1), -1);
    e->from = (uint64_t)from;
    return from >= 0 && to >= from && (uint64_t)to <= size &&
           (uint64_t)(to - from) == (uint64_t)out->n * e->width;
}

/* The numbers themselves, piece by piece; the machine is little-endian as the file. */
static bool read_values(int fd, uint64_t at, size_t width, struct ob_view_tensor *out)
{
    static const size_t most = PIECE / sizeof(float);
    if (!out->single)
        return read_at(fd, out->value, out->n * width, at);
    float *piece = ob_xcalloc(most, sizeof *piece);
    bool ok = true;
    for (size_t i = 0; ok && i < out->n; i += most) {
        size_t n = out->n - i < most ? out->n - i : most;
        ok = read_at(fd, piece, n * width, at + i * width);
        for (size_t k = 0; ok && k < n; k++)
            out->value[i + k] = (double)piece[k];
    }
    free(piece);
    return ok;
}

/* The names of the classes, a JSON list in a text. */
static void read_labels(const struct ob_json_value *meta, struct ob_view_tensor *out)
{
    const char *text = ob_json_text(ob_json_get(meta, "classes"));
    struct ob_json_value *list = text ? ob_json_parse(text, strlen(text), NULL) : NULL;
    out->label = out->ndim == 2 ? ob_field_names(list, out->shape[0]) : NULL;
    out->labels = out->label ? out->shape[0] : 0;
    ob_json_free(list);
}

static bool read_open(int fd, const char *name, struct ob_view_tensor *out,
                      struct ob_err *err)
{
    uint64_t begin, end;
    struct entry e = { 0 };
    struct ob_json_value *header = read_header(fd, &begin, &end, err);
    if (!header)
        return false;
    const struct ob_json_value *v = find(header, &name);
    bool ok = v != NULL || (name ? ob_fail(err, OB_EDATA, "has no array '%s'", name)
                                 : ob_fail(err, OB_EDATA, "does not hold one array"));
    if (ok && !read_entry(v, end - begin, &e, out))
        ok = ob_fail(err, OB_EDATA, "array '%s' is larger than can be shown, or damaged",
                     name);
    if (ok) {
        snprintf(out->name, sizeof out->name, "%s", name);
        const struct ob_json_value *meta = ob_json_get(header, "__metadata__");
        const char *step = ob_json_text(ob_json_get(meta, "step"));
        int64_t known;
        if (step && ob_integer_parse(step, strlen(step), &known) && known >= 0)
            out->step = (uint64_t)known;
        read_labels(meta, out);
        out->value = ob_alloc(out->n, sizeof *out->value, err);
        ok = out->value != NULL;
    }
    if (ok && !read_values(fd, begin + e.from, e.width, out))
        ok = ob_fail(err, OB_EDATA, "array '%s' cannot be read", name);
    ob_json_free(header);
    return ok;
}

bool ob_view_read(const struct ob_rundir *d, const char *file, const char *name,
                  struct ob_view_tensor *out, struct ob_err *err)
{
    *out = (struct ob_view_tensor){ 0 };
    int fd = ob_rundir_file(d, file, O_RDONLY, err);
    if (fd < 0)
        return false;
    bool ok = read_open(fd, name, out, err);
    close(fd);
    if (!ok)
        ob_view_finish(out);
    return ok || ob_fail_at(err, "%s/%s", d->path, file);
}

bool ob_view_saved(const struct ob_rundir *d, const char *tensor, const char *what,
                   struct ob_view_tensor *out, struct ob_err *err)
{
    struct ob_buf leaf = { 0 };
    char file[LEAF_MAX + 16], name[OB_VIEW_NAME];
    bool value = !what[0] || strcmp(what, "value") == 0;
    *out = (struct ob_view_tensor){ 0 };
    snprintf(name, sizeof name, "%s%s%s", value ? "" : what, value ? "" : ".", tensor);
    bool ok = ob_rundir_read(d, "checkpoints/LATEST", LEAF_MAX, &leaf, NULL) ||
              ob_fail(err, OB_EDATA, "%s: has no checkpoint", d->name);
    snprintf(file, sizeof file, "checkpoints/%s", ob_buf_text(&leaf));
    ok = ok && ob_view_read(d, file, name, out, err);
    ob_buf_finish(&leaf);
    return ok;
}
