/* A small program for faults.sh: replace FILE TEXT puts TEXT into FILE as a whole and
 * reads it back. Exit status and message are those of the error. */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

int main(int argc, char **argv)
{
    struct ob_err err = { 0 };
    struct ob_buf back = { 0 };
    OB_REQUIRE(argc == 3);
    size_t n = strlen(argv[2]);
    char *dir = ob_path_dir(argv[1]);
    bool ok = ob_path_mkdirs(dir, &err) &&
              ob_file_replace(AT_FDCWD, argv[1], argv[2], n, true, &err) &&
              ob_file_read(argv[1], n, &back, &err);
    if (!ok)
        fprintf(stderr, "optbench: %s\n", err.text);
    else
        OB_REQUIRE(back.len == n && memcmp(back.data, argv[2], n) == 0);
    ob_buf_finish(&back);
    free(dir);
    return ok ? 0 : ob_code_exit(err.code);
}
