#include <config.h>

#include "optbench/device/text.h"

#include <string.h>

const char *ob_device_file(const char *name)
{
    for (const struct ob_device_file *f = ob_device_files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f->text;
    return NULL;
}

/* The text that the line #include "NAME" stands for; NULL: it is none, or of another
 * file. */
static const char *included(const char *line, size_t n)
{
    char name[128];
    const char *at = line, *end = line + n;
    while (at < end && (*at == ' ' || *at == '#'))
        at++;
    if (at == line || (size_t)(end - at) < 10 || memcmp(at, "include \"", 9) != 0 ||
        !memchr(line, '#', (size_t)(at - line)))
        return NULL;
    at += 9;
    const char *quote = memchr(at, '"', (size_t)(end - at));
    if (!quote || (size_t)(quote - at) >= sizeof name)
        return NULL;
    memcpy(name, at, (size_t)(quote - at));
    name[quote - at] = '\0';
    return ob_device_file(name);
}

void ob_device_text(const char *text, struct ob_buf *out)
{
    while (*text) {
        const size_t n = strcspn(text, "\n");
        const char *other = included(text, n);
        if (other)
            ob_device_text(other, out);
        else
            ob_buf_addf(out, "%.*s\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
}
