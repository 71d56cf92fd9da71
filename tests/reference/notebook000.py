#!/usr/bin/env python3
"""Trajectories of the notebook's three experiments on the shipped look-alikes, by torch.

Writes lookalike_<name>_<f32|f64>.csv beside this file:

    iter,loss_before_step,theta_delta_norm,[step,]w0,w1,...

Row i holds the loss at the parameters before step i + 1, the norm of that step as it was
stored, and the parameters after it; `step` is the step length where it is searched for.
Numbers are %.9g for float32 and %.17g for float64, so both read back to the same bits.

    heights             columns [age, 1], loss mean((yhat - y)^2 / 2), lr 0.03
    housing             columns [1, area, bedrooms], standardised with ddof 1, same loss
    admission_newton    raw scores, no bias, binary cross entropy, Newton's method
    admission_get_step  the notebook's line search: along the gradient, phi'(0)/phi''(0)
    admission_gd        plain gradient descent with lr 1; saturates

All start at zero and stop when the square of the step's norm is no longer above 1e-8.
"""

import os

import numpy
import pandas
import torch

from versions import write_versions

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
DTYPES = {"f32": torch.float32, "f64": torch.float64}
MAX_STEPS = 20000


def half_squared(z, y):
    return ((z - y) ** 2 / 2).mean()


def cross_entropy(z, y):
    return torch.nn.functional.binary_cross_entropy(torch.sigmoid(z), y)


def constant(lr):
    """Gradient descent: returns the step length and the direction to subtract."""
    return lambda loss, x, y, w, grad: (lr, grad)


def newton(loss, x, y, w, grad):
    rows = [torch.autograd.grad(g, w, retain_graph=True)[0] for g in grad]
    return 1.0, grad @ torch.linalg.inv(torch.stack(rows))


def get_step(loss, x, y, w, grad):
    direction = grad.detach()
    a = torch.zeros((), dtype=x.dtype, requires_grad=True)
    first = torch.autograd.grad(loss(x @ (w.detach() + a * direction), y), a,
                                create_graph=True)[0]
    second = torch.autograd.grad(first, a)[0]
    return first.item() / second.item(), grad


def descend(x, y, loss, direct):
    """Yields (loss, norm of the step, step length, parameters) until steps are small."""
    w = torch.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    for _ in range(MAX_STEPS):
        value = loss(x @ w, y)
        grad = torch.autograd.grad(value, w, create_graph=True)[0]
        length, direction = direct(loss, x, y, w, grad)
        before = w.detach().clone()
        with torch.no_grad():
            w.sub_(length * direction)
        delta = torch.norm(w.detach() - before, p=2).item()
        yield value.item(), delta, length, w.detach().tolist()
        if not delta**2 > 1e-8:
            return
    raise RuntimeError("no end after %d steps" % MAX_STEPS)


def write(name, tag, searched, rows):
    form = "%.9g" if tag == "f32" else "%.17g"
    path = os.path.join(HERE, "lookalike_%s_%s.csv" % (name, tag))
    with open(path, "w", encoding="ascii", newline="\n") as out:
        for i, (loss, delta, length, w) in enumerate(rows):
            if i == 0:
                names = ["w%d" % j for j in range(len(w))]
                head = ["iter", "loss_before_step", "theta_delta_norm"]
                out.write(",".join(head + ["step"] * searched + names) + "\n")
            fields = [str(i), form % loss, form % delta]
            fields += ["%.17g" % length] * searched + [form % v for v in w]
            out.write(",".join(fields) + "\n")
    print("%-28s %5d steps, loss %.9g, theta-delta %.9g" % (name + " " + tag, i + 1, loss,
                                                            delta))


def read(name):
    # As text first: pandas' own number reader has not been exact in every version.
    frame = pandas.read_csv(os.path.join(DATA, name + ".csv"), dtype=str).map(float)
    return frame.iloc[:, :-1], frame.iloc[:, -1]


def heights(dtype):
    x, y = read("heights")
    x = torch.tensor(x.values, dtype=dtype)
    return torch.cat([x, torch.ones(len(x), 1, dtype=dtype)], dim=1), y


def housing(dtype):
    x, y = read("housing")
    x = torch.tensor(((x - x.mean()) / x.std()).values, dtype=dtype)
    return torch.cat([torch.ones(len(x), 1, dtype=dtype), x], dim=1), y


def admission(dtype):
    x, y = read("admission")
    return torch.tensor(x.values, dtype=dtype), y


EXPERIMENTS = (
    ("heights", heights, half_squared, constant(0.03), False),
    ("housing", housing, half_squared, constant(0.03), False),
    ("admission_newton", admission, cross_entropy, newton, True),
    ("admission_get_step", admission, cross_entropy, get_step, True),
    ("admission_gd", admission, cross_entropy, constant(1.0), True),
)


def main():
    torch.set_num_threads(1)
    for name, data, loss, direct, searched in EXPERIMENTS:
        for tag, dtype in DTYPES.items():
            x, y = data(dtype)
            y = torch.tensor(y.values, dtype=dtype)
            write(name, tag, searched, descend(x, y, loss, direct))
    write_versions(HERE, torch, numpy, pandas)


if __name__ == "__main__":
    main()
