#include <config.h>

#include "optbench/train/weights.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/train/safetensors.h"

#define FILE_MOST ((size_t)1 << 34)

enum { LENGTH = 8, NAMED = 4 };

/* ---- numbers ---- */

static double from_f64(const unsigned char *s)
{
    double v;
    memcpy(&v, s, sizeof v);
    return v;
}

static double from_f32(const unsigned char *s)
{
    float v;
    memcpy(&v, s, sizeof v);
    return (double)v;
}

/* The upper half of a float. */
static double from_bf16(const unsigned char *s)
{
    uint32_t bits = (uint32_t)s[1] << 24 | (uint32_t)s[0] << 16;
    float v;
    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction. */
static double from_f16(const unsigned char *s)
{
    const int bits = s[1] << 8 | s[0], exponent = bits >> 10 & 31, fraction = bits & 1023;
    double v = exponent == 31  ? (fraction ? (double)NAN : (double)INFINITY)
               : exponent == 0 ? ldexp(fraction, -24)
                               : ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -v : v;
}

/* What arrays may be of; those without `number` hold no weights. */
static const struct kind {
    const char *name;
    size_t size;
    double (*number)(const unsigned char *s);
} kinds[] = {
    { "F64", 8, from_f64 },   { "F32", 4, from_f32 }, { "F16", 2, from_f16 },
    { "BF16", 2, from_bf16 }, { "I64", 8, NULL },     { "U64", 8, NULL },
    { "I32", 4, NULL },       { "U32", 4, NULL },     { "I16", 2, NULL },
    { "U16", 2, NULL },       { "I8", 1, NULL },      { "U8", 1, NULL },
    { "BOOL", 1, NULL },      { "F8_E4M3", 1, NULL }, { "F8_E5M2", 1, NULL },
};

/* ---- the header ---- */

struct entry {
    const char *name; /* lent by the header */
    const struct kind *kind;
    const struct ob_json_value *shape;
    size_t n, from, to;
};

struct file {
    struct ob_json_value *header;
    const unsigned char *data; /* [size] */
    size_t size;
    struct entry *entry; /* [entries], by place */
    size_t entries;
};

static void close_file(struct file *f)
{
    ob_json_free(f->header);
    free(f->entry);
}

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; name && i < OB_COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static bool read_shape(const struct ob_json_value *shape, size_t *n)
{
    *n = 1;
    if (ob_json_kind(shape) != OB_JSON_ARRAY)
        return false;
    for (size_t d = 0; d < ob_json_count(shape); d++) {
        int64_t size = ob_json_int(ob_json_at(shape, d), -1);
        if (size < 0 || __builtin_mul_overflow(*n, (size_t)size, n))
            return false;
    }
    return true;
}

static bool read_entry(const struct file *f, const char *name,
                       const struct ob_json_value *v, struct entry *e, struct ob_err *err)
{
    const struct ob_json_value *offsets = ob_json_get(v, "data_offsets");
    const char *dtype = ob_json_text(ob_json_get(v, "dtype"));
    size_t bytes;
    *e = (struct entry){ .name = name, .kind = find_kind(dtype) };
    e->shape = ob_json_get(v, "shape");
    if (!e->kind)
        return ob_fail(err, OB_EDATA, "tensor '%s': unknown dtype '%s'", name,
                       dtype ? dtype : "");
    if (!read_shape(e->shape, &e->n) ||
        __builtin_mul_overflow(e->n, e->kind->size, &bytes))
        return ob_fail(err, OB_EDATA, "tensor '%s': impossible shape", name);
    int64_t from = ob_json_int(ob_json_at(offsets, 0), -1);
    int64_t to = ob_json_int(ob_json_at(offsets, 1), -1);
    if (ob_json_count(offsets) != 2 || from < 0 || to < from || (size_t)to > f->size ||
        (size_t)(to - from) != bytes)
        return ob_fail(err, OB_EDATA, "tensor '%s': its place does not fit", name);
    e->from = (size_t)from;
    e->to = (size_t)to;
    return true;
}

static int by_place(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static bool read_entries(struct file *f, struct ob_err *err)
{
    size_t at = 0, members = ob_json_count(f->header);
    f->entry = ob_xcalloc(members + 1, sizeof *f->entry);
    for (size_t i = 0; i < members; i++) {
        const char *name = ob_json_key_at(f->header, i);
        if (strcmp(name, "__metadata__") != 0 &&
            !read_entry(f, name, ob_json_at(f->header, i), &f->entry[f->entries++], err))
            return false;
    }
    if (f->entries)
        qsort(f->entry, f->entries, sizeof *f->entry, by_place);
    for (size_t i = 0; i < f->entries; at = f->entry[i++].to)
        if (f->entry[i].from != at)
            return ob_fail(err, OB_EDATA, "tensor '%s': a gap or an overlap before it",
                           f->entry[i].name);
    return at == f->size ||
           ob_fail(err, OB_EDATA, "%zu bytes behind the last tensor", f->size - at);
}

static const char *metadata(const struct file *f, const char *key)
{
    return ob_json_text(ob_json_get(ob_json_get(f->header, "__metadata__"), key));
}

/* Whether this program wrote it. */
static bool is_own(const struct file *f)
{
    const char *format = metadata(f, "format");
    return format && strncmp(format, "optbench ", 9) == 0;
}

static bool open_file(struct file *f, const unsigned char *p, size_t n,
                      struct ob_err *err)
{
    uint64_t header = 0;
    bool summed;
    *f = (struct file){ 0 };
    for (size_t i = 0; n >= LENGTH && i < LENGTH; i++)
        header |= (uint64_t)p[i] << (8 * i);
    if (n < LENGTH + 2 || p[LENGTH] != '{')
        return ob_fail(err, OB_EDATA, "not a safetensors file");
    if (header > n - LENGTH)
        return ob_fail(err, OB_EDATA, "the header is longer than the file");
    if (!ob_safetensors_check(p, n, &summed, err))
        return false;
    f->header = ob_json_parse((const char *)p + LENGTH, (size_t)header, err);
    if (!f->header)
        return ob_fail_at(err, "header");
    if (is_own(f) && !summed)
        return ob_fail(err, OB_EDATA, "no check sum where it should be");
    f->data = p + LENGTH + header;
    f->size = n - LENGTH - (size_t)header;
    return read_entries(f, err);
}

/* ---- what is in it, and what is wanted ---- */

static const struct entry *find_entry(const struct file *f, const char *name)
{
    for (size_t i = 0; i < f->entries; i++)
        if (strcmp(f->entry[i].name, name) == 0)
            return &f->entry[i];
    return NULL;
}

/* Buffers of a checkpoint stand beside its parameters, which alone have a hash. */
static bool is_buffer(const struct file *f, const char *name)
{
    if (!is_own(f))
        return false;
    char *key = ob_xasprintf("hash.%s", name);
    bool buffer = !metadata(f, key);
    free(key);
    return buffer;
}

/* Fails with the tensors that the file has. */
static bool missing(const struct file *f, const char *name, struct ob_err *err)
{
    struct ob_buf have = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < f->entries; i++)
        if (!is_buffer(f, f->entry[i].name) && n++ < NAMED)
            ob_buf_addf(&have, "%s %s", n > 1 ? "," : "", f->entry[i].name);
    if (n > NAMED)
        ob_buf_addf(&have, " and %zu more", n - NAMED);
    ob_fail(err, OB_EDATA, "has no tensor '%s'; it has%s", name,
            n ? ob_buf_text(&have) : " none");
    ob_buf_finish(&have);
    return false;
}

static void show_shape(const struct ob_json_value *shape, struct ob_buf *out)
{
    ob_buf_addc(out, '[');
    for (size_t d = 0; d < ob_json_count(shape); d++)
        ob_buf_addf(out, "%s%lld", d ? ", " : "",
                    (long long)ob_json_int(ob_json_at(shape, d), 0));
    ob_buf_addc(out, ']');
}

static bool other_shape(const struct entry *e, const struct ob_tensor *t,
                        struct ob_err *err)
{
    struct ob_buf there = { 0 }, here = { 0 };
    show_shape(e->shape, &there);
    ob_buf_addc(&here, '[');
    for (unsigned d = 0; d < t->ndim; d++)
        ob_buf_addf(&here, "%s%zu", d ? ", " : "", t->shape[d]);
    ob_buf_addc(&here, ']');
    ob_fail(err, OB_EDATA, "tensor '%s' has the shape %s, this model's has %s", t->name,
            ob_buf_text(&there), ob_buf_text(&here));
    ob_buf_finish(&there);
    ob_buf_finish(&here);
    return false;
}

/* Equal but for sizes of 1. */
static bool same_shape(const struct entry *e, const struct ob_tensor *t)
{
    unsigned d = 0;
    for (size_t i = 0; i < ob_json_count(e->shape); i++) {
        size_t size = (size_t)ob_json_int(ob_json_at(e->shape, i), 0);
        while (d < t->ndim && t->shape[d] == 1)
            d++;
        if (size == 1)
            continue;
        if (d == t->ndim || t->shape[d++] != size)
            return false;
    }
    while (d < t->ndim && t->shape[d] == 1)
        d++;
    return d == t->ndim;
}

static bool check_tensor(const struct file *f, const struct ob_tensor *t,
                         struct ob_err *err)
{
    const struct entry *e = find_entry(f, t->name);
    if (!e)
        return missing(f, t->name, err);
    if (!e->kind->number)
        return ob_fail(err, OB_EDATA,
                       "tensor '%s' holds %s; weights are F64, F32, F16 or BF16", t->name,
                       e->kind->name);
    if (!same_shape(e, t))
        return other_shape(e, t, err);
    for (size_t i = 0; i < e->n; i++)
        if (!isfinite(e->kind->number(f->data + e->from + i * e->kind->size)))
            return ob_fail(err, OB_EDATA,
                           "tensor '%s': element %zu is not a finite number", t->name, i);
    return true;
}

static bool check(const struct file *f, const struct ob_layout *l, struct ob_err *err)
{
    for (size_t i = 0; i < l->count; i++)
        if (!check_tensor(f, &l->tensor[i], err))
            return false;
    for (size_t i = 0; i < f->entries; i++) {
        const char *name = f->entry[i].name;
        if (!ob_layout_find(l, name) && !is_buffer(f, name))
            return ob_fail(err, OB_EDATA, "has a tensor '%s', which this model has not",
                           name);
    }
    return true;
}

static void take(const struct file *f, const struct ob_tensor *t, struct ob_vec *theta)
{
    const struct entry *e = find_entry(f, t->name);
    for (size_t i = 0; i < e->n; i++)
        ob_vec_set(theta, t->offset + i,
                   e->kind->number(f->data + e->from + i * e->kind->size));
}

bool ob_weights_parse(const void *block, size_t n, const struct ob_layout *layout,
                      struct ob_vec *theta, struct ob_err *err)
{
    struct file f;
    bool ok = open_file(&f, block, n, err) && check(&f, layout, err);
    for (size_t i = 0; ok && i < layout->count; i++)
        take(&f, &layout->tensor[i], theta);
    close_file(&f);
    return ok;
}

bool ob_weights_load(const char *path, const struct ob_layout *layout,
                     struct ob_vec *theta, struct ob_err *err)
{
    struct ob_buf block = { 0 };
    bool ok = ob_file_read(path, FILE_MOST, &block, err) &&
              (ob_weights_parse(ob_buf_text(&block), block.len, layout, theta, err) ||
               ob_fail_at(err, "%s", path));
    ob_buf_finish(&block);
    return ok;
}
