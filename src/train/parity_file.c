#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "parity_priv.h"

#define FORMAT   "optbench parity 1"
#define FILE_MAX ((size_t)1 << 26)

static const struct ob_parity_kind kinds[] = {
    { "torch", { 1e-13, 1e-6, 1e-9, 1e-14 } },
    { "lbfgs", { 1e-7, 1e-6, 1e-7, 1e-14 } },
    { "other", { 1e-10, 1e-6, 1e-10, 1e-14 } },
};

static const struct {
    const char *subject, *test;
} by_hand[] = {
#define X(name, test) { #name, test },
#include "parity_hand.def"
#undef X
};

const char *ob_parity_by_hand(const char *subject)
{
    for (size_t i = 0; i < OB_COUNT(by_hand); i++)
        if (strcmp(by_hand[i].subject, subject) == 0)
            return by_hand[i].test;
    return NULL;
}

char *ob_parity_folder(void)
{
    char *data = ob_path_data(), *folder = ob_path_join(data, "parity");
    free(data);
    return folder;
}

/* ---- rows ---- */

double parity_at(const struct ob_array *a, size_t i)
{
    return a->type == OB_ARRAY_F32 ? (double)((const float *)a->data)[i]
                                   : ((const double *)a->data)[i];
}

double parity_cell(const struct parity_rows *r, size_t row, const struct parity_column *c,
                   size_t k)
{
    return parity_at(r->array, row * r->all + c->at + k);
}

size_t parity_step(const struct parity_rows *r, size_t row)
{
    return (size_t)parity_cell(r, row, r->step, 0);
}

bool parity_is_state(const struct parity_rows *r, const struct parity_column *c)
{
    return c != r->step && c != r->loss && c != r->theta && c != r->grad;
}

/* One word of the list: "exp_avg:13" or, of width one, "step". */
static bool add_column(struct parity_rows *r, const char *word, size_t n)
{
    const char *colon = memchr(word, ':', n);
    const size_t name = colon ? (size_t)(colon - word) : n;
    double width = 1;
    if (r->columns == PARITY_COLUMNS || name == 0 || name >= PARITY_NAME)
        return false;
    if (colon && (ob_number_scan(colon + 1, n - name - 1, &width) != n - name - 1 ||
                  !(width >= 1 && width <= 1e6) || width != floor(width)))
        return false;
    struct parity_column *c = &r->column[r->columns++];
    memcpy(c->name, word, name);
    c->name[name] = '\0';
    c->at = r->all;
    c->width = (size_t)width;
    r->all += c->width;
    return true;
}

static const struct parity_column *find(const struct parity_rows *r, const char *name)
{
    for (size_t i = 0; i < r->columns; i++)
        if (strcmp(r->column[i].name, name) == 0)
            return &r->column[i];
    return NULL;
}

bool parity_rows_read(struct parity_rows *r, const char *columns,
                      const struct ob_array *array, struct ob_err *err)
{
    *r = (struct parity_rows){ .array = array };
    for (const char *at = columns; *at;) {
        size_t n = strcspn(at, " ");
        if (!add_column(r, at, n))
            return ob_fail(err, OB_EDATA, "'%.*s' is no column and its width", (int)n,
                           at);
        at += n + strspn(at + n, " ");
    }
    r->step = find(r, "step");
    r->loss = find(r, "loss");
    r->theta = find(r, "theta");
    r->grad = find(r, "grad");
    if (!r->step || !r->theta || !r->grad)
        return ob_fail(err, OB_EDATA, "there is no column step, theta or grad");
    if (array->ndim != 2 || array->shape[1] != r->all || array->type == OB_ARRAY_U64)
        return ob_fail(err, OB_EDATA, "array '%s' has not the %zu columns that are named",
                       array->name, r->all);
    r->rows = array->shape[0];
    for (size_t i = 0; i < r->rows; i++) {
        double step = parity_cell(r, i, r->step, 0);
        if (!(step >= 0 && step <= 1e9) || step != floor(step))
            return ob_fail(err, OB_EDATA, "array '%s' has no number of a step in row %zu",
                           array->name, i + 1);
    }
    return true;
}

/* ---- the file ---- */

static const char *text(const struct ob_parity *p, const char *what, const char *name)
{
    char *key = ob_xasprintf("%s.%s", what, name);
    const char *value = ob_safetensors_text(&p->file, key);
    free(key);
    return value;
}

const struct ob_array *parity_array(const struct ob_parity *p, size_t i, const char *what)
{
    const struct ob_parity_case *c = &p->item[i];
    char *name = ob_xasprintf("%s/%s/%s", c->flag, c->problem, what);
    const struct ob_array *a = ob_safetensors_find(&p->file, name);
    free(name);
    return a;
}

