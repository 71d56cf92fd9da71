#include <config.h>

#include "optbench/base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "decimal_priv.h"
#include "optbench/base/compiler.h"

static bool is_digit(char c)
{
    return (unsigned)c - '0' < 10;
}

/* Whether the last n of the eight bytes s[0..8) are digits, 1 <= n <= 8, and their value:
 * three rounds of pairing neighbours in a 64-bit word, lowest byte first. Without a
 * branch on n: how many digits a cell has is not predictable. */
static bool last_digits(const char *s, ptrdiff_t n, uint64_t *value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t zeros = 0x3030303030303030;
    uint64_t w, ours = ~(uint64_t)0 << 8 * (8 - n);
    memcpy(&w, s, sizeof w);
    w = (w & ours) | (zeros & ~ours);
    uint64_t above = w + 0x4646464646464646, below = w - zeros;
    if ((above | below) & 0x8080808080808080)
        return false;
    w = below * 10 + (below >> 8);
    w = ((w & 0x000000ff000000ff) * (100 + (UINT64_C(1000000) << 32)) +
         (w >> 16 & 0x000000ff000000ff) * (1 + (UINT64_C(10000) << 32))) >>
        32;
    *value = (uint32_t)w;
    return true;
#else
    *value = 0;
    for (ptrdiff_t i = 8 - n; i < 8; i++) {
        if (!is_digit(s[i]))
            return false;
        *value = *value * 10 + (uint64_t)(s[i] - '0');
    }
    return true;
#endif
}

/* Goes on with *m, modulo 2^64, over the digits at s; returns where they end. */
static const char *read_digits(const char *s, const char *end, uint64_t *m)
{
    uint64_t v = *m, eight;
    while (end - s >= 8 && last_digits(s, 8, &eight)) {
        v = v * 100000000 + eight;
        s += 8;
    }
    for (; s < end && is_digit(*s); s++)
        v = v * 10 + (uint64_t)(*s - '0');
    *m = v;
    return s;
}

/* Once more over more than 19 digits: the first 19 that count, and how many follow. */
static void keep_first(const char *s, const char *end, struct ob_decimal *d)
{
    size_t kept = 0;
    d->digits = 0;
    d->end = end;
    for (; s < end; s++) {
        if (*s == '.' || (kept == 0 && *s == '0'))
            continue;
        if (kept == 0)
            d->first = s;
        if (kept++ < 19)
            d->digits = d->digits * 10 + (uint64_t)(*s - '0');
    }
    d->rest = kept > 19 ? kept - 19 : 0;
    d->exponent += (int64_t)d->rest;
}

/* Digits with at most one '.', from *at on. Fills *d but for its exponent's E part; false
 * where there is no digit. *at is left behind the last byte that belongs to them. */
static bool scan_digits(const char **at, const char *end, struct ob_decimal *d)
{
    const char *start = *at;
    *d = (struct ob_decimal){ 0 };
    const char *s = read_digits(start, end, &d->digits);
    ptrdiff_t count = s - start;
    if (s < end && *s == '.') {
        const char *fraction = ++s;
        s = read_digits(fraction, end, &d->digits);
        count += s - fraction;
        d->exponent = fraction - s;
    }
    if (count > 19)
        keep_first(start, s, d);
    *at = s;
    return count > 0;
}

/* "e-12" from s on; returns its length, 0 where it is no exponent. */
static size_t scan_exponent(const char *s, const char *end, int64_t *out)
{
    const char *p = s;
    if (p == end || (*p | 0x20) != 'e')
        return 0;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || !is_digit(*p))
        return 0;
    int64_t v = 0;
    for (; p < end && is_digit(*p); p++)
        if (v < INT64_C(100000000000000000)) /* far beyond what any text can undo */
            v = v * 10 + (*p - '0');
    *out = negative ? -v : v;
    return (size_t)(p - s);
}

static bool begins(const char *s, const char *end, const char *word)
{
    for (; *word; s++, word++)
        if (s == end || (*s | 0x20) != *word)
            return false;
    return true;
}

static size_t scan_word(const char *s, const char *end, double *out)
{
    if (begins(s, end, "nan")) {
        *out = NAN;
        return 3;
    }
    if (!begins(s, end, "inf"))
        return 0;
    *out = INFINITY;
    return begins(s, end, "infinity") ? 8 : 3;
}

