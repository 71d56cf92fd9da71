#include <config.h>

#include "optbench/train/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static const struct {
    const char *name;
    size_t size;
} types[] = {
    [OB_ARRAY_F32] = { "F32", 4 },
    [OB_ARRAY_F64] = { "F64", 8 },
    [OB_ARRAY_U64] = { "U64", 8 },
};

/* What every block begins with behind its length; eight hexadecimal digits follow. */
static const char prefix[] = "{\"__metadata__\":{\"crc32c\":\"";
enum { LENGTH = 8, CRC_AT = LENGTH + sizeof prefix - 1, CRC_DIGITS = 8 };

/* ---- the object ---- */

void ob_safetensors_finish(struct ob_safetensors *s)
{
    for (size_t i = 0; i < s->arrays; i++)
        free(s->array[i].data);
    for (size_t i = 0; i < s->metas; i++) {
        free(s->meta[i].key);
        free(s->meta[i].value);
    }
    free(s->array);
    free(s->meta);
    *s = (struct ob_safetensors){ 0 };
}

/* The number of elements of a shape; false where it overflows. */
static bool count(unsigned ndim, const size_t *shape, size_t *n)
{
    *n = 1;
    for (unsigned i = 0; i < ndim; i++)
        if (__builtin_mul_overflow(*n, shape[i], n))
            return false;
    return true;
}

struct ob_array *ob_safetensors_add(struct ob_safetensors *s, const char *name,
                                    enum ob_array_type type, unsigned ndim,
                                    const size_t *shape, const void *data,
                                    struct ob_err *err)
{
    OB_REQUIRE(strlen(name) < OB_ARRAY_NAME && ndim <= OB_ARRAY_DIMS);
    OB_REQUIRE(!ob_safetensors_find(s, name));
    struct ob_array a = { .type = type, .ndim = ndim };
    memcpy(a.name, name, strlen(name));
    for (unsigned d = 0; d < ndim; d++)
        a.shape[d] = shape[d];
    if (!count(ndim, shape, &a.n)) {
        ob_fail(err, OB_ENOMEM, "out of memory: array '%s'", name);
        return NULL;
    }
    a.data = ob_alloc(a.n, types[type].size, err);
    if (!a.data)
        return NULL;
    if (data && a.n)
        memcpy(a.data, data, a.n * types[type].size);
    s->array = ob_xreallocarray(s->array, s->arrays + 1, sizeof *s->array);
    s->array[s->arrays] = a;
    return &s->array[s->arrays++];
}

const struct ob_array *ob_safetensors_find(const struct ob_safetensors *s,
                                           const char *name)
{
    for (size_t i = 0; i < s->arrays; i++)
        if (strcmp(s->array[i].name, name) == 0)
            return &s->array[i];
    return NULL;
}

void ob_safetensors_note(struct ob_safetensors *s, const char *key, const char *text)
{
    for (size_t i = 0; i < s->metas; i++)
        if (strcmp(s->meta[i].key, key) == 0) {
            free(s->meta[i].value);
            s->meta[i].value = ob_xstrdup(text);
            return;
        }
    s->meta = ob_xreallocarray(s->meta, s->metas + 1, sizeof *s->meta);
    s->meta[s->metas++] = (struct ob_meta){ ob_xstrdup(key), ob_xstrdup(text) };
}

void ob_safetensors_forget(struct ob_safetensors *s, const char *key)
{
    for (size_t i = 0; i < s->metas; i++) {
        if (strcmp(s->meta[i].key, key) != 0)
            continue;
        free(s->meta[i].key);
        free(s->meta[i].value);
        s->metas--;
        memmove(&s->meta[i], &s->meta[i + 1], (s->metas - i) * sizeof *s->meta);
        return;
    }
}

void ob_safetensors_note_integer(struct ob_safetensors *s, const char *key, uint64_t v)
{
    char *text = ob_xasprintf("%llu", (unsigned long long)v);
    ob_safetensors_note(s, key, text);
    free(text);
}

void ob_safetensors_note_number(struct ob_safetensors *s, const char *key, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_write(text, v);
    ob_safetensors_note(s, key, text);
}

const char *ob_safetensors_text(const struct ob_safetensors *s, const char *key)
{
    for (size_t i = 0; i < s->metas; i++)
        if (strcmp(s->meta[i].key, key) == 0)
            return s->meta[i].value;
    return NULL;
}

