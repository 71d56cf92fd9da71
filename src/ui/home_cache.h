/*
 * What was read of the runs of one folder, kept for the next start: a file in the cache
 * folder of the user. Each entry goes with the stamp of the files that it was made from,
 * and only runs that have ended have one, so that what changes is never taken from here.
 * A file that is damaged, of another program or of another folder counts as empty. For
 * the feed alone, on its thread.
 */
#ifndef OB_UI_HOME_CACHE_H
#define OB_UI_HOME_CACHE_H

#include "optbench/base/buf.h"
#include "optbench/ui/model.h"

enum {
    OB_HOME_CACHE_LEAST = 64,   /* runs that a cache is worth it for */
    OB_HOME_CACHE_MOST = 20000, /* runs in one file, the newest ones */
    OB_HOME_CACHE_FILES = 32,   /* folders that are remembered, those last used */
};

struct ob_home_cache {
    struct ob_buf text;          /* of the file */
    struct ob_home_cached *item; /* [n], into it, highest name first; owned */
    size_t n;
};

/* Reads what is kept for the folder `runs`. A zeroed struct is empty. */
void ob_home_cache_load(struct ob_home_cache *c, const char *runs);
void ob_home_cache_finish(struct ob_home_cache *c);

/* Fills in the run called r->name, if it is there with this stamp, which is not 0. */
bool ob_home_cache_find(const struct ob_home_cache *c, uint64_t stamp,
                        struct ob_home_run *r, struct ob_brief *b);

/* Keeps the runs of the model that have a stamp. Fails with OB_EIO; nothing depends on
 * it. */
bool ob_home_cache_save(const struct ob_home_model *home, const char *runs,
                        struct ob_err *err);

#endif
