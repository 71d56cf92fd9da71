#include <config.h>

#include "optbench/base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

void ob_diags_finish(struct ob_diags *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->item[i].file);
        free(d->item[i].text);
    }
    free(d->item);
    *d = (struct ob_diags){ 0 };
}

bool ob_diags_add(struct ob_diags *d, enum ob_code code, const char *file, unsigned line,
                  const char *format, ...)
{
    va_list ap;
    struct ob_buf text = { 0 };
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    if (d->n == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 8;
        d->item = ob_xreallocarray(d->item, d->cap, sizeof *d->item);
    }
    d->item[d->n++] = (struct ob_diag){
        .code = code,
        .file = file ? ob_xstrdup(file) : NULL,
        .line = line,
        .text = ob_buf_take(&text),
    };
    return false;
}

bool ob_diags_add_err(struct ob_diags *d, const char *file, unsigned line,
                      const struct ob_err *err)
{
    return ob_diags_add(d, err->code, file, line, "%s", err->text);
}

static bool same_file(const struct ob_diag *a, const struct ob_diag *b)
{
    if (!a->file || !b->file)
        return a->file == b->file;
    return strcmp(a->file, b->file) == 0;
}

/* Takes the files one by one, and of each its problems by insertion: the lists are short
 * and mostly in order already. */
void ob_diags_sort(struct ob_diags *d)
{
    size_t done = 0;
    while (done < d->n) {
        struct ob_diag first = d->item[done];
        size_t start = done;
        for (size_t i = start; i < d->n; i++) {
            struct ob_diag moved = d->item[i];
            if (!same_file(&moved, &first))
                continue;
            size_t to = done++;
            while (to > start && d->item[to - 1].line > moved.line)
                to--;
            memmove(&d->item[to + 1], &d->item[to], (i - to) * sizeof moved);
            d->item[to] = moved;
        }
    }
}

void ob_diags_print(const struct ob_diags *d, FILE *to)
{
    struct ob_buf line = { 0 };
    for (size_t i = 0; i < d->n; i++) {
        const struct ob_diag *item = &d->item[i];
        ob_buf_clear(&line);
        ob_buf_adds(&line, "optbench: ");
        if (item->file) {
            ob_text_safe(&line, item->file, strlen(item->file));
            if (item->line)
                ob_buf_addf(&line, ":%u", item->line);
            ob_buf_adds(&line, ": ");
        }
        ob_text_safe(&line, item->text, strlen(item->text));
        ob_buf_addc(&line, '\n');
        fwrite(line.data, 1, line.len, to);
    }
    ob_buf_finish(&line);
}

int ob_diags_exit(const struct ob_diags *d)
{
    return d->n ? ob_code_exit(d->item[0].code) : 0;
}
