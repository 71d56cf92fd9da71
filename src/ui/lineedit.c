#include "optbench/ui/lineedit.h"

#include <string.h>

#include "optbench/base/text.h"
#include "optbench/ui/request.h"

void ob_lineedit_open(struct ob_lineedit *e, const char *text)
{
    size_t n = strlen(text);
    if (n > OB_LINEEDIT_MAX)
        n = OB_LINEEDIT_MAX;
    while (n > 0 && !ob_utf8_valid(text, n))
        n--;
    memcpy(e->text, text, n);
    e->text[n] = '\0';
    e->n = e->at = n;
    e->open = true;
    e->offered = false;
}

void ob_lineedit_offer(struct ob_lineedit *e, const char *text)
{
    ob_lineedit_open(e, text);
    e->offered = e->n > 0;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct ob_lineedit *e, size_t at)
{
    while (at > 0 && continues(e->text[--at]))
        ;
    return at;
}

static size_t behind(const struct ob_lineedit *e, size_t at)
{
    if (at < e->n)
        at++;
    while (at < e->n && continues(e->text[at]))
        at++;
    return at;
}

/* Where the word before the cursor begins, the blanks between counted to it. */
static size_t word_start(const struct ob_lineedit *e)
{
    size_t at = e->at;
    while (at > 0 && e->text[at - 1] == ' ')
        at--;
    while (at > 0 && e->text[at - 1] != ' ')
        at--;
    return at;
}

static enum ob_edited cut(struct ob_lineedit *e, size_t from, size_t to)
{
    memmove(e->text + from, e->text + to, e->n - to + 1);
    e->n -= to - from;
    e->at = from;
    return from < to ? OB_EDITED_TEXT : OB_EDITED_MOVED;
}

static enum ob_edited move(struct ob_lineedit *e, size_t to)
{
    e->at = to;
    return OB_EDITED_MOVED;
}

static enum ob_edited insert(struct ob_lineedit *e, uint32_t rune)
{
    char utf8[4];
    size_t n = ob_utf8_encode(utf8, rune);
    if (e->n + n > OB_LINEEDIT_MAX)
        return OB_EDITED_MOVED;
    memmove(e->text + e->at + n, e->text + e->at, e->n - e->at + 1);
    memcpy(e->text + e->at, utf8, n);
    e->n += n;
    e->at += n;
    return OB_EDITED_TEXT;
}

/* Characters that take room: no control characters, nothing that only changes others. */
static bool printable(uint32_t key)
{
    return key >= 0x20 && key < OB_KEY_UP && ob_rune_width(key) > 0;
}

enum ob_edited ob_lineedit_key(struct ob_lineedit *e, uint32_t key)
{
    enum ob_request r = ob_request_of(OB_SCOPE_EDIT, key);
    bool offered = e->offered;
    e->offered = false;
    if (printable(key)) {
        if (offered)
            cut(e, 0, e->n);
        return insert(e, key);
    }
    switch (r) {
    case OB_REQUEST_EDIT_TAKE:
        e->open = false;
        return OB_EDITED_TAKEN;
    case OB_REQUEST_EDIT_DROP:
        *e = (struct ob_lineedit){ .open = false };
        return OB_EDITED_DROPPED;
    case OB_REQUEST_EDIT_LEFT:
        return move(e, before(e, e->at));
    case OB_REQUEST_EDIT_RIGHT:
        return move(e, behind(e, e->at));
    case OB_REQUEST_EDIT_START:
        return move(e, 0);
    case OB_REQUEST_EDIT_END:
        return move(e, e->n);
    case OB_REQUEST_EDIT_BACKSPACE:
        return cut(e, before(e, e->at), e->at);
    case OB_REQUEST_EDIT_DELETE:
        return cut(e, e->at, behind(e, e->at));
    case OB_REQUEST_EDIT_WORD:
        return cut(e, word_start(e), e->at);
    case OB_REQUEST_EDIT_CLEAR:
        return cut(e, 0, e->at);
    case OB_REQUEST_EDIT_REST:
        return cut(e, e->at, e->n);
    default:
        return OB_EDITED_NOT;
    }
}

int ob_lineedit_draw(const struct ob_lineedit *e, struct ob_canvas *c, int x, int y,
                     int most)
{
    char left[OB_LINEEDIT_MAX + 1];
    const char *from = left;
    if (most < 2)
        return 0;
    memcpy(left, e->text, e->at);
    left[e->at] = '\0';
    /* The cursor needs a column of its own. */
    while (ob_text_width(from) > most - 1) {
        from++;
        while (continues(*from))
            from++;
    }
    int cursor = ob_canvas_text(c, x, y, most - 1, from,
                                e->open && e->offered ? OB_STYLE_CURSOR : OB_STYLE_TEXT);
    int used = cursor + ob_canvas_text(c, x + cursor, y, most - cursor, e->text + e->at,
                                       OB_STYLE_TEXT);
    if (e->open) {
        ob_canvas_restyle(c, (struct ob_rect){ x + cursor, y, 1, 1 }, OB_STYLE_CURSOR);
        used += used == cursor;
    }
    return used;
}
