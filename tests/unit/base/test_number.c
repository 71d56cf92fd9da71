#include <config.h>

#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/rng.h"

#include "../../lib/ob_test.h"

/* This program never calls setlocale(), so strtod() and printf() are in the C locale and
 * glibc's are exact: they are the reference for everything here. */

static double parsed(const char *text)
{
    double v = 12345;
    if (!ob_number_parse(text, strlen(text), &v))
        fail_msg("'%s' was not read", text);
    return v;
}

static void check_read(const char *text)
{
    double v = parsed(text), w = strtod(text, NULL);
    if (memcmp(&v, &w, sizeof v) != 0)
        fail_msg("'%s' was read as %.17g (%a), not %.17g (%a)", text, v, v, w, w);
}

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static double random_double(struct ob_rng *r)
{
    double v;
    do
        v = from_bits(ob_rng_u64(r));
    while (!isfinite(v));
    return v;
}

static double random_subnormal(struct ob_rng *r)
{
    return from_bits(ob_rng_u64(r) & 0x800fffffffffffff);
}

static double random_power_of_two(struct ob_rng *r)
{
    return ldexp(1, (int)ob_rng_below(r, 2098) - 1074);
}

static void reads_what_the_grammar_allows(void **state)
{
    (void)state;
    static const char *const good[] = { "0",     "-0",     "+1",    "1.",       ".5",
                                        "-.5e1", "1E5",    "1e+05", "1.5e-007", "00012",
                                        "0.0",   "1e-999", "1e999", "-1e999",   "0e999" };
    for (size_t i = 0; i < OB_COUNT(good); i++)
        check_read(good[i]);
    assert_true(isnan(parsed("nan")) && isnan(parsed("-NaN")));
    assert_true(parsed("inf") == INFINITY && parsed("-Infinity") == -INFINITY);

    static const char *const bad[] = {
        "",    " ",       "1 ",   " 1",    "+",      "-.",    ".",    "e5",
        ".e5", "1e",      "1e+",  "1.2.3", "--1",    "+-1",   "0x10", "1,5",
        "1_0", "infinit", "nan1", "in",    "nan(1)", "1e5.0", "1f",   "\xd9\xa1"
    };
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        double v = 7;
        if (ob_number_parse(bad[i], strlen(bad[i]), &v) || v != 7)
            fail_msg("'%s' was read as %g", bad[i], v);
    }
}

static void scans_the_longest_beginning(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        double v;
    } cases[] = { { "1e", 1, 1 },
                  { "1e+x", 1, 1 },
                  { "12abc", 2, 12 },
                  { "1.5,2", 3, 1.5 },
                  { "1..2", 2, 1 },
                  { "infinity!", 8, INFINITY },
                  { "infin", 3, INFINITY },
                  { "x", 0, 7 },
                  { "", 0, 7 },
                  { "-", 0, 7 },
                  { "1e5e5", 3, 1e5 } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        double v = 7;
        assert_int_equal(ob_number_scan(cases[i].text, strlen(cases[i].text), &v),
                         cases[i].n);
        assert_true(v == cases[i].v);
    }
}

static void reads_any_double(void **state)
{
    (void)state;
    struct ob_rng r;
    char text[64];
    ob_rng_init(&r, 1, 0);
    for (int i = 0; i < 150000; i++) {
        snprintf(text, sizeof text, "%.*g", (int)(1 + ob_rng_below(&r, 20)),
                 random_double(&r));
        check_read(text);
        snprintf(text, sizeof text, "%.17g", random_subnormal(&r));
        check_read(text);
    }
}

static void reads_short_decimals(void **state)
{
    (void)state;
    struct ob_rng r;
    char text[64];
    ob_rng_init(&r, 2, 0);
    for (int i = 0; i < 400000; i++) {
        snprintf(text, sizeof text, "%" PRIu64 ".%06" PRIu64, ob_rng_below(&r, 100000),
                 ob_rng_below(&r, 1000000));
        check_read(text);
        snprintf(text, sizeof text, "%" PRIu64 "e%d", ob_rng_below(&r, UINT64_C(1) << 60),
                 (int)ob_rng_below(&r, 700) - 360);
        check_read(text);
    }
}

/* The integer in front of the point, as it is and with its last digits in the exponent.
 */
