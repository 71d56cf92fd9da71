#include <config.h>

#include "optbench/base/shell.h"

#include <stdbool.h>
#include <string.h>

#include "optbench/base/text.h"

static bool means_nothing(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_@%+=:,./-";
    /* NAME=VALUE in the first place would be no word but an assignment. */
    return *word && !word[strspn(word, plain)] && !strchr(word, '=');
}

/* Whether a terminal shows it as it is. */
static bool shows(const char *word, size_t n)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, word, n);
    bool same = safe.len == n && memcmp(safe.data, word, n) == 0;
    ob_buf_finish(&safe);
    return same;
}

static void add_quoted(struct ob_buf *out, const char *word)
{
    ob_buf_addc(out, '\'');
    for (; *word; word++)
        if (*word == '\'')
            ob_buf_adds(out, "'\\''");
        else
            ob_buf_addc(out, *word);
    ob_buf_addc(out, '\'');
}

/* Two digits behind each \x: a third one would be the next character. */
static void add_spelled(struct ob_buf *out, const char *word)
{
    ob_buf_adds(out, "$'");
    for (; *word; word++)
        if (*word == '\'' || *word == '\\')
            ob_buf_addf(out, "\\%c", *word);
        else if (*word >= ' ' && *word <= '~')
            ob_buf_addc(out, *word);
        else
            ob_buf_addf(out, "\\x%02x", (unsigned)(unsigned char)*word);
    ob_buf_addc(out, '\'');
}

void ob_shell_word(struct ob_buf *out, const char *word)
{
    word = word ? word : "";
    if (means_nothing(word))
        ob_buf_adds(out, word);
    else if (*word && !shows(word, strlen(word)))
        add_spelled(out, word);
    else
        add_quoted(out, word);
}
