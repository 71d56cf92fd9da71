"""notebook001_sine_{f32,f64}.csv: the sine fit of notebook 001 from zeros, by torch's tensors.

Row t: the loss of the parameters before step t, and these parameters; every twentieth of the
2,000 steps, the last and the end. The files that are kept were computed with torch 1.13.1; other
versions give other last digits (README.md).
"""
import math
import torch


def run(dtype, form):
    x = torch.linspace(-math.pi, math.pi, 2000, dtype=dtype)
    y = torch.sin(x)
    a, b, c, d = (torch.zeros((), dtype=dtype) for _ in range(4))
    rate = 1e-6
    yield "t,loss,a,b,c,d"
    for t in range(2001):
        pred = a + b * x + c * x ** 2 + d * x ** 3
        loss = (pred - y).pow(2).sum().item()
        if t % 20 == 0 or t == 1999:
            yield ",".join([str(t)] + [form % v for v in (loss, a.item(), b.item(), c.item(), d.item())])
        g = 2.0 * (pred - y)
        a = a - rate * g.sum()
        b = b - rate * (g * x).sum()
        c = c - rate * (g * x ** 2).sum()
        d = d - rate * (g * x ** 3).sum()


for name, dtype, form in (("f32", torch.float32, "%.9g"), ("f64", torch.float64, "%.17g")):
    with open(f"notebook001_sine_{name}.csv", "w") as file:
        for line in run(dtype, form):
            print(line, file=file)
