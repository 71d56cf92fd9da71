#include <config.h>

#include "position.h"

#include <inttypes.h>
#include <string.h>

#include "optbench/base/buf.h"

static const char key[] = "batches";

enum { DIGITS = 16 };

void position_save(const struct ob_batches *b, struct ob_safetensors *out)
{
    uint64_t state[OB_BATCHES_STATE_MAX];
    size_t n = ob_batches_save(b, state);
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < n; i++)
        ob_buf_addf(&text, "%016" PRIx64, state[i]);
    if (n)
        ob_safetensors_note(out, key, ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* One number of 16 digits. */
static bool read_word(const char *text, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    for (size_t i = 0; i < DIGITS; i++) {
        const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit)
            return false;
        *out = *out << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

bool position_load(struct ob_batches *b, const struct ob_safetensors *in,
                   struct ob_err *err)
{
    uint64_t state[OB_BATCHES_STATE_MAX];
    const char *text = ob_safetensors_text(in, key);
    size_t length = text ? strlen(text) : 0, n = length / DIGITS;
    bool good = length % DIGITS == 0 && n <= OB_BATCHES_STATE_MAX;
    for (size_t i = 0; good && i < n; i++)
        good = read_word(text + i * DIGITS, &state[i]);
    return (good && ob_batches_restore(b, n, state)) ||
           ob_fail(err, OB_EDATA, "'%s' of the checkpoint is no position in the data",
                   key);
}
