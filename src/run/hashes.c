#include <config.h>

#include "hashes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static const char file_name[] = "hashes.csv";

enum { FILE_MAX = 256 << 20, DIGITS = 16 };

/* ---- writing ---- */

static void header(const char *const *name, size_t tensors, struct ob_buf *out)
{
    ob_buf_adds(out, "step");
    for (size_t i = 0; i < tensors; i++)
        ob_buf_addf(out, ",%s", name[i]);
    ob_buf_addc(out, '\n');
}

/* The step that a line begins with. */
static bool step_of(const char *line, size_t n, uint64_t *step)
{
    const char *comma = memchr(line, ',', n);
    int64_t k;
    if (!comma || !ob_integer_parse(line, (size_t)(comma - line), &k) || k < 0)
        return false;
    *step = (uint64_t)k;
    return true;
}

/* Length of the file up to the last line whose step is not behind `after`; 0 where it is
 * not that of these tensors. */
static uint64_t length_until(const struct ob_rundir *dir, const struct ob_buf *head,
                             uint64_t after)
{
    struct ob_buf text = { 0 };
    uint64_t keep = 0, step;
    const char *end;
    if (ob_rundir_read(dir, file_name, FILE_MAX, &text, NULL) && text.len >= head->len &&
        memcmp(text.data, head->data, head->len) == 0)
        keep = head->len;
    while (keep && (end = memchr(text.data + keep, '\n', text.len - keep))) {
        const char *line = text.data + keep;
        if (!step_of(line, (size_t)(end - line), &step) || step > after)
            break;
        keep = (uint64_t)(end + 1 - text.data);
    }
    ob_buf_finish(&text);
    return keep;
}

bool ob_hashes_open(struct ob_hashes *h, const struct ob_rundir *dir,
                    const char *const *name, size_t tensors, const uint64_t *after,
                    struct ob_err *err)
{
    struct ob_buf head = { 0 };
    *h = (struct ob_hashes){ .dir = dir, .tensors = tensors };
    header(name, tensors, &head);
    uint64_t keep = after ? length_until(dir, &head, *after) : 0;
    bool ok = ob_append_open(&h->file, dir, file_name, keep, err);
    if (ok && keep == 0)
        ob_buf_add(&h->file.buf, head.data, head.len);
    ob_buf_finish(&head);
    return ok;
}

void ob_hashes_finish(struct ob_hashes *h)
{
    ob_append_finish(&h->file);
    *h = (struct ob_hashes){ .dir = NULL };
}

void ob_hashes_add(struct ob_hashes *h, uint64_t step, const uint64_t *print)
{
    ob_buf_addf(&h->file.buf, "%" PRIu64, step);
    for (size_t i = 0; i < h->tensors; i++)
        ob_buf_addf(&h->file.buf, ",%016" PRIx64, print[i]);
    ob_buf_addc(&h->file.buf, '\n');
}

bool ob_hashes_flush(struct ob_hashes *h, struct ob_err *err)
{
    return h->file.buf.len == 0 || ob_append_flush(&h->file, h->dir, err);
}

/* ---- reading ---- */

void ob_prints_finish(struct ob_prints *p)
{
    for (size_t i = 0; i < p->tensors; i++)
        free(p->name[i]);
    free(p->name);
    free(p->step);
    free(p->print);
    *p = (struct ob_prints){ 0 };
}

static bool read_names(struct ob_prints *p, const char *line, size_t n)
{
    const char *end = line + n, *at = memchr(line, ',', n);
    if (!at || at - line != 4 || memcmp(line, "step", 4) != 0)
        return false;
    while (at < end) {
        const char *from = at + 1;
        at = memchr(from, ',', (size_t)(end - from));
        at = at ? at : end;
        if (at == from)
            return false;
        p->name = ob_xreallocarray(p->name, p->tensors + 1, sizeof *p->name);
        p->name[p->tensors++] = ob_xstrndup(from, (size_t)(at - from));
    }
    return true;
}

bool ob_print_parse(const char *s, size_t n, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        const char *at = memchr(digits, s[i], DIGITS);
        if (!at)
            return false;
        *out = *out << 4 | (uint64_t)(at - digits);
    }
    return n == DIGITS;
}

static bool read_line(struct ob_prints *p, const char *line, size_t n)
{
    uint64_t step;
    if (!step_of(line, n, &step) || (p->n && step <= p->step[p->n - 1]))
        return false;
    const char *at = memchr(line, ',', n);
    if ((size_t)(line + n - at) != p->tensors * (DIGITS + 1))
        return false;
    p->step = ob_xreallocarray(p->step, p->n + 1, sizeof *p->step);
    p->print = ob_xreallocarray(p->print, (p->n + 1) * p->tensors, sizeof *p->print);
    for (size_t i = 0; i < p->tensors; i++, at += DIGITS + 1)
        if (*at != ',' ||
            !ob_print_parse(at + 1, DIGITS, &p->print[p->n * p->tensors + i]))
            return false;
    p->step[p->n++] = step;
    return true;
}

bool ob_prints_parse(struct ob_prints *p, const char *text, size_t n, struct ob_err *err)
{
    size_t line = 0;
    const char *end;
    for (size_t at = 0; (end = memchr(text + at, '\n', n - at));
         at = (size_t)(end + 1 - text)) {
        size_t length = (size_t)(end - text) - at;
        bool ok = line++ == 0 ? read_names(p, text + at, length)
                              : read_line(p, text + at, length);
        if (ok)
            continue;
        ob_prints_finish(p);
        return ob_fail(err, OB_EDATA, "%s:%zu: no line of fingerprints", file_name, line);
    }
    return line > 0 || ob_fail(err, OB_EDATA, "%s: empty", file_name);
}

bool ob_prints_read(struct ob_prints *p, const struct ob_rundir *dir, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    bool ok = ob_rundir_read(dir, file_name, FILE_MAX, &text, err) &&
              (ob_prints_parse(p, ob_buf_text(&text), text.len, err) ||
               ob_fail_at(err, "%s", dir->path));
    ob_buf_finish(&text);
    return ok;
}
