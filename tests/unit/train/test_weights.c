/* Weights out of files of any origin: what fits is taken, every lie is told. */
#include <config.h>

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/train/safetensors.h"
#include "optbench/train/weights.h"

/* w [2, 3] and bias, a number. */
static struct ob_layout layout;

static int setup(void **state)
{
    (void)state;
    ob_layout_add(&layout, "w", 2, (size_t[]){ 2, 3 });
    ob_layout_add(&layout, "bias", 0, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ob_layout_finish(&layout);
    return 0;
}

/* A file with this header and n bytes behind it. */
static void make(struct ob_buf *out, const char *header, const void *data, size_t n)
{
    size_t length = strlen(header);
    for (int i = 0; i < 8; i++)
        ob_buf_addc(out, (char)(length >> (8 * i) & 0xff));
    ob_buf_adds(out, header);
    if (n)
        ob_buf_add(out, data, n);
}

static void gives(const char *header, const void *data, size_t n, const double *want)
{
    struct ob_buf file = { 0 };
    struct ob_err err = { 0 };
    make(&file, header, data, n);
    for (enum ob_dtype d = OB_F32; d <= OB_F64; d++) {
        struct ob_vec theta = { 0 };
        assert_true(ob_vec_init(&theta, d, layout.n, NULL));
        if (!ob_weights_parse(file.data, file.len, &layout, &theta, &err))
            fail_msg("%s", err.text);
        for (size_t i = 0; i < layout.n; i++)
            assert_true(ob_vec_get(&theta, i) == ob_dtype_round(d, want[i]));
        ob_vec_finish(&theta);
    }
    ob_buf_finish(&file);
}

static void every_dtype_is_read(void **state)
{
    static const double want[] = { 1, -2, 0.5, 65504, -0.25, 3, 0.1 };
    static const float w[] = { 1, -2, 0.5f, 65504, -0.25f, 3 };
    static const double bias = 0.1;
    unsigned char both[sizeof w + sizeof bias];
    (void)state;
    /* Arrays in another order than the header names them. */
    memcpy(both, &bias, sizeof bias);
    memcpy(both + sizeof bias, w, sizeof w);
    gives("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"
          "\"bias\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}",
          both, sizeof both, want);
    /* The largest and the smallest halves, and a bias that is a vector of one. */
    static const unsigned short half[] = { 0x3c00, 0xc000, 0x3800, 0x7bff,
                                           0x0001, 0x0400, 0x8000 };
    static const double halves[] = { 1, -2, 0.5, 65504, 0x1p-24, 0x1p-14, -0.0 };
    gives("{\"w\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
          "\"bias\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[12,14]}}",
          half, sizeof half, halves);
    static const unsigned short brain[] = { 0x3f80, 0xc000, 0x3f00, 0x7f7f,
                                            0x3dcd, 0x0080, 0x4049 };
    static const double brains[] = { 1,         -2,       0.5,     0x1.fep+127,
                                     0x1.9ap-4, 0x1p-126, 3.140625 };
    gives("{\"__metadata__\":{\"format\":\"pt\"},"
          "\"w\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
          "\"bias\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[12,14]}}",
          brain, sizeof brain, brains);
}

/* Of a checkpoint what has a hash is taken; the buffers beside it are none of the
 * model's. */
static void a_checkpoint_is_read(void **state)
{
    static const double w[] = { 1, 2, 3, 4, 5, 6 }, bias = 7;
    struct ob_safetensors s = { 0 };
    struct ob_buf file = { 0 };
    struct ob_vec theta = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    ob_safetensors_note(&s, "format", "optbench checkpoint 1");
    ob_safetensors_note(&s, "hash.w", "0");
    ob_safetensors_note(&s, "hash.bias", "0");
    ob_safetensors_add(&s, "w", OB_ARRAY_F64, 2, (size_t[]){ 2, 3 }, w, NULL);
    ob_safetensors_add(&s, "bias", OB_ARRAY_F64, 0, NULL, &bias, NULL);
    ob_safetensors_add(&s, "grad.w", OB_ARRAY_F64, 2, (size_t[]){ 2, 3 }, w, NULL);
    ob_safetensors_add(&s, "rng", OB_ARRAY_U64, 0, NULL, NULL, NULL);
    ob_safetensors_write(&s, &file);
    assert_true(ob_vec_init(&theta, OB_F64, layout.n, NULL));
    if (!ob_weights_parse(file.data, file.len, &layout, &theta, &err))
        fail_msg("%s", err.text);
    assert_memory_equal(theta.data, w, sizeof w);
    assert_true(ob_vec_get(&theta, 6) == 7);
    /* Every damage is seen, wherever it is; theta stays. */
    ob_vec_fill(&theta, 9);
    for (size_t bit = 0; bit < file.len * 8; bit += 5) {
        file.data[bit / 8] ^= (char)(1 << bit % 8);
        assert_false(ob_weights_parse(file.data, file.len, &layout, &theta, &err));
        assert_int_equal(err.code, OB_EDATA);
        file.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t n = 0; n < file.len; n += 3)
        assert_false(ob_weights_parse(file.data, n, &layout, &theta, &err));
    for (size_t i = 0; i < layout.n; i++)
        assert_true(ob_vec_get(&theta, i) == 9);
    ob_vec_finish(&theta);
    ob_buf_finish(&file);
    ob_safetensors_finish(&s);
}

#define W    "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
#define BIAS "\"bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]}"

static void every_lie_is_told(void **state)
{
    static const struct {
        const char *header;
        size_t n;
        const char *says;
    } bad[] = {
        { "[1,2]", 0, "not a safetensors file" },
        { "{\"w\":1", 0, "header: line 1, column 7: *" },
        { "{" W "," BIAS "}", 27, "tensor 'bias': its place does not fit" },
        { "{" W "," BIAS "}", 29, "1 bytes behind the last tensor" },
        { "{" W "}", 24, "has no tensor 'bias'; it has w" },
        { "{}", 0, "has no tensor 'w'; it has none" },
        { "{" W "," BIAS
          ",\"v\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[28,28]}}",
          28, "has a tensor 'v', which this model has not" },
        { "{\"w\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}," BIAS "}",
          28, "tensor 'w' has the shape [3, 2], this model's has [2, 3]" },
        { "{" W ",\"bias\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[24,28]}}",
          28, "tensor 'bias' has the shape [2], this model's has []" },
        { "{" W ",\"bias\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[24,28]}}",
          28, "tensor 'bias' holds I32; weights are F64, F32, F16 or BF16" },
        { "{" W ",\"bias\":{\"dtype\":\"F7\",\"shape\":[],\"data_offsets\":[24,28]}}", 28,
          "tensor 'bias': unknown dtype 'F7'" },
        { "{" W ",\"bias\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[24,28]}}",
          28, "tensor 'bias': impossible shape" },
        { "{" W ",\"bias\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
          "\"data_offsets\":[24,28]}}",
          28, "tensor 'bias': impossible shape" },
        { "{" W ",\"bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[28,24]}}",
          28, "tensor 'bias': its place does not fit" },
        { "{" W ",\"bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[20,24]}}",
          24, "tensor 'bias': a gap or an overlap before it" },
        { "{" W ",\"bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[28,32]}}",
          32, "tensor 'bias': a gap or an overlap before it" },
        { "{" W ",\"bias\":7}", 24, "tensor 'bias': unknown dtype ''" },
        { "{" W "," W "}", 24, "header: line 1, column *" },
    };
    static const unsigned char zeros[64];
    (void)state;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        struct ob_buf file = { 0 };
        struct ob_vec theta = { 0 };
        struct ob_err err = { 0 };
        assert_true(ob_vec_init(&theta, OB_F64, layout.n, NULL));
        make(&file, bad[i].header, zeros, bad[i].n);
        assert_false(ob_weights_parse(file.data, file.len, &layout, &theta, &err));
        assert_int_equal(err.code, OB_EDATA);
        size_t n = strcspn(bad[i].says, "*");
        if (strncmp(err.text, bad[i].says, n) != 0 || (!bad[i].says[n] && err.text[n]))
            fail_msg("'%s', not '%s'", err.text, bad[i].says);
        ob_vec_finish(&theta);
        ob_buf_finish(&file);
    }
}

