#include <config.h>

#include "optbench/train/safetensors.h"

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/hash.h"
#include "optbench/base/rng.h"

static void sample(struct ob_safetensors *s)
{
    const size_t matrix[] = { 2, 3 }, five[] = { 5 }, none[] = { 0 };
    const float f[] = { 1, -0.0f, 0x1p-149f, 3.5f, -7, 0x1.fffffep127f };
    const double d[] = { 0.1, -0.0, 0x1p-1074, INFINITY, 1e300 };
    const uint64_t u = UINT64_MAX;
    assert_non_null(ob_safetensors_add(s, "w", OB_ARRAY_F32, 2, matrix, f, NULL));
    assert_non_null(ob_safetensors_add(s, "v", OB_ARRAY_F64, 1, five, d, NULL));
    assert_non_null(ob_safetensors_add(s, "n", OB_ARRAY_U64, 0, NULL, &u, NULL));
    assert_non_null(ob_safetensors_add(s, "empty", OB_ARRAY_F32, 1, none, NULL, NULL));
    ob_safetensors_note(s, "format", "a \"quoted\"\nvalue");
    ob_safetensors_note_integer(s, "step", UINT64_C(18446744073709551615));
    ob_safetensors_note_number(s, "loss", 0.1);
    ob_safetensors_note_number(s, "nothing", NAN);
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    struct ob_safetensors s = { 0 }, back = { 0 };
    struct ob_buf block = { 0 }, again = { 0 };
    struct ob_err err = { 0 };
    sample(&s);
    ob_safetensors_write(&s, &block);
    if (!ob_safetensors_read(&back, block.data, block.len, &err))
        fail_msg("%s", err.text);
    assert_int_equal(back.arrays, 4);
    for (size_t i = 0; i < s.arrays; i++) {
        const struct ob_array *a = ob_safetensors_find(&back, s.array[i].name);
        assert_non_null(a);
        assert_int_equal(a->type, s.array[i].type);
        assert_int_equal(a->ndim, s.array[i].ndim);
        assert_int_equal(a->n, s.array[i].n);
        ob_assert_bytes(a->data, s.array[i].data,
                        a->n * (a->type == OB_ARRAY_F32 ? 4 : 8));
    }
    uint64_t step;
    double x;
    assert_string_equal(ob_safetensors_text(&back, "format"), "a \"quoted\"\nvalue");
    assert_true(ob_safetensors_integer(&back, "step", &step) && step == UINT64_MAX);
    assert_true(ob_safetensors_number(&back, "loss", &x) && x == 0.1);
    assert_true(ob_safetensors_number(&back, "nothing", &x) && isnan(x));
    assert_false(ob_safetensors_number(&back, "format", &x));
    assert_false(ob_safetensors_integer(&back, "loss", &step));
    assert_null(ob_safetensors_text(&back, "crc32c"));
    ob_safetensors_write(&back, &again);
    assert_int_equal(again.len, block.len);
    ob_assert_bytes(again.data, block.data, block.len);
    ob_buf_finish(&block);
    ob_buf_finish(&again);
    ob_safetensors_finish(&s);
    ob_safetensors_finish(&back);
}

static void refuse(const void *data, size_t n, const char *what)
{
    struct ob_safetensors s = { 0 };
    struct ob_err err = { 0 };
    if (ob_safetensors_read(&s, data, n, &err))
        fail_msg("accepted: %s", what);
    assert_int_equal(err.code, OB_EDATA);
    assert_true(strlen(err.text) > 0);
    assert_null(s.array);
    assert_null(s.meta);
}

static void every_damage_is_seen(void **state)
{
    (void)state;
    struct ob_safetensors s = { 0 };
    struct ob_buf block = { 0 };
    struct ob_rng rng;
    ob_rng_init(&rng, 5, 0);
    sample(&s);
    ob_safetensors_write(&s, &block);
    for (size_t i = 0; i < block.len; i++) {
        char *copy = malloc(block.len); /* exact, so that a read beyond is caught */
        memcpy(copy, block.data, block.len);
        copy[i] = (char)(copy[i] ^ 1 << ob_rng_below(&rng, 8));
        refuse(copy, block.len, "a flipped bit");
        free(copy);
        copy = malloc(i + 1);
        memcpy(copy, block.data, i);
        refuse(copy, i, "a shorter block");
        free(copy);
    }
    ob_buf_addc(&block, 'x');
    refuse(block.data, block.len, "a longer block");
    ob_buf_finish(&block);
    ob_safetensors_finish(&s);
}

/* A block around any header, with a check sum that is right. */
static void forge(struct ob_buf *out, const char *rest, size_t data)
{
    static const char start[] = "{\"__metadata__\":{\"crc32c\":\"00000000\"}";
    size_t header = sizeof start - 1 + strlen(rest);
    ob_buf_clear(out);
    for (int i = 0; i < 8; i++)
        ob_buf_addc(out, (char)((uint64_t)header >> (8 * i)));
    ob_buf_adds(out, start);
    ob_buf_adds(out, rest);
    for (size_t i = 0; i < data; i++)
        ob_buf_addc(out, 'd');
    char crc[9];
    snprintf(crc, sizeof crc, "%08x", (unsigned)ob_crc32c(out->data, out->len, 0));
    memcpy(out->data + 8 + strlen("{\"__metadata__\":{\"crc32c\":\""), crc, 8);
}

static void headers_that_lie_are_refused(void **state)
{
    (void)state;
#define A(dtype, shape, from, to)                                                        \
    ",\"a\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" #from     \
    "," #to "]}"
    static const struct {
        const char *rest;
        size_t data;
    } bad[] = {
        { A("F32", "2", 0, 8) "}", 12 },  /* bytes behind the last array */
        { A("F32", "2", 0, 8) "}", 4 },   /* fewer bytes than promised */
        { A("F32", "2", 4, 12) "}", 12 }, /* a hole in front */
        { A("F32", "3", 0, 8) "}", 8 },   /* shape and offsets disagree */
        { A("F16", "4", 0, 8) "}", 8 },   /* a type we do not know */
        { A("F32", "-2", 0, 8) "}", 8 },
        { A("F32", "2.5", 0, 8) "}", 8 },
        { A("F32", "4611686018427387904,4", 0, 0) "}", 0 }, /* overflows to 0 bytes */
        { A("F64", "2305843009213693952", 0, 0) "}", 0 },
        { A("F32", "1,1,1,1,2", 0, 8) "}", 8 },
        { A("F32", "2", 0, 8) A("F32", "0", 8, 8) "}", 8 }, /* the same name twice */
        { ",\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8 },
        { ",\"a\":7}", 0 },
        { ",\"a\":{}}", 0 },
        { "", 0 },
        { "]", 0 },
    };
    struct ob_buf block = { 0 };
    struct ob_safetensors s = { 0 };
    forge(&block, A("F32", "2", 0, 8) "}", 8);
    assert_true(ob_safetensors_read(&s, block.data, block.len, NULL)); /* forge works */
    ob_safetensors_finish(&s);
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        forge(&block, bad[i].rest, bad[i].data);
        refuse(block.data, block.len, bad[i].rest);
    }
    refuse("", 0, "nothing");
    refuse("\xff\xff\xff\xff\xff\xff\xff\xff", 8, "an endless header");
    ob_buf_finish(&block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(every_damage_is_seen),
        cmocka_unit_test(headers_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