static const struct ob_parity_kind *find_kind(const char *name)
{
    for (size_t i = 0; name && i < OB_COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* What the flag means: everywhere, or on this problem. */
static const char *settings(const struct ob_parity *p, const struct ob_parity_case *c)
{
    char *name = ob_xasprintf("%s/%s", c->flag, c->problem);
    const char *here = text(p, "flag", name);
    free(name);
    return here ? here : text(p, "flag", c->flag);
}

/* The rates belong to the free run and are compared along with it. */
static bool check_way(const struct ob_parity *p, size_t i, struct ob_err *err)
{
    const struct ob_array *way = parity_array(p, i, "way"),
                          *rate = parity_array(p, i, "lr");
    if (way && (way->ndim != 2 || way->shape[1] < 3 || way->type != OB_ARRAY_F64))
        return ob_fail(err, OB_EDATA, "array '%s' is no free run", way->name);
    for (size_t k = 0; way && k < way->shape[0]; k++) {
        double step = parity_at(way, k * way->shape[1]);
        double before = k ? parity_at(way, (k - 1) * way->shape[1]) : 0;
        if (!(step > before && step <= 1e9) || step != floor(step))
            return ob_fail(err, OB_EDATA, "array '%s' has no number of a step in row %zu",
                           way->name, k + 1);
    }
    if (rate && (!way || rate->ndim != 1 || rate->type != OB_ARRAY_F64))
        return ob_fail(err, OB_EDATA, "array '%s' has no rates of a free run",
                       rate->name);
    return true;
}

static bool check_states(const struct ob_parity *p, size_t i, const char *what,
                         enum ob_array_type type, struct ob_err *err)
{
    struct parity_rows rows;
    const struct ob_array *a = parity_array(p, i, what);
    if (!a)
        return true;
    if (a->type != type)
        return ob_fail(err, OB_EDATA, "array '%s' is of the wrong type", a->name);
    return parity_rows_read(&rows, p->item[i].columns, a, err);
}

static bool add_case(struct ob_parity *p, const char *name, const char *columns,
                     struct ob_err *err)
{
    const char *slash = strchr(name, '/');
    if (!slash || slash == name || !slash[1])
        return ob_fail(err, OB_EDATA, "'%.40s' is no case", name);
    p->item = ob_xreallocarray(p->item, p->n + 1, sizeof *p->item);
    struct ob_parity_case *c = &p->item[p->n++];
    *c = (struct ob_parity_case){ .flag = ob_xstrdup(name), .columns = columns };
    c->flag[slash - name] = '\0';
    c->problem = c->flag + (slash - name) + 1;
    c->note = text(p, "note", c->flag);
    c->grows = text(p, "grows", c->flag) != NULL;
    c->kind = find_kind(text(p, "kind", c->flag));
    if (!c->kind || !settings(p, c) || !text(p, "problem", c->problem))
        return ob_fail(err, OB_EDATA, "case '%.80s' lacks its kind, flag or problem",
                       name);
    const size_t i = p->n - 1;
    c->has[OB_PARITY_STEP] = parity_array(p, i, "f64") != NULL;
    c->has[OB_PARITY_STEP_F32] = parity_array(p, i, "f32") != NULL;
    c->has[OB_PARITY_WAY] = parity_array(p, i, "way") != NULL;
    c->has[OB_PARITY_RATE] = parity_array(p, i, "lr") != NULL;
    return check_states(p, i, "f64", OB_ARRAY_F64, err) &&
           check_states(p, i, "f32", OB_ARRAY_F32, err) && check_way(p, i, err);
}

static bool add_cases(struct ob_parity *p, struct ob_err *err)
{
    const char *format = ob_safetensors_text(&p->file, "format");
    if (!format || strcmp(format, FORMAT) != 0)
        return ob_fail(err, OB_EDATA, "no vectors that this version understands");
    p->subject = ob_safetensors_text(&p->file, "optimizer");
    p->reference = ob_safetensors_text(&p->file, "reference");
    p->made_by = ob_safetensors_text(&p->file, "made_by");
    if (!p->subject || !p->reference || !p->made_by)
        return ob_fail(err, OB_EDATA, "the metadata do not say whose vectors these are");
    for (size_t i = 0; i < p->file.metas; i++) {
        const struct ob_meta *m = &p->file.meta[i];
        if (strncmp(m->key, "columns.", 8) == 0 &&
            !add_case(p, m->key + 8, m->value, err))
            return false;
    }
    return true;
}

bool ob_parity_read(struct ob_parity *p, const char *path, struct ob_err *err)
{
    struct ob_buf block = { 0 };
    bool ok = ob_file_read(path, FILE_MAX, &block, err);
    if (ok && (!ob_safetensors_read(&p->file, ob_buf_text(&block), block.len, err) ||
               !add_cases(p, err)))
        ok = ob_fail_at(err, "%s", path);
    ob_buf_finish(&block);
    if (!ok)
        ob_parity_finish(p);
    return ok;
}

void ob_parity_finish(struct ob_parity *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->item[i].flag);
    free(p->item);
    ob_safetensors_finish(&p->file);
    *p = (struct ob_parity){ 0 };
}

/* ---- as an experiment ---- */

void ob_parity_config(const struct ob_parity *p, size_t i, enum ob_dtype dtype,
                      struct ob_buf *out)
{
    const struct ob_parity_case *c = &p->item[i];
    ob_buf_addf(out, "[experiment]\nname = %s-%s-%s\ndtype = %s\nthreads = 1\n\n",
                p->subject, c->flag, c->problem, ob_dtype_name(dtype));
    ob_buf_adds(out, text(p, "problem", c->problem));
    ob_buf_adds(out, "\n");
    ob_buf_adds(out, settings(p, c));
}