static void check_cut(const char *text, int n)
{
    static char cut[2048];
    int whole = (int)strcspn(text, ".");
    assert_true(whole < n);
    snprintf(cut, sizeof cut, "%.*s", whole, text);
    check_read(cut);
    for (int less = 1; less < 10 && less < whole; less++) {
        snprintf(cut, sizeof cut, "%.*se%d", whole - less, text, less);
        check_read(cut);
    }
}

/* The middle between v and its upper neighbour with all of its digits, then a little
 * less and a little more. */
static void check_middle(double v, char *text, size_t cap)
{
    /* Exact where long double has a wider exponent and 64 bits; elsewhere the decimal of
     * v itself still is a test. */
    long double half_gap = ((long double)nextafter(v, INFINITY) - v) / 2;
    if (v == DBL_MAX)
        half_gap = ((long double)v - nextafter(v, 0)) / 2;
    long double middle = v + half_gap;
    int n = snprintf(text, cap, "%.1100Lf", middle);
    assert_true(n > 0 && (size_t)n < cap - 2);
    check_read(text);
    check_cut(text, n);
    text[n - 1] = '1';
    check_read(text);
    text[n] = '3';
    text[n + 1] = '\0';
    check_read(text);
    char *last = text + strcspn(text, ".") - 1;
    while (last > text && *last == '0')
        last--;
    if (*last > '0') {
        *last = (char)(*last - 1);
        check_read(text);
    }
}

static void reads_ties(void **state)
{
    (void)state;
    static char text[2048];
    struct ob_rng r;
    ob_rng_init(&r, 3, 0);
    for (int i = 0; i < 3000; i++) {
        check_middle(fabs(random_double(&r)), text, sizeof text);
        check_middle(fabs(random_subnormal(&r)), text, sizeof text);
        check_middle(ldexp(1 + ob_rng_uniform(&r), (int)ob_rng_below(&r, 70) - 10), text,
                     sizeof text);
        check_middle(random_power_of_two(&r), text, sizeof text);
    }
    check_middle(DBL_MAX, text, sizeof text);
    check_middle(0, text, sizeof text);
    check_middle(DBL_MIN, text, sizeof text);
}

static void reads_very_long_texts(void **state)
{
    (void)state;
    static char text[20000];
    struct ob_rng r;
    ob_rng_init(&r, 4, 0);
    for (int i = 0; i < 300; i++) {
        size_t zeros = ob_rng_below(&r, 3000), digits = 1 + ob_rng_below(&r, 3000);
        size_t point = ob_rng_below(&r, zeros + digits), n = 0;
        for (size_t k = 0; k < zeros + digits; k++) {
            text[n++] = k < zeros ? '0' : (char)('0' + ob_rng_below(&r, 10));
            if (k == point)
                text[n++] = '.';
        }
        snprintf(text + n, 32, "e%d", (int)ob_rng_below(&r, 7000) - 3500);
        check_read(text);
    }
    snprintf(text, sizeof text, "0.%05000d1e5001", 0);
    assert_true(parsed(text) == 1);
    snprintf(text, sizeof text, "1%05000de-5000", 0);
    assert_true(parsed(text) == 1);
}

/* The digits of a text without sign, point, exponent and outer zeros. */
static size_t bare_digits(const char *text, char out[static 32])
{
    size_t n = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (n || *text != '0'))
            out[n++] = *text;
    while (n > 0 && out[n - 1] == '0')
        n--;
    out[n] = '\0';
    return n;
}

static bool reads_back(uint64_t digits, int exponent, double v)
{
    char text[48];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    return strtod(text, NULL) == v;
}

/* No decimal of n digits reads back as v > 0: of all such only the two around it can. */
static bool needs_more_than(int n, double v)
{
    char text[48], digits[32];
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    int exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10) - (n - 1);
    size_t m = 0;
    for (char *s = text; *s != 'e'; s++)
        if (*s != '.')
            digits[m++] = *s;
    digits[m] = '\0';
    uint64_t nearest = strtoull(digits, NULL, 10);
    return !reads_back(nearest, exponent, v) && !reads_back(nearest - 1, exponent, v) &&
           !reads_back(nearest + 1, exponent, v);
}

