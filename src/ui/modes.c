#include "modes.h"

#include <string.h>

#include "optbench/base/text.h"

static bool begins(const char *term, const char *name)
{
    size_t n = strlen(name);
    return strncmp(term, name, n) == 0 &&
           (term[n] == '\0' || term[n] == '-' || term[n] == '+' || term[n] == '.');
}

void ob_modes_of(struct ob_modes *m, const char *term)
{
    static const char *const full[] = {
        "alacritty",  "contour", "foot",    "ghostty", "gnome",  "iterm",
        "iTerm2.app", "kitty",   "konsole", "mintty",  "mlterm", "putty",
        "rxvt",       "st",      "tmux",    "vte",     "xterm",  "wezterm",
    };
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < OB_COUNT(full); i++)
        if (begins(term, full[i]))
            *m = (struct ob_modes){ true, true, true, true };
    /* Its own title is a line of its own at the bottom, and it holds no frame back. */
    if (begins(term, "screen"))
        *m = (struct ob_modes){ .events = true, .asks = true };
}

void ob_modes_keep_title(const struct ob_modes *m, struct ob_buf *out)
{
    if (m->title)
        ob_buf_adds(out, "\033[22;0t");
}

void ob_modes_events(const struct ob_modes *m, struct ob_buf *out)
{
    if (m->events)
        ob_buf_adds(out, "\033[?1004h\033[?2004h");
}

void ob_modes_off(const struct ob_modes *m, struct ob_buf *out)
{
    if (m->events) {
        ob_modes_mouse(false, out);
        ob_buf_adds(out, "\033[?2004l\033[?1004l");
    }
    if (m->title)
        ob_buf_adds(out, "\033[23;0t");
}

void ob_modes_mouse(bool on, struct ob_buf *out)
{
    ob_buf_adds(out, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

void ob_modes_title(const char *title, struct ob_buf *out)
{
    char safe[128];
    ob_buf_addf(out, "\033]0;%s\a", ob_text_safe_z(safe, sizeof safe, title));
}
