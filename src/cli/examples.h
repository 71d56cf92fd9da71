/* The shipped experiments, for src/cli alone. */
#ifndef OB_CLI_EXAMPLES_H
#define OB_CLI_EXAMPLES_H

#include <stddef.h>

struct ob_examples {
    char **name; /* [n] without ".ini", in byte order; owned */
    size_t n;
    char *folder; /* owned */
};

/* Lists the folder of ob_path_configs(); one that cannot be read has none. */
void ob_examples_init(struct ob_examples *e);
/* The same of any folder of experiments. */
void ob_examples_read(struct ob_examples *e, const char *folder);
void ob_examples_finish(struct ob_examples *e);

/* The path of one, free() it; its title as the config has it ("" where it cannot be
 * loaded), free() it. */
char *ob_examples_path(const struct ob_examples *e, size_t i);
char *ob_examples_title(const struct ob_examples *e, size_t i);

#endif