static void what_is_no_number_is_no_start(void **state)
{
    float w[7] = { 0, 0, 0, 0, (float)NAN, 0, 0 };
    struct ob_buf file = { 0 };
    struct ob_vec theta = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_vec_init(&theta, OB_F32, layout.n, NULL));
    make(&file, "{" W "," BIAS "}", w, sizeof w);
    assert_false(ob_weights_parse(file.data, file.len, &layout, &theta, &err));
    assert_string_equal(err.text, "tensor 'w': element 4 is not a finite number");
    ob_vec_finish(&theta);
    ob_buf_finish(&file);
}

static void a_length_that_lies_is_refused(void **state)
{
    static const unsigned char block[] = { 255, 255, 255, 255, 255,
                                           255, 255, 255, '{', '}' };
    struct ob_vec theta = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_vec_init(&theta, OB_F64, layout.n, NULL));
    assert_false(ob_weights_parse(block, sizeof block, &layout, &theta, &err));
    assert_string_equal(err.text, "the header is longer than the file");
    assert_false(ob_weights_parse(block, 7, &layout, &theta, &err));
    assert_string_equal(err.text, "not a safetensors file");
    assert_false(ob_weights_load("/nowhere/w.safetensors", &layout, &theta, &err));
    assert_int_equal(err.code, OB_EIO);
    ob_vec_finish(&theta);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dtype_is_read),
        cmocka_unit_test(a_checkpoint_is_read),
        cmocka_unit_test(every_lie_is_told),
        cmocka_unit_test(what_is_no_number_is_no_start),
        cmocka_unit_test(a_length_that_lies_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
