#!/bin/bash
# Libraries that are missing, stubs, too old or no libraries: each has its answer, in one
# line, with status 69, before the table is looked for (there is none); and where only what
# is a help is missing, the run goes on.
. "${OB_SRCDIR:?}/tests/lib/program.sh"
. "$OB_SRCDIR/tests/device/sim/sim.sh.inc"
sim_need
export OPTBENCH_RUNS="$work/runs" XDG_CACHE_HOME="$work/cache"
export OPTBENCH_LIBOPENCL=/nonexistent/libOpenCL
unset SLURM_JOB_GPUS CUDA_VISIBLE_DEVICES
libraries=$OB_BUILDDIR/tests/device/sim
echo "This is a text." >text.so
cat >a.ini <<'EOF'
[data]
source = csv
path = table.csv
target = y
[model]
kind = linear
[optimizer]
kind = gd
[stop]
max_steps = 5
EOF

# answer NAME DEVICE TEXT VARIABLE=VALUE...: the one line.
answer() {
    answer_name=$1 answer_device=$2 answer_text=$3
    shift 3
    run env "$@" "$OPTBENCH" run a.ini --device "$answer_device"
    tap_same "$answer_name" \
        "69: optbench: --set experiment.device=$answer_device: experiment.device: $answer_device: $answer_text" \
        "$status: $err"
}

none="no driver of NVIDIA is installed"
answer "no CUDA driver" cuda \
    "$none: /nonexistent/libcuda: cannot open shared object file: No such file or directory" \
    OPTBENCH_LIBCUDA=/nonexistent/libcuda
answer "a text for a CUDA driver" cuda "$none: $work/text.so: file too short" \
    OPTBENCH_LIBCUDA="$work/text.so"
head -c 5000 "$OPTBENCH" | tr '\177' x >broken.so
answer "an invalid library" cuda "$none: $work/broken.so: invalid ELF header" \
    OPTBENCH_LIBCUDA="$work/broken.so"
old="the driver of NVIDIA is too old (470 or newer is needed)"
answer "another library" cuda "$old: the library has no cuInit" \
    OPTBENCH_LIBCUDA="$libraries/empty.so"
answer "an old driver" cuda "$old: the library has no cuDriverGetVersion" \
    OPTBENCH_LIBCUDA="$libraries/old.so"
answer "the stub of a toolkit" cuda \
    "the libcuda.so.1 found is the stub of a toolkit, not a driver" \
    OPTBENCH_LIBCUDA="$libraries/stub.so"
answer "a driver without a card" cuda \
    "cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected" OPTBENCH_SIM=devices=0
answer "a card that is not there" cuda:4 "there is no cuda:4, but 1 device, cuda:0" OPTBENCH_SIM=
answer "a card that is busy" cuda \
    "cuDevicePrimaryCtxRetain: CUDA_ERROR_DEVICE_UNAVAILABLE: CUDA-capable device(s) is/are busy or unavailable" \
    OPTBENCH_SIM=fail=cuDevicePrimaryCtxRetain:1:46
rtc="NVRTC, which compiles for the GPU, is not installed (NVIDIA's package cuda-nvrtc, Debian's libnvrtc)"
answer "no NVRTC" cuda \
    "$rtc: /nonexistent/libnvrtc: cannot open shared object file: No such file or directory" \
    OPTBENCH_LIBNVRTC=/nonexistent/libnvrtc
answer "an old NVRTC" cuda \
    "NVRTC is too old (11.2 or newer is needed): the library has no nvrtcGetErrorString" \
    OPTBENCH_LIBNVRTC="$libraries/old.so"
answer "no OpenCL" opencl \
    "/nonexistent/libOpenCL: cannot open shared object file: No such file or directory"
answer "another library for OpenCL" opencl "the library has no clGetPlatformIDs" \
    OPTBENCH_LIBOPENCL="$libraries/empty.so"
answer "an old OpenCL" opencl "the library has no clGetPlatformInfo" \
    OPTBENCH_LIBOPENCL="$libraries/old.so"
answer "OpenCL without a platform" opencl \
    "OpenCL is there, but no driver for it" OPTBENCH_LIBOPENCL="$libraries/stub.so"

# ---- what can be done without ----

printf 'x,y\n1,2\n2,3\n3,5\n' >table.csv
run "$OPTBENCH" run a.ini --quiet
right=$out
# works NAME VARIABLE=VALUE...: the run on the simulated card is the processor's.
works() {
    works_name=$1
    shift
    run env "$@" "$OPTBENCH" run a.ini --quiet --device cuda
    gives "$works_name" 0
    tap_ok "$works_name: the same bytes" cmp "$right/metrics.csv" "$out/metrics.csv"
}
for nvml in /nonexistent/libnvidia-ml "$work/text.so" "$libraries/empty.so"; do
    works "NVML is $(basename "$nvml")" OPTBENCH_LIBNVML="$nvml"
done
works "no cuBLAS" OPTBENCH_LIBCUBLAS=/nonexistent/libcublas
for blas in /nonexistent/libcublas "$libraries/old.so"; do
    run env OPTBENCH_LIBCUBLAS="$blas" "$OPTBENCH" run "$OB_SRCDIR/tests/device/net.ini" \
        --quiet --device cuda --set experiment.math=blas --set "model.hidden=70 33" \
        --set stop.max_steps=3
    gives "products of our own, cuBLAS being $(basename "$blas")" 0
done
: >file
works "no cache of kernels" XDG_CACHE_HOME="$work/file"

# ---- what is found is told ----

run env OPTBENCH_LIBCUDA="$libraries/stub.so" OPTBENCH_LIBOPENCL="$libraries/stub.so" \
    "$OPTBENCH" devices
like "devices: stubs" "*cuda       none: *stub of a toolkit*opencl     none: OpenCL is there, but no driver for it*" "$out"
run env OPTBENCH_SIM=devices=2 "$OPTBENCH" devices
like "devices: two cards" "*cuda:0*Simulated GPU 0*cuda:1*Simulated GPU 1*" "$out"
tap_done
