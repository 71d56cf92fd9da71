#include <config.h>

#include "pow10_priv.h"

#include <pthread.h>

static ob_u128 table[OB_POW10_MAX - OB_POW10_MIN + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* 10^q and 5^q share their leading bits. For negative q the quotient 2^1216 / 5^-q keeps
 * more than 400 bits down to the last entry, and floors of floors are floors. */
static void fill(void)
{
    struct ob_bigint b;
    ob_bigint_set(&b, 1);
    for (int q = 0; q <= OB_POW10_MAX; q++) {
        table[q - OB_POW10_MIN] = ob_bigint_top(&b);
        ob_bigint_muladd(&b, 5, 0);
    }
    ob_bigint_set(&b, 1);
    ob_bigint_shift(&b, 1216);
    for (int q = -1; q >= OB_POW10_MIN; q--) {
        ob_bigint_div(&b, 5);
        table[q - OB_POW10_MIN] = ob_bigint_top(&b);
    }
}

ob_u128 ob_pow10(int q)
{
    pthread_once(&once, fill);
    return table[q - OB_POW10_MIN];
}
