/*
 * What every unit test includes: cmocka, and the few helpers that its assertions lack.
 *
 * One program holds one cmocka group: two groups would print two TAP plans. A program
 * that cannot run here calls ob_skip_all() before its group; cmocka's own skip() prints
 * "not ok" in the version of Debian 12.
 */
#ifndef OB_TEST_H
#define OB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Ends the program as skipped; reason is one line for the summary. */
static inline void ob_skip_all(const char *reason)
{
    printf("1..0 # SKIP %s\n", reason);
    exit(0);
}

/* The value of an environment variable that the test driver sets. */
static inline const char *ob_test_env(const char *name)
{
    const char *v = getenv(name);
    if (!v)
        ob_skip_all("not started by make check");
    return v;
}

/* |a - b| <= tol; both printed with all digits when not, and NaN is never near. */
#define ob_assert_near(a, b, tol)                                                        \
    do {                                                                                 \
        double ob_a_ = (a), ob_b_ = (b), ob_t_ = (tol);                                  \
        double ob_d_ = ob_a_ > ob_b_ ? ob_a_ - ob_b_ : ob_b_ - ob_a_;                    \
        if (!(ob_d_ <= ob_t_))                                                           \
            fail_msg("%s = %.17g, %s = %.17g, apart %.3g > %.3g", #a, ob_a_, #b, ob_b_,  \
                     ob_d_, ob_t_);                                                      \
    } while (0)

/* The same bytes; the first that differs is named. */
static inline void ob_assert_bytes(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    for (size_t i = 0; i < n; i++)
        if (p[i] != q[i])
            fail_msg("byte %zu of %zu differs: %02x and %02x", i, n, p[i], q[i]);
}

#endif
