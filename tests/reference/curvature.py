"""Spectra of small Hessians by numpy, for tests/unit/model/test_curvature.c.

Forty rows of seven features that both sides compute from the same formula, a bias behind
them: least squares and logistic loss at a point, and a logistic one whose last feature
repeats the first, so that its Hessian is singular. Lines of curvature.csv: what, value.
"""
import math

import numpy as np

ROWS, FEATURES = 40, 7


def feature(i, j):
    return 2 * math.fmod((i + 1) * (j + 2) * 0.6180339887498949, 1.0) - 1


X = np.array([[feature(i, j) for j in range(FEATURES)] + [1.0] for i in range(ROWS)])
y = np.array([1.0 if math.fmod((i + 1) * 0.7548776662466927, 1.0) < 0.5 else 0.0
              for i in range(ROWS)])
theta = np.array([0.25 * (k - 3) for k in range(FEATURES + 1)])
out = []


def tell(case, x, at, loss):
    z = x @ at
    if loss == "linear":
        weight, slope = np.ones(ROWS), z - y
    else:
        p = 1 / (1 + np.exp(-z))
        weight, slope = p * (1 - p), p - y
    hessian = x.T @ (weight[:, None] * x) / ROWS
    gradient = x.T @ slope / ROWS
    values = np.linalg.eigvalsh(hessian)
    step = -np.linalg.pinv(hessian, rcond=1e-12) @ gradient
    for k, value in enumerate(values):
        out.append((f"{case}.value.{k}", value))
    for k, value in enumerate(step):
        out.append((f"{case}.step.{k}", value))
    out.append((f"{case}.grad", np.linalg.norm(gradient)))
    out.append((f"{case}.condition", values[-1] / values[0]))


tell("linear", X, theta, "linear")
tell("logistic", X, theta, "logistic")
double = X.copy()
double[:, FEATURES - 1] = double[:, 0]
tell("singular", double, theta, "logistic")
with open("curvature.csv", "w", encoding="ascii", newline="\n") as file:
    file.write("what,value\n")
    for what, value in out:
        file.write(f"{what},{value:.17g}\n")
