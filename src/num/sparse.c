#include <config.h>

#include "optbench/num/sparse.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* Rows and entries of the first allocation. */
enum { FIRST = 256 };

static void put(enum ob_dtype dtype, void *p, size_t i, double v)
{
    if (dtype == OB_F32)
        ((float *)p)[i] = (float)v;
    else
        ((double *)p)[i] = v;
}

double ob_sparse_value(const struct ob_sparse *s, size_t k)
{
    return s->dtype == OB_F32 ? (double)((const float *)s->value)[k]
                              : ((const double *)s->value)[k];
}

bool ob_sparse_init(struct ob_sparse *s, enum ob_dtype dtype, size_t cols,
                    struct ob_err *err)
{
    OB_REQUIRE(cols <= UINT32_MAX);
    *s = (struct ob_sparse){ .dtype = dtype, .cols = cols };
    s->begin = calloc(1, sizeof *s->begin);
    return s->begin || ob_fail(err, OB_ENOMEM, "out of memory");
}

void ob_sparse_finish(struct ob_sparse *s)
{
    free(s->begin);
    free(s->col);
    free(s->value);
    *s = (struct ob_sparse){ .dtype = s->dtype };
}

size_t ob_sparse_entries(const struct ob_sparse *s)
{
    return s->begin ? s->begin[s->rows] - s->begin[0] : 0;
}

/* At least `need`, and half as much again as there was: few of many steps then move. */
static size_t grown(size_t cap, size_t need)
{
    size_t more = cap + cap / 2;
    if (more < need)
        more = need < FIRST ? FIRST : need;
    return more;
}

static bool resize(void **p, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        return false;
    void *q = realloc(*p, bytes ? bytes : 1);
    if (q)
        *p = q;
    return q != NULL;
}

static bool set_entry_room(struct ob_sparse *s, size_t cap, struct ob_err *err)
{
    void *col = s->col;
    bool ok = resize(&col, cap, sizeof *s->col) &&
              resize(&s->value, cap, ob_dtype_size(s->dtype));
    s->col = col;
    if (!ok)
        return ob_fail(err, OB_ENOMEM, "out of memory: a sparse matrix of %zu entries",
                       cap);
    s->cap = cap;
    return true;
}

static bool set_row_room(struct ob_sparse *s, size_t cap, struct ob_err *err)
{
    void *begin = s->begin;
    size_t n;
    bool ok = !__builtin_add_overflow(cap, 1, &n) && resize(&begin, n, sizeof *s->begin);
    s->begin = begin;
    if (!ok)
        return ob_fail(err, OB_ENOMEM, "out of memory: a sparse matrix of %zu rows", cap);
    s->row_cap = cap;
    return true;
}

bool ob_sparse_add(struct ob_sparse *s, size_t col, double value, struct ob_err *err)
{
    size_t k = s->filled;
    OB_REQUIRE(col < s->cols && (k == s->begin[s->rows] || s->col[k - 1] < col));
    if (k == s->cap && !set_entry_room(s, grown(s->cap, k + 1), err))
        return false;
    s->col[k] = (uint32_t)col;
    put(s->dtype, s->value, k, value);
    s->filled++;
    return true;
}

bool ob_sparse_end_row(struct ob_sparse *s, struct ob_err *err)
{
    if (s->rows == s->row_cap && !set_row_room(s, grown(s->row_cap, s->rows + 1), err))
        return false;
    s->begin[++s->rows] = s->filled;
    return true;
}

void ob_sparse_trim(struct ob_sparse *s)
{
    if (s->cap > s->filled)
        set_entry_room(s, s->filled, NULL);
    if (s->row_cap > s->rows)
        set_row_room(s, s->rows, NULL);
}

double ob_sparse_at(const struct ob_sparse *s, size_t i, size_t j)
{
    OB_REQUIRE(i < s->rows && j < s->cols);
    size_t low = s->begin[i], high = s->begin[i + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->col[middle] < j)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->begin[i + 1] && s->col[low] == j ? ob_sparse_value(s, low) : 0;
}

