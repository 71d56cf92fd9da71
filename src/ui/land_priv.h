/*
 * The parts of the surface screen and the state that they share; for the files land_*.c
 * and screen_surface.c alone. "Land" is what is drawn: the loss over a plane, with the
 * ways of the runs across it. Drawing is a pure function of state and view; pictures are
 * made in update().
 */
#ifndef OB_UI_LAND_PRIV_H
#define OB_UI_LAND_PRIV_H

#include "land_way.h"
#include "optbench/plot/contour.h"
#include "optbench/plot/relief.h"
#include "optbench/ui/arrange.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/screen.h"

/* What the surface is of. */
enum ob_land_from { OB_LAND_NONE, OB_LAND_RUN, OB_LAND_FORM, OB_LAND_CHOSEN };

enum ob_land_pane { OB_LAND_RELIEF, OB_LAND_MAP, OB_LAND_PANES };

/* What a list over the screen is for. */
enum ob_land_list { OB_LAND_PLANES, OB_LAND_PARAM_X, OB_LAND_PARAM_Y, OB_LAND_RUNS_LIST };

struct ob_land_box {
    double x0, x1, y0, y1;
};

/* What is wanted of the feed, and what it was asked last. */
struct ob_land_wanted {
    enum ob_surface_plane plane;
    char x[64], y[64]; /* names of parameters; "" = the first two */
    size_t size;       /* points a side; 0 = 65 */
    bool ranged;       /* `box` has taken the place of what the program proposes ... */
    struct ob_land_box box;
    bool fixed;       /* a person wants the range to stay */
    uint64_t asked;   /* stamp of the last question; 0 = none */
    int64_t asked_ns; /* when that was, monotonic */
    int retries;      /* of what could not be answered while a run goes on */
    bool went;        /* the run was still going on as it was asked about */
    enum ob_land_from from;
    char of[4096]; /* the first path of it */
    const char *path[OB_LAND_RUNS];
};

/* A place that is asked for its height. */
struct ob_land_probe {
    bool on;
    double u, v;
};

/* A row of the watched run that is looked at. */
struct ob_land_along {
    bool on;
    size_t row;
};

/* How it is looked at. */
struct ob_land_look {
    bool begun; /* what follows was set */
    int azimuth, elevation;
    double zoom, at_x, at_y; /* as in ob_relief_view */
    enum ob_relief_style style;
    bool style_chosen; /* by a key, else by what the terminal can show */
    bool log, log_chosen;
    bool pathless;
    enum ob_land_pane large;
};

struct ob_land_state {
    struct ob_land_wanted want;
    struct ob_land_look look;
    struct ob_land_probe probe;
    struct ob_land_along along;
    struct ob_land_way way[OB_LAND_RUNS];
    struct ob_picker picker;
    enum ob_land_list list;
    struct ob_relief relief;
    struct ob_picture picture[OB_LAND_PANES];
    struct ob_contour_place map_place; /* within its pane ... */
    struct ob_rect map_at;             /* ... which lies here; empty = not shown */
    size_t told[OB_LAND_RUNS];         /* rows whose numbers are written */
    unsigned opened;                   /* of the view, as the paths were begun */
};

/* land_source.c. What the surface is of now; its name for people, safe; whether the
 * answer that is there is about it and has heights. */
enum ob_land_from ob_land_source(const struct ob_view *v);
void ob_land_name(const struct ob_view *v, char *out, size_t cap);
bool ob_land_shown(const struct ob_land_state *s, const struct ob_view *v);

/* Asks for what is wanted, if that is not what was asked last; to be called whenever
 * something may have changed. Sets nothing where the wish is taken already. */
void ob_land_ask(struct ob_land_state *s, const struct ob_view *v,
                 struct ob_wishes *wish);

/* Forgets a question that was answered with why not, so that it is asked again; false
 * where there is none. */
bool ob_land_retry(struct ob_land_state *s, const struct ob_view *v);

/* An answer came: heights by their logarithm or not, unless that was chosen. */
void ob_land_answered(struct ob_land_state *s, const struct ob_view *v);

/* Whether the way of a run rises so far above where it began that it is not followed. */
bool ob_land_diverges(const struct ob_run_model *m);

/* Whether a run that is shown is about the problem of the watched one: only then does its
 * way lie on this surface. */
bool ob_land_belongs(const struct ob_view *v, int run);

/* land_scene.c. Brings the ways up to date and makes the pictures for these places; an
 * empty rectangle is a picture that is not shown. */
void ob_land_follow(struct ob_land_state *s, const struct ob_view *v);
void ob_land_paint(struct ob_land_state *s, const struct ob_view *v,
                   const struct ob_rect place[OB_LAND_PANES]);

/* The style that is drawn: the one that was chosen, else what the glyphs show best. */
enum ob_relief_style ob_land_style(const struct ob_land_look *l, const struct ob_view *v);

/* The row that is marked as now, and how many of a way's rows are shown. */
size_t ob_land_now(const struct ob_land_state *s, const struct ob_view *v, int run);

/* The loss at a row of a run: as it was recorded, else that of the surface. */
double ob_land_loss(const struct ob_view *v, int run, size_t row);

/* land_facts.c. Everything known about the plane, as many lines as there is room for;
 * the line below: the probe, the row, or lowest and highest; all in words where there is
 * no room for pictures, or none can be drawn. */
void ob_land_facts(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r);
void ob_land_note(const struct ob_land_state *s, const struct ob_view *v,
                  struct ob_canvas *c, struct ob_rect r);
void ob_land_words(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r);

/* Appends what y copies. */
bool ob_land_value(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_buf *out);

/* land_keys.c. Turning, zooming, the probe, steps along the path. */
void ob_land_begin(struct ob_land_look *l);
bool ob_land_move(struct ob_land_state *s, const struct ob_view *v, enum ob_request r,
                  struct ob_wishes *wish);

/* land_lists.c. The list over the screen: opens it, its keys, its picture. */
void ob_land_list_open(struct ob_land_state *s, const struct ob_view *v,
                       enum ob_land_list list, struct ob_wishes *wish);
bool ob_land_list_key(struct ob_land_state *s, struct ob_view *v, uint32_t key,
                      struct ob_wishes *wish);
void ob_land_list_draw(const struct ob_land_state *s, const struct ob_view *v,
                       struct ob_canvas *c);

#endif
