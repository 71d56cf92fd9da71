/*
 * Checkpoint containers: whatever is read is written and read again as the same bytes.
 * The check sum would stop nearly every change at the door, so it is made right first.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/train/safetensors.h"
#include "optbench/train/weights.h"

static const char prefix[] = "{\"__metadata__\":{\"crc32c\":\"";
enum { CRC_AT = 8 + sizeof prefix - 1, CRC_DIGITS = 8 };

static void make_sum_right(char *block, size_t size)
{
    char digits[CRC_DIGITS + 1];
    if (size < CRC_AT + CRC_DIGITS || memcmp(block + 8, prefix, sizeof prefix - 1) != 0)
        return;
    memset(block + CRC_AT, '0', CRC_DIGITS);
    snprintf(digits, sizeof digits, "%08x", (unsigned)ob_crc32c(block, size, 0));
    memcpy(block + CRC_AT, digits, CRC_DIGITS);
}

static void write_and_read(const struct ob_safetensors *s)
{
    struct ob_buf once = { 0 }, twice = { 0 };
    struct ob_safetensors again = { 0 };
    ob_safetensors_write(s, &once);
    bool read = ob_safetensors_read(&again, once.data, once.len, NULL);
    OB_REQUIRE(read && again.arrays == s->arrays && again.metas == s->metas);
    ob_safetensors_write(&again, &twice);
    OB_REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    ob_safetensors_finish(&again);
    ob_buf_finish(&once);
    ob_buf_finish(&twice);
}

/* As a start: it is taken whole or refused with a reason. */
static void take_weights(const char *block, size_t size)
{
    struct ob_layout l = { 0 };
    struct ob_vec theta = { 0 };
    struct ob_err err = { 0 };
    ob_layout_add(&l, "w", 1, (size_t[]){ 2 });
    ob_layout_add(&l, "bias", 0, NULL);
    bool made = ob_vec_init(&theta, OB_F32, l.n, NULL);
    OB_REQUIRE(made);
    ob_vec_fill(&theta, NAN);
    bool taken = ob_weights_parse(block, size, &l, &theta, &err);
    for (size_t i = 0; i < l.n; i++)
        OB_REQUIRE(isnan(ob_vec_get(&theta, i)) != taken);
    OB_REQUIRE(taken || (err.code == OB_EDATA && err.text[0]));
    ob_vec_finish(&theta);
    ob_layout_finish(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_err err = { 0 };
    struct ob_safetensors s = { 0 };
    char *block = ob_xmalloc(size);
    if (size)
        memcpy(block, data, size);
    make_sum_right(block, size);
    if (ob_safetensors_read(&s, block, size, &err))
        write_and_read(&s);
    else
        OB_REQUIRE(err.code == OB_EDATA && err.text[0] && !s.array && !s.meta);
    ob_safetensors_finish(&s);
    take_weights(block, size);
    free(block);
    return 0;
}
