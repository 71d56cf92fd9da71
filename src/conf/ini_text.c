#include <config.h>

#include <string.h>

#include "optbench/base/text.h"
#include "optbench/conf/ini.h"

bool ob_ini_unquote(const char *value, struct ob_buf *out, struct ob_err *err)
{
    if (value[0] != '"') {
        ob_buf_adds(out, value);
        return true;
    }
    const char *s = value + 1;
    for (; *s; s++) {
        if (*s == '"' && s[1] == '"')
            s++;
        else if (*s == '"')
            break;
        ob_buf_addc(out, *s);
    }
    if (!*s)
        return ob_fail(err, OB_ECONFIG, "the closing quote mark is missing");
    if (s[1])
        return ob_fail(err, OB_ECONFIG, "text behind the closing quote mark");
    return true;
}

/* Whether the reader would see something else than the text itself. */
static bool needs_quotes(const char *text)
{
    size_t n = strlen(text);
    if (!n || strchr("\"; \t#", text[0]) || strchr(" \t", text[n - 1]))
        return true;
    for (size_t i = 1; i < n; i++) {
        bool begins = strchr(" \t,", text[i - 1]) != NULL;
        if (begins && strchr("\";#", text[i]))
            return true;
    }
    return false;
}

void ob_ini_quote(const char *text, struct ob_buf *out)
{
    if (!needs_quotes(text)) {
        ob_buf_adds(out, text);
        return;
    }
    ob_buf_addc(out, '"');
    for (const char *s = text; *s; s++) {
        if (*s == '"')
            ob_buf_addc(out, '"');
        ob_buf_addc(out, *s);
    }
    ob_buf_addc(out, '"');
}

bool ob_ini_check_text(const char *s, size_t n, struct ob_err *err)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (!c)
            return ob_fail(err, OB_ECONFIG, "a NUL byte in column %zu", i + 1);
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return ob_fail(err, OB_ECONFIG, "a control character (0x%02x) in column %zu",
                           c, i + 1);
    }
    uint32_t rune;
    for (size_t i = 0, len; i < n; i += len) {
        len = ob_utf8_decode(s + i, n - i, &rune);
        if (!len)
            return ob_fail(err, OB_ECONFIG,
                           "a byte that is not UTF-8 (0x%02x) in column %zu",
                           (unsigned char)s[i], i + 1);
    }
    return true;
}
