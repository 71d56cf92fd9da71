#include <config.h>

#include "sheet.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* Rows of CSV that are held until they are written. */
enum { DIGITS = 6, PORTION = 4096 };

static const struct {
    const char *option;
    enum ob_tabular_form table;
} forms[OB_SHEET_FORMS] = {
    [OB_SHEET_TEXT] = { "text", OB_TABULAR_TEXT },
    [OB_SHEET_CSV] = { "csv", OB_TABULAR_CSV },
    [OB_SHEET_JSON] = { "json", OB_TABULAR_TEXT },
    [OB_SHEET_MARKDOWN] = { "markdown", OB_TABULAR_MARKDOWN },
    [OB_SHEET_LATEX] = { "latex", OB_TABULAR_LATEX },
    [OB_SHEET_HTML] = { "html", OB_TABULAR_HTML },
};

bool ob_sheet_form_of(const struct ob_args *args, enum ob_sheet_form *form)
{
    *form = OB_SHEET_TEXT;
    for (int i = OB_SHEET_CSV; i < OB_SHEET_FORMS; i++) {
        if (!ob_args_has(args, forms[i].option))
            continue;
        if (*form != OB_SHEET_TEXT) {
            ob_cli_failf(OB_EUSAGE, "--%s and --%s: one of them", forms[*form].option,
                         forms[i].option);
            return false;
        }
        *form = (enum ob_sheet_form)i;
    }
    return true;
}

void ob_sheet_begin(struct ob_sheet *s, enum ob_sheet_form form, struct ob_buf *out)
{
    *s = (struct ob_sheet){ .form = form, .out = out };
    s->json = (struct ob_json){ .out = out };
}

void ob_sheet_column(struct ob_sheet *s, const char *name, enum ob_tabular_align align)
{
    ob_tabular_column(&s->table, name, align);
}

void ob_sheet_rows(struct ob_sheet *s, const char *key)
{
    if (s->form != OB_SHEET_JSON)
        return;
    ob_json_key(&s->json, key);
    ob_json_begin_array(&s->json);
}

/* Writes the rows of CSV that there are; the head only once. */
static void flush(struct ob_sheet *s)
{
    struct ob_tabular fresh = { 0 };
    struct ob_buf text = { 0 };
    ob_tabular_write(&s->table, forms[s->form].table, &text);
    size_t head = s->begun ? strcspn(ob_buf_text(&text), "\n") + 1 : 0;
    ob_buf_add(s->out, ob_buf_text(&text) + head, text.len - head);
    ob_buf_finish(&text);
    for (size_t k = 0; k < s->table.columns; k++)
        ob_tabular_column(&fresh, s->table.column[k].title, s->table.column[k].align);
    ob_tabular_finish(&s->table);
    s->table = fresh;
    s->begun = true;
}

void ob_sheet_row(struct ob_sheet *s)
{
    if (s->form != OB_SHEET_JSON) {
        if (s->form == OB_SHEET_CSV && s->table.rows == PORTION)
            flush(s);
        ob_tabular_row(&s->table);
        return;
    }
    if (s->next > 0)
        ob_json_end_object(&s->json);
    ob_json_begin_object(&s->json);
    s->next = 0;
}

static const char *next_key(struct ob_sheet *s)
{
    OB_REQUIRE(s->next < s->table.columns);
    return s->table.column[s->next++].title;
}

void ob_sheet_text(struct ob_sheet *s, const char *text)
{
    if (s->form == OB_SHEET_JSON)
        ob_json_put_text(&s->json, next_key(s), text);
    else
        ob_tabular_cell(&s->table, text);
}

void ob_sheet_word(struct ob_sheet *s, const char *text)
{
    double v;
    if (s->form == OB_SHEET_JSON && text && ob_number_parse(text, strlen(text), &v) &&
        isfinite(v))
        ob_json_put_number(&s->json, next_key(s), v);
    else
        ob_sheet_text(s, text);
}

void ob_sheet_number(struct ob_sheet *s, double v)
{
    if (s->form == OB_SHEET_JSON)
        ob_json_put_known(&s->json, next_key(s), v);
    else
        ob_tabular_number(&s->table, v, s->form == OB_SHEET_CSV ? 0 : DIGITS);
}

void ob_sheet_best(struct ob_sheet *s)
{
    if (s->form != OB_SHEET_JSON)
        ob_tabular_best(&s->table);
}

void ob_sheet_end(struct ob_sheet *s)
{
    if (s->form == OB_SHEET_JSON) {
        if (s->next > 0)
            ob_json_end_object(&s->json);
        ob_json_end_array(&s->json);
    } else if (s->table.rows > 0 || !s->begun) {
        flush(s);
    }
    ob_tabular_finish(&s->table);
}
