"""Vectors of `optbench parity`: problems, recording and the file format.

A file data/parity/NAME.safetensors belongs to one optimizer (or schedule, or wrapper) and
holds cases: one for each variant ("flag": the settings that are tried in turn) and problem.
The reference is run here, and what it did is written down. Metadata:

    format               "optbench parity 1"
    optimizer            the name of the file's subject, as `optbench parity NAME` wants it
    reference            what was run, with version: "torch 2.15.0"
    made_by              the script below tests/reference
    problem.P            [data] and [model] of an experiment
    flag.F               [optimizer] and whatever else belongs to the variant; flag.F/P
                         instead where it depends on the problem
    kind.F               which limits hold: torch, lbfgs, other (see train/parity.h)
    grows.F              "yes": rows have no state of the optimizer; they follow each
                         other from step 0, and the state is that which grows from these
                         parameters and gradients; optional
    note.F               words on what is compared, where that is not plain; optional
    columns.F/P          "step theta:3 grad:3 exp_avg:3": what stands in the rows of the
                         case, with widths; "" where there are no rows. Their order is
                         that of the cases

and arrays, float64 or (f32) float32:

    F/P/f64, F/P/f32     [rows, columns] states, row by row, each BEFORE a step. Where the
                         next row's step is one more, its theta is the result. `step` is
                         how many were made before, `loss` and `grad` are those at theta;
                         any other column is a slot, an array or a counter of the
                         checkpoint: NAME, or NAME.TENSOR for each tensor.
    F/P/way              [rows, 2 + parameters] free run in float64: step, drift, theta.
                         `drift` is the largest change until then of a run that started
                         one ulp above or below: how far two right programs may part.
    F/P/lr               [steps] the rate of step 1, 2, ... of that run; optional

How to add one, in a script that runs the reference:

    file = parity_file.File("lion", "lion-pytorch 0.2.3", __file__)
    file.flag("weight_decay", "[optimizer]\\nkind = lion\\nlr = 0.01\\nweight_decay = 0.1",
              parity_file.torch_run(lambda p: Lion(p, lr=0.01, weight_decay=0.1),
                                    slots=("exp_avg",)), kind="other")
    file.write()

What is run is any object with theta(), grad(), loss(), state() (a dict of columns, values
flat; {} = none) and step(); `make(problem, dtype, start)` gives a fresh one. TorchRun is
that for torch-like optimizers; FunctionRun for algorithms that call f, g, hvp themselves.
"""

import json
import os
import struct

import numpy as np
import torch

FORMAT = "optbench parity 1"
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "..", "data", "parity")
STEPS = 300          # of the free run
EVERY = 20           # steps from one of its rows to the next
# (first, number) of consecutive states: 50 a problem in float64, ten in float32
WINDOWS = {"f64": ((0, 20), (100, 15), (285, 15)), "f32": ((0, 6), (100, 4))}
# For what torch has not: 24 states a problem in float64.
FEW = {"f64": ((0, 12), (150, 12)), "f32": ((0, 4), (100, 4))}
DTYPES = {"f64": torch.float64, "f32": torch.float32}

torch.set_num_threads(1)
# Scalars that torch keeps in tensors of their own (NAdam's mu_product) have the default
# dtype: with float32 there, its float64 would be none.
torch.set_default_dtype(torch.float64)


def numbers(values):
    """As an INI has them; read back to the same doubles."""
    return " ".join(repr(float(v)) for v in values)


class Problem:
    """One objective, for torch and as sections of an experiment file.

    tensors: (name, shape) in the order of the flat vector; start: its first value;
    loss(params): params is a list of tensors of these shapes and of one dtype.
    """

    def __init__(self, name, ini, tensors, start, loss):
        self.name, self.tensors, self.start, self.loss = name, tensors, start, loss
        self.ini = ini.strip() + "\ninit = %s\n" % numbers(start)
        self.sizes = [int(np.prod(shape)) for _, shape in tensors]
        assert sum(self.sizes) == len(start)

    def split(self, flat):
        parts = torch.as_tensor(flat).split(self.sizes)
        return [p.reshape(shape) for p, (_, shape) in zip(parts, self.tensors)]

    def data(self, dtype, *arrays):
        return [torch.tensor(a, dtype=torch.float64).to(dtype) for a in arrays]