bool ob_safetensors_integer(const struct ob_safetensors *s, const char *key, uint64_t *v)
{
    const char *text = ob_safetensors_text(s, key);
    if (!text || !*text)
        return false;
    uint64_t out = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(out, 10u, &out) ||
            __builtin_add_overflow(out, (uint64_t)(*text - '0'), &out))
            return false;
    }
    *v = out;
    return true;
}

bool ob_safetensors_number(const struct ob_safetensors *s, const char *key, double *v)
{
    const char *text = ob_safetensors_text(s, key);
    return text && ob_number_parse(text, strlen(text), v);
}

/* ---- writing ---- */

static void write_header(const struct ob_safetensors *s, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    ob_json_key(&j, "__metadata__");
    ob_json_begin_object(&j);
    ob_json_key(&j, "crc32c");
    ob_json_string(&j, "00000000");
    for (size_t i = 0; i < s->metas; i++) {
        ob_json_key(&j, s->meta[i].key);
        ob_json_string(&j, s->meta[i].value);
    }
    ob_json_end_object(&j);
    size_t at = 0;
    for (size_t i = 0; i < s->arrays; i++) {
        const struct ob_array *a = &s->array[i];
        ob_json_key(&j, a->name);
        ob_json_begin_object(&j);
        ob_json_key(&j, "dtype");
        ob_json_string(&j, types[a->type].name);
        ob_json_key(&j, "shape");
        ob_json_begin_array(&j);
        for (unsigned d = 0; d < a->ndim; d++)
            ob_json_integer(&j, (int64_t)a->shape[d]);
        ob_json_end_array(&j);
        ob_json_key(&j, "data_offsets");
        ob_json_begin_array(&j);
        ob_json_integer(&j, (int64_t)at);
        at += a->n * types[a->type].size;
        ob_json_integer(&j, (int64_t)at);
        ob_json_end_array(&j);
        ob_json_end_object(&j);
    }
    ob_json_end_object(&j);
}

void ob_safetensors_write(const struct ob_safetensors *s, struct ob_buf *out)
{
    size_t begin = out->len;
    ob_buf_add(out, (const char[LENGTH]){ 0 }, LENGTH);
    write_header(s, out);
    while ((out->len - begin) % 8)
        ob_buf_addc(out, ' ');
    uint64_t header = out->len - begin - LENGTH;
    for (int i = 0; i < LENGTH; i++)
        out->data[begin + (size_t)i] = (char)(header >> (8 * i) & 0xff);
    for (size_t i = 0; i < s->arrays; i++)
        ob_buf_add(out, s->array[i].data, s->array[i].n * types[s->array[i].type].size);

    uint32_t crc = ob_crc32c(out->data + begin, out->len - begin, 0);
    char *digit = out->data + begin + CRC_AT;
    for (int i = 0; i < CRC_DIGITS; i++)
        digit[i] = "0123456789abcdef"[crc >> (28 - 4 * i) & 15];
}

/* ---- reading ---- */

/* The check sum is that of the block with zeros in its place. */
static bool check_crc(const unsigned char *p, size_t n, struct ob_err *err)
{
    if (n < CRC_AT + CRC_DIGITS || memcmp(p + LENGTH, prefix, sizeof prefix - 1) != 0)
        return ob_fail(err, OB_EDATA, "no check sum where it should be");
    uint32_t want = 0;
    for (int i = 0; i < CRC_DIGITS; i++) {
        const char *digits = "0123456789abcdef";
        const char *at = memchr(digits, p[CRC_AT + i], 16);
        if (!at)
            return ob_fail(err, OB_EDATA, "the check sum is not a number");
        want = want << 4 | (uint32_t)(at - digits);
    }
    uint32_t crc = ob_crc32c(p, CRC_AT, 0);
    crc = ob_crc32c("00000000", CRC_DIGITS, crc);
    crc = ob_crc32c(p + CRC_AT + CRC_DIGITS, n - CRC_AT - CRC_DIGITS, crc);
    if (crc != want)
        return ob_fail(err, OB_EDATA, "the check sum is wrong: the file is damaged");
    return true;
}

bool ob_safetensors_check(const void *data, size_t n, bool *has, struct ob_err *err)
{
    const unsigned char *p = data;
    *has = n >= CRC_AT && memcmp(p + LENGTH, prefix, sizeof prefix - 1) == 0;
    return !*has || check_crc(p, n, err);
}

