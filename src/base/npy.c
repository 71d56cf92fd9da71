#include <config.h>

#include "optbench/base/npy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

enum {
    FRONT = 10,      /* magic, version, length of the header text */
    ALIGN = 64,      /* the values begin at a multiple of this, as NumPy has them */
    HEADER_MAX = 512 /* bytes of a header that is read */
};

static const unsigned char magic[8] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };

void ob_npy_finish(struct ob_npy *a)
{
    free(a->value);
    *a = (struct ob_npy){ .ndim = 0 };
}

void ob_npy_encode(void *to, const double *value, size_t n)
{
    unsigned char *byte = to;
    for (size_t k = 0; k < n; k++) {
        uint64_t bits;
        memcpy(&bits, &value[k], sizeof bits);
        for (int i = 0; i < 8; i++)
            *byte++ = (unsigned char)(bits >> (8 * i));
    }
}

void ob_npy_decode(double *value, const void *from, size_t n)
{
    const unsigned char *byte = from;
    for (size_t k = 0; k < n; k++) {
        uint64_t bits = 0;
        for (int i = 0; i < 8; i++)
            bits |= (uint64_t)*byte++ << (8 * i);
        memcpy(&value[k], &bits, sizeof bits);
    }
}

static size_t product(size_t ndim, const size_t *shape)
{
    return ndim == 1 ? shape[0] : shape[0] * shape[1];
}

void ob_npy_head(struct ob_buf *out, size_t ndim, const size_t shape[static OB_NPY_DIMS])
{
    struct ob_buf head = { 0 };
    OB_REQUIRE(ndim >= 1 && ndim <= OB_NPY_DIMS);
    ob_buf_addf(&head, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu,",
                shape[0]);
    if (ndim == 2)
        ob_buf_addf(&head, " %zu", shape[1]);
    ob_buf_adds(&head, "), }");
    while ((FRONT + head.len + 1) % ALIGN != 0)
        ob_buf_addc(&head, ' ');
    ob_buf_addc(&head, '\n');
    OB_REQUIRE(FRONT + head.len == OB_NPY_HEAD);

    ob_buf_add(out, magic, sizeof magic);
    ob_buf_addc(out, (char)(head.len & 0xff));
    ob_buf_addc(out, (char)(head.len >> 8));
    ob_buf_add(out, head.data, head.len);
    ob_buf_finish(&head);
}

void ob_npy_write(struct ob_buf *out, const double *value, size_t ndim,
                  const size_t shape[static OB_NPY_DIMS])
{
    size_t n = product(ndim, shape);
    ob_npy_head(out, ndim, shape);
    ob_npy_encode(ob_buf_reserve(out, 8 * n), value, n);
    out->len += 8 * n;
    out->data[out->len] = '\0';
}

/* The text of the header, a literal of a Python dictionary. */
struct cursor {
    const char *at, *end;
};

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n'))
        c->at++;
}

static bool is(struct cursor *c, char what)
{
    skip_blanks(c);
    if (c->at >= c->end || *c->at != what)
        return false;
    c->at++;
    return true;
}

/* A string in quotes, without escapes, copied. */
static bool string(struct cursor *c, char out[static 32])
{
    skip_blanks(c);
    if (c->at >= c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    size_t n = 0;
    while (c->at < c->end && *c->at != quote && n < 31)
        out[n++] = *c->at++;
    out[n] = '\0';
    return c->at < c->end && *c->at++ == quote;
}

static bool word(struct cursor *c, const char *what)
{
    size_t n = strlen(what);
    skip_blanks(c);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, what, n) != 0)
        return false;
    c->at += n;
    return true;
}

static bool count(struct cursor *c, size_t *out)
{
    skip_blanks(c);
    const char *first = c->at;
    size_t v = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        if (v > (SIZE_MAX / 16 - 9) / 10)
            return false;
        v = 10 * v + (size_t)(*c->at - '0');
    }
    *out = v;
    return c->at > first;
}

struct head {
    char descr[32];
    bool fortran, has_descr, has_order, has_shape;
    size_t ndim, shape[OB_NPY_DIMS];
};

/* "(3,)", "(3, 4)"; of more dimensions only how many they are. */
static bool shape(struct cursor *c, struct head *h)
{
    if (!is(c, '('))
        return false;
    while (!is(c, ')')) {
        size_t n;
        if (!count(c, &n))
            return false;
        if (h->ndim < OB_NPY_DIMS)
            h->shape[h->ndim] = n;
        h->ndim++;
        if (!is(c, ',') && c->at < c->end && *c->at != ')')
            return false;
    }
    return true;
}

static bool member(struct cursor *c, struct head *h)
{
    char key[32];
    if (!string(c, key) || !is(c, ':'))
        return false;
    if (strcmp(key, "descr") == 0 && !h->has_descr)
        return h->has_descr = string(c, h->descr);
    if (strcmp(key, "fortran_order") == 0 && !h->has_order) {
        h->fortran = word(c, "True");
        return h->has_order = h->fortran || word(c, "False");
    }
    return strcmp(key, "shape") == 0 && !h->has_shape && (h->has_shape = shape(c, h));
}

