#include "optbench/ui/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

extern const struct ob_screen_type ob_screen_home, ob_screen_live, ob_screen_setup,
    ob_screen_surface, ob_screen_curvature, ob_screen_compare, ob_screen_sweep;

const struct ob_screen_type *const ob_screens[OB_SCREENS] = {
    [OB_SCREEN_HOME] = &ob_screen_home,
    [OB_SCREEN_LIVE] = &ob_screen_live,
    [OB_SCREEN_SETUP] = &ob_screen_setup,
    [OB_SCREEN_SURFACE] = &ob_screen_surface,
    [OB_SCREEN_CURVATURE] = &ob_screen_curvature,
    [OB_SCREEN_COMPARE] = &ob_screen_compare,
    [OB_SCREEN_SWEEP] = &ob_screen_sweep,
};

bool ob_screen_watches(const struct ob_view *v)
{
    return v->screen == OB_SCREEN_LIVE || v->screen == OB_SCREEN_SURFACE;
}

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
    if (fabs(v) < 1) {
        snprintf(out, 32, "%.0e", v); /* 0.0009 as 9e-4 */
        shorten_exponent(out);
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
        bool small = s < 0.1;
        ob_number_show(number, sizeof number, small ? s * 1e3 : s, 2);
        snprintf(out, 32, small ? "%.27s ms" : "%.28s s", number);
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

enum { BRAND_FROM = 60, RIGHT_FROM = 9 }; /* columns */

/* How much of a name is on a tab. */
enum tab { TAB_WHOLE, TAB_BRIEF, TAB_NUMBER };

static void tab_text(char out[static 32], int i, bool open, enum tab how)
{
    const struct ob_screen_type *screen = ob_screens[i];
    const char *name = how == TAB_BRIEF && screen->brief ? screen->brief : screen->name;
    bool named = how != TAB_NUMBER;
    snprintf(out, 32, open ? "[%d%s%s]" : " %d%s%s ", screen->number, named ? " " : "",
             named ? name : "");
}

/* Columns that all of them take. */
static int tabs_width(enum tab how)
{
    char tab[32];
    int n = 0;
    for (int i = 0; i < OB_SCREENS; i++) {
        tab_text(tab, i, false, how);
        n += (int)strlen(tab);
    }
    return n;
}

void ob_screen_tabs(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                    const char *right)
{
    static const char brand[] = "optbench  ";
    int x = r.x + 1, need = x + ob_text_width(right) + 2 - r.x;
    enum tab how = TAB_WHOLE;
    if (r.w <= 0)
        return;
    if (need + (int)sizeof brand - 1 + tabs_width(TAB_WHOLE) > r.w)
        how = need + tabs_width(TAB_BRIEF) <= r.w ? TAB_BRIEF : TAB_NUMBER;
    /* Names of screens are worth more than that of the program. */
    if (r.w >= BRAND_FROM && how != TAB_BRIEF)
        x += ob_canvas_text(c, x, r.y, r.w, brand, OB_STYLE_TITLE);
    for (int i = 0; i < OB_SCREENS; i++) {
        char tab[32];
        bool open = (int)v->screen == i;
        tab_text(tab, i, open, how == TAB_NUMBER && open ? TAB_WHOLE : how);
        int used = ob_canvas_text(c, x, r.y, r.x + r.w - x, tab,
                                  open ? OB_STYLE_TAB : OB_STYLE_TEXT);
        ob_canvas_zone(c, (struct ob_rect){ x, r.y, used, 1 },
                       (uint32_t)('0' + ob_screens[i]->number));
        x += used;
    }
    int room = r.x + r.w - x - 2;
    for (const char *next; ob_text_width(right) > room && (next = strstr(right, "  "));)
        right = next + 2;
    int width = ob_text_width(right);
    if (room >= (width < RIGHT_FROM ? width : RIGHT_FROM)) {
        int shown = width < room ? width : room;
        ob_canvas_text(c, r.x + r.w - 1 - shown, r.y, shown, right, OB_STYLE_TEXT);
    }
}

size_t ob_screen_wrap(const char *text, int cols)
{
    size_t fits = ob_text_clip(text, cols), n = fits;
    if (text[fits] == '\0')
        return fits;
    while (n > 0 && text[n] != ' ')
        n--;
    return n > 0 ? n : fits;
}

int ob_screen_paragraph(struct ob_canvas *c, struct ob_rect r, int line, const char *text,
                        enum ob_style style)
{
    while (*text && line < r.h && r.w > 0) {
        size_t n = ob_screen_wrap(text, r.w);
        ob_canvas_line(c, r, line++, OB_LEFT, style, "%.*s", (int)n, text);
        text += n ? n : 1;
        text += strspn(text, " ");
    }
    return line;
}

int ob_screen_lines(const char *text, int cols)
{
    int n = 0;
    while (*text && cols > 0) {
        size_t took = ob_screen_wrap(text, cols);
        text += took ? took : 1;
        text += strspn(text, " ");
        n++;
    }
    return n;
}

void ob_screen_message(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    ob_text_safe(&text, v->message, strlen(v->message));
    struct ob_rect in = { r.x + 1, r.y, r.w - 2, 1 };
    int more = ob_screen_lines(ob_buf_text(&text), in.w) - 1;
    if (more > 0) {
        more = more < r.y ? more : r.y;
        in.y -= more;
        in.h += more;
        ob_canvas_fill(c, (struct ob_rect){ r.x, in.y, r.w, in.h }, " ", OB_STYLE_TEXT);
    }
    ob_screen_paragraph(c, in, 0, ob_buf_text(&text), v->message_style);
    ob_buf_finish(&text);
}

void ob_screen_prompt(struct ob_canvas *c, struct ob_rect r, const char *ask,
                      const struct ob_lineedit *line, const char *why)
{
    int width = (int)strlen(ask), end = r.x + r.w - 1;
    if (width > r.w / 2) /* what is typed is worth more than what was asked */
        width = r.w / 2;
    int x = r.x + 1 + width, most = end - x;
    ob_canvas_text(c, r.x + 1, r.y, width, ask, OB_STYLE_KEY);
    if (why[0] && r.y == 0)
        most /= 2;
    x += ob_lineedit_draw(line, c, x, r.y, most) + 2;
    int lines = ob_screen_lines(why, r.w - 2);
    if (ob_text_width(why) <= end - x || r.y == 0) {
        ob_canvas_text(c, x, r.y, end - x, why, OB_STYLE_ERROR);
        return;
    }
    lines = lines < r.y ? lines : r.y;
    struct ob_rect above = { r.x, r.y - lines, r.w, lines };
    ob_canvas_fill(c, above, " ", OB_STYLE_TEXT);
    above.x++;
    above.w -= 2;
    ob_screen_paragraph(c, above, 0, why, OB_STYLE_ERROR);
}

/* The first name in a list of keys. */
static int first_key(const char *keys, char out[static 16])
{
    return snprintf(out, 16, "%.*s", (int)strcspn(keys, " "), keys);
}

/* What a request does to a run that has ended; NULL = nothing. */
static const char *ended_hint(enum ob_request r, const char *hint)
{
    switch (r) {
    case OB_REQUEST_PAUSE:
        return "replay";
    case OB_REQUEST_AGAIN:
        return "run again";
    case OB_REQUEST_FASTER:
    case OB_REQUEST_FULL_SPEED:
    case OB_REQUEST_SLOWER:
        return NULL;
    default:
        return hint;
    }
}

/* Whether only a run that goes on answers it. */
static bool needs_engine(enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_STOP:
    case OB_REQUEST_KNOBS:
    case OB_REQUEST_KNOB_EDIT:
    case OB_REQUEST_KNOB_LESS:
    case OB_REQUEST_KNOB_MORE:
        return true;
    default:
        return false;
    }
}