static bool read_metadata(struct ob_safetensors *s, const struct ob_json_value *meta,
                          struct ob_err *err)
{
    if (ob_json_kind(meta) != OB_JSON_OBJECT)
        return ob_fail(err, OB_EDATA, "__metadata__ is not an object");
    for (size_t i = 1; i < ob_json_count(meta); i++) {
        const char *text = ob_json_text(ob_json_at(meta, i));
        if (!text)
            return ob_fail(err, OB_EDATA, "metadata '%s' is not a text",
                           ob_json_key_at(meta, i));
        ob_safetensors_note(s, ob_json_key_at(meta, i), text);
    }
    return true;
}

static bool read_shape(const struct ob_json_value *v, struct ob_array *a)
{
    size_t ndim = ob_json_count(v);
    if (ob_json_kind(v) != OB_JSON_ARRAY || ndim > OB_ARRAY_DIMS)
        return false;
    a->ndim = (unsigned)ndim;
    for (size_t d = 0; d < ndim; d++) {
        int64_t size = ob_json_int(ob_json_at(v, d), -1);
        if (size < 0)
            return false;
        a->shape[d] = (size_t)size;
    }
    return count(a->ndim, a->shape, &a->n);
}

static bool read_type(const char *name, enum ob_array_type *type)
{
    for (size_t i = 0; name && i < OB_COUNT(types); i++)
        if (strcmp(types[i].name, name) == 0) {
            *type = (enum ob_array_type)i;
            return true;
        }
    return false;
}

/* Entry `name` must begin at *at of the data (size bytes) and moves *at behind itself. */
static bool read_array(struct ob_safetensors *s, const char *name,
                       const struct ob_json_value *v, const unsigned char *data,
                       size_t size, size_t *at, struct ob_err *err)
{
    struct ob_array a = { 0 };
    const struct ob_json_value *offsets = ob_json_get(v, "data_offsets");
    size_t bytes;
    if (!*name || strlen(name) >= OB_ARRAY_NAME)
        return ob_fail(err, OB_EDATA, "an array without a name or with too long a one");
    if (!read_type(ob_json_text(ob_json_get(v, "dtype")), &a.type))
        return ob_fail(err, OB_EDATA, "array '%s': unknown dtype", name);
    if (!read_shape(ob_json_get(v, "shape"), &a) ||
        __builtin_mul_overflow(a.n, types[a.type].size, &bytes))
        return ob_fail(err, OB_EDATA, "array '%s': impossible shape", name);
    int64_t from = ob_json_int(ob_json_at(offsets, 0), -1);
    int64_t to = ob_json_int(ob_json_at(offsets, 1), -1);
    if (ob_json_count(offsets) != 2 || from < 0 || (size_t)from != *at ||
        bytes > size - *at || to < 0 || (size_t)to != *at + bytes)
        return ob_fail(err, OB_EDATA, "array '%s': offsets do not fit", name);
    if (!ob_safetensors_add(s, name, a.type, a.ndim, a.shape, data + *at, err))
        return false;
    *at += bytes;
    return true;
}

bool ob_safetensors_read(struct ob_safetensors *s, const void *block, size_t n,
                         struct ob_err *err)
{
    const unsigned char *p = block;
    struct ob_json_value *root = NULL;
    uint64_t header = 0;
    size_t at = 0;
    if (!check_crc(p, n, err))
        return false;
    for (int i = 0; i < LENGTH; i++)
        header |= (uint64_t)p[i] << (8 * i);
    if (header > n - LENGTH)
        return ob_fail(err, OB_EDATA, "the header is longer than the file");
    root = ob_json_parse((const char *)p + LENGTH, (size_t)header, err);
    if (!root)
        return ob_fail_at(err, "header");
    const unsigned char *data = p + LENGTH + header;
    size_t size = n - LENGTH - (size_t)header;
    if (!read_metadata(s, ob_json_at(root, 0), err))
        goto fail;
    for (size_t i = 1; i < ob_json_count(root); i++)
        if (!read_array(s, ob_json_key_at(root, i), ob_json_at(root, i), data, size, &at,
                        err))
            goto fail;
    if (at != size) {
        ob_fail(err, OB_EDATA, "%zu bytes behind the last array", size - at);
        goto fail;
    }
    ob_json_free(root);
    return true;
fail:
    ob_json_free(root);
    ob_safetensors_finish(s);
    return false;
}
