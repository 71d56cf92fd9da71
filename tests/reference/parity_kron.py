"""Vectors of the optimizers with a matrix for each side of a tensor.

shampoo  pytorch-optimizer's Shampoo, which has the paper's exponents; its momentum and its
         rhythm of roots are other ones, so for these (and for long sides) the paper's
         algorithm is written out below, and held against the package where both can be
soap     pytorch-optimizer's SOAP, the operations of the authors' soap.py; its QR, which it
         makes in float32 whatever the parameters are, is made in their dtype here
psgd     kron_torch's Kron with factors in float64, its noise and its lots replaced: normal
         numbers come from Philox by step and element as in num/normal.h, and sides are
         balanced with every 100th update

    python3 parity_kron.py        shampoo, soap, psgd below data/parity
"""

import importlib.metadata
import math
import os
import sys

os.environ["TORCH_COMPILE_DISABLE"] = "1"
os.environ["TORCHDYNAMO_DISABLE"] = "1"

import numpy as np
import torch
import kron_torch.kron as kron
import pytorch_optimizer
import pytorch_optimizer.optimizer.soap as soap_module

import parity_file
from parity_file import FEW, MATRICES, MLP, PROBLEMS, Problem

SEED = 0
# For all but the plain variant.
SHORT = {"f64": ((0, 8), (120, 5)), "f32": ((0, 3), (60, 3))}


def square_loss(params):
    x, y = parity_file.table(params[0].dtype, parity_file.TARGETS)
    return ((torch.tanh(x @ params[0].T) @ params[1].T - y[:, None]) ** 2).mean()


# No side of a first gradient has more than one direction without gradient: its eigenbasis
# is unique, and a free run can be compared.
SQUARE = Problem("square", parity_file.inline(parity_file.TARGETS) +
                 "\n[model]\nkind = mlp\nhidden = 2\nactivation = tanh\nbias = no\n"
                 "loss = mse", [("linear1.weight", (2, 2)), ("output.weight", (1, 2))],
                 [0.4, -0.6, 0.7, 0.3, 0.6, -0.45], square_loss)


def versions(*packages):
    return ", ".join("%s %s" % (p, importlib.metadata.version(p)) for p in packages)


def named(problem, prefix, values):
    """Columns PREFIX.TENSOR of one value a tensor, None for those that have none."""
    return {"%s.%s" % (prefix, name): np.asarray(v, dtype=np.float64).reshape(-1).copy()
            for (name, shape), v in zip(problem.tensors, values) if v is not None}


class KronRun(parity_file.TorchRun):
    """state_of(run) gives the columns that are no slots; scalars are vectors of one."""

    def __init__(self, problem, dtype, start, factory, state_of, slots=()):
        self.state_of = state_of
        super().__init__(vectors(problem), dtype, start, factory, slots=slots)
        self.steps = 0

    def step(self):
        self.steps += 1
        super().step()

    def state(self):
        out = super().state()
        out.update(self.state_of(self))
        return out


def vectors(problem):
    """The same with scalars as vectors of one element, which is what they are taken as."""
    same = Problem.__new__(Problem)
    same.__dict__.update(problem.__dict__)
    same.tensors = [(name, shape or (1,)) for name, shape in problem.tensors]
    return same


def kron_run(factory, state_of, slots=()):
    return lambda problem, dtype, start: KronRun(problem, dtype, start, factory, state_of,
                                                 slots)


def shown(problem, name):
    """Kept for people alone: no step depends on it."""
    return named(problem, name, [np.ones(1)] * len(problem.tensors))


# ---- Shampoo ----

def inverse_root(a, p):
    w, v = np.linalg.eigh(a)
    return (v * w ** (-1.0 / p)) @ v.T


