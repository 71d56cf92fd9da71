#include <config.h>

#include "optbench/base/text.h"

#include <string.h>

#include "runes_priv.h"

size_t ob_utf8_decode(const char *s, size_t n, uint32_t *rune)
{
    const unsigned char *p = (const unsigned char *)s;
    if (n == 0)
        return 0;
    if (p[0] < 0x80) {
        *rune = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (p[0] < 0xc2 || p[0] > 0xf4 || n < len)
        return 0;
    uint32_t v = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        v = v << 6 | (p[i] & 0x3f);
    }
    if (v < lowest[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return 0;
    *rune = v;
    return len;
}

size_t ob_utf8_encode(char out[static 4], uint32_t rune)
{
    if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff))
        rune = 0xfffd;
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    size_t n = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; rune >>= 6)
        out[i] = (char)(0x80 | (rune & 0x3f));
    out[0] = (char)((0xf00u >> n & 0xff) | rune);
    return n;
}

bool ob_utf8_valid(const char *s, size_t n)
{
    uint32_t rune;
    while (n > 0) {
        size_t len = ob_utf8_decode(s, n, &rune);
        if (len == 0)
            return false;
        s += len;
        n -= len;
    }
    return true;
}

/* One character or one bad byte of s, spelled out where it must be; returns the number of
 * bytes taken from s and sets the length written to `out`. */
static size_t spell(const char *s, size_t n, char out[static 16], size_t *out_len)
{
    static const char hex[] = "0123456789abcdef";
    uint32_t rune;
    size_t len = ob_utf8_decode(s, n, &rune);
    if (len > 0 && !ob_rune_is_hidden(rune)) {
        memcpy(out, s, len);
        *out_len = len;
        return len;
    }
    if (len == 0) {
        rune = (unsigned char)*s;
        len = 1;
    }
    char *p = out;
    int digits = rune < 0x100 ? 2 : rune < 0x10000 ? 4 : 6;
    *p++ = '\\';
    *p++ = digits == 2 ? 'x' : 'u';
    if (digits == 6)
        *p++ = '{';
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        if (digits < 6 || shift < 20 || rune >> 20)
            *p++ = hex[rune >> shift & 15];
    if (digits == 6)
        *p++ = '}';
    *out_len = (size_t)(p - out);
    return len;
}

static bool is_plain_ascii(char c)
{
    return c >= 0x20 && c < 0x7f;
}

void ob_text_safe(struct ob_buf *out, const char *s, size_t n)
{
    char spelled[16];
    size_t len, i = 0;
    while (i < n) {
        size_t start = i;
        while (i < n && is_plain_ascii(s[i]))
            i++;
        ob_buf_add(out, s + start, i - start);
        if (i == n)
            break;
        i += spell(s + i, n - i, spelled, &len);
        ob_buf_add(out, spelled, len);
    }
}

const char *ob_text_safe_z(char *out, size_t cap, const char *s)
{
    char spelled[16];
    size_t used = 0, len, n = s ? strlen(s) : 0;
    for (size_t i = 0; i < n;) {
        i += spell(s + i, n - i, spelled, &len);
        if (used + len >= cap)
            break;
        memcpy(out + used, spelled, len);
        used += len;
    }
    out[used] = '\0';
    return out;
}

/* Bytes and columns of what stands at s; a byte that is not UTF-8 is one column. */
static size_t measure(const char *s, size_t n, int *cols)
{
    uint32_t rune;
    size_t len = ob_utf8_decode(s, n, &rune);
    *cols = len ? ob_rune_width(rune) : 1;
    return len ? len : 1;
}

int ob_text_width(const char *utf8)
{
    size_t n = strlen(utf8);
    int total = 0, cols;
    for (size_t i = 0; i < n; total += cols)
        i += measure(utf8 + i, n - i, &cols);
    return total;
}

size_t ob_text_clip(const char *utf8, int cols)
{
    size_t n = strlen(utf8), i = 0;
    int total = 0, wide;
    while (i < n) {
        size_t len = measure(utf8 + i, n - i, &wide);
        if (total + wide > cols)
            break;
        total += wide;
        i += len;
    }
    return i;
}
