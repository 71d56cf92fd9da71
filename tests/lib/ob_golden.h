/*
 * Text that is compared with a committed file. UPDATE_GOLDEN=1 in the environment writes
 * the files anew instead: look at the difference before you commit it.
 */
#ifndef OB_GOLDEN_H
#define OB_GOLDEN_H

#include "ob_test.h"

#include "optbench/base/buf.h"
#include "optbench/base/path.h"

/* `name` is relative to the top of the source tree. */
static inline void ob_assert_golden(const char *name, const struct ob_buf *text)
{
    char *path = ob_path_join(ob_test_env("OB_SRCDIR"), name);
    const char *update = getenv("UPDATE_GOLDEN");
    struct ob_buf wanted = { 0 };
    struct ob_err err;
    if (update && *update) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(ob_buf_text(text), 1, text->len, f), text->len);
        assert_int_equal(fclose(f), 0);
    } else if (!ob_file_read(path, 1 << 20, &wanted, &err)) {
        fail_msg("%s (UPDATE_GOLDEN=1 writes it)", err.text);
    } else if (strcmp(ob_buf_text(&wanted), ob_buf_text(text)) != 0) {
        print_error("%s differs; this was drawn:\n%s", name, ob_buf_text(text));
        fail_msg("%s differs (UPDATE_GOLDEN=1 accepts what was drawn)", name);
    }
    ob_buf_finish(&wanted);
    free(path);
}

#endif
