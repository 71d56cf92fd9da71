#include "scenes.h"

static const struct {
    const char *name;
    struct scene scene;
} list[] = {
#define X(name, typed, ...) { #name, { .keys = typed, __VA_ARGS__ } },
#include "scenes.def"
#undef X
};

size_t scene_count(void)
{
    return OB_SCREENS + OB_COUNT(list);
}

struct scene scene_at(size_t i)
{
    static const char digit[][2] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    struct scene s = { .state = OB_RUN_RUNNING };
    if (i >= OB_SCREENS) {
        s = list[i - OB_SCREENS].scene;
        snprintf(s.name, sizeof s.name, "%s", list[i - OB_SCREENS].name);
        if (s.state == OB_RUN_UNKNOWN)
            s.state = OB_RUN_RUNNING;
    } else {
        int number = ob_screens[i]->number;
        snprintf(s.name, sizeof s.name, "screen-%d", number);
        s.keys = digit[number - 1];
    }
    return s;
}

void scene_play(struct fixture *f, const struct scene *s)
{
    f->feed.state = s->state;
    f->feed.hostile = s->hostile;
    f->feed.batches = s->batches;
    f->feed.many = s->many;
    f->feed.inside = s->inside;
    f->feed.device = s->device;
    f->feed.layers = s->layers;
    f->feed.holes = s->holes;
    f->feed.no_surface = s->no_surface;
    f->feed.hold = s->hold;
    f->feed.no_sweeps = s->no_sweeps;
    f->feed.more_sweeps = s->more_sweeps;
    if (s->empty)
        f->feed.rows = 0;
    fixture_start(f);
    if (!s->home)
        fixture_open(f);
    fixture_keys(f, s->keys);
    /* What was asked for is answered. */
    fixture_keys(f, "{News}{News}");
}

void scene_begin(struct fixture *f, const struct scene *s, int w, int h)
{
    fixture_init(f, w, h);
    scene_play(f, s);
}
