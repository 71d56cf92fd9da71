"""Writes weights in three precisions, and beside each the columns that a log shows."""
import numpy
from safetensors.numpy import save_file

for kind, dtype in (("F64", numpy.float64), ("F32", numpy.float32), ("F16", numpy.float16)):
    w = numpy.array([0.1], dtype)
    bias = numpy.array(-1.7, dtype)
    save_file({"w": w, "bias": bias}, kind + ".safetensors", metadata={"from": "numpy"})
    with open(kind + ".txt", "w") as f:
        f.write("%s,%s" % (repr(float(w[0])), repr(float(bias))))
