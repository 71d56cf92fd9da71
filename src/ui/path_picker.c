#include <config.h>

#include "optbench/ui/path_picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/ui/request.h"

enum { PAGE = 10 };

static void set(char **at, char *owned)
{
    free(*at);
    *at = owned;
}

static const struct ob_browse_entry *selected(const struct ob_path_picker *p)
{
    return p->at < p->fits ? &p->folder.item[p->fit[p->at]] : NULL;
}

static bool begins(const char *name, const char *typed)
{
    return strncasecmp(name, typed, strlen(typed)) == 0;
}

static bool holds(const char *name, const char *typed)
{
    for (; *name; name++)
        if (begins(name, typed))
            return true;
    return !*typed;
}

/* What entries are to hold: a '/' in front begins a filter as everywhere, unless a second
 * one makes a path of it. */
static const char *sought(const struct ob_path_picker *p)
{
    return p->line.text + (p->line.text[0] == '/');
}

/* The entries that hold what was typed; the cursor on the first that begins with it. */
static void refit(struct ob_path_picker *p)
{
    const char *typed = sought(p);
    size_t best = SIZE_MAX;
    p->fits = 0;
    p->at = 0;
    p->fit = ob_xreallocarray(p->fit, p->folder.n, sizeof *p->fit);
    for (size_t i = 0; i < p->folder.n; i++) {
        const char *name = p->folder.item[i].name;
        if ((name[0] == '.' && typed[0] != '.') || !holds(name, typed))
            continue;
        if (best == SIZE_MAX && *typed && begins(name, typed))
            best = p->fits;
        p->fit[p->fits++] = i;
    }
    if (best != SIZE_MAX)
        p->at = best;
}

static void go_to(struct ob_path_picker *p, const char *name)
{
    for (size_t k = 0; name && k < p->fits; k++)
        if (strcmp(p->folder.item[p->fit[k]].name, name) == 0)
            p->at = k;
}

void ob_path_picker_open(struct ob_path_picker *p, const char *path)
{
    ob_path_picker_finish(p);
    ob_lineedit_open(&p->line, "");
    bool file = ob_path_is_table(path);
    p->wanted = file ? ob_path_dir(path) : ob_xstrdup(path);
    p->came_from = file ? ob_xstrdup(ob_path_base(path)) : NULL;
}

const char *ob_path_picker_wants(const struct ob_path_picker *p)
{
    return p->line.open ? p->wanted : NULL;
}

/* The folder asked for cannot be read. Where there is none to stay in, the one above. */
static void refused(struct ob_path_picker *p, const struct ob_err *err)
{
    ob_text_safe_z(p->why, sizeof p->why, err->text);
    char *above = NULL;
    if (!p->folder.path && *p->wanted && strcmp(p->wanted, "/") != 0) {
        above = ob_path_dir(p->wanted);
        if (strcmp(above, ".") == 0)
            above[0] = '\0';
    }
    set(&p->wanted, above);
}

void ob_path_picker_give(struct ob_path_picker *p, struct ob_browse *found,
                         const struct ob_err *err)
{
    if (!p->wanted || !p->line.open) {
        if (found)
            ob_browse_finish(found);
        return;
    }
    if (!found) {
        refused(p, err);
        return;
    }
    bool again = !p->folder.path && p->why[0]; /* what was asked for first is not this */
    ob_browse_finish(&p->folder);
    p->folder = *found;
    *found = (struct ob_browse){ 0 };
    set(&p->wanted, NULL);
    if (!again)
        p->why[0] = '\0';
    ob_lineedit_open(&p->line, "");
    refit(p);
    go_to(p, p->came_from);
    set(&p->came_from, NULL);
}

static void descend(struct ob_path_picker *p, const char *name)
{
    set(&p->wanted, ob_path_join(p->folder.path, name));
}

static void ascend(struct ob_path_picker *p)
{
    if (!p->folder.path || strcmp(p->folder.path, "/") == 0)
        return;
    set(&p->came_from, ob_xstrdup(ob_path_base(p->folder.path)));
    set(&p->wanted, ob_path_dir(p->folder.path));
}

/* A '/' behind a name: into that folder. */
static void follow_slash(struct ob_path_picker *p)
{
    char *slash = strrchr(p->line.text, '/');
    if (!slash || slash == p->line.text)
        return;
    char *name = ob_xstrndup(p->line.text, (size_t)(slash - p->line.text));
    if (name[0] == '/' || name[0] == '~')
        set(&p->wanted, ob_xstrdup(name));
    else if (strcmp(name, "..") == 0)
        ascend(p);
    else
        descend(p, name);
    free(name);
}

