#include <config.h>

#include "clip.h"

#include <fcntl.h>
#include <stdlib.h>

#include "optbench/base/path.h"

/* RFC 4648, section 4. */
static void add_base64(struct ob_buf *out, const unsigned char *s, size_t n)
{
    static const char digit[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned bits = (unsigned)s[i] << 16;
        bits |= left > 1 ? (unsigned)s[i + 1] << 8 : 0;
        bits |= left > 2 ? s[i + 2] : 0;
        ob_buf_addc(out, digit[bits >> 18]);
        ob_buf_addc(out, digit[bits >> 12 & 63]);
        ob_buf_addc(out, left > 1 ? digit[bits >> 6 & 63] : '=');
        ob_buf_addc(out, left > 2 ? digit[bits & 63] : '=');
    }
}

bool ob_clip_sequence(const char *text, size_t n, struct ob_buf *out)
{
    static const char begin[] = "\033]52;c;";
    if (n > OB_CLIP_MAX || sizeof begin - 1 + (n + 2) / 3 * 4 + 1 > OB_CLIP_MAX)
        return false;
    ob_buf_adds(out, begin);
    add_base64(out, (const unsigned char *)text, n);
    ob_buf_addc(out, '\a');
    return true;
}

bool ob_clip_file(const char *text, size_t n, struct ob_buf *path, struct ob_err *err)
{
    char *folder = ob_path_state();
    if (!folder)
        return ob_fail(err, OB_EIO, "there is no home folder to keep it in");
    char *file = ob_path_join(folder, "copied.txt");
    bool ok = ob_path_mkdirs(folder, err) &&
              ob_file_replace(AT_FDCWD, file, text, n, false, err);
    if (ok)
        ob_buf_adds(path, file);
    free(file);
    free(folder);
    return ok;
}
