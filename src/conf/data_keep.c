#include <config.h>

#include "optbench/conf/data_keep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "optbench/base/mem.h"
#include "spec_priv.h"

/* Which file it is, and in which state. One that cannot be looked at is never the same.
 */
static bool add_stamp(const char *path, struct ob_buf *out)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    ob_buf_addf(out, "%ju %ju %jd %jd.%09ld\n", (uintmax_t)st.st_dev,
                (uintmax_t)st.st_ino, (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
                st.st_mtim.tv_nsec);
    return true;
}

static bool add_stamps(const struct ob_param *p, const void *opts, struct ob_buf *out)
{
    bool ok = true;
    for (; ok && p && p->kind; p++) {
        char *path = NULL;
        if (p->kind == OB_PARAM_PATH)
            memcpy(&path, (const char *)opts + p->offset, sizeof path);
        ok = !path || add_stamp(path, out);
    }
    return ok;
}

/* All that the data depend on: [data], how its numbers are drawn, the files. NULL: that
 * cannot be told. */
static char *key_of(const struct ob_spec *spec)
{
    struct ob_buf key = { 0 };
    struct ob_draw_setup draw;
    static const enum ob_axis axes[] = { OB_AXIS_DATA, OB_AXIS_SPLIT };
    spec_write_one(spec, "data", &key);
    for (size_t a = 0; a < OB_COUNT(axes); a++) {
        ob_spec_draws(spec, axes[a], &draw);
        ob_buf_addf(&key, "%d %d %" PRIu64 " %" PRIu64, (int)draw.kind, (int)draw.dtype,
                    draw.seed, draw.stream);
        for (size_t i = 0; draw.before && i < draw.before->n; i++)
            ob_buf_addf(&key, " %s", draw.before->item[i]);
        ob_buf_addc(&key, '\n');
    }
    ob_buf_addf(&key, "%d\n", !!(spec->model.type->needs & OB_PROBLEM_TAKES_SPARSE));
    bool ok = add_stamps(ob_data_params, &spec->data.common, &key) &&
              add_stamps(spec->data.type->params, spec->data.opts, &key);
    char *text = ok ? ob_xstrdup(ob_buf_text(&key)) : NULL;
    ob_buf_finish(&key);
    return text;
}

static bool is_small(const struct ob_dataset *d, size_t most)
{
    const size_t rows = ob_dataset_all_rows(d);
    const size_t numbers =
        ob_dataset_is_sparse(d) ? 2 * d->sparse.begin[rows] : rows * d->features;
    return numbers + rows <= most / sizeof(double);
}

void ob_data_keep_finish(struct ob_data_keep *keep)
{
    ob_dataset_finish(&keep->data);
    free(keep->key);
    keep->key = NULL;
}

const struct ob_dataset *ob_spec_take_data(const struct ob_spec *spec,
                                           struct ob_dataset *own, struct ob_diags *diags)
{
    struct ob_data_keep *keep = ob_spec_needs_data(spec) ? spec->data.keep : NULL;
    char *key = keep ? key_of(spec) : NULL;
    if (key && keep->key && strcmp(key, keep->key) == 0) {
        free(key);
        return &keep->data;
    }
    if (keep) /* first: the old ones need not lie beside the new ones */
        ob_data_keep_finish(keep);
    const struct ob_dataset *data = NULL;
    if (ob_spec_load_data(spec, own, diags)) {
        data = own;
        own->spent = true;
    }
    if (key && data && is_small(own, keep->most)) {
        keep->data = *own;
        keep->data.spent = false;
        keep->key = key;
        *own = (struct ob_dataset){ 0 };
        return &keep->data;
    }
    free(key);
    return data;
}
