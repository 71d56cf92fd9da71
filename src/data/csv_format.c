#include <config.h>

#include <ctype.h>
#include <string.h>

#include "optbench/data/csv.h"

static const struct {
    const char *word;
    char byte;
} known[] = { { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' }, { "space", ' ' } };

bool ob_csv_delimiter(const char *word, char *out)
{
    for (size_t i = 0; i < OB_COUNT(known); i++)
        if (strcmp(word, known[i].word) == 0) {
            *out = known[i].byte;
            return true;
        }
    if (strlen(word) != 1)
        return false;
    unsigned char c = (unsigned char)word[0];
    if (c == '\t' || (c > ' ' && c < 127 && !isalnum(c) && !strchr("\"#+-.", c))) {
        *out = (char)c;
        return true;
    }
    return false;
}

const char *ob_csv_delimiter_word(char byte, char out[static 2])
{
    for (size_t i = 0; i < OB_COUNT(known); i++)
        if (known[i].byte == byte)
            return known[i].word;
    out[0] = byte;
    out[1] = '\0';
    return out;
}
