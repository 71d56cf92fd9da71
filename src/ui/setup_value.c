#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "setup_priv.h"

/* The character, from 1, that a problem of a formula is about: its text ends in
 * "(column 12)". 0 = none is named. */
static size_t column_of(const char *problem)
{
    static const char mark[] = "(column ";
    const char *at = problem;
    size_t column = 0;
    for (const char *next; (next = strstr(at, mark)); at = next + strlen(mark))
        ;
    if (at == problem)
        return 0;
    for (; *at >= '0' && *at <= '9' && column < 100000; at++)
        column = column * 10 + (size_t)(*at - '0');
    return strcmp(at, ")") == 0 ? column : 0;
}

/* Bytes before character number n, from 0. */
static size_t bytes_of(const char *utf8, size_t n)
{
    size_t i = 0;
    for (; utf8[i] && n > 0; n--)
        do
            i++;
        while (((unsigned char)utf8[i] & 0xc0) == 0x80);
    return i;
}

/* Columns that the first n bytes take. */
static int width_of(const char *utf8, size_t n)
{
    char *head = ob_xstrndup(utf8, n);
    int w = ob_text_width(head);
    free(head);
    return w;
}

/* The part of the value around the character, and a mark below it. */
static int point(const char *value, size_t column, struct ob_canvas *c, struct ob_rect in,
                 int line)
{
    size_t at = bytes_of(value, column - 1), from = 0;
    while (width_of(value + from, at - from) > in.w * 2 / 3)
        from += bytes_of(value + from, 1);
    int x = width_of(value + from, at - from);
    if (line + 1 >= in.h || x >= in.w)
        return line;
    ob_canvas_text(c, in.x, in.y + line, in.w, value + from, OB_STYLE_VALUE);
    ob_canvas_text(c, in.x + x, in.y + line + 1, 1, "^", OB_STYLE_WARN);
    return line + 2;
}

int ob_setup_draw_value(const struct ob_form_row *r, int room, struct ob_canvas *c,
                        struct ob_rect in, int line)
{
    struct ob_buf safe = { 0 };
    if (!r->value || !*r->value || r->from == OB_FORM_DEFAULT)
        return line;
    ob_text_safe(&safe, r->value, strlen(r->value));
    const char *value = ob_buf_text(&safe);
    size_t column = r->problem ? column_of(r->problem) : 0;
    /* What is shown in other letters than it has cannot be counted. */
    if (column && strcmp(value, r->value) == 0)
        line = point(value, column, c, in, line);
    else if (ob_text_width(value) > room)
        line = ob_screen_paragraph(c, in, line, value, OB_STYLE_VALUE);
    ob_buf_finish(&safe);
    return line;
}
