/* Text safety: the result is UTF-8, shows nothing hidden, and stays as it is. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

static void check_plain(const char *s, size_t n)
{
    uint32_t rune;
    for (size_t i = 0, len; i < n; i += len) {
        len = ob_utf8_decode(s + i, n - i, &rune);
        OB_REQUIRE(len > 0);
        OB_REQUIRE(rune >= 0x20 && !(rune >= 0x7f && rune < 0xa0));
        OB_REQUIRE(!(rune >= 0x200b && rune <= 0x200f));
        OB_REQUIRE(!(rune >= 0x2028 && rune <= 0x202e));
        OB_REQUIRE(!(rune >= 0x2066 && rune <= 0x2069) && rune != 0xfeff);
    }
}

static void check_clip(const char *s, int cols)
{
    size_t n = ob_text_clip(s, cols);
    char *part = ob_xstrndup(s, n);
    OB_REQUIRE(n <= strlen(s));
    OB_REQUIRE(ob_utf8_valid(part, n));
    OB_REQUIRE(ob_text_width(part) <= cols);
    free(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_buf once = { 0 }, twice = { 0 };
    char *string = ob_xstrndup((const char *)data, size), small[24];
    ob_text_safe(&once, (const char *)data, size);
    ob_text_safe(&twice, ob_buf_text(&once), once.len);
    OB_REQUIRE(strcmp(ob_buf_text(&once), ob_buf_text(&twice)) == 0);
    check_plain(ob_buf_text(&once), once.len);
    for (int cols = 0; cols < 12; cols++)
        check_clip(ob_buf_text(&once), cols);

    ob_text_safe_z(small, sizeof small, string);
    check_plain(small, strlen(small));
    OB_REQUIRE(strncmp(small, ob_buf_text(&once), strlen(small)) == 0);
    ob_text_width(string);
    ob_text_clip(string, 10);
    free(string);
    ob_buf_finish(&once);
    ob_buf_finish(&twice);
    return 0;
}
