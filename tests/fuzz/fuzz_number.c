/* Numbers, against strtod() and strtoll() of the C library in the C locale. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

/* What we take for a number is one to the library, too, with the same value. */
static void check_scan(const char *s, size_t n)
{
    double v = 0, w = 0;
    size_t used = ob_number_scan(s, n, &v);
    OB_REQUIRE(used <= n);
    OB_REQUIRE(ob_number_parse(s, n, &w) == (used == n && n > 0));
    if (used == 0)
        return;
    char *text = ob_xstrndup(s, used), *end;
    OB_REQUIRE(same(v, strtod(text, &end)));
    OB_REQUIRE(*end == '\0');
    free(text);
}

/* What the library takes for a plain decimal, we do. */
static void check_refused(const char *s, size_t n)
{
    double v;
    char *text = ob_xstrndup(s, n), *end;
    size_t plain = strspn(text, "0123456789+-.eE");
    strtod(text, &end);
    if (plain == n && n > 0 && *end == '\0')
        OB_REQUIRE(ob_number_parse(s, n, &v));
    free(text);
}

static void check_integer(const char *s, size_t n)
{
    int64_t v;
    char *text = ob_xstrndup(s, n), *end;
    size_t sign = *text == '+' || *text == '-';
    bool digits = strspn(text + sign, "0123456789") == n - sign && n > sign;
    errno = 0;
    long long known = strtoll(text, &end, 10);
    OB_REQUIRE(ob_integer_parse(s, n, &v) == (digits && errno == 0));
    if (digits && errno == 0)
        OB_REQUIRE(v == known);
    free(text);
}

/* The first eight bytes as a double: written, it reads back. */
static void check_write(const uint8_t *data, size_t size)
{
    double v, w;
    char text[OB_NUMBER_MAX], shown[OB_NUMBER_MAX];
    if (size < sizeof v)
        return;
    memcpy(&v, data, sizeof v);
    size_t n = ob_number_write(text, v);
    OB_REQUIRE(n < OB_NUMBER_MAX && text[n] == '\0');
    OB_REQUIRE(ob_number_parse(text, n, &w) && same(v, w));
    OB_REQUIRE(same(v, strtod(text, NULL)));
    for (int digits = 1; digits <= 17; digits++)
        OB_REQUIRE(ob_number_show(shown, sizeof shown, v, digits) < sizeof shown);
    ob_count_show(shown, sizeof shown, v);
    ob_si_show(shown, sizeof shown, v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_scan((const char *)data, size);
    check_refused((const char *)data, size);
    check_integer((const char *)data, size);
    check_write(data, size);
    return 0;
}
