/*
 * Plug-ins: shared objects that bring optimizers and problems of their own. A config
 * names them ([plugin] path = mine.so); nothing else loads one. Only files of the user or
 * of root that not everybody may write are loaded: a run of somebody else's, which names
 * theirs, is looked at without running it.
 *
 * A plug-in is one C file against the installed headers that ends in OB_PLUGIN():
 *
 *     static const struct ob_optimizer_type *const optimizers[] = { &mine, NULL };
 *     OB_PLUGIN(.name = "mine", .version = "1", .optimizers = optimizers);
 *
 * It calls the functions of these headers; they are those of the program that loads it.
 * `optbench plugin new`, `build` and `test` write, compile and check one. What is loaded
 * stays until the program ends.
 */
#ifndef OB_CONF_PLUGIN_H
#define OB_CONF_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/model/problem.h"
#include "optbench/optim/optimizer.h"

/* Grows with every change of what plug-ins see; the sizes tell what was forgotten. */
enum { OB_PLUGIN_ABI = 1, OB_PLUGIN_SIZES = 5 };

struct ob_plugin {
    unsigned abi;
    size_t size[OB_PLUGIN_SIZES]; /* of the structs that both sides see */
    const char *name, *version;
    const struct ob_optimizer_type *const *optimizers; /* ends with NULL; NULL = none */
    const struct ob_problem_type *const *problems;     /* ends with NULL; NULL = none */
    const char *source; /* the C text that it was built of, NULL = not known */
};

#define OB_PLUGIN_STRUCTS                                                                \
    {                                                                                    \
        sizeof(struct ob_optimizer), sizeof(struct ob_optimizer_type),                   \
            sizeof(struct ob_iterate), sizeof(struct ob_problem),                        \
            sizeof(struct ob_problem_type)                                               \
    }

/* `optbench plugin build` says by OB_PLUGIN_SOURCE which file is compiled, so that its
 * text travels in the shared object. */
#ifdef OB_PLUGIN_SOURCE
#    define OB_PLUGIN_TEXT                                                               \
        __asm__(".pushsection .rodata\n"                                                 \
                ".globl ob_plugin_text\n"                                                \
                "ob_plugin_text:\n"                                                      \
                ".incbin \"" OB_PLUGIN_SOURCE "\"\n"                                     \
                ".byte 0\n"                                                              \
                ".popsection\n");                                                        \
        extern const char ob_plugin_text[];
#    define OB_PLUGIN_TEXT_AT ob_plugin_text
#else
#    define OB_PLUGIN_TEXT
#    define OB_PLUGIN_TEXT_AT NULL
#endif

/* Defines the symbol that is looked for. The arguments are members of struct ob_plugin.
 */
#define OB_PLUGIN(...)                                                                   \
    OB_PLUGIN_TEXT                                                                       \
    extern const struct ob_plugin ob_plugin;                                             \
    const struct ob_plugin ob_plugin = { .abi = OB_PLUGIN_ABI,                           \
                                         .size = OB_PLUGIN_STRUCTS,                      \
                                         .source = OB_PLUGIN_TEXT_AT,                    \
                                         __VA_ARGS__ }

/* One that is loaded; constant from then on. */
struct ob_plugin_loaded {
    char *path;    /* absolute */
    uint64_t hash; /* of the file, ob_hash() */
    const struct ob_plugin *plugin;
};

/*
 * Loads the file at `path` (absolute) and adds what it brings to the registries and to
 * the schema; NULL with OB_ECONFIG where it is none, was built for another optbench, or
 * brings a name that there is already. A file that is loaded already is found again.
 */
const struct ob_plugin_loaded *ob_plugin_load(const char *path, struct ob_err *err);

/* The plug-in that brings the optimizer or the problem type; NULL = built in. */
const struct ob_plugin_loaded *ob_plugin_of(const void *type);

/* The hash of a file, as in ob_plugin_loaded; false with OB_EIO. */
bool ob_plugin_hash(const char *path, uint64_t *hash, struct ob_err *err);

#endif
