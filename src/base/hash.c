#include <config.h>

#include "optbench/base/hash.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t ob_hash(const void *p, size_t n, uint64_t seed)
{
    const unsigned char *byte = p;
    uint64_t h = FNV_START ^ seed;
    for (size_t i = 0; i < n; i++)
        h = (h ^ byte[i]) * FNV_PRIME;
    return h;
}

uint64_t ob_hash_doubles(const double *v, size_t n, uint64_t seed)
{
    uint64_t h = FNV_START ^ seed, bits;
    for (size_t i = 0; i < n; i++) {
        double value = isnan(v[i]) ? (double)NAN : v[i];
        memcpy(&bits, &value, sizeof bits);
        for (int shift = 0; shift < 64; shift += 8)
            h = (h ^ (bits >> shift & 0xff)) * FNV_PRIME;
    }
    return h;
}

/* ---- XXH64 ---- */

#define XX_1 UINT64_C(0x9e3779b185ebca87)
#define XX_2 UINT64_C(0xc2b2ae3d27d4eb4f)
#define XX_3 UINT64_C(0x165667b19e3779f9)
#define XX_4 UINT64_C(0x85ebca77c2b2ae63)
#define XX_5 UINT64_C(0x27d4eb2f165667c5)

static uint64_t turn(uint64_t v, int bits)
{
    return v << bits | v >> (64 - bits);
}

/* n bytes, at most eight, the lowest first. */
static uint64_t little(const unsigned char *s, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)s[i] << (8 * i);
    return v;
}

static uint64_t take_in(uint64_t lane, uint64_t v)
{
    return turn(lane + v * XX_2, 31) * XX_1;
}

/* The last bytes, fewer than 32, and the final mixing. */
static uint64_t finish_fast(uint64_t h, const unsigned char *s, size_t n)
{
    for (; n >= 8; n -= 8, s += 8)
        h = turn(h ^ take_in(0, little(s, 8)), 27) * XX_1 + XX_4;
    for (; n >= 4; n -= 4, s += 4)
        h = turn(h ^ little(s, 4) * XX_1, 23) * XX_2 + XX_3;
    for (; n > 0; n--, s++)
        h = turn(h ^ *s * XX_5, 11) * XX_1;
    h = (h ^ h >> 33) * XX_2;
    h = (h ^ h >> 29) * XX_3;
    return h ^ h >> 32;
}

uint64_t ob_hash_fast(const void *p, size_t n, uint64_t seed)
{
    static const int shift[4] = { 1, 7, 12, 18 };
    uint64_t lane[4] = { seed + XX_1 + XX_2, seed + XX_2, seed, seed - XX_1 }, h = 0;
    const unsigned char *s = p;
    size_t left = n;
    for (; left >= 32; left -= 32, s += 32)
        for (int i = 0; i < 4; i++)
            lane[i] = take_in(lane[i], little(s + 8 * i, 8));
    if (n >= 32) {
        for (int i = 0; i < 4; i++)
            h += turn(lane[i], shift[i]);
        for (int i = 0; i < 4; i++)
            h = (h ^ take_in(0, lane[i])) * XX_1 + XX_4;
    } else {
        h = seed + XX_5;
    }
    return finish_fast(h + n, s, left);
}

/* ---- CRC-32C ---- */

/* Entry [0][b]: the remainder of byte b; [k][b]: of b with k zero bytes behind it, so
 * that eight bytes are done with eight look-ups at once ("slicing by 8"). */
static uint32_t crc_table[8][256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void fill_crc_table(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t r = b;
        for (int bit = 0; bit < 8; bit++)
            r = r >> 1 ^ (r & 1 ? 0x82f63b78u : 0);
        crc_table[0][b] = r;
    }
    for (int k = 1; k < 8; k++)
        for (int b = 0; b < 256; b++) {
            uint32_t r = crc_table[k - 1][b];
            crc_table[k][b] = r >> 8 ^ crc_table[0][r & 0xff];
        }
}

uint32_t ob_crc32c(const void *p, size_t n, uint32_t crc)
{
    const unsigned char *s = p;
    pthread_once(&crc_once, fill_crc_table);
    crc = ~crc;
    for (; n >= 8; n -= 8, s += 8) {
        uint32_t next = 0;
        for (int i = 0; i < 4; i++) {
            uint32_t b = (s[i] ^ crc >> 8 * i) & 0xff;
            next ^= crc_table[7 - i][b] ^ crc_table[3 - i][s[4 + i]];
        }
        crc = next;
    }
    for (; n > 0; n--, s++)
        crc = crc >> 8 ^ crc_table[0][(crc ^ *s) & 0xff];
    return ~crc;
}