size_t ob_number_scan(const char *s, size_t n, double *out)
{
    const char *p = s, *end = s + n;
    struct ob_decimal d;
    double v;
    bool negative = n > 0 && *p == '-';
    if (n > 0 && (*p == '-' || *p == '+'))
        p++;
    if (scan_digits(&p, end, &d)) {
        int64_t e = 0;
        p += scan_exponent(p, end, &e);
        d.exponent += e;
        v = ob_decimal_to_double(&d);
    } else {
        p = s + (n > 0 && (*s == '-' || *s == '+'));
        size_t word = scan_word(p, end, &v);
        if (word == 0)
            return 0;
        p += word;
    }
    *out = negative ? -v : v;
    return (size_t)(p - s);
}

/* Adds the digits s[0..n), n >= 1, to *m; false where one is none. `room` bytes before
 * s + n may be read. */
static bool add_fraction(const char *s, ptrdiff_t n, ptrdiff_t room, uint64_t *m)
{
    static const uint64_t ten[] = { 1,      10,      100,      1000,     10000,
                                    100000, 1000000, 10000000, 100000000 };
    uint64_t part;
    if (room < 8)
        return read_digits(s, s + n, m) == s + n;
    for (; n > 8; s += 8, n -= 8) {
        if (!last_digits(s, 8, &part))
            return false;
        *m = *m * ten[8] + part;
    }
    if (!last_digits(s + n - 8, n, &part))
        return false;
    *m = *m * ten[n] + part;
    return true;
}

/* The sign without a branch: in a column of numbers it is a coin's toss. */
static double with_sign(double v, bool negative)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    bits ^= (uint64_t)negative << 63;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* What most cells of a table are: a sign or none, digits, a point and digits or none, 19
 * at most. False for everything else, numbers or not. */
static bool parse_plain(const char *text, size_t n, double *out)
{
    const char *end = text + n;
    struct ob_decimal d = { 0 };
    bool negative = *text == '-';
    const char *s = text + (negative | (*text == '+')), *p = s;
    while (p < end && is_digit(*p))
        d.digits = d.digits * 10 + (uint64_t)(*p++ - '0');
    ptrdiff_t whole = p - s, behind = 0;
    if (p < end && *p == '.')
        behind = end - ++p;
    else if (p < end)
        return false;
    if (whole + behind == 0 || whole + behind > 19 ||
        (behind && !add_fraction(p, behind, end - text, &d.digits)))
        return false;
    d.exponent = -behind;
    if (!ob_decimal_by_one_operation(d.digits, d.exponent, out))
        *out = ob_decimal_to_double(&d);
    *out = with_sign(*out, negative);
    return true;
}

bool ob_number_parse(const char *s, size_t n, double *out)
{
    double v;
    if (n == 0)
        return false;
    if (parse_plain(s, n, out))
        return true;
    if (ob_number_scan(s, n, &v) != n)
        return false;
    *out = v;
    return true;
}

bool ob_integer_parse(const char *s, size_t n, int64_t *out)
{
    size_t i = n > 0 && (s[0] == '-' || s[0] == '+');
    bool negative = n > 0 && s[0] == '-';
    int64_t v = 0;
    if (i == n)
        return false;
    for (; i < n; i++) {
        if (!is_digit(s[i]))
            return false;
        int digit = s[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, negative ? -digit : digit, &v))
            return false;
    }
    *out = v;
    return true;
}

/* The digits of m, highest first; returns how many. Two at a time: a row of a log is ten
 * numbers of seventeen digits. */
static int digits_of(uint64_t m, char out[static 20])
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    char text[20];
    size_t at = sizeof text;
    for (; m >= 10; m /= 100)
        memcpy(text + (at -= 2), pairs + 2 * (m % 100), 2);
    if (m > 0 || at == sizeof text)
        text[--at] = (char)('0' + m);
    memcpy(out, text + at, sizeof text - at);
    return (int)(sizeof text - at);
}

size_t ob_count_write(char out[static OB_NUMBER_MAX], uint64_t n)
{
    int digits = digits_of(n, out);
    out[digits] = '\0';
    return (size_t)digits;
}

static char *put(char *p, const char *s, int n)
{
    memcpy(p, s, (size_t)n);
    return p + n;
}

static char *put_zeros(char *p, int n)
{
    memset(p, '0', (size_t)n);
    return p + n;
}

/* 0.<digits> * 10^point without exponent. */
static char *put_plain(char *p, const char *digits, int n, int point)
{
    if (point <= 0) {
        p = put_zeros(put(p, "0.", 2), -point);
        return put(p, digits, n);
    }
    if (n <= point)
        return put_zeros(put(p, digits, n), point - n);
    p = put(p, digits, point);
    *p++ = '.';
    return put(p, digits + point, n - point);
}