void ob_sparse_view(const struct ob_sparse *s, size_t first, size_t n,
                    struct ob_sparse *view)
{
    OB_REQUIRE(first <= s->rows && n <= s->rows - first);
    *view = *s;
    view->begin = s->begin + first;
    view->rows = n;
    view->filled = view->begin[n];
    view->cap = view->row_cap = 0;
}

/* Copies n entries, rounding where the dtypes differ. */
static void copy_entries(struct ob_sparse *to, size_t at, const struct ob_sparse *from,
                         size_t first, size_t n)
{
    size_t size = ob_dtype_size(to->dtype);
    memcpy(to->col + at, from->col + first, n * sizeof *to->col);
    if (to->dtype == from->dtype)
        memcpy((char *)to->value + at * size, (const char *)from->value + first * size,
               n * size);
    else
        for (size_t k = 0; k < n; k++)
            put(to->dtype, to->value, at + k, ob_sparse_value(from, first + k));
}

bool ob_sparse_choose(struct ob_sparse *out, const struct ob_sparse *from,
                      const uint32_t *row, size_t n, struct ob_err *err)
{
    size_t entries = 0;
    OB_REQUIRE(row || n <= from->rows);
    for (size_t i = 0; i < n; i++) {
        size_t r = row ? row[i] : i;
        OB_REQUIRE(r < from->rows);
        entries += from->begin[r + 1] - from->begin[r];
    }
    out->cols = from->cols;
    out->rows = out->filled = out->begin[0] = 0;
    if ((n > out->row_cap && !set_row_room(out, n, err)) ||
        (entries > out->cap && !set_entry_room(out, entries, err)))
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t r = row ? row[i] : i, count = from->begin[r + 1] - from->begin[r];
        if (count)
            copy_entries(out, out->filled, from, from->begin[r], count);
        out->filled += count;
        out->begin[i + 1] = out->filled;
    }
    out->rows = n;
    return true;
}

/* How many entries each column has, as the begin of its row in the transposed matrix. */
static void count_columns(const struct ob_sparse *s, size_t *begin)
{
    memset(begin, 0, (s->cols + 1) * sizeof *begin);
    for (size_t k = s->begin[0]; k < s->begin[s->rows]; k++)
        begin[s->col[k] + 1]++;
    for (size_t j = 0; j < s->cols; j++)
        begin[j + 1] += begin[j];
}

bool ob_sparse_transpose(struct ob_sparse *out, const struct ob_sparse *s,
                         struct ob_err *err)
{
    size_t entries = ob_sparse_entries(s);
    OB_REQUIRE(s->rows <= UINT32_MAX);
    if (!ob_sparse_init(out, s->dtype, s->rows, err) ||
        !set_row_room(out, s->cols, err) || !set_entry_room(out, entries, err))
        return false;
    count_columns(s, out->begin);
    out->rows = s->cols;
    out->filled = entries;
    /* begin[j] runs through row j while it is filled, and is then where j + 1 begins. */
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++) {
            size_t at = out->begin[s->col[k]]++;
            out->col[at] = (uint32_t)i;
            put(out->dtype, out->value, at, ob_sparse_value(s, k));
        }
    memmove(out->begin + 1, out->begin, out->rows * sizeof *out->begin);
    out->begin[0] = 0;
    return true;
}

bool ob_sparse_equal(const struct ob_sparse *a, const struct ob_sparse *b)
{
    size_t size = ob_dtype_size(a->dtype), n = ob_sparse_entries(a);
    if (a->dtype != b->dtype || a->rows != b->rows || a->cols != b->cols ||
        n != ob_sparse_entries(b))
        return false;
    for (size_t i = 0; i < a->rows; i++)
        if (a->begin[i + 1] - a->begin[0] != b->begin[i + 1] - b->begin[0])
            return false;
    return n == 0 ||
           (memcmp(a->col + a->begin[0], b->col + b->begin[0], n * sizeof *a->col) == 0 &&
            memcmp((const char *)a->value + a->begin[0] * size,
                   (const char *)b->value + b->begin[0] * size, n * size) == 0);
}
