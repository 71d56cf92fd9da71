#!/usr/bin/env python3
"""The first 4096 points of the Sobol sequence in 33 dimensions, by scipy: FNV-1a of their
coordinates as multiples of 2^-32, for tests/unit/sweep/test_plan_make.c."""
import numpy as np
from scipy.stats import qmc

points = qmc.Sobol(d=33, scramble=False).random(4096)
bits = np.round(points * 2**30).astype(np.uint64) * 4
h = 0xCBF29CE484222325
for byte in bits.astype("<u4").tobytes():
    h = ((h ^ byte) * 0x100000001B3) % 2**64
print(hex(h), bits[1000][:5].tolist(), bits[4095][30:].tolist())
