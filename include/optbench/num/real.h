/*
 * The prelude of everything that is written once for float, double and GPU kernels: the
 * common subset of C99, OpenCL C 1.2 and CUDA C.
 *
 * Define OB_REAL_BITS as 32 or 64 before including. It then gives
 *   real        the type
 *   R(1.5)      a literal of that type (there must be no other literals with a point)
 *   OB_FN(name) name_f32 or name_f64
 *   OB_DEVFN    the storage class of a function
 * A C file may include it again with another OB_REAL_BITS; the names then change meaning.
 *
 * Rules of the subset: no recursion, no designated initialisers, no struct returned from
 * a kernel, no library function but ob_sqrt, selects (?:) of values instead of branches
 * so that C loops vectorise, and no dependence on contraction: everything is compiled
 * with -ffp-contract=off (OpenCL: FP_CONTRACT OFF, NVRTC: --fmad=false).
 */
#ifndef OB_REAL_BITS
#    error "define OB_REAL_BITS as 32 or 64 before including real.h"
#endif

#undef real
#undef R
#undef OB_FN
#if OB_REAL_BITS == 64
#    define real     double
#    define R(x)     x
#    define OB_FN(f) f##_f64
#else
#    define real     float
#    define R(x)     x##f
#    define OB_FN(f) f##_f32
#endif

#ifndef OB_NUM_REAL_H
#    define OB_NUM_REAL_H

#    if defined(__OPENCL_VERSION__)
#        pragma OPENCL FP_CONTRACT OFF
#        define OB_DEVFN static
typedef int ob_i32;
typedef uint ob_u32;
typedef long ob_i64;
typedef ulong ob_u64;
#    elif defined(__CUDACC__)
#        define OB_DEVFN static __device__ __forceinline__
typedef int ob_i32;
typedef unsigned int ob_u32;
typedef long long ob_i64;
typedef unsigned long long ob_u64;
#    else
#        include <stdint.h>
/* Always inline: a call left standing in a loop keeps it scalar. */
#        define OB_DEVFN static inline __attribute__((always_inline))
typedef int32_t ob_i32;
typedef uint32_t ob_u32;
typedef int64_t ob_i64;
typedef uint64_t ob_u64;
#    endif

#endif
