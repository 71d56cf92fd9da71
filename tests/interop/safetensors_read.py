"""Opens the last checkpoint of a run and says what is not as the run's summary has it."""
import glob
import json
import os
import sys

import numpy
from safetensors import safe_open

run, dtype = sys.argv[1:]
with open(os.path.join(run, "summary.json")) as f:
    summary = json.load(f)
with open(os.path.join(run, "checkpoints", "LATEST")) as f:
    path = os.path.join(run, "checkpoints", f.read())
with safe_open(path, "np") as f:
    names, meta = set(f.keys()), f.metadata()
    for name, value in summary["parameters"].items():
        array = f.get_tensor(name)
        if array.dtype != numpy.dtype(dtype):
            print(name, "is of", array.dtype)
        if array.tolist() != value:
            print(name, "holds", array.tolist(), "and not", value)
        for prefix in ("grad.", "momentum_buffer."):
            if f.get_tensor(prefix + name).shape != array.shape:
                print(prefix + name, "has another shape")
    expected = {p + n for p in ("", "grad.", "momentum_buffer.") for n in summary["parameters"]}
    if names != expected:
        print("it has", sorted(names))
for key, value in (("format", "optbench checkpoint 1"), ("step", str(summary["steps"]))):
    if meta[key] != value:
        print(key, "is", meta[key])
last = open(os.path.join(run, "hashes.csv")).read().split("\n")[:-1]
head, line = last[0].split(","), last[-1].split(",")
if line[0] != meta["step"] or any(meta["hash." + n] != h for n, h in zip(head[1:], line[1:])):
    print("its hashes are not those of hashes.csv")
if glob.glob(os.path.join(run, "checkpoints", "*.tmp")):
    print("a file is left over")
