/* make_cells FOLDER N: a sweep of N cells that ended, as those that the bench looks at,
 * to look at large sweeps by hand. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "many_cells.h"
#include "optbench/base/number.h"

int main(int argc, char **argv)
{
    struct ob_err err;
    int64_t n;
    if (argc != 3 || !ob_integer_parse(argv[2], strlen(argv[2]), &n) || n < 1 ||
        n > 99999) {
        fputs("usage: make_cells FOLDER N\n", stderr);
        return 2;
    }
    if (many_cells_make(argv[1], (size_t)n, &err))
        return 0;
    fprintf(stderr, "make_cells: %s\n", err.text);
    return 1;
}