static char *put_scientific(char *p, const char *digits, int n, int point)
{
    char text[20];
    int e = point - 1;
    *p++ = digits[0];
    if (n > 1) {
        *p++ = '.';
        p = put(p, digits + 1, n - 1);
    }
    p = put(p, e < 0 ? "e-" : "e+", 2);
    if (e < 0)
        e = -e;
    if (e < 10)
        *p++ = '0';
    return put(p, text, digits_of((uint64_t)e, text));
}

/* Sign, digits and exponent; plain where -4 < point <= plain_to, point being the position
 * of the decimal point behind the first digit. */
static size_t put_decimal(char *out, bool negative, const struct ob_decimal *d,
                          int plain_to)
{
    char digits[20], *p = out;
    int n = digits_of(d->digits, digits);
    int point = n + (int)d->exponent;
    if (negative)
        *p++ = '-';
    if (point > -4 && point <= plain_to)
        p = put_plain(p, digits, n, point);
    else
        p = put_scientific(p, digits, n, point);
    *p = '\0';
    return (size_t)(p - out);
}

/* Zero, not-a-number and infinity; 0 for all others. */
static size_t put_special(char *out, double v)
{
    const char *word = isnan(v)   ? "nan"
                       : v == 0   ? (signbit(v) ? "-0" : "0")
                       : isinf(v) ? (v < 0 ? "-inf" : "inf")
                                  : "";
    size_t n = strlen(word);
    memcpy(out, word, n + 1);
    return n;
}

size_t ob_number_write(char out[static OB_NUMBER_MAX], double v)
{
    size_t n = put_special(out, v);
    if (n)
        return n;
    struct ob_decimal d = ob_decimal_shortest(fabs(v));
    return put_decimal(out, v < 0, &d, 16);
}

/* Rounds to at most `keep` digits, half up; zeros at the end are dropped. */
static void shorten(struct ob_decimal *d, int keep)
{
    uint64_t limit = 1;
    for (int i = 0; i < keep; i++)
        limit *= 10;
    uint64_t unit = 1;
    while (d->digits / unit >= limit) {
        unit *= 10;
        d->exponent++;
    }
    bool up = unit > 1 && d->digits % unit >= unit / 2;
    d->digits = d->digits / unit + up;
    while (d->digits % 10 == 0) {
        d->digits /= 10;
        d->exponent++;
    }
}

static size_t copy_cut(char *out, size_t cap, const char *text, size_t n)
{
    if (cap == 0)
        return 0;
    if (n >= cap)
        n = cap - 1;
    memcpy(out, text, n);
    out[n] = '\0';
    return n;
}

size_t ob_number_show(char *out, size_t cap, double v, int digits)
{
    char text[OB_NUMBER_MAX];
    size_t n = put_special(text, v);
    if (n == 0) {
        struct ob_decimal d = ob_decimal_shortest(fabs(v));
        shorten(&d, digits < 1 ? 1 : digits > 17 ? 17 : digits);
        n = put_decimal(text, v < 0, &d, 7);
    }
    return copy_cut(out, cap, text, n);
}

size_t ob_count_show(char *out, size_t cap, double v)
{
    char digits[20], text[OB_NUMBER_MAX], *p = text;
    if (!(fabs(v) < 1e15))
        return ob_number_show(out, cap, v, 4);
    double whole = round(v);
    int n = digits_of((uint64_t)fabs(whole), digits);
    if (whole < 0)
        *p++ = '-';
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *p++ = ' ';
        *p++ = digits[i];
    }
    return copy_cut(out, cap, text, (size_t)(p - text));
}

size_t ob_si_show(char *out, size_t cap, double v)
{
    static const char letter[] = { 0, 'k', 'M', 'G', 'T' };
    char text[OB_NUMBER_MAX + 1];
    double a = fabs(v);
    size_t power = 0;
    if (!(a >= 1 && a < 999.5e12))
        return ob_number_show(out, cap, v, 3);
    for (; a >= 999.5; a /= 1000)
        power++;
    size_t n = ob_number_show(text, sizeof text - 1, v < 0 ? -a : a, 3);
    if (power)
        text[n++] = letter[power];
    return copy_cut(out, cap, text, n);
}

void ob_bytes_show(char out[static 32], uint64_t bytes)
{
    static const char *const unit[] = { "B", "kB", "MB", "GB", "TB" };
    double v = (double)bytes;
    size_t i = 0;
    for (; v >= 999.5 && i + 1 < OB_COUNT(unit); i++)
        v /= 1000;
    snprintf(out, 32, i > 0 && v < 9.95 ? "%.1f %s" : "%.0f %s", v, unit[i]);
}
