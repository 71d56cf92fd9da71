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
