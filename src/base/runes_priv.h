/* Properties of characters, from the tables in runes.c. */
#ifndef OB_BASE_RUNES_PRIV_H
#define OB_BASE_RUNES_PRIV_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a terminal would obey the character, or show nothing or something misleading
 * for it. */
bool ob_rune_is_hidden(uint32_t rune);

#endif
