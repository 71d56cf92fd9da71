/*
 * A folder of its own with run directories in it, for tests of what reads them: the
 * working directory while a test program runs, and the place of shipped experiments, of
 * the user's own settings and of the cache. One thread.
 */
#ifndef OB_RUN_STAGE_H
#define OB_RUN_STAGE_H

#include "../../lib/ob_test.h"

#include "optbench/ui/feed.h"

/* For cmocka_run_group_tests(): makes the folder and goes there; removes it. */
int stage_setup(void **state);
int stage_teardown(void **state);

/* Removes a folder with all that is in it; replaces a file. */
void stage_remove(const char *path);
void stage_put(const char *path, const char *text);

/* A run directory with the given log; started later the higher `when` is (ns). Returns
 * its path, free() it. */
char *stage_run(const char *runs, int64_t when, const char *config,
                enum ob_run_state state, const char *metrics);

/* The feed of the folder `runs`, which starts nothing. */
struct ob_feed *stage_feed(const char *runs);

#endif
