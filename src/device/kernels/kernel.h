/*
 * The prelude of every kernel: what OpenCL C 1.2, CUDA C++ and the simulator of the tests
 * call by different names. A text defines OB_REAL_BITS, or is built with it, and includes
 * this first.
 *
 *   OB_KERNEL void name(OB_GLOBAL const real *x, ob_u64 n)
 *   OB_LOCAL_ARRAY(double, lane, OB_LANES);    first in a kernel: shared by the group
 *   OB_LOCAL double *p                          a pointer to such
 *   OB_LANE, OB_GROUP, OB_GROUPS                who I am: 0 .. 255, group, how many
 *   OB_BARRIER();                               all of the group come to it, always
 *
 * A group has OB_LANES work-items, one a lane of the tree of num/kernels.h. There are no
 * reals among the arguments, and no pointer into the middle of an array: what is meant is
 * an offset in elements.
 */
#if defined(__OPENCL_VERSION__) && !defined(OB_KERNEL)
#    pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#include "optbench/num/real.h"

#ifndef OB_KERNEL

#    define OB_LANES 256
#    define OB_CHUNK 2048

#    if defined(__OPENCL_VERSION__)
#        define OB_KERNEL __kernel __attribute__((reqd_work_group_size(OB_LANES, 1, 1)))
#        ifndef OB_GLOBAL
#            define OB_GLOBAL __global
#        endif
#        define OB_LOCAL                    __local
#        define OB_LOCAL_ARRAY(type, id, n) __local type id[n]
#        define OB_LANE                     ((ob_u32)get_local_id(0))
#        define OB_GROUP                    ((ob_u64)get_group_id(0))
#        define OB_GROUPS                   ((ob_u64)get_num_groups(0))
#        define OB_BARRIER()                barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
#        define OB_MULHI(a, b)              mul_hi((uint)(a), (uint)(b))
#    elif defined(__CUDACC__)
/* Functions that a text has and does not call; loops that another shape runs; literals
 * that are rounded to float; flags that a rule has none of. */
#        pragma nv_diag_suppress 177, 186, 550, 1046
#        define OB_KERNEL extern "C" __global__ __launch_bounds__(OB_LANES)
#        ifndef OB_GLOBAL
#            define OB_GLOBAL
#        endif
#        define OB_LOCAL
#        define OB_LOCAL_ARRAY(type, id, n) __shared__ type id[n]
#        define OB_LANE                     ((ob_u32)threadIdx.x)
#        define OB_GROUP                    ((ob_u64)blockIdx.x)
#        define OB_GROUPS                   ((ob_u64)gridDim.x)
#        define OB_BARRIER()                __syncthreads()
#        define OB_MULHI(a, b)              __umulhi((unsigned)(a), (unsigned)(b))
#    else
/* A simulator runs the work-items of a group as threads of its own kind, one group after
 * the other: so a static array is local memory. */
extern ob_u32 ob_sim_lane;
extern ob_u64 ob_sim_group, ob_sim_groups;
void ob_sim_barrier(void);
#        define OB_KERNEL __attribute__((visibility("default")))
#        ifndef OB_GLOBAL
#            define OB_GLOBAL
#        endif
#        define OB_LOCAL
#        define OB_LOCAL_ARRAY(type, id, n) static type id[n]
#        define OB_LANE                     ob_sim_lane
#        define OB_GROUP                    ob_sim_group
#        define OB_GROUPS                   ob_sim_groups
#        define OB_BARRIER()                ob_sim_barrier()
#        define OB_MULHI(a, b)              ((ob_u32)(((ob_u64)(ob_u32)(a) * (ob_u32)(b)) >> 32))
#    endif

#endif
