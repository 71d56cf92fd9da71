/*
 * What a run keeps of its plug-ins: plugins/NAME.c, the source that each carries, and
 * plugins/NAME.hash, a line of the hash of the shared object and its version. Private to
 * the engine and to verify.
 */
#ifndef OB_RUN_ENGINE_PLUGINS_H
#define OB_RUN_ENGINE_PLUGINS_H

#include "optbench/base/err.h"
#include "optbench/conf/spec.h"
#include "optbench/run/rundir.h"

/* Writes them for the plug-ins of the spec; nothing where it has none. */
bool engine_plugins_keep(const struct ob_rundir *d, const struct ob_spec *spec,
                         struct ob_err *err);

/* A plug-in that is not what the run had. Hashes are 16 hexadecimal digits. */
struct engine_plugin {
    char name[64], then[17], now[17];
};

/* The first of them; false where all are what they were, or nothing is known. */
bool engine_plugins_differ(const struct ob_rundir *d, const struct ob_spec *spec,
                           struct engine_plugin *out);

#endif