class Shampoo(torch.optim.Optimizer):
    """Algorithms 1 and 2 of the paper; momentum averages the gradient alone that is
    preconditioned; sides above max_dim have the diagonal."""

    def __init__(self, params, lr, epsilon=1e-4, momentum=0.0, update_freq=1, max_dim=1200):
        super().__init__(params, {})
        self.lr, self.epsilon, self.momentum = lr, epsilon, momentum
        self.update_freq, self.max_dim, self.steps = update_freq, max_dim, 0

    def begin(self, p):
        sides = list(p.shape)
        whole = [n <= self.max_dim for n in sides]
        sums = [self.epsilon * (np.eye(n) if w else np.ones(n))
                for n, w in zip(sides, whole)]
        return {"sums": sums, "roots": [np.zeros_like(s) for s in sums],
                "momentum_buffer": torch.zeros_like(p)}

    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            s = self.state[p]
            if not s:
                s.update(self.begin(p))
            g = p.grad.double().numpy()
            order = g.ndim
            gram = [np.outer(g, g)] if order == 1 else [g @ g.T, g.T @ g]
            for k in range(order):
                add = gram[k] if s["sums"][k].ndim == 2 else np.diag(gram[k])
                s["sums"][k] = s["sums"][k] + add
                if self.steps % self.update_freq == 0:
                    s["roots"][k] = (inverse_root(s["sums"][k], 2 * order)
                                     if s["sums"][k].ndim == 2 else
                                     s["sums"][k] ** (-1.0 / (2 * order)))
            if self.momentum:
                mean = (self.momentum * s["momentum_buffer"].double().numpy() +
                        (1 - self.momentum) * g)
                s["momentum_buffer"] = torch.tensor(mean).to(p.dtype)
                g = mean
            left, right = [r if r.ndim == 2 else np.diag(r) for r in
                           (s["roots"] + [np.ones(1)])[:2]]
            g = left @ g if order == 1 else left @ g @ right
            p.copy_(torch.tensor(p.double().numpy() - self.lr * g).to(p.dtype))
        self.steps += 1


def shampoo_state(run):
    o, problem, out = run.optimizer, run.problem, {}
    of = [o.state[p] if p in o.state and o.state[p] else o.begin(p) for p in run.params]
    for k, side in enumerate(("left", "right")):
        def part(key):
            return [s[key][k] if k < len(s[key]) else None for s in of]
        out.update(named(problem, side, part("sums")))
        out.update(named(problem, side + "_root", part("roots")))
    out.update(shown(problem, "condition"))
    if o.momentum:
        out["momentum_buffer"] = parity_file.flat([s["momentum_buffer"] for s in of])
    return out


def package_shampoo_state(run):
    """As above, of the package's state: its sums and the roots that it made of them."""
    out, problem = {}, run.problem
    for k, side in enumerate(("left", "right")):
        sums, roots = [], []
        for p, (_, shape) in zip(run.params, problem.tensors):
            s = run.optimizer.state[p]
            there = k < len(shape)
            first = 1e-4 * np.eye(shape[k]) if there else None
            zero = np.zeros((shape[k], shape[k])) if there else None
            sums.append(s.get("pre_cond_%d" % k, first) if there else None)
            roots.append(s.get("inv_pre_cond_%d" % k, zero) if there else None)
        out.update(named(problem, side, sums))
        out.update(named(problem, side + "_root", roots))
    out.update(shown(problem, "condition"))
    return out


def write_shampoo():
    f = parity_file.File("shampoo", versions("pytorch-optimizer", "torch", "numpy"),
                         __file__)
    lr = 0.5
    ini = "[optimizer]\nkind = shampoo\nlr = %r\n" % lr
    problems = PROBLEMS + (MATRICES,)

    def package(**more):
        return kron_run(lambda p: pytorch_optimizer.Shampoo(p, lr=lr, matrix_eps=1e-4,
                                                            **more),
                        package_shampoo_state)

    def paper(**more):
        return kron_run(lambda p: Shampoo(p, lr, **more), shampoo_state)

    both = [make(MLP, torch.float64, MLP.start) for make in (package(), paper())]
    for _ in range(100):
        for run in both:
            run.step()
    apart = np.abs(both[0].theta() - both[1].theta()).max()
    print("the package and the paper written out, 100 steps: %.2g apart" % apart)
    assert apart < 1e-11
    only = {"windows": SHORT, "kind": "other", "dtypes": ("f64", "f32")}
    # In float32 the package takes the roots of sums of float32, too: 1e-4 of rounding. So
    # that is compared with the paper's, which are taken in double.
    f.flag("plain", ini, package(), "other", problems=problems, windows=FEW,
           dtypes=("f64",))
    f.flag("weight_decay", ini + "weight_decay = 0.1\n", package(weight_decay=0.1),
           "other", problems=(MLP, MATRICES), windows=SHORT, dtypes=("f64",))
    note = "algorithm 2 of the paper, written out with numpy"
    f.flag("momentum", ini + "momentum = 0.9\n", paper(momentum=0.9),
           problems=(MLP, MATRICES), note=note, **only)
    f.flag("update_freq", ini + "update_freq = 5\n", paper(update_freq=5),
           problems=(MLP, MATRICES), note=note, **only)
    f.flag("diagonal", ini + "max_precond_dim = 2\n", paper(max_dim=2),
           problems=(MLP, MATRICES), note=note, **only)
    f.write()


