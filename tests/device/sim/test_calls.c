/* The simulated driver sees what its caller does wrong, and fails when it should. */
#include "sim_test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the host's mistakes ---- */

static void who_does_not_wait_sees_nothing(void **state)
{
    (void)state;
    open_all("");
    unsigned in = 5, out = 5, *host;
    CUdeviceptr a = memory(4);
    OK(cuMemHostAlloc((void **)&host, 4, 0));
    OK(cuMemcpyHtoDAsync_v2(a, &in, 4, stream));
    OK(cuMemcpyDtoHAsync_v2(&out, a, 4, stream));
    assert_int_equal(out, 0xffffffff);
    in = 6; /* too early */
    OK(cuStreamSynchronize(stream));
    assert_int_equal(out, 6);
    OK(cuMemFreeHost(host));
    OK(cuMemFree_v2(a));
    close_all();
    expect_no_fault();
}

static void fresh_memory_is_no_zeros(void **state)
{
    (void)state;
    open_all("");
    float x = 0;
    CUdeviceptr a = memory(4);
    OK(cuMemcpyDtoHAsync_v2(&x, a, 4, stream));
    OK(cuStreamSynchronize(stream));
    assert_true(x != x);
    OK(cuMemFree_v2(a));
    close_all();
}

static void places_are_checked(void **state)
{
    (void)state;
    open_all("");
    char bytes[16] = { 0 };
    CUdeviceptr a = memory(8);
    assert_int_equal(cuMemcpyHtoDAsync_v2(a + 1, bytes, 8, stream), 1);
    expect_fault("8 bytes are not all within an allocation");
    OK(cuMemcpyHtoDAsync_v2(a, bytes, 8, stream));
    OK(cuMemFree_v2(a)); /* waits */
    assert_int_equal(cuMemsetD8Async(a, 0, 8, stream), 1);
    expect_fault("not all within an allocation");
    assert_int_equal(cuMemFree_v2(a), 1);
    expect_fault("freed before");
    close_all();
}

/* A kernel's argument is no pointer for the host. */
static void the_host_cannot_touch_it(void **state)
{
    (void)state;
    int status;
    open_all("");
    CUdeviceptr a = memory(8);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        *(volatile int *)(uintptr_t)a = 1;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    OK(cuMemFree_v2(a));
    close_all();
    expect_no_fault();
}

static void leaks_are_counted(void **state)
{
    (void)state;
    char left[256];
    open_all("drop=cuMemFree_v2");
    CUdeviceptr a = memory(8);
    CUevent e;
    OK(cuEventCreate(&e, 2));
    OK(cuMemFree_v2(a));
    assert_int_equal(sim_alive(left, sizeof left), 4);
    assert_string_equal(left,
                        "1 retained context, 1 stream, 1 device allocation, 1 event");
    sim_set("");
    OK(cuMemFree_v2(a));
    OK(cuEventDestroy_v2(e));
    close_all();
    expect_no_fault();
}

static void calls_fail_when_they_should(void **state)
{
    (void)state;
    CUdeviceptr a, b;
    open_all("fail=cuMemAlloc_v2:2");
    OK(cuMemAlloc_v2(&a, 8));
    assert_int_equal(cuMemAlloc_v2(&b, 8), 2);
    OK(cuMemAlloc_v2(&b, 8));
    assert_int_equal(sim_calls("cuMemAlloc_v2"), 3);
    sim_set("fail=any:2:999,memory=100");
    OK(cuStreamSynchronize(stream));
    assert_int_equal(cuStreamSynchronize(stream), 999);
    OK(cuStreamSynchronize(stream));
    CUdeviceptr c = 0;
    assert_int_equal(cuMemAlloc_v2(&c, 85), 2);
    OK(cuMemFree_v2(a));
    sim_set("fail=cuMemFree_v2:1"); /* says so, and frees */
    assert_int_equal(cuMemFree_v2(b), 1);
    close_all();
    expect_no_fault();
}

static void work_can_fail_later(void **state)
{
    (void)state;
    open_all("fail=work:2");
    CUdeviceptr a = memory(8);
    OK(cuMemsetD8Async(a, 0, 8, stream));
    OK(cuMemsetD8Async(a, 0, 8, stream));
    assert_int_equal(cuStreamSynchronize(stream), 719);
    assert_int_equal(cuMemsetD8Async(a, 0, 8, stream), 719);
    assert_int_equal(cuMemFree_v2(a), 719);
    close_all();
    expect_no_fault();
}

static void a_thread_needs_a_context(void **state)
{
    (void)state;
    open_all("");
    CUdeviceptr a = memory(8);
    OK(cuCtxSetCurrent(NULL));
    CUdeviceptr b;
    assert_int_equal(cuMemAlloc_v2(&b, 8), 201);
    assert_int_equal(cuMemFree_v2(a), 201);
    OK(cuCtxSetCurrent(context));
    OK(cuMemFree_v2(a));
    close_all();
}

/* ---- events, captures ---- */

