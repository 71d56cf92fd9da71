#include <config.h>

#include "optbench/train/columns.h"

#include <string.h>

#include "optbench/base/compiler.h"

size_t ob_columns_add(struct ob_columns *c, const char *name)
{
    size_t n = strlen(name);
    OB_REQUIRE(c->width < OB_COLUMNS_MAX);
    OB_REQUIRE(n > 0 && n < OB_COLUMN_NAME && !strpbrk(name, ",\"\r\n"));
    memcpy(c->name[c->width], name, n + 1);
    return c->width++;
}

int ob_columns_find(const struct ob_columns *c, const char *name)
{
    for (size_t i = 0; i < c->width; i++)
        if (strcmp(c->name[i], name) == 0)
            return (int)i;
    return -1;
}
