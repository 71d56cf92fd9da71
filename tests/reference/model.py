#!/usr/bin/env python3
"""Loss, gradient and Hessian of the linear and logistic models, by torch in both dtypes.

Writes model_<f32|f64>.csv with the columns case,quantity,i,j,value, one number a line
(%.9g for float32, %.17g for float64); quantity is theta, loss, grad or hessian, i and j
are 0 where they do not apply. A case is DATA.LOSS.POINT:

    DATA  housing    data/housing.csv standardised with ddof 1, columns [1, area, bedrooms]
          admission  data/admission.csv, raw scores, no bias
          scored     the same standardised with ddof 1, columns [exam1, exam2, 1]
    LOSS  half_mse, mse, sse (sum of squares) on housing; bce (BCELoss after a sigmoid) and
          bce_logits (BCEWithLogitsLoss) on the other two
    POINT zero, small, large

`large` on admission is far inside the saturated region; the Hessian of bce is left out
there, since the clamp makes it meaningless.
"""

import os

import pandas
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
DTYPES = {"f32": torch.float32, "f64": torch.float64}

REGRESSION = {
    "half_mse": lambda z, y: ((z - y) ** 2 / 2).mean(),
    "mse": torch.nn.functional.mse_loss,
    "sse": lambda z, y: ((z - y) ** 2).sum(),
}
CLASSES = {
    "bce": lambda z, y: torch.nn.functional.binary_cross_entropy(torch.sigmoid(z), y),
    "bce_logits": torch.nn.functional.binary_cross_entropy_with_logits,
}
POINTS = {
    "housing": {"zero": (0, 0, 0), "small": (1000, -20, 3), "large": (3e5, 9e4, -7e3)},
    "admission": {"zero": (0, 0), "small": (0.04, -0.02), "large": (2.25, 2.5)},
    "scored": {"zero": (0, 0, 0), "small": (0.5, -0.25, 0.125), "large": (3, 4, -1)},
}


def read(name, scale, ones):
    frame = pandas.read_csv(os.path.join(DATA, name + ".csv"), dtype=str).map(float)
    x, y = frame.iloc[:, :-1], frame.iloc[:, -1]
    if scale:
        x = (x - x.mean()) / x.std()
    if ones is not None:
        x.insert(0 if ones == "first" else x.shape[1], "one", 1.0)
    return x.values, y.values


CASES = {
    "housing": (lambda: read("housing", True, "first"), REGRESSION),
    "admission": (lambda: read("admission", False, None), CLASSES),
    "scored": (lambda: read("admission", True, "last"), CLASSES),
}


def quantities(x, y, loss, point, with_hessian):
    """Yields (quantity, i, j, value)."""
    w = torch.tensor(point, dtype=x.dtype, requires_grad=True)
    for i, v in enumerate(w.tolist()):
        yield "theta", i, 0, v
    value = loss(x @ w, y)
    yield "loss", 0, 0, value.item()
    grad = torch.autograd.grad(value, w, create_graph=True)[0]
    for i, v in enumerate(grad.tolist()):
        yield "grad", i, 0, v
    if with_hessian:
        for i, g in enumerate(grad):
            row = torch.autograd.grad(g, w, retain_graph=True)[0]
            for j, v in enumerate(row.tolist()):
                yield "hessian", i, j, v


def main():
    torch.set_num_threads(1)
    for tag, dtype in DTYPES.items():
        form = "%s,%s,%d,%d,%.9g\n" if tag == "f32" else "%s,%s,%d,%d,%.17g\n"
        path = os.path.join(HERE, "model_%s.csv" % tag)
        with open(path, "w", encoding="ascii", newline="\n") as out:
            out.write("case,quantity,i,j,value\n")
            for data, (load, losses) in CASES.items():
                x, y = (torch.tensor(v, dtype=dtype) for v in load())
                for name, loss in losses.items():
                    for at, point in POINTS[data].items():
                        case = "%s.%s.%s" % (data, name, at)
                        clamped = case == "admission.bce.large"
                        for row in quantities(x, y, loss, point, not clamped):
                            out.write(form % ((case,) + row))


if __name__ == "__main__":
    main()