static void events_come_in_their_time(void **state)
{
    (void)state;
    open_all("poll=1");
    CUdeviceptr a = memory(8);
    CUevent e;
    OK(cuEventCreate(&e, 2));
    OK(cuEventQuery(e)); /* nothing was recorded */
    for (int i = 0; i < 3; i++)
        OK(cuMemsetD8Async(a, 0, 8, stream));
    OK(cuEventRecord(e, stream));
    OK(cuMemsetD8Async(a, 0, 8, stream));
    assert_int_equal(cuEventQuery(e), 600);
    assert_int_equal(cuEventQuery(e), 600);
    OK(cuEventQuery(e));
    assert_int_equal(sim_calls("work"), 3);
    OK(cuEventRecord(e, stream));
    OK(cuEventSynchronize(e));
    assert_int_equal(sim_calls("work"), 4);
    OK(cuEventDestroy_v2(e));
    assert_int_equal(cuEventDestroy_v2(e), 400);
    OK(cuMemFree_v2(a));
    close_all();
}

static void a_graph_does_it_again(void **state)
{
    (void)state;
    open_all("");
    unsigned out = 0;
    CUdeviceptr a = memory(4), b = memory(4);
    CUgraph g;
    CUgraphExec x;
    OK(cuStreamBeginCapture_v2(stream, 2));
    OK(cuMemcpyDtoDAsync_v2(b, a, 4, stream));
    OK(cuMemsetD8Async(a, 7, 4, stream));
    OK(cuStreamEndCapture(stream, &g));
    OK(cuGraphInstantiateWithFlags(&x, g, 0));
    OK(cuGraphDestroy(g));
    OK(cuMemcpyDtoHAsync_v2(&out, a, 4, stream));
    OK(cuStreamSynchronize(stream));
    assert_int_equal(out, 0xffffffff); /* it was written down, not done */
    OK(cuGraphLaunch(x, stream));
    OK(cuGraphLaunch(x, stream));
    OK(cuGraphExecDestroy(x)); /* what is under way goes on */
    OK(cuMemcpyDtoHAsync_v2(&out, b, 4, stream));
    OK(cuStreamSynchronize(stream));
    assert_int_equal(out, 0x07070707);
    OK(cuStreamBeginCapture_v2(stream, 2));
    assert_int_equal(cuStreamSynchronize(stream), 900);
    assert_int_equal(cuStreamEndCapture(stream, &g), 901);
    OK(cuMemFree_v2(a));
    OK(cuMemFree_v2(b));
    close_all();
    expect_no_fault();
}

/* ---- products, and what a card tells ---- */

/* [1 2; 3 4; 5 6] as columns, transposed, times itself. */
static void products_are_by_columns(void **state)
{
    (void)state;
    open_all("");
    cublasHandle_t h;
    const double x[6] = { 1, 3, 5, 2, 4, 6 }, one = 1, zero = 0;
    double y[4];
    CUdeviceptr a = memory(sizeof x), c = memory(sizeof y);
    OK(cublasCreate_v2(&h));
    OK(cublasSetStream_v2(h, stream));
    OK(cuMemcpyHtoDAsync_v2(a, x, sizeof x, stream));
    for (int i = 0; i < 2; i++)
        OK(cublasDgemm_v2(h, 1, 0, 2, 2, 3, &one, (double *)a, 3, (double *)a, 3,
                          i ? &one : &zero, (double *)c, 2));
    OK(cuMemcpyDtoHAsync_v2(y, c, sizeof y, stream));
    OK(cuStreamSynchronize(stream));
    const double expected[4] = { 70, 88, 88, 112 };
    ob_assert_bytes(y, expected, sizeof y);
    OK(cublasDgemm_v2(h, 0, 0, 3, 3, 3, &one, (double *)a, 3, (double *)a, 3, &zero,
                      (double *)c, 3));
    assert_int_equal(cuStreamSynchronize(stream), 700);
    expect_fault("goes beyond an allocation");
    OK(cublasDestroy_v2(h));
    cuMemFree_v2(a);
    cuMemFree_v2(c);
    close_all();
}

static void the_card_tells_its_load(void **state)
{
    (void)state;
    nvmlDevice_t d;
    nvmlUtilization_t load;
    unsigned power;
    sim_set("");
    assert_int_equal(nvmlDeviceGetHandleByUUID("GPU-51", &d), 1);
    OK(nvmlInit_v2());
    OK(nvmlDeviceGetHandleByUUID("GPU-51", &d));
    OK(nvmlDeviceGetUtilizationRates(d, &load));
    OK(nvmlDeviceGetPowerUsage(d, &power));
    assert_int_equal(load.gpu, 37);
    assert_int_equal(power, 143500);
    OK(nvmlShutdown());
    assert_int_equal(sim_alive(NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_does_not_wait_sees_nothing),
        cmocka_unit_test(fresh_memory_is_no_zeros),
        cmocka_unit_test(places_are_checked),
        cmocka_unit_test(the_host_cannot_touch_it),
        cmocka_unit_test(leaks_are_counted),
        cmocka_unit_test(calls_fail_when_they_should),
        cmocka_unit_test(work_can_fail_later),
        cmocka_unit_test(a_thread_needs_a_context),
        cmocka_unit_test(events_come_in_their_time),
        cmocka_unit_test(a_graph_does_it_again),
        cmocka_unit_test(products_are_by_columns),
        cmocka_unit_test(the_card_tells_its_load),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
