"""torch_rng.txt: what torch draws, a line for each of 174 calls on each of two paths.

    python3 torch_rng.py AVX2.txt DEFAULT.txt > torch_rng.txt

The two files hold every value: a line "case NAME seed=S ... n=N" and N lines with integers
or hexadecimal floats, as torch 1.13 made them with and without ATEN_CPU_CAPABILITY=default.
A line here is the path, the case, the FNV-1a hash of its values (64 bits each, low byte
first: an integer, or the bits of a double), the first value and the last.
"""

import struct
import sys


def fnv(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return h


def pattern(text):
    if "x" in text:
        return struct.pack("<d", float.fromhex(text))
    return struct.pack("<q", int(text))


def finish(path, case, values):
    data = b"".join(map(pattern, values))
    print(path, case, f"{fnv(data):016x}", values[0], values[-1])


for path, name in zip(("fused", "plain"), sys.argv[1:3]):
    lines = [line.strip() for line in open(name) if not line.startswith("#")]
    starts = [i for i, line in enumerate(lines) if line.startswith("case ")]
    for start, end in zip(starts, starts[1:] + [len(lines)]):
        finish(path, lines[start][5:], lines[start + 1 : end])
