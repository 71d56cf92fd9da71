/*
 * Compiler attributes that the contracts in the headers lean on. They degrade to nothing
 * where the compiler does not know them.
 */
#ifndef OB_BASE_COMPILER_H
#define OB_BASE_COMPILER_H

#if defined(__GNUC__)
#    define OB_PRINTF(fmt, first) __attribute__((__format__(__printf__, fmt, first)))
#    define OB_NORETURN           __attribute__((__noreturn__))
#    define OB_UNUSED             __attribute__((__unused__))
#    define OB_NONNULL            __attribute__((__nonnull__))
#else
#    define OB_PRINTF(fmt, first)
#    define OB_NORETURN
#    define OB_UNUSED
#    define OB_NONNULL
#endif

/* Number of elements of a true array. */
#define OB_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A programmer's promise, checked in every build: prints where and aborts. Never used
 * for what a user, a file or a number can cause. */
#define OB_REQUIRE(cond)                                                                 \
    ((cond) ? (void)0 : ob_require_failed(#cond, __FILE__, __LINE__, __func__))

OB_NORETURN void ob_require_failed(const char *cond, const char *file, int line,
                                   const char *function);

#endif
