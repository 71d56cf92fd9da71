#include <config.h>

#include <string.h>

#include "cuda.h"

/* Memory on the device is waited for where others might still use it. */
static void settle(struct ob_device *d)
{
    if (CUDA_TRY(d, cuStreamSynchronize, cuda_of(d)->stream))
        cuda_of(d)->staged = 0;
}

static CUdeviceptr place(const struct ob_device_mem *m, uint64_t at)
{
    return m->handle.address + at;
}

bool cuda_alloc(struct ob_device *d, struct ob_device_mem *m, struct ob_err *err)
{
    CUdeviceptr address = 0;
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    if (!cuda_said(err, "cuMemAlloc", cu.cuMemAlloc_v2(&address, m->bytes))) {
        size_t free = 0, total = 0;
        if (cu.cuMemGetInfo_v2(&free, &total) == OB_CU_SUCCESS)
            return ob_fail_at(err, "%zu bytes of device memory, of which %zu are free",
                              (size_t)m->bytes, free);
        return ob_fail_at(err, "%zu bytes of device memory", (size_t)m->bytes);
    }
    m->handle.address = address;
    if (cuda_said(err, "cuMemsetD8Async",
                  cu.cuMemsetD8Async(address, 0, m->bytes, cuda_of(d)->stream)))
        return true;
    cu.cuMemFree_v2(address);
    return false;
}

void cuda_free(struct ob_device *d, struct ob_device_mem *m)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    settle(d);
    CUDA_TRY(d, cuMemFree_v2, m->handle.address);
}

static void to_device(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                      const void *from, uint64_t n)
{
    CUDA_TRY(d, cuMemcpyHtoDAsync_v2, place(m, at), from, n, cuda_of(d)->stream);
}

/* Short ones go by way of pinned memory and are not waited for: the parameters of every
 * evaluation come this way. */
void cuda_upload(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                 const void *from, uint64_t n)
{
    struct cuda *c = cuda_of(d);
    OB_REQUIRE(!c->capturing);
    cuda_enter(c);
    if (n > CUDA_STAGED_MOST) {
        to_device(d, m, at, from, n);
        settle(d);
        return;
    }
    if (n > CUDA_STAGE - c->staged) {
        settle(d);
        if (c->staged)
            return;
    }
    memcpy(c->stage + c->staged, from, n);
    to_device(d, m, at, c->stage + c->staged, n);
    c->staged += (n + 63) / 64 * 64;
}

void cuda_download(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                   uint64_t n)
{
    cuda_fetch(d, m, at, to, n);
    settle(d);
}

void cuda_copy(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
               struct ob_device_mem *from, uint64_t from_at, uint64_t n)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuMemcpyDtoDAsync_v2, place(to, to_at), place(from, from_at), n,
             cuda_of(d)->stream);
}

void cuda_zero(struct ob_device *d, struct ob_device_mem *m, uint64_t at, uint64_t n)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuMemsetD8Async, place(m, at), 0, n, cuda_of(d)->stream);
}

void *cuda_host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err)
{
    void *p = NULL;
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    if (cuda_said(err, "cuMemHostAlloc", cu.cuMemHostAlloc(&p, bytes, 0)))
        return p;
    ob_fail_at(err, "%zu bytes of pinned memory", (size_t)bytes);
    return NULL;
}

void cuda_host_free(struct ob_device *d, void *p)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    settle(d);
    CUDA_TRY(d, cuMemFreeHost, p);
}

void cuda_fetch(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                uint64_t n)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuMemcpyDtoHAsync_v2, to, place(m, at), n, cuda_of(d)->stream);
}

void cuda_send(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
               const void *from, uint64_t n)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    to_device(d, m, at, from, n);
}
