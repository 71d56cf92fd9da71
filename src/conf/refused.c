#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "spec_priv.h"

/*
 * Words of the vocabulary that mean something which this program does not do. They get a
 * line of their own, for "unknown key" would send people looking for a typing mistake.
 * Patterns as in the shell; a NULL key or value stands for any.
 */
static const struct {
    const char *section, *key, *value;
    enum ob_code code;
    const char *text;
} table[] = {
    { "sweep", NULL, NULL, OB_ECONFIG,
      "there are no sweeps: start one run for each value, with --set" },
};

static bool covers(const char *pattern, const char *word)
{
    return !pattern || (word && !fnmatch(pattern, word, 0));
}

bool refused(const struct item *it, struct ob_diags *diags)
{
    for (size_t i = 0; i < OB_COUNT(table); i++) {
        if (!covers(table[i].section, it->section) || !covers(table[i].key, it->key) ||
            !covers(table[i].value, it->value))
            continue;
        if (it->key)
            return !item_complain(it, diags, table[i].code, "%s", table[i].text);
        return !ob_diags_add(diags, table[i].code, it->file, it->line, "[%s]: %s",
                             it->section, table[i].text);
    }
    return false;
}
