/* Looking at the cells of a sweep, round by round. */
#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cells_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"

/* Names between two looks at the clock, and cells. */
enum { NAMES = 256, CELLS = 16 };

/* ---- which there are ---- */

/* The cell that a name of length n means: "c" and as many digits as the plan has. */
static bool cell_of(const struct ob_cells *c, const char *name, size_t n, size_t *cell)
{
    size_t digits = (size_t)c->sweep->plan.digits, i = 0;
    if (n != digits + 1 || name[0] != 'c')
        return false;
    for (size_t k = 1; k < n; k++) {
        if (name[k] < '0' || name[k] > '9')
            return false;
        i = 10 * i + (size_t)(name[k] - '0');
    }
    *cell = i;
    return i < c->n;
}

/* Marks the cells that have an entry in a folder of the sweep; `tail` is behind their
 * names. */
static void list(struct ob_cells *c, const char *folder, const char *tail)
{
    int fd =
        openat(c->sweep->dir.fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;
    size_t i, behind = strlen(tail);
    if (!d && fd >= 0)
        close(fd);
    while (d && (e = readdir(d))) {
        size_t n = strlen(e->d_name);
        if (n <= behind || strcmp(e->d_name + n - behind, tail) != 0 ||
            !cell_of(c, e->d_name, n - behind, &i))
            continue;
        if (*tail)
            c->slot[i].failures = c->round;
        else
            c->slot[i].here = c->round;
    }
    if (d)
        closedir(d);
}

static bool is_here(const struct ob_cells *c, size_t i)
{
    return c->slot[i].here == c->round || c->slot[i].failures == c->round;
}

/* Cells without an entry wait; that need not be looked at. */
static void forget_gone(struct ob_cells *c)
{
    struct found nothing;
    ob_cells_nothing(&nothing);
    for (size_t i = 0; i < c->n; i++) {
        if (is_here(c, i))
            continue;
        c->slot[i].stamp = 0;
        if (!c->slot[i].known || c->cell[i].state != OB_CELL_WAITING)
            ob_cells_set(c, i, &nothing);
    }
}

/* ---- a look ---- */

static void read_cell(struct ob_cells *c, size_t i)
{
    struct found f;
    bool settled;
    uint64_t stamp = ob_cells_stamp(c, i, &settled); /* before: what changes meanwhile
                                                        is seen the next time */
    ob_cells_read(c, i, &f);
    ob_cells_set(c, i, &f);
    c->slot[i].stamp = f.still ? stamp : 0;
    c->slot[i].settled = settled;
}

static void look_again(struct ob_cells *c, size_t i)
{
    bool settled;
    uint64_t stamp = ob_cells_stamp(c, i, &settled);
    if (stamp != c->slot[i].stamp || settled != c->slot[i].settled)
        read_cell(c, i);
}

/* Goes on with the cells of the phase; false when the time is up. */
static bool go_on(struct ob_cells *c, int64_t until)
{
    bool still = c->phase == LOOK_STILL;
    for (size_t looked = 0; c->next < c->n; c->next++) {
        const struct slot *slot = &c->slot[c->next];
        if (!is_here(c, c->next) || slot->looked == c->round ||
            (slot->stamp != 0) != still)
            continue;
        if (looked > 0 && looked % CELLS == 0 && ob_clock_ns() >= until)
            return false;
        if (still)
            look_again(c, c->next);
        else
            read_cell(c, c->next);
        c->slot[c->next].looked = c->round;
        looked++;
    }
    return true;
}

bool ob_cells_look(struct ob_cells *c, int64_t budget_ns)
{
    int64_t until = budget_ns < INT64_MAX / 2 ? ob_clock_ns() + budget_ns : INT64_MAX;
    if (c->phase == LOOK_LIST) {
        c->round++;
        list(c, "cells", "");
        list(c, "failures", ".json");
        forget_gone(c);
        c->phase = LOOK_ACTIVE;
        c->next = 0;
    }
    while (c->phase != LOOK_LIST) {
        if (!go_on(c, until))
            return false;
        c->next = 0;
        c->phase = c->phase == LOOK_ACTIVE ? LOOK_STILL : LOOK_LIST;
    }
    return true;
}

void ob_cells_look_all(struct ob_cells *c)
{
    ob_cells_load(c);
    while (!ob_cells_look(c, INT64_MAX))
        continue;
    (void)ob_cells_save(c, NULL); /* the next time is slower then */
}