static void check_write(double v)
{
    char text[OB_NUMBER_MAX], digits[32], nearest[64], expected[32];
    size_t n = ob_number_write(text, v);
    assert_int_equal(n, strlen(text));
    double back = strtod(text, NULL), own = parsed(text);
    if (memcmp(&back, &v, sizeof v) != 0 || memcmp(&own, &v, sizeof v) != 0)
        fail_msg("%a was written as %s", v, text);
    if (v == 0)
        return;
    int count = (int)bare_digits(text, digits);
    if (count > 1 && !needs_more_than(count - 1, fabs(v)))
        fail_msg("%.17g was written as %s, which is not the shortest", v, text);
    snprintf(nearest, sizeof nearest, "%.*e", count - 1, v);
    bare_digits(nearest, expected);
    if (strtod(nearest, NULL) == v && strcmp(digits, expected) != 0)
        fail_msg("%.17g was written as %s, but %s is nearer", v, text, nearest);
}

static void writes_shortest(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (int i = 0; i < 100000; i++) {
        check_write(random_double(&r));
        check_write((double)ob_rng_below(&r, UINT64_C(1) << 40) / 1000);
        check_write((double)(float)ob_rng_uniform(&r));
    }
    for (int i = 0; i < 20000; i++)
        check_write(random_subnormal(&r));
    for (int e = -1074; e < 1024; e++) {
        check_write(ldexp(1, e));
        check_write(nextafter(ldexp(1, e), 0));
        check_write(nextafter(ldexp(1, e), INFINITY));
    }
    char text[16];
    for (int e = -323; e <= 308; e++) {
        snprintf(text, sizeof text, "1e%d", e);
        check_write(strtod(text, NULL));
    }
    check_write(DBL_MAX);
    check_write(DBL_MIN);
}

/* Round trips without the costly search for something shorter. */
static void writes_and_reads_many(void **state)
{
    (void)state;
    struct ob_rng r;
    char text[OB_NUMBER_MAX];
    ob_rng_init(&r, 6, 0);
    for (int i = 0; i < 1500000; i++) {
        double v = random_double(&r), w;
        size_t n = ob_number_write(text, v);
        if (!ob_number_parse(text, n, &w) || memcmp(&v, &w, sizeof v) != 0)
            fail_msg("%a was written as %s", v, text);
    }
}

static void has_the_form_of_repr(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { -0.0, "-0" },
        { 0.1, "0.1" },
        { 12, "12" },
        { -2.5, "-2.5" },
        { 1e15, "1000000000000000" },
        { 9999999999999998, "9999999999999998" },
        { 1e16, "1e+16" },
        { 12345678901234567890.0, "1.2345678901234567e+19" },
        { 1e20, "1e+20" },
        { 0.0001, "0.0001" },
        { 0.00012345, "0.00012345" },
        { 0.00001, "1e-05" },
        { 1.5e-7, "1.5e-07" },
        { 5e-324, "5e-324" },
        { DBL_MAX, "1.7976931348623157e+308" },
        { 1e23, "1e+23" },
        { 9007199254740993.0, "9007199254740992" },
        { 2e-3, "0.002" },
        { 100, "100" },
        { NAN, "nan" },
        { -NAN, "nan" },
        { INFINITY, "inf" },
        { -INFINITY, "-inf" },
        { (double)0.1f, "0.10000000149011612" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char text[OB_NUMBER_MAX];
        ob_number_write(text, cases[i].v);
        assert_string_equal(text, cases[i].text);
    }
}

