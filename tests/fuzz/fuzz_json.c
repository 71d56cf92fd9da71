/* JSON: whatever is read is written and read again as the same tree. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/json.h"

static void write_value(struct ob_json *j, const struct ob_json_value *v)
{
    int64_t low = ob_json_int(v, 0), high = ob_json_int(v, 1);
    switch (ob_json_kind(v)) {
    case OB_JSON_NULL:
        ob_json_null(j);
        break;
    case OB_JSON_BOOL:
        ob_json_bool(j, ob_json_flag(v, false));
        break;
    case OB_JSON_NUMBER:
        if (low == high && low != 0) /* -0 has a sign */
            ob_json_integer(j, low);
        else
            ob_json_number(j, ob_json_num(v, 0));
        break;
    case OB_JSON_STRING:
        ob_json_string(j, ob_json_text(v));
        break;
    case OB_JSON_ARRAY:
        ob_json_begin_array(j);
        for (size_t i = 0; i < ob_json_count(v); i++)
            write_value(j, ob_json_at(v, i));
        ob_json_end_array(j);
        break;
    case OB_JSON_OBJECT:
        ob_json_begin_object(j);
        for (size_t i = 0; i < ob_json_count(v); i++) {
            ob_json_key(j, ob_json_key_at(v, i));
            write_value(j, ob_json_at(v, i));
        }
        ob_json_end_object(j);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_err err = { 0 };
    struct ob_buf once = { 0 }, twice = { 0 };
    struct ob_json_value *v = ob_json_parse((const char *)data, size, &err);
    if (!v) {
        OB_REQUIRE(err.code == OB_EDATA && err.text[0]);
        return 0;
    }
    write_value(&(struct ob_json){ .out = &once, .pretty = size % 2 }, v);
    struct ob_json_value *again = ob_json_parse(once.data, once.len, &err);
    OB_REQUIRE(again);
    write_value(&(struct ob_json){ .out = &twice, .pretty = size % 2 }, again);
    OB_REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    ob_json_free(again);
    ob_json_free(v);
    ob_buf_finish(&once);
    ob_buf_finish(&twice);
    return 0;
}
