/* JSON: whatever is read is written and read again as the same tree. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_err err = { 0 };
    struct ob_buf once = { 0 }, twice = { 0 };
    struct ob_json_value *v = ob_json_parse((const char *)data, size, &err);
    if (!v) {
        OB_REQUIRE(err.code == OB_EDATA && err.text[0]);
        return 0;
    }
    ob_json_copy(&(struct ob_json){ .out = &once, .pretty = size % 2 }, v);
    struct ob_json_value *again = ob_json_parse(once.data, once.len, &err);
    OB_REQUIRE(again);
    ob_json_copy(&(struct ob_json){ .out = &twice, .pretty = size % 2 }, again);
    OB_REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    ob_json_free(again);
    ob_json_free(v);
    ob_buf_finish(&once);
    ob_buf_finish(&twice);
    return 0;
}
