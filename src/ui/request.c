#include "optbench/ui/request.h"

#include <string.h>

#include "optbench/base/compiler.h"

static const struct ob_request_info list[OB_REQUESTS] = {
#define X(id, scope, keys, hint, help)                                                   \
    [OB_REQUEST_##id] = { OB_REQUEST_##id, scope, keys, hint, help },
#include "optbench/ui/requests.def"
#undef X
};

const struct ob_request_info *ob_request_info(enum ob_request id)
{
    return &list[id];
}

uint32_t ob_key_parse(const char *name, size_t n)
{
    static const struct {
        const char *name;
        uint32_t key;
    } named[] = {
        { "Space", ' ' },
        { "Tab", OB_KEY_TAB },
        { "Enter", OB_KEY_ENTER },
        { "Esc", OB_KEY_ESC },
        { "Up", OB_KEY_UP },
        { "Down", OB_KEY_DOWN },
        { "Left", OB_KEY_LEFT },
        { "Right", OB_KEY_RIGHT },
        { "PgUp", OB_KEY_PAGE_UP },
        { "Home", OB_KEY_HOME },
        { "PgDn", OB_KEY_PAGE_DOWN },
        { "End", OB_KEY_END },
        { "F1", OB_KEY_F1 },
        { "S-Tab", OB_KEY_BACK_TAB },
        { "Del", OB_KEY_DELETE },
        { "Bksp", OB_KEY_BACKSPACE },
        { "S-Up", OB_KEY_SHIFT_UP },
        { "S-Down", OB_KEY_SHIFT_DOWN },
        { "S-Left", OB_KEY_SHIFT_LEFT },
        { "S-Right", OB_KEY_SHIFT_RIGHT },
    };
    if (n == 1)
        return (unsigned char)name[0];
    if (n == 6 && memcmp(name, "Ctrl-", 5) == 0)
        return name[5] & 0x1f;
    for (size_t i = 0; i < OB_COUNT(named); i++)
        if (strlen(named[i].name) == n && memcmp(named[i].name, name, n) == 0)
            return named[i].key;
    return OB_KEY_NONE;
}

static bool has_key(const char *keys, uint32_t key)
{
    while (*keys) {
        size_t n = strcspn(keys, " ");
        if (ob_key_parse(keys, n) == key)
            return true;
        keys += n;
        keys += strspn(keys, " ");
    }
    return false;
}

/* Whether a request reaches what lies below a scope. The surface shows the run that the
 * live screen does: it is steered, and runs are drawn beside it, in the same way. What
 * lies over the live screen opens there. */
static bool reaches(enum ob_scope over, enum ob_request r)
{
    return over != OB_SCOPE_SURFACE || list[r].scope == OB_SCOPE_ALL ||
           ob_request_steers(r) || r == OB_REQUEST_BESIDE || r == OB_REQUEST_ALONE ||
           r == OB_REQUEST_OVERLAY || r == OB_REQUEST_KNOBS || r == OB_REQUEST_EXPLAIN;
}

enum ob_request ob_request_of(enum ob_scope scope, uint32_t key)
{
    if (key == OB_KEY_NONE)
        return OB_REQUEST_NONE;
    for (int i = OB_REQUEST_NONE + 1; i < OB_REQUESTS; i++)
        if (list[i].scope == scope && has_key(list[i].keys, key))
            return (enum ob_request)i;
    if (scope == OB_SCOPE_ALL)
        return OB_REQUEST_NONE;
    enum ob_request below = ob_request_of(ob_scope_below(scope), key);
    return reaches(scope, below) ? below : ob_request_of(OB_SCOPE_ALL, key);
}

enum ob_scope ob_scope_below(enum ob_scope scope)
{
    switch (scope) {
    case OB_SCOPE_KNOBS:
    case OB_SCOPE_EXPLAIN:
    case OB_SCOPE_TENSOR:
    case OB_SCOPE_CLASSES:
    case OB_SCOPE_SURFACE:
        return OB_SCOPE_LIVE;
    default:
        return OB_SCOPE_ALL;
    }
}

bool ob_request_steers(enum ob_request r)
{
    switch (r) {
    case OB_REQUEST_PAUSE:
    case OB_REQUEST_STEP:
    case OB_REQUEST_FASTER:
    case OB_REQUEST_SLOWER:
    case OB_REQUEST_FULL_SPEED:
    case OB_REQUEST_CHECKPOINT:
    case OB_REQUEST_STEER:
    case OB_REQUEST_STOP:
        return true;
    default:
        return false;
    }
}