# ---- SOAP ----

class Mean:
    """Of squares: its root gets the authors' 1e-30, not the package's eps."""

    def __init__(self, x):
        self.mean = torch.mean(x)

    def sqrt_(self):
        return self

    def add_(self, eps):
        return self.mean.sqrt() + 1e-30


class InDouble:
    """Stands for torch in the package's module of SOAP."""

    mean = Mean

    def __getattr__(self, name):
        return getattr(torch, "float64" if name == "float32" else name)


def soap_state(run):
    out, problem = {}, run.problem
    of = [run.optimizer.state[p] for p in run.params]
    for k, side in enumerate(("left", "right")):
        for name, key in ((side, "GG"), (side + "_basis", "Q")):
            values = []
            for s, (_, shape), p in zip(of, problem.tensors, run.params):
                has = run.sided(shape) and k < len(shape)
                have = s.get(key)
                values.append(None if not has else
                              have[k] if have is not None else
                              np.zeros((shape[k], shape[k])))
            out.update(named(problem, name, values))
    out.update(shown(problem, "basis_error"))
    return out


class SoapRun(KronRun):
    def __init__(self, problem, dtype, start, options):
        one = options.get("precondition_1d", False)
        self.sided = lambda shape: len(shape) > 1 or one
        super().__init__(problem, dtype, start,
                         lambda p: pytorch_optimizer.SOAP(p, **options), soap_state,
                         {"exp_avg": ("exp_avg", 0.0), "exp_avg_sq": ("exp_avg_sq", 0.0)})


def write_soap():
    f = parity_file.File("soap", versions("pytorch-optimizer", "torch"), __file__)
    soap_module.torch = InDouble()
    # A direction that a gradient does not reach is rounding divided by eps. With a larger
    # eps than by default it stays rounding, and free runs can be compared.
    base = {"lr": 0.005, "weight_decay": 0.0}

    def flag(name, more, ways, words="", **options):
        made = dict(base, **options)
        if name != "plain":
            made.setdefault("eps", 1e-6)
        keys = dict(made)
        if "betas" in keys:
            keys["beta1"], keys["beta2"] = keys.pop("betas")
        text = "".join("%s = %s\n" % (k, "yes" if v is True else "no" if v is False else
                                      repr(v)) for k, v in keys.items())
        text = text.replace("normalize_gradient", "normalize_grads")
        f.flag(name, "[optimizer]\nkind = soap\n" + text,
               lambda problem, dtype, start: SoapRun(problem, dtype, start, made),
               "other", problems=more, windows=FEW if name == "plain" else SHORT,
               note=words or None, steps=parity_file.STEPS if ways else 0,
               dtypes=("f64", "f32") if more == PROBLEMS[:3] else ("f64",))

    # The first gradient of a row or column leaves all but one direction of a side at 0, and
    # any basis of them is an eigenbasis: from there on two right programs part.
    # In float32 the package's bases are those of rounding, in what gradients never reach:
    # there only what has no basis is compared.
    words = "states alone for the mlp: the first basis of a 1 x 3 matrix is not unique"
    for name, options in (
            ("plain", {}), ("weight_decay", {"weight_decay": 0.1}),
            ("betas", {"betas": (0.8, 0.99)}), ("shampoo_beta", {"shampoo_beta": 0.7}),
            ("frequency", {"precondition_frequency": 1}),
            ("correct_bias", {"correct_bias": False}),
            ("normalize_grads", {"normalize_gradient": True, "eps": 1e-4})):
        if name == "plain":
            flag(name, PROBLEMS[:3], True, **options)
            flag(name, (MATRICES,), True, **options)
        flag(name, (SQUARE,), True, **options)
        flag(name, (MLP,), False, words, **options)
    flag("precondition_1d", (PROBLEMS[0], MLP), False,
         "states alone: the first basis of a vector is not unique", precondition_1d=True)
    f.write()


# ---- PSGD ----

def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c[0], 1 << 32)
        high1, low1 = divmod(0xCD9E8D57 * c[2], 1 << 32)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B9) % (1 << 32), (k[1] + 0xBB67AE85) % (1 << 32)]
    return c