QUADRATIC = [[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 3.0]]
LINEAR_PART = [1.0, -2.0, 0.5]
# a, b, class (not separable), target
ROWS = (
    (0.5, 1.2, 1, 0.9), (-1.0, 0.4, 0, -0.3), (1.5, -0.7, 1, 0.2), (-0.3, -1.1, 0, -0.8),
    (0.8, 0.3, 0, 0.7), (-1.4, 1.6, 1, 0.1), (0.2, -0.4, 1, -0.2), (2.1, 0.9, 1, 1.3),
    (-0.6, 0.7, 0, 0.4), (1.1, -1.5, 0, -0.5),
)
FEATURES = [r[:2] for r in ROWS]
CLASSES = [r[2] for r in ROWS]
TARGETS = [r[3] for r in ROWS]


def inline(last):
    rows = ", ".join("%r %r %r" % (a, b, y) for (a, b), y in zip(FEATURES, last))
    return ("[data]\nsource = inline\ncolumns = a b y\nvalues = %s\nfeatures = a b\n"
            "target = y\n" % rows)


def quadratic_loss(params):
    x = params[0]
    a, b = (torch.tensor(v, dtype=torch.float64).to(x.dtype)
            for v in (QUADRATIC, LINEAR_PART))
    return b @ x + x @ (a @ x) / 2


def rosenbrock_loss(params):
    x = params[0]
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def table(dtype, last):
    return (torch.tensor(FEATURES, dtype=torch.float64).to(dtype),
            torch.tensor(last, dtype=torch.float64).to(dtype))


def logistic_loss(params):
    bias, w = params
    x, y = table(w.dtype, CLASSES)
    return torch.nn.functional.binary_cross_entropy_with_logits(x @ w + bias, y)


def linear_loss(params):
    bias, w = params
    x, y = table(w.dtype, TARGETS)
    return ((x @ w + bias - y) ** 2).mean()


def mlp_loss(params):
    x, y = table(params[0].dtype, TARGETS)
    hidden = torch.tanh(x @ params[0].T + params[1])
    return ((hidden @ params[2].T + params[3] - y[:, None]) ** 2).mean()


def matrices_loss(params):
    x, y = table(params[0].dtype, CLASSES)
    scores = torch.tanh(x @ params[0].T) @ params[1].T
    return torch.nn.functional.cross_entropy(scores, y.long())


MLP_START = [0.4, -0.6, 0.7, 0.3, -0.5, 0.8, 0.1, -0.2, 0.15, 0.6, -0.45, 0.35, 0.05]
MATRICES_START = [0.4, -0.6, 0.7, 0.3, -0.5, 0.8, 0.6, -0.45, 0.35, -0.3, 0.55, 0.25]

QUADRATIC_PROBLEM = Problem(
    "quadratic", "[model]\nkind = quadratic\nA = %s\nb = %s" % (
        numbers(v for row in QUADRATIC for v in row), numbers(LINEAR_PART)),
    [("x", (3,))], [1.5, -0.75, 2.0], quadratic_loss)
ROSENBROCK = Problem("rosenbrock", "[model]\nkind = rosenbrock", [("x", (2,))],
                     [-1.2, 1.0], rosenbrock_loss)
LOGISTIC = Problem("logistic", inline(CLASSES) + "\n[model]\nkind = logistic",
                   [("bias", ()), ("w", (2,))], [0.3, -0.8, 0.6], logistic_loss)
MLP = Problem("mlp", inline(TARGETS) +
              "\n[model]\nkind = mlp\nhidden = 3\nactivation = tanh\nloss = mse",
              [("linear1.weight", (3, 2)), ("linear1.bias", (3,)),
               ("output.weight", (1, 3)), ("output.bias", (1,))], MLP_START, mlp_loss)
# For least squares alone, and for rules over matrices alone.
LINEAR = Problem("linear", inline(TARGETS) + "\n[model]\nkind = linear\nloss = mse",
                 [("bias", ()), ("w", (2,))], [0.3, -0.8, 0.6], linear_loss)
MATRICES = Problem("matrices", inline(CLASSES) +
                   "\n[model]\nkind = mlp\nhidden = 3\nactivation = tanh\nbias = no\n"
                   "loss = cross_entropy",
                   [("linear1.weight", (3, 2)), ("output.weight", (2, 3))],
                   MATRICES_START, matrices_loss)
PROBLEMS = (QUADRATIC_PROBLEM, ROSENBROCK, LOGISTIC, MLP)


def flat(tensors):
    return torch.cat([t.detach().reshape(-1) for t in tensors]).numpy().copy()


