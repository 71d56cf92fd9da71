/*
 * CUDA's words for the C compiler: in front of every text that the simulated NVRTC gets
 * (prelude.inc is made of it). Local memory is in a section of its own, which is filled
 * with NaN before each group; a barrier knows its line.
 */
#define __CUDACC__             1
#define __CUDACC_RTC__         1
#define __CUDA_ARCH__          900
#define __global__             SIM_KERNEL_MARK
#define __launch_bounds__(...) SIM_BOUNDS(__VA_ARGS__)
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__    __attribute__((noinline))
#define __restrict__
#define __shared__ static __attribute__((section("sim_shared")))
#define bool _Bool
#define true 1
#define false 0
#define nullptr ((void *)0)
#define INFINITY __builtin_inff()
#define NAN      __builtin_nanf("")

typedef unsigned int uint;
typedef __SIZE_TYPE__ size_t;

struct sim_here {
    struct {
        unsigned x, y, z;
    } lane, group, lanes, groups;
    void (*barrier)(int line);
};
static struct sim_here *sim_here;

#define threadIdx       (sim_here->lane)
#define blockIdx        (sim_here->group)
#define blockDim        (sim_here->lanes)
#define gridDim         (sim_here->groups)
#define __syncthreads() sim_here->barrier(__LINE__)
#define __threadfence() ((void)0)
#define __umulhi(a, b)                                                                   \
    ((unsigned)((unsigned long long)(unsigned)(a) * (unsigned)(b) >> 32))
#define sqrt(x) _Generic((x), float : __builtin_sqrtf, default : __builtin_sqrt)(x)
#define fabs(x) _Generic((x), float : __builtin_fabsf, default : __builtin_fabs)(x)
#define fma(x, y, z)                                                                     \
    _Generic((x), float : __builtin_fmaf, default : __builtin_fma)(x, y, z)

static inline unsigned __float_as_uint(float x)
{
    unsigned u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}
static inline float __uint_as_float(unsigned u)
{
    float x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}
static inline long long __double_as_longlong(double x)
{
    long long u;
    __builtin_memcpy(&u, &x, sizeof u);
    return u;
}
static inline double __longlong_as_double(long long u)
{
    double x;
    __builtin_memcpy(&x, &u, sizeof x);
    return x;
}

extern char __start_sim_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_sim_shared[] __attribute__((weak, visibility("hidden")));
void sim_bind(struct sim_here *here, void **shared, size_t *size)
{
    sim_here = here;
    *shared = __start_sim_shared;
    *size = (size_t)(__stop_sim_shared - __start_sim_shared);
}