static bool header(struct cursor *c, struct head *h)
{
    if (!is(c, '{'))
        return false;
    while (!is(c, '}')) {
        if (!member(c, h))
            return false;
        if (!is(c, ',') && (c->at >= c->end || *c->at != '}'))
            return false;
    }
    skip_blanks(c);
    return c->at == c->end && h->has_descr && h->has_order && h->has_shape;
}

static bool check(const struct head *h, struct ob_err *err)
{
    if (strcmp(h->descr, "<f8") != 0)
        return ob_fail(err, OB_EDATA, "values of type '%s', not '<f8'", h->descr);
    if (h->fortran)
        return ob_fail(err, OB_EDATA, "values in Fortran order, not in C order");
    if (h->ndim < 1 || h->ndim > OB_NPY_DIMS)
        return ob_fail(err, OB_EDATA, "%zu dimensions, not 1 or 2", h->ndim);
    if (h->ndim == 2 && h->shape[1] > 0 && h->shape[0] > SIZE_MAX / 16 / h->shape[1])
        return ob_fail(err, OB_EDATA, "%zu x %zu values are too many", h->shape[0],
                       h->shape[1]);
    return true;
}

/* Reads what stands before the values, of n bytes; *len is how long it is. */
static bool front(const unsigned char *p, size_t n, struct head *h, size_t *len,
                  struct ob_err *err)
{
    if (n < FRONT || memcmp(p, magic, 6) != 0)
        return ob_fail(err, OB_EDATA, "not a .npy file");
    if (p[6] != magic[6] || p[7] != magic[7])
        return ob_fail(err, OB_EDATA, "version %d.%d of the .npy format, not 1.0", p[6],
                       p[7]);
    size_t text_len = (size_t)p[8] | (size_t)p[9] << 8;
    if (text_len > HEADER_MAX || text_len > n - FRONT)
        return ob_fail(err, OB_EDATA, "a header of %zu bytes, which is %s", text_len,
                       text_len > HEADER_MAX ? "too long" : "cut off");
    const char *text = (const char *)p + FRONT;
    struct cursor c = { text, text + text_len };
    if (!header(&c, h))
        return ob_fail(err, OB_EDATA, "a header that is not understood, at byte %zu",
                       FRONT + (size_t)(c.at - text));
    *len = FRONT + text_len;
    return check(h, err);
}

bool ob_npy_parse(const void *data, size_t n, struct ob_npy_info *out, struct ob_err *err)
{
    const unsigned char *p = data;
    struct head h = { .ndim = 0 };
    if (n < FRONT + 2 || memcmp(p, magic, 6) != 0)
        return ob_fail(err, OB_EDATA, "not a .npy file");
    if (p[6] < 1 || p[6] > 3 || p[7] != 0)
        return ob_fail(err, OB_EDATA, "version %d.%d of the .npy format, not 1.0 to 3.0",
                       p[6], p[7]);
    /* From version 2 on the length has four bytes. */
    size_t front_len = p[6] == 1 ? FRONT : FRONT + 2;
    size_t text_len = (size_t)p[8] | (size_t)p[9] << 8;
    if (p[6] > 1)
        text_len |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (text_len > OB_NPY_HEAD_MAX - front_len || text_len > n - front_len)
        return ob_fail(err, OB_EDATA, "a header of %zu bytes, which is %s", text_len,
                       text_len > OB_NPY_HEAD_MAX - front_len ? "too long" : "cut off");
    const char *text = (const char *)p + front_len;
    struct cursor c = { text, text + text_len };
    if (!header(&c, &h))
        return ob_fail(err, OB_EDATA, "a header that is not understood, at byte %zu",
                       front_len + (size_t)(c.at - text));
    *out = (struct ob_npy_info){ .fortran = h.fortran,
                                 .ndim = h.ndim,
                                 .len = front_len + text_len };
    memcpy(out->descr, h.descr, sizeof out->descr);
    memcpy(out->shape, h.shape, sizeof out->shape);
    return true;
}

bool ob_npy_shape(const void *head, size_t shape[static OB_NPY_DIMS], size_t *ndim,
                  struct ob_err *err)
{
    struct head h = { .ndim = 0 };
    size_t len;
    if (!front(head, OB_NPY_HEAD, &h, &len, err))
        return false;
    if (len != OB_NPY_HEAD)
        return ob_fail(err, OB_EDATA, "a header of another program");
    memcpy(shape, h.shape, sizeof h.shape);
    *ndim = h.ndim;
    return true;
}

bool ob_npy_read(struct ob_npy *a, const void *data, size_t n, struct ob_err *err)
{
    const unsigned char *p = data;
    struct head h = { .ndim = 0 };
    size_t len;
    if (!front(p, n, &h, &len, err))
        return false;
    size_t need = 8 * product(h.ndim, h.shape);
    if (need != n - len)
        return ob_fail(err, OB_EDATA, "%zu bytes of values, where the shape needs %zu",
                       n - len, need);
    *a = (struct ob_npy){ .ndim = h.ndim, .n = product(h.ndim, h.shape) };
    memcpy(a->shape, h.shape, sizeof a->shape);
    a->value = ob_xcalloc(a->n ? a->n : 1, sizeof *a->value);
    ob_npy_decode(a->value, p + len, a->n);
    return true;
}