static void shows_numbers_to_people(void **state)
{
    (void)state;
    static const struct {
        double v;
        int digits;
        const char *text;
    } cases[] = { { 0.00094612, 3, "0.000946" },
                  { 1.2345e-9, 3, "1.23e-09" },
                  { 2066500, 6, "2066500" },
                  { 2.0665e9, 5, "2.0665e+09" },
                  { 0.15, 1, "0.2" },
                  { 9.996, 3, "10" },
                  { 999999.5, 6, "1000000" },
                  { -1234.5678, 2, "-1200" },
                  { 0, 3, "0" },
                  { NAN, 3, "nan" },
                  { 0.5, 17, "0.5" },
                  { 1.0 / 3, 17, "0.3333333333333333" },
                  { 1e7, 3, "1e+07" },
                  { 0.1, 0, "0.1" },
                  { 99.5, 2, "100" },
                  { 5e-324, 2, "5e-324" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char text[OB_NUMBER_MAX];
        size_t n = ob_number_show(text, sizeof text, cases[i].v, cases[i].digits);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(n, strlen(text));
    }
    char small[5] = "xxxx";
    assert_int_equal(ob_number_show(small, sizeof small, 0.25, 3), 4);
    assert_string_equal(small, "0.25");
    assert_int_equal(ob_number_show(small, 3, 0.25, 3), 2);
    assert_string_equal(small, "0.");
    assert_int_equal(ob_number_show(small, 0, 0.25, 3), 0);
}

static void shows_counts(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *count, *si;
    } cases[] = { { 0, "0", "0" },
                  { 7, "7", "7" },
                  { 999.4, "999", "999" },
                  { 999.6, "1 000", "1k" },
                  { 12400, "12 400", "12.4k" },
                  { 1234567, "1 234 567", "1.23M" },
                  { -3100000, "-3 100 000", "-3.1M" },
                  { 2e9, "2 000 000 000", "2G" },
                  { 7.25e12, "7 250 000 000 000", "7.25T" },
                  { 1e18, "1e+18", "1e+18" },
                  { 0.25, "0", "0.25" },
                  { INFINITY, "inf", "inf" },
                  { NAN, "nan", "nan" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char text[OB_NUMBER_MAX];
        ob_count_show(text, sizeof text, cases[i].v);
        assert_string_equal(text, cases[i].count);
        ob_si_show(text, sizeof text, cases[i].v);
        assert_string_equal(text, cases[i].si);
    }
}

static void shows_bytes(void **state)
{
    (void)state;
    static const struct {
        uint64_t v;
        const char *text;
    } cases[] = { { 0, "0 B" },
                  { 999, "999 B" },
                  { 1000, "1.0 kB" },
                  { 9949, "9.9 kB" },
                  { 9950, "10 kB" },
                  { 999499, "999 kB" },
                  { 999500, "1.0 MB" },
                  { UINT64_C(150754820096), "151 GB" },
                  { UINT64_MAX, "18446744 TB" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        char text[32];
        ob_bytes_show(text, cases[i].v);
        assert_string_equal(text, cases[i].text);
    }
}

static void writes_counts(void **state)
{
    (void)state;
    char out[OB_NUMBER_MAX], want[OB_NUMBER_MAX];
    uint64_t n = 1;
    for (int i = 0; i < 64; i++, n *= 2) /* 0, 1, 2 ... and what lies beside them */
        for (uint64_t k = n - 1; k != n + 2; k++) {
            size_t length = ob_count_write(out, k);
            snprintf(want, sizeof want, "%" PRIu64, k);
            assert_string_equal(out, want);
            assert_int_equal(length, strlen(want));
        }
    for (n = 1; n < UINT64_MAX / 10; n *= 10) {
        ob_count_write(out, n);
        snprintf(want, sizeof want, "%" PRIu64, n);
        assert_string_equal(out, want);
    }
}

static void reads_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } cases[] = { { "0", true, 0 },
                  { "-17", true, -17 },
                  { "+17", true, 17 },
                  { "9223372036854775807", true, INT64_MAX },
                  { "9223372036854775808", false, 0 },
                  { "-9223372036854775808", true, INT64_MIN },
                  { "-9223372036854775809", false, 0 },
                  { "000000000000000000000000000001", true, 1 },
                  { "", false, 0 },
                  { "-", false, 0 },
                  { "1.0", false, 0 },
                  { " 1", false, 0 },
                  { "1e3", false, 0 } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        int64_t v = 5;
        assert_int_equal(ob_integer_parse(cases[i].text, strlen(cases[i].text), &v),
                         cases[i].ok);
        assert_true(v == (cases[i].ok ? cases[i].v : 5));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_grammar_allows),
        cmocka_unit_test(scans_the_longest_beginning),
        cmocka_unit_test(reads_any_double),
        cmocka_unit_test(reads_short_decimals),
        cmocka_unit_test(reads_ties),
        cmocka_unit_test(reads_very_long_texts),
        cmocka_unit_test(writes_shortest),
        cmocka_unit_test(writes_and_reads_many),
        cmocka_unit_test(has_the_form_of_repr),
        cmocka_unit_test(shows_numbers_to_people),
        cmocka_unit_test(shows_counts),
        cmocka_unit_test(shows_bytes),
        cmocka_unit_test(writes_counts),
        cmocka_unit_test(reads_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
