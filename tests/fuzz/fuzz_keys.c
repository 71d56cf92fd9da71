/* Bytes of a terminal: the same things however they are split, sane ones, and a key that
 * is pressed after a pause is always heard. */
#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
#include "optbench/ui/keys.h"
#include "optbench/ui/request.h"

#define PAUSE INT64_C(5000000000)

static void tell(struct ob_keys *k, int64_t now, struct ob_buf *out)
{
    struct ob_input in;
    while (ob_keys_next(k, now, &in)) {
        OB_REQUIRE(in.kind <= OB_INPUT_POSITION);
        if (in.kind == OB_INPUT_KEY)
            OB_REQUIRE(in.key != OB_KEY_NONE && in.key <= OB_KEY_UNKNOWN);
        if (in.kind == OB_INPUT_MOUSE)
            OB_REQUIRE(in.mouse.x >= 0 && in.mouse.y >= 0);
        if (in.kind == OB_INPUT_PASTE)
            OB_REQUIRE(in.n <= OB_KEYS_PASTE && strlen(in.text) <= in.n);
        ob_buf_addf(out, "%d %x %d %d %zu %d\n", (int)in.kind, (unsigned)in.key,
                    in.mouse.x + in.x, in.mouse.y + in.y, in.n, in.focus);
    }
}

static void parse(const uint8_t *data, size_t size, size_t piece, struct ob_buf *out)
{
    struct ob_keys k = { 0 };
    int64_t now = 1;
    for (size_t i = 0; i < size; i += piece) {
        ob_keys_feed(&k, data + i, size - i < piece ? size - i : piece, now);
        tell(&k, now, out);
    }
    while (ob_keys_due(&k) > 0) {
        now += PAUSE;
        tell(&k, now, out);
    }
    size_t before = out->len;
    ob_keys_feed(&k, "q", 1, now);
    tell(&k, now, out);
    OB_REQUIRE(out->len > before);
    ob_keys_finish(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_buf whole = { 0 }, pieces = { 0 };
    size_t piece = size > 0 ? 1 + data[0] % 7 : 1;
    parse(data, size, OB_KEYS_IN, &whole);
    parse(data, size, piece, &pieces);
    OB_REQUIRE(whole.len == pieces.len &&
               memcmp(whole.data, pieces.data, whole.len) == 0);
    ob_buf_finish(&whole);
    ob_buf_finish(&pieces);
    return 0;
}