static const char *hint_of(enum ob_hints hints, enum ob_request r, const char *hint)
{
    bool paused = hints == OB_HINTS_PAUSED || hints == OB_HINTS_REPLAY_PAUSED;
    if (hints != OB_HINTS_RUN && hints != OB_HINTS_PAUSED && needs_engine(r))
        return NULL;
    if (hints == OB_HINTS_ENDED)
        return ended_hint(r, hint);
    return paused && r == OB_REQUEST_PAUSE ? "go on" : hint;
}

/* "key hint" from x on, if it fits before `end`; returns the columns used. */
static int hint(struct ob_canvas *c, int x, int y, int end, const char *keys,
                const char *hint)
{
    char key[16];
    int n = first_key(keys, key), m = (int)strlen(hint);
    if (x + n + 1 + m > end)
        return 0;
    ob_canvas_text(c, x, y, n, key, OB_STYLE_KEY);
    ob_canvas_text(c, x + n + 1, y, m, hint, OB_STYLE_TEXT);
    ob_canvas_zone(c, (struct ob_rect){ x, y, n + 1 + m, 1 },
                   ob_key_parse(key, strlen(key)));
    return n + 1 + m;
}

/* The hints of a scope from r.x on, as far as there is room; returns the column behind.
 */
static int scope_hints(enum ob_scope scope, enum ob_scope now, enum ob_hints hints,
                       struct ob_canvas *c, struct ob_rect r)
{
    int x = r.x;
    bool steering = scope != now;
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        const char *text = hint_of(hints, (enum ob_request)i, info->hint);
        uint32_t key = ob_key_parse(info->keys, strcspn(info->keys, " "));
        if (info->scope != scope || !text || (steering && !ob_request_steers(info->id)) ||
            ob_request_of(now, key) != info->id)
            continue;
        int used = hint(c, x, r.y, r.x + r.w, info->keys, text);
        if (used == 0)
            break;
        x += used + 2;
    }
    return x;
}

void ob_screen_keys(enum ob_scope scope, enum ob_hints hints, struct ob_canvas *c,
                    struct ob_rect r)
{
    static const enum ob_request pinned[] = { OB_REQUEST_HELP, OB_REQUEST_QUIT };
    int end = r.x + r.w, x = end - 15;
    /* Help and quit stand at the right edge, whatever else there is room for; while
     * text is typed their keys are text. */
    for (size_t i = 0; i < OB_COUNT(pinned) && scope != OB_SCOPE_EDIT; i++) {
        const struct ob_request_info *info = ob_request_info(pinned[i]);
        x += hint(c, x, r.y, end, info->keys, info->hint) + 2;
    }
    end -= 17;
    x = scope_hints(scope, scope, hints, c,
                    (struct ob_rect){ r.x + 1, r.y, end - r.x - 1, 1 });
    /* Over a screen the run below can still be steered. */
    if (ob_scope_below(scope) != OB_SCOPE_ALL)
        scope_hints(ob_scope_below(scope), scope, hints, c,
                    (struct ob_rect){ x, r.y, end - x, 1 });
}