class TorchRun:
    """An optimizer with torch's interface; factory(list of parameters) creates it.

    slots: names of per-parameter tensors in optimizer.state, recorded under these names;
    scalars: those of one element, taken from the first parameter. Either may be a dict
    {ours: (theirs, value before the first step)}; without, that value is 0.
    more(optimizer, params, problem): a dict of further columns, values flat arrays.
    closure: step(closure), for those that evaluate by themselves; their state is not
    recorded but grows.
    """

    def __init__(self, problem, dtype, start, factory, slots=(), scalars=(), more=None,
                 closure=False):
        self.problem = problem
        leaves = problem.split(torch.tensor(np.asarray(start), dtype=torch.float64))
        self.params = [p.to(dtype).clone().requires_grad_() for p in leaves]
        self.optimizer = factory(self.params)
        self.slots, self.scalars = (
            names if isinstance(names, dict) else {name: (name, 0.0) for name in names}
            for names in (slots, scalars))
        self.more, self.closure, self.grows = more, closure, closure
        self.evaluate()

    def evaluate(self):
        for p in self.params:
            p.grad = None
        value = self.problem.loss(self.params)
        value.backward()
        self.value = value
        return value

    def theta(self):
        return flat(self.params)

    def grad(self):
        return flat([p.grad for p in self.params])

    def loss(self):
        return float(self.value.detach())

    def state(self):
        of = [self.optimizer.state.get(p, {}) for p in self.params]
        out = {}
        for ours, (theirs, first) in self.slots.items():
            out[ours] = flat([s[theirs] if torch.is_tensor(s.get(theirs)) else
                              torch.full_like(p, first)
                              for s, p in zip(of, self.params)])
        for ours, (theirs, first) in self.scalars.items():
            out[ours] = np.array([float(of[0].get(theirs, first))])
        if self.more:
            out.update(self.more(self.optimizer, self.params, self.problem))
        return out

    def step(self):
        if self.closure:
            self.optimizer.step(self.evaluate)
        else:
            self.optimizer.step()
        self.evaluate()


def torch_run(factory, slots=(), scalars=(), more=None, closure=False):
    return lambda problem, dtype, start: TorchRun(problem, dtype, start, factory, slots,
                                                  scalars, more, closure)


class FunctionRun:
    """A whole algorithm: iterate(f, g, hvp, theta) is a generator of the parameters after
    each step, over functions of flat float64 arrays. Its state is not recorded: windows
    have to begin with step 0 and have no gaps."""

    grows = True

    def __init__(self, problem, dtype, start, iterate):
        self.problem, self.dtype = problem, dtype
        self.at = torch.tensor(np.asarray(start), dtype=dtype).numpy()
        self.iteration = iterate(self.f, self.g, self.hvp, self.at.copy())

    def f(self, theta):
        return float(self.problem.loss(self.problem.split(torch.tensor(theta))))

    def g(self, theta):
        x = torch.tensor(theta, requires_grad=True)
        return torch.autograd.grad(self.problem.loss(self.problem.split(x)),
                                   x)[0].numpy()

    def hvp(self, theta, v):
        x = torch.tensor(theta)
        return torch.autograd.functional.hvp(
            lambda t: self.problem.loss(self.problem.split(t)), x,
            torch.tensor(v))[1].numpy()

    def theta(self):
        return np.array(self.at)

    def grad(self):
        return self.g(self.at)

    def loss(self):
        return self.f(self.at)

    def state(self):
        return {}

    def step(self):
        self.at = np.array(next(self.iteration))


def function_run(iterate):
    return lambda problem, dtype, start: FunctionRun(problem, dtype, start, iterate)


def crc_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)
    return table


def crc32c(data, table=tuple(crc_table())):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


