#include "optbench/ui/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

extern const struct ob_screen_type ob_screen_home, ob_screen_live;

const struct ob_screen_type *const ob_screens[OB_SCREENS] = {
    [OB_SCREEN_HOME] = &ob_screen_home,
    [OB_SCREEN_LIVE] = &ob_screen_live,
};

/* 1.5e-09 -> 1.5e-9, 2e+10 -> 2e10: columns are scarce. */
static void shorten_exponent(char *s)
{
    char *e = strchr(s, 'e'), *to;
    if (!e)
        return;
    to = e + 1;
    const char *from = to;
    if (*from == '-')
        to = e + 2;
    if (*from == '-' || *from == '+')
        from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

void ob_show_number(char out[static 32], double v, int width)
{
    if (isnan(v)) {
        snprintf(out, 32, "-");
        return;
    }
    for (int digits = 4; digits > 0; digits--) {
        ob_number_show(out, 32, v, digits);
        shorten_exponent(out);
        if ((int)strlen(out) <= width)
            return;
    }
}

void ob_show_seconds(char out[static 32], double s)
{
    if (!(s >= 0) || s > 1e9) {
        snprintf(out, 32, "-");
        return;
    }
    if (s < 10) {
        char number[32];
        ob_number_show(number, sizeof number, s, 2);
        snprintf(out, 32, "%.28s s", number);
        return;
    }
    long t = (long)s;
    if (t >= 3600)
        snprintf(out, 32, "%ld:%02ld:%02ld", t / 3600, t / 60 % 60, t % 60);
    else
        snprintf(out, 32, "%ld:%02ld", t / 60, t % 60);
}

void ob_show_age(char out[static 32], int64_t then, int64_t now)
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } unit[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" } };
    int64_t s = (now - then) / INT64_C(1000000000);
    for (size_t i = 0; i < OB_COUNT(unit); i++) {
        if (s >= unit[i].seconds) {
            snprintf(out, 32, "%lld %s", (long long)(s / unit[i].seconds), unit[i].unit);
            return;
        }
    }
    snprintf(out, 32, "now");
}

void ob_screen_tabs(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                    const char *right)
{
    int x = r.x + 1;
    if (r.w <= 0)
        return;
    if (r.w >= 60)
        x += ob_canvas_text(c, x, r.y, r.w, "optbench  ", OB_STYLE_TITLE);
    for (int i = 0; i < OB_SCREENS; i++) {
        char tab[32];
        bool open = (int)v->screen == i;
        snprintf(tab, sizeof tab, open ? "[%d %s]" : " %d %s ", i + 1,
                 ob_screens[i]->name);
        x += ob_canvas_text(c, x, r.y, r.x + r.w - x, tab,
                            open ? OB_STYLE_TAB : OB_STYLE_TEXT);
    }
    int room = r.x + r.w - x - 3, width = ob_text_width(right);
    if (room > 8) {
        int shown = width < room ? width : room;
        ob_canvas_text(c, r.x + r.w - 1 - shown, r.y, shown, right, OB_STYLE_TEXT);
    }
}

void ob_screen_message(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    ob_text_safe(&text, v->message, strlen(v->message));
    ob_canvas_text(c, r.x + 1, r.y, r.w - 1, ob_buf_text(&text), v->message_style);
    ob_buf_finish(&text);
}

/* The first name in a list of keys. */
static int first_key(const char *keys, char out[static 16])
{
    return snprintf(out, 16, "%.*s", (int)strcspn(keys, " "), keys);
}

/* "key hint" from x on, if it fits before `end`; returns the columns used. */
static int hint(struct ob_canvas *c, int x, int y, int end,
                const struct ob_request_info *info)
{
    char key[16];
    int n = first_key(info->keys, key), m = (int)strlen(info->hint);
    if (x + n + 1 + m > end)
        return 0;
    ob_canvas_text(c, x, y, n, key, OB_STYLE_KEY);
    ob_canvas_text(c, x + n + 1, y, m, info->hint, OB_STYLE_TEXT);
    return n + 1 + m;
}

void ob_screen_keys(enum ob_scope scope, struct ob_canvas *c, struct ob_rect r)
{
    static const enum ob_request pinned[] = { OB_REQUEST_HELP, OB_REQUEST_QUIT };
    int end = r.x + r.w, x = end - 15;
    /* Help and quit stand at the right edge, whatever else there is room for. */
    for (size_t i = 0; i < OB_COUNT(pinned); i++)
        x += hint(c, x, r.y, end, ob_request_info(pinned[i])) + 2;
    end -= 17;
    x = r.x + 1;
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        if (info->scope != scope || !info->hint)
            continue;
        int used = hint(c, x, r.y, end, info);
        if (used == 0)
            return;
        x += used + 2;
    }
}
