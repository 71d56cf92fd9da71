#include <config.h>

#include "glob.h"

#include <stddef.h>
#include <string.h>

/* Looks for c in the set that begins behind `[` at p; *end is set behind its `]`. A `]`
 * that comes first belongs to the set. False in *end == NULL where it is not closed. */
static bool in_set(const char *p, char c, const char **end)
{
    bool found = false;
    const bool not = *p == '!' || *p == '^';
    const char *first = p += not ;
    for (; *p && (*p != ']' || p == first); p++) {
        if (p[1] == '-' && p[2] && p[2] != ']') {
            found = found || (*p <= c && c <= p[2]);
            p += 2;
        } else {
            found = found || *p == c;
        }
    }
    *end = *p ? p + 1 : NULL;
    return found != not ;
}

/* Whether the item of the pattern at *p takes the character c; *p moves behind it. */
static bool takes(const char **p, char c)
{
    const char *end = NULL;
    if (**p == '[') {
        bool found = in_set(*p + 1, c, &end);
        if (end) {
            *p = end;
            return found;
        }
    }
    return *(*p)++ == c;
}

bool ob_glob(const char *pattern, const char *name)
{
    const char *star = NULL, *retry = NULL; /* behind the last `*`, and where it stood */
    while (*name) {
        const char *next = pattern;
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (*pattern == '?' || (*pattern && takes(&next, *name))) {
            pattern = *pattern == '?' ? pattern + 1 : next;
            name++;
        } else if (star) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}