def normal_at(stream, index):
    half = 1 << 32
    block = index // 2
    words = philox((block % half, block // half, stream % half, stream // half),
                   (SEED % half, SEED // half))
    u, turn = (((words[i + 1] << 32 | words[i]) >> 11) * 2.0 ** -53 for i in (0, 2))
    radius = math.sqrt(-2 * math.log(1 - u))
    wave = math.cos if index % 2 == 0 else math.sin
    return radius * wave(2 * math.pi * turn)


class Noise:
    """Stands for torch in kron_torch: its normal numbers by step and element."""

    step = even = at = 0

    def __getattr__(self, name):
        return getattr(torch, name)

    def randn_like(self, x):
        n = x.numel()
        first = self.step * self.even + self.at
        self.at += n
        return torch.tensor([normal_at(0x6F7074, first + i) for i in range(n)],
                            dtype=x.dtype).reshape(x.shape)


def solve_right(x, a):
    return torch.linalg.solve_triangular(a, x.reshape(-1, x.size(-1)), upper=True,
                                         left=False).reshape(x.shape)


class Lots:
    """Every 100th update is the one that falls."""

    def __init__(self, optimizer):
        self.optimizer, self.updates = optimizer, 0

    def random(self):
        if int(self.optimizer._update_counter) != 0:
            return 1.0
        self.updates += 1
        return 0.0 if self.updates % 100 == 0 else 1.0


NOISE = Noise()


class PsgdRun(KronRun):
    def __init__(self, problem, dtype, start, options):
        def factory(params):
            o = kron.Kron(params, precond_dtype=torch.float64, **options)
            o.rng = Lots(o)
            return o
        super().__init__(problem, dtype, start, factory, psgd_state,
                         {"momentum_buffer": ("momentum_buffer", 0.0)})
        self.scale = options.get("precond_init_scale", 1.0)

    def step(self):
        n = sum(self.problem.sizes)
        NOISE.step, NOISE.even, NOISE.at = self.steps + 1, n + n % 2, 0
        super().step()


def psgd_state(run):
    out, problem, o = {}, run.problem, run.optimizer
    limit = o.param_groups[0]["max_size_triangular"]
    for k, side in enumerate(("left", "right")):
        values = []
        for p, (_, shape) in zip(run.params, problem.tensors):
            s = o.state[p]
            if k >= len(shape):
                values.append(None)
            elif "Q" in s:
                values.append(s["Q"][k])
            else:
                scale = run.scale ** (1 / len(shape))
                diagonal = len(shape) < 2 or shape[k] == 1 or shape[k] > limit
                values.append(scale * (np.ones(shape[k]) if diagonal else np.eye(shape[k])))
        out.update(named(problem, side, values))
    out["psgd_waited"] = [float(o._update_counter)]
    out["psgd_updates"] = [float(o.rng.updates)]
    return out


def write_psgd():
    f = parity_file.File("psgd", versions("kron-torch", "torch"), __file__)
    kron.torch = NOISE
    kron._solve_triangular_right = solve_right
    base = {"lr": 0.02}

    def flag(name, more=PROBLEMS + (MATRICES,), keys=None, **options):
        made = dict(base, **options)
        text = "".join("%s = %s\n" % (k, "yes" if v is True else "no" if v is False else
                                      repr(v))
                       for k, v in (dict(base, **keys) if keys else made).items())
        f.flag(name, "[optimizer]\nkind = psgd\n" + text,
               lambda problem, dtype, start: PsgdRun(problem, dtype, start, made),
               "other", problems=more, windows=FEW if name == "plain" else SHORT)

    flag("plain")
    flag("weight_decay", (MLP, MATRICES), weight_decay=0.1)
    flag("gradient", (MLP, MATRICES), keys={"momentum_into_precond_update": False},
         momentum_into_precond_update=False)
    flag("rates", (MLP, MATRICES), keys={"beta1": 0.5, "precond_lr": 0.3, "precond_init_scale": 2.5},
         b1=0.5, precond_lr=0.3, precond_init_scale=2.5)
    few = kron.precond_update_prob_schedule(max_prob=0.9, min_prob=0.1, decay=0.05,
                                            flat_start=20)
    flag("schedule", (MLP, MATRICES),
         keys={"update_max": 0.9, "update_min": 0.1, "update_decay": 0.05,
               "update_flat": 20}, preconditioner_update_probability=few)
    flag("diagonal", (MLP, MATRICES), max_size_triangular=2)
    f.write()


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["shampoo", "soap", "psgd"]
    for name in wanted:
        {"shampoo": write_shampoo, "soap": write_soap, "psgd": write_psgd}[name]()
