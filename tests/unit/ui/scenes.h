/*
 * States of the program in which every screen and overlay is seen at least once: the
 * screens of ob_screens[], so that a new one is there without a word, and those of
 * scenes.def.
 */
#ifndef OB_SCENES_H
#define OB_SCENES_H

#include "fixture.h"

struct scene {
    char name[32];
    const char *keys;
    bool home; /* begins on the first screen, no run open */
    enum ob_run_state state;
    bool holes, no_surface, hold; /* likewise */
    unsigned layers;              /* likewise */
    bool inside, device;
    bool no_sweeps, more_sweeps;        /* likewise */
    bool hostile, batches, empty, many; /* see struct fake_feed; empty = no rows */
};

/* i < scene_count(). */
size_t scene_count(void);
struct scene scene_at(size_t i);

/* Begins the fixture and goes there; fixture_end() as always. scene_play() goes there
 * with a fixture that is initialized, where its feed is to differ. */
void scene_begin(struct fixture *f, const struct scene *s, int w, int h);
void scene_play(struct fixture *f, const struct scene *s);

#endif
