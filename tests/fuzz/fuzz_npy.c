/* Arrays of numpy: whatever is read is written, and that is read as the same bytes. */
#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ob_err err = { 0 };
    struct ob_buf file = { 0 };
    struct ob_npy a = { 0 }, again = { 0 };
    if (!ob_npy_read(&a, data, size, &err)) {
        OB_REQUIRE(err.code == OB_EDATA && err.text[0] && !a.value);
        return 0;
    }
    ob_npy_write(&file, a.value, a.ndim, a.shape);
    OB_REQUIRE(file.len % 8 == 0 && file.len >= 64 + 8 * a.n);
    OB_REQUIRE(ob_npy_read(&again, file.data, file.len, &err));
    OB_REQUIRE(again.n == a.n && memcmp(again.value, a.value, 8 * a.n) == 0);
    ob_npy_finish(&again);
    ob_npy_finish(&a);
    ob_buf_finish(&file);
    return 0;
}