class File:
    """The vectors of one subject; flag() records, write() writes."""

    def __init__(self, name, reference, script):
        self.name, self.arrays, self.flags = name, {}, {}
        self.problems, self.kept = {}, {}
        self.meta = {"format": FORMAT, "optimizer": name, "reference": reference,
                     "made_by": os.path.basename(script)}
        self.columns = {}

    def flag(self, name, ini, make, kind, problems=PROBLEMS, note=None, steps=STEPS,
             dtypes=("f64", "f32"), least_grad=0.0, windows=None, lr=None):
        """Records one variant on each problem.

        ini: text, or a function of the problem that gives it; make(problem, dtype, start)
        gives a run; kind: torch, lbfgs or other; least_grad: what sign-based rules demand of every
        |gradient| that is recorded; steps 0: no free run; windows: instead of WINDOWS;
        lr(run): the rate of the step that follows, recorded at each.
        """
        self.meta["kind." + name] = kind
        if note:
            self.meta["note." + name] = note
        for problem in problems:
            case = "%s/%s" % (name, problem.name)
            self.problems[problem.name] = problem.ini
            if callable(ini):
                self.flags[case] = ini(problem).strip() + "\n"
            else:
                self.flags[name] = ini.strip() + "\n"
            columns = ""
            for dtype in dtypes:
                rows = (windows or WINDOWS)[dtype]
                if rows:
                    columns = self.states(case, make, problem, dtype, rows, least_grad)
            self.columns["columns." + case] = columns
            if steps:
                self.way(case, make, problem, steps, lr)

    def states(self, case, make, problem, dtype, windows, least_grad):
        run = make(problem, DTYPES[dtype], problem.start)
        if getattr(run, "grows", False):
            self.meta["grows." + case.partition("/")[0]] = "yes"
        wanted = {k for first, n in windows for k in range(first, first + n + 1)}
        after = {first + n for first, n in windows}
        taken = []
        for k in range(max(wanted) + 1):
            if k in wanted:
                row = {"step": [k], "loss": [run.loss()], "theta": run.theta(),
                       "grad": run.grad()}
                row.update(run.state())
                taken.append(row)
                if k not in after or k + 1 in wanted:
                    least = np.abs(row["grad"]).min()
                    assert least >= least_grad, (case, dtype, k, least)
            run.step()
        # What is zero throughout, a slot that the settings do not use, is left out.
        keep = self.kept.setdefault(case, [
            k for k in taken[0] if k in ("step", "loss", "theta", "grad") or
            any(np.any(row[k]) for row in taken)])
        widths = {k: len(taken[0][k]) for k in keep}
        as_rows = np.array([np.concatenate([np.asarray(row[k], dtype=np.float64)
                                            for k in widths]) for row in taken])
        assert np.isfinite(as_rows).all(), (case, dtype)
        self.arrays["%s/%s" % (case, dtype)] = as_rows.astype(
            np.float32 if dtype == "f32" else np.float64)
        return " ".join(k if w == 1 and k in ("step", "loss") else "%s:%d" % (k, w)
                        for k, w in widths.items())

    def way(self, case, make, problem, steps, lr):
        start = np.array(problem.start)
        run = make(problem, torch.float64, start)
        beside = [make(problem, torch.float64, np.nextafter(start, to))
                  for to in (np.inf, -np.inf)]
        rows, rates, drift = [], [], 0.0
        for k in range(1, steps + 1):
            if lr:
                rates.append(lr(run))
            run.step()
            for other in beside:
                other.step()
                drift = max(drift, np.abs(run.theta() - other.theta()).max())
            if k % EVERY == 0 or k == steps:
                rows.append(np.concatenate([[k, drift], run.theta()]))
        assert np.isfinite(np.array(rows)).all(), case
        self.arrays[case + "/way"] = np.array(rows)
        if lr:
            self.arrays[case + "/lr"] = np.array(rates)

    def settings(self):
        """Flags that are the same on all problems stand there once."""
        out, of = {}, {}
        for key, text in self.flags.items():
            of.setdefault(key.partition("/")[0], {})[key] = text
        for name, texts in of.items():
            alike = len(set(texts.values())) == 1
            out.update({name: next(iter(texts.values()))} if alike else texts)
        return out

    def write(self, folder=FOLDER):
        meta = {"crc32c": "0" * 8}  # train/safetensors.h: of the block with zeros there
        meta.update(self.meta)
        meta.update(("problem." + k, v) for k, v in self.problems.items())
        meta.update(("flag." + k, v) for k, v in self.settings().items())
        meta.update(self.columns)
        header, at, blocks = {"__metadata__": meta}, 0, []
        for name, array in self.arrays.items():
            data = np.ascontiguousarray(array).tobytes()
            header[name] = {"dtype": "F32" if array.dtype == np.float32 else "F64",
                            "shape": list(array.shape),
                            "data_offsets": [at, at + len(data)]}
            blocks.append(data)
            at += len(data)
        text = json.dumps(header, separators=(",", ":")).encode("ascii")
        text += b" " * (-len(text) % 8)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, self.name + ".safetensors")
        block = b"".join([struct.pack("<Q", len(text)), text] + blocks)
        at = block.index(b"0" * 8, 8)
        block = block[:at] + b"%08x" % crc32c(block) + block[at + 8:]
        with open(path, "wb") as out:
            out.write(block)
        print("%s: %d cases, %d bytes" % (os.path.normpath(path), len(self.columns),
                                          os.path.getsize(path)))