/* Bytes that all names beginning with what was typed have in common, as far as they may
 * stand in a line that is typed. */
static size_t common(const struct ob_path_picker *p, const char **first, size_t *names)
{
    size_t n = 0;
    *names = 0;
    for (size_t k = 0; k < p->fits; k++) {
        const char *name = p->folder.item[p->fit[k]].name;
        size_t same = 0;
        if (!begins(name, sought(p)))
            continue;
        while (*names && same < n && name[same] == (*first)[same])
            same++;
        *first = *names ? *first : name;
        n = (*names)++ ? same : strlen(name);
    }
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)(*first)[i] < 0x20 || (*first)[i] == 0x7f)
            n = i;
    while (n > 0 && !ob_utf8_valid(*first, n))
        n--;
    return n;
}

/* Adds what all names that begin so have in common; into a folder that is the only one.
 */
static void complete(struct ob_path_picker *p)
{
    const char *first = "";
    size_t names, n = common(p, &first, &names);
    if (names == 1) {
        go_to(p, first);
        if (selected(p)->folder) {
            descend(p, first);
            return;
        }
    }
    if (names == 0 || n <= strlen(sought(p)))
        return;
    char *text = ob_xstrndup(first, n);
    ob_lineedit_open(&p->line, text);
    free(text);
    refit(p);
}

static void move(struct ob_path_picker *p, long by)
{
    long to = (long)p->at + by, last = (long)p->fits - 1;
    to = to > last ? last : to;
    p->at = to > 0 ? (size_t)to : 0;
}

static enum ob_picked take(struct ob_path_picker *p, char **path)
{
    const struct ob_browse_entry *e = selected(p);
    if (!e && p->line.text[0] == '/' && p->line.n > 1) {
        set(&p->wanted, ob_xstrdup(p->line.text));
        return OB_PICKED_MOVED;
    }
    if (!e) {
        snprintf(p->why, sizeof p->why, "there is nothing of that name here");
        return OB_PICKED_MOVED;
    }
    if (e->folder) {
        descend(p, e->name);
        return OB_PICKED_MOVED;
    }
    *path = ob_path_join(p->folder.path, e->name);
    ob_path_picker_finish(p);
    return OB_PICKED_TAKEN;
}

static enum ob_picked edit(struct ob_path_picker *p, uint32_t key)
{
    switch (ob_lineedit_key(&p->line, key)) {
    case OB_EDITED_DROPPED:
        ob_path_picker_finish(p);
        return OB_PICKED_CLOSED;
    case OB_EDITED_TEXT:
        refit(p);
        if (key == '/')
            follow_slash(p);
        return OB_PICKED_MOVED;
    default:
        return OB_PICKED_MOVED;
    }
}

enum ob_picked ob_path_picker_key(struct ob_path_picker *p, uint32_t key, char **path)
{
    if (!p->line.open)
        return OB_PICKED_NOT;
    p->why[0] = '\0';
    bool empty = p->line.n == 0;
    switch (key) {
    case OB_KEY_UP:
        move(p, -1);
        return OB_PICKED_MOVED;
    case OB_KEY_DOWN:
        move(p, 1);
        return OB_PICKED_MOVED;
    case OB_KEY_PAGE_UP:
        move(p, -PAGE);
        return OB_PICKED_MOVED;
    case OB_KEY_PAGE_DOWN:
        move(p, PAGE);
        return OB_PICKED_MOVED;
    case OB_KEY_TAB:
        complete(p);
        return OB_PICKED_MOVED;
    case OB_KEY_ENTER:
        return take(p, path);
    case OB_KEY_LEFT:
    case OB_KEY_BACKSPACE:
        if (empty)
            ascend(p);
        return empty ? OB_PICKED_MOVED : edit(p, key);
    case OB_KEY_RIGHT:
        if (empty && selected(p) && selected(p)->folder)
            descend(p, selected(p)->name);
        return empty ? OB_PICKED_MOVED : edit(p, key);
    default:
        return edit(p, key);
    }
}

void ob_path_picker_finish(struct ob_path_picker *p)
{
    ob_browse_finish(&p->folder);
    free(p->wanted);
    free(p->came_from);
    free(p->fit);
    *p = (struct ob_path_picker){ .at = 0 };
}
