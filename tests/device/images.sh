#!/bin/sh
# The shipped fashion-mnist on pictures made here (the data set itself is on few machines).
# As shipped its products are a library's on the processor and our own or another library's
# on a device: after 40 steps the losses agree within 1e-4 of themselves. With math =
# reproducible they are the same bytes.
. "$OB_SRCDIR/tests/device/same_logs.sh.inc"

need_device

# idx NAME LIMIT BYTES DIMENSION...: a file of unsigned bytes below LIMIT.
idx() {
    idx_name=$1 idx_limit=$2 idx_count=$3
    shift 3
    printf '%b' "$(awk -v limit="$idx_limit" -v n="$idx_count" -v sizes="$*" '
        function byte(b) { printf "\\0%o", b }
        BEGIN {
            dims = split(sizes, size, " ")
            byte(0); byte(0); byte(8); byte(dims)
            for (d = 1; d <= dims; d++)
                for (s = 24; s >= 0; s -= 8)
                    byte(int(size[d] / 2 ^ s) % 256)
            for (roll = 1; n > 0; n--) {
                roll = (roll * 69069 + 1) % 4294967296
                byte(int(roll / 65536) % limit)
            }
        }')" >"$idx_name"
}
mkdir images
idx images/train-images-idx3-ubyte 256 $((300 * 784)) 300 28 28
idx images/train-labels-idx1-ubyte 10 300 300
idx images/t10k-images-idx3-ubyte 256 $((40 * 784)) 40 28 28
idx images/t10k-labels-idx1-ubyte 10 40 40
set -- "$OPTBENCH_CONFIGS/fashion-mnist.ini" --set "data.path=$work/images" \
    --set data.val=44 --set stop.max_steps=40
same "fashion-mnist, math = reproducible" "$@" --set experiment.math=reproducible

# The largest difference of a column, in units of its value.
farthest() {
    awk -F, -v a="$1" -v b="$2" -v column="$3" '
        BEGIN {
            far = -1
            getline x <a; getline y <b
            n = split(x, name)
            for (i = 1; i <= n && name[i] != column; i++);
            while ((getline x <a) > 0 && (getline y <b) > 0) {
                split(x, u); split(y, v)
                if (u[i] == "" && v[i] == "") continue
                d = (u[i] - v[i]) / u[i]
                far = d > far ? d : -d > far ? -d : far
            }
            printf "%.3g", far
        }'
}
one cpu "$@"
cp "$dir/metrics.csv" cpu.csv
one "$device" "$@"
cp "$dir/metrics.csv" device.csv
tap_same "as shipped: the same number of rows" "$(wc -l <cpu.csv)" "$(wc -l <device.csv)"
for column in loss theta_delta grad_norm; do
    far=$(farthest cpu.csv device.csv $column)
    tap_ok "as shipped: $column within 1e-4 of itself ($far)" \
        awk "BEGIN { exit !($far >= 0 && $far <= 1e-4) }"
done
tap_done
