#include <config.h>

#include "optbench/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int exit_status;
    const char *text;
} codes[] = {
#define X(id, status, meaning) [id] = { status, meaning },
    OB_CODES(X)
#undef X
};

OB_PRINTF(2, 0) static void fill(struct ob_err *err, const char *format, va_list ap)
{
    int n = vsnprintf(err->text, sizeof err->text, format, ap);
    if (n < 0)
        err->text[0] = '\0';
    else if ((size_t)n >= sizeof err->text)
        memcpy(err->text + sizeof err->text - 4, "...", 4);
}

bool ob_fail(struct ob_err *err, enum ob_code code, const char *format, ...)
{
    if (!err)
        return false;
    va_list ap;
    va_start(ap, format);
    err->code = code;
    fill(err, format, ap);
    va_end(ap);
    return false;
}

bool ob_fail_at(struct ob_err *err, const char *prefix_format, ...)
{
    if (!err)
        return false;
    struct ob_err inner = *err;
    va_list ap;
    va_start(ap, prefix_format);
    fill(err, prefix_format, ap);
    va_end(ap);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", inner.text);
    return false;
}

const char *ob_code_text(enum ob_code code)
{
    return codes[code].text;
}

int ob_code_exit(enum ob_code code)
{
    return codes[code].exit_status;
}

const char *ob_errno_text(int error)
{
#ifdef __GLIBC__
    const char *text = strerrordesc_np(error);
    return text ? text : "unknown error";
#else
    return strerror(error);
#endif
}

void ob_require_failed(const char *cond, const char *file, int line, const char *function)
{
    fprintf(stderr, "optbench: %s:%d: %s: broken promise: %s\n", file, line, function,
            cond);
    abort();
}
