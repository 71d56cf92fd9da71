"""Vectors of the classical optimizers that SciPy has.

cg, bfgs, newton_cg   with SciPy's own search for the strong Wolfe conditions by zoom
                      (line_search_wolfe2) in place of the one that it tries first, dcsrch.
                      Its zoom keeps trial points away from the ends of an interval by a
                      share of its width, which is negative where the interval is reversed:
                      meant is the magnitude, and so it is here. CG without the further
                      condition that SciPy puts to the search.
trust_dogleg, trust_steihaug, nelder_mead    as they are; steps that were rejected, and
                      iterations that left the best point alone, are part of the next.

    python3 parity_classic.py [NAME ...]      below data/parity
"""

import inspect
import sys
import warnings

import numpy as np
import scipy
import scipy.optimize
import scipy.optimize._linesearch as linesearch
import scipy.optimize._optimize as optimize
import torch

import parity_file
from parity_file import LOGISTIC, MLP, PROBLEMS, QUADRATIC_PROBLEM, ROSENBROCK

warnings.simplefilter("ignore")
MOST = 40         # steps of a case
EVALUATIONS = 40  # of one line search


def patch():
    text = inspect.getsource(linesearch._zoom)
    for name in ("delta1", "delta2"):
        assert text.count(name + " * dalpha") == 1
        text = text.replace(name + " * dalpha", name + " * abs(dalpha)")
    exec(compile(text, "zoom", "exec"), linesearch.__dict__)

    def search(f, g, xk, pk, gfk, old_fval, old_old_fval, c1=1e-4, c2=0.9, amax=None,
               **ignored):
        found = linesearch.line_search_wolfe2(f, g, xk, pk, gfk, old_fval, old_old_fval,
                                              c1=c1, c2=c2, amax=amax,
                                              maxiter=EVALUATIONS)
        if found[0] is None:
            raise optimize._LineSearchError()
        return found

    optimize._line_search_wolfe12 = search


def first_simplex(f, x):
    points = [x]
    for i in range(len(x)):
        other = x.copy()
        other[i] = 1.05 * x[i] if x[i] != 0 else 0.00025
        points.append(other)
    return min(points, key=f)


def walk(method, options, f, g, hvp, start):
    """The points that SciPy comes by, each once."""
    points, more = [], {}
    if method in ("Newton-CG", "trust-ncg"):
        more["hessp"] = hvp
    if method == "dogleg":
        more["hess"] = lambda x: np.array([hvp(x, e) for e in np.eye(len(x))])
    if method == "Nelder-Mead":
        points.append(first_simplex(f, start))
    else:
        more["jac"] = g
    scipy.optimize.minimize(f, start, method=method, options=options,
                            callback=lambda x: points.append(np.array(x)), **more)
    last = start
    for x in points:
        if (x != last).any():
            last = x
            yield x


def run(method, options):
    return parity_file.function_run(
        lambda f, g, hvp, start: walk(method, options, f, g, hvp, start))


def length(make, problem):
    """How many steps there are to record: one less than SciPy makes, and none from where a
    start of one ulp beside makes a difference above 1e-12."""
    start = np.array(problem.start)
    it = make(problem, torch.float64, start)
    beside = make(problem, torch.float64, np.nextafter(start, np.inf))
    for k in range(MOST + 1):
        try:
            it.step()
            beside.step()
        except StopIteration:
            return k - 1
        if np.abs(it.theta() - beside.theta()).max() > 1e-12:
            return k - 1
    return MOST


GRAD = {"gtol": 1e-6}
SIMPLEX = {"xatol": 1e-6, "fatol": 0.0, "maxiter": 10000, "maxfev": 100000}
WOLFE = "[line_search]\nkind = strong_wolfe\n"
# name: (method, {flag: (keys of [optimizer], options of SciPy, problems)})
SUBJECTS = {
    "cg": ("CG", {"default": ("", GRAD, PROBLEMS),
                  "c2": ("[line_search]\nkind = strong_wolfe\nc2 = 0.1\n",
                         dict(GRAD, c2=0.1), PROBLEMS)}),
    "bfgs": ("BFGS", {"default": ("", GRAD, PROBLEMS),
                      "c2": ("[line_search]\nkind = strong_wolfe\nc1 = 0.01\nc2 = 0.5\n",
                             dict(GRAD, c1=0.01, c2=0.5), PROBLEMS)}),
    "newton_cg": ("Newton-CG", {"default": ("", {"xtol": 1e-8}, PROBLEMS)}),
    "trust_dogleg": ("dogleg", {
        "default": ("", GRAD, (QUADRATIC_PROBLEM, ROSENBROCK, LOGISTIC)),
        "radius": ("radius = 0.1\nmax_radius = 0.5\neta = 0.05\n",
                   dict(GRAD, initial_trust_radius=0.1, max_trust_radius=0.5, eta=0.05),
                   (QUADRATIC_PROBLEM, ROSENBROCK, LOGISTIC))}),
    "trust_steihaug": ("trust-ncg", {
        "default": ("", GRAD, PROBLEMS),
        "radius": ("radius = 0.1\nmax_radius = 0.5\neta = 0.05\n",
                   dict(GRAD, initial_trust_radius=0.1, max_trust_radius=0.5, eta=0.05),
                   PROBLEMS)}),
    "nelder_mead": ("Nelder-Mead", {
        "default": ("", SIMPLEX, PROBLEMS),
        "adaptive": ("adaptive = yes\n", dict(SIMPLEX, adaptive=True), PROBLEMS)}),
}


def write(name):
    method, flags = SUBJECTS[name]
    file = parity_file.File(name, "scipy %s" % scipy.__version__, __file__)
    for flag, (keys, options, problems) in flags.items():
        ini = "[optimizer]\nkind = %s\n%s" % (name, keys)
        for problem in problems:
            make = run(method, options)
            n = length(make, problem)
            file.flag(flag, ini, make, "other", problems=(problem,), steps=n,
                      dtypes=("f64",), windows={"f64": ((0, n),), "f32": ()})
    file.write()


patch()
for name in sys.argv[1:] or SUBJECTS:
    write(name)
