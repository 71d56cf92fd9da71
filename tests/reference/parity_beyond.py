#!/usr/bin/env python3
"""Vectors of `optbench parity` for the optimizers beyond torch's: lion signum adan adabelief
ademamix lamb lars mars prodigy schedule_free_sgd schedule_free_adamw sophia_h adahessian.

Each is run as its authors published it where that is a package (adabelief-pytorch,
prodigyopt, schedulefree), else as lion-pytorch, optax, torch-optimizer or pytorch-optimizer
have it; where these differ from the paper or from the authors' code in something that is no
rounding, the comments here say what was set so that they do not.

    python3 parity_beyond.py [NAME...]
"""

import contextlib
import io
import sys
from importlib.metadata import version

import jax
import jax.numpy as jnp
import numpy as np
import optax
import prodigyopt
import pytorch_optimizer
import schedulefree
import torch
import torch_optimizer
from adabelief_pytorch import AdaBelief
from lion_pytorch import Lion

from parity_file import FEW, LOGISTIC, MLP, PROBLEMS, File, TorchRun, torch_run

jax.config.update("jax_enable_x64", True)

FILES = {}


def named(package):
    return "%s %s" % (package, version(package))


def subject(name, reference):
    """Registers a function that fills the file of an optimizer with flags."""
    def register(fill):
        FILES[name] = (reference, fill)
        return fill
    return register


def ini(kind, **keys):
    def text(v):
        return ("yes" if v else "no") if isinstance(v, bool) else str(v)
    return "\n".join(["[optimizer]", "kind = " + kind] +
                     ["%s = %s" % (k, text(v)) for k, v in keys.items()])


# Rules that do not look at tensors have their variants on the small problems alone.
BY_ELEMENT = ("lion", "signum", "adan", "adabelief", "ademamix", "prodigy",
              "schedule_free_sgd", "schedule_free_adamw")


def flag(file, name, settings, make, **more):
    if file.name in BY_ELEMENT and name != "plain":
        more["problems"] = [p for p in PROBLEMS if p is not MLP]
    file.flag(name, ini(file.name, **settings), make, kind="other", windows=FEW, **more)


class Climb:
    """An optimizer that is given the gradient of the negative objective."""

    def __init__(self, optimizer):
        self.optimizer = optimizer

    @property
    def state(self):
        return self.optimizer.state

    @property
    def param_groups(self):
        return self.optimizer.param_groups

    def step(self):
        params = [p for g in self.param_groups for p in g["params"]]
        for p in params:
            p.grad.neg_()
        self.optimizer.step()


def climb(factory):
    return lambda params: Climb(factory(params))


class GroupRun(TorchRun):
    """Scalars that the reference keeps in its first group; `group` maps ours to a function
    of it, `state_of` mends what is not stored as here."""

    def __init__(self, problem, dtype, start, factory, slots, group=None, mend=None):
        self.group, self.mend = group or {}, mend
        super().__init__(problem, dtype, start, factory,
                         {ours: (theirs, 0.0) for ours, theirs in slots.items()})

    def state(self):
        out = super().state()
        first = self.optimizer.param_groups[0]
        for ours, of in self.group.items():
            out[ours] = np.array(of(first), dtype=np.float64)
        if self.mend:
            self.mend(out)
        return out


def group_run(factory, slots, group=None, mend=None):
    return lambda problem, dtype, start: GroupRun(problem, dtype, start, factory, slots,
                                                  group, mend)


class OptaxRun:
    """An optax transformation; columns(state) gives what is recorded of its state."""

    def __init__(self, problem, dtype, start, transformation, columns):
        self.problem, self.dtype, self.columns = problem, dtype, columns
        parts = problem.split(torch.tensor(np.asarray(start)).to(dtype))
        self.params = [jnp.asarray(p.numpy()) for p in parts]
        self.transformation = transformation
        self.memory = transformation.init(self.params)
        self.evaluate()

    def evaluate(self):
        leaves = [torch.tensor(np.array(p)).requires_grad_() for p in self.params]
        value = self.problem.loss(leaves)
        self.slopes = [jnp.asarray(g.numpy()) for g in torch.autograd.grad(value, leaves)]
        self.value = float(value.detach())

    @staticmethod
    def flat(parts):
        return np.concatenate([np.asarray(p).reshape(-1) for p in parts])

    def theta(self):
        return self.flat(self.params)

    def grad(self):
        return self.flat(self.slopes)

    def loss(self):
        return self.value

    def state(self):
        return {k: self.flat(v) for k, v in self.columns(self.memory).items()}

    def step(self):
        updates, self.memory = self.transformation.update(self.slopes, self.memory,
                                                          self.params)
        self.params = optax.apply_updates(self.params, updates)
        self.evaluate()


def optax_run(make_transformation, columns):
    return lambda problem, dtype, start: OptaxRun(problem, dtype, start,
                                                  make_transformation(), columns)


def diagonal(problem, params):
    """Of the Hessian, tensor by tensor, by products with unit vectors."""
    leaves = [p.detach().clone().requires_grad_() for p in params]
    slopes = torch.autograd.grad(problem.loss(leaves), leaves, create_graph=True)
    out = [torch.zeros_like(p) for p in leaves]
    for slope, part in zip(slopes, out):
        for i in range(part.numel()):
            rows = torch.autograd.grad(slope.reshape(-1)[i], leaves, retain_graph=True,
                                       allow_unused=True)
            k = [s is slope for s in slopes].index(True)
            if rows[k] is not None:
                part.reshape(-1)[i] = rows[k].reshape(-1)[i]
    return out


@subject("lion", named("lion-pytorch"))
def lion(file):
    def run(climbing=False, **keys):
        def factory(p):
            return Lion(p, **keys)
        return torch_run(climb(factory) if climbing else factory, slots=("exp_avg",))
    flag(file, "plain", dict(lr=0.01), run(lr=0.01))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.1),
         run(lr=0.01, weight_decay=0.1))
    flag(file, "betas", dict(lr=0.005, beta1=0.95, beta2=0.98),
         run(lr=0.005, betas=(0.95, 0.98)))
    flag(file, "maximize", dict(lr=0.001, maximize=True), run(True, lr=0.001))


@subject("signum", named("pytorch_optimizer") + " (SignSGD)")
def signum(file):
    def run(**keys):
        return torch_run(lambda p: pytorch_optimizer.SignSGD(p, foreach=False, **keys),
                         slots=("momentum_buffer",))
    flag(file, "plain", dict(lr=0.01), run(lr=0.01))
    flag(file, "signsgd", dict(lr=0.01, momentum=0), run(lr=0.01, momentum=0.0))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.1),
         run(lr=0.01, weight_decay=0.1, weight_decouple=False))
    flag(file, "decoupled_weight_decay",
         dict(lr=0.01, weight_decay=0.1, decoupled_weight_decay=True),
         run(lr=0.01, weight_decay=0.1, weight_decouple=True))
    flag(file, "maximize", dict(lr=0.001, maximize=True), run(lr=0.001, maximize=True))


@subject("adan", named("pytorch_optimizer") + " (after the authors' adan.py)")
def adan(file):
    def mend(out):
        out["pre_grad"] = -out["pre_grad"]

    # Climbing by itself, that one takes the first gradient for a change.
    def run(climbing=False, **keys):
        def factory(p):
            return pytorch_optimizer.Adan(p, foreach=False, **keys)
        return group_run(climb(factory) if climbing else factory,
                         {"exp_avg": "exp_avg", "exp_avg_diff": "exp_avg_diff",
                          "exp_avg_sq": "exp_avg_sq", "pre_grad": "previous_grad"},
                         mend=mend)
    flag(file, "plain", dict(lr=0.01), run(lr=0.01))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.1),
         run(lr=0.01, weight_decay=0.1))
    flag(file, "no_prox", dict(lr=0.01, weight_decay=0.1, no_prox=True),
         run(lr=0.01, weight_decay=0.1, weight_decouple=True))
    flag(file, "betas", dict(lr=0.01, beta1=0.9, beta2=0.8, beta3=0.95, eps=1e-4),
         run(lr=0.01, betas=(0.9, 0.8, 0.95), eps=1e-4))
    flag(file, "maximize", dict(lr=0.001, maximize=True), run(True, lr=0.001))


@subject("adabelief", named("adabelief-pytorch"))
def adabelief(file):
    def run(climbing=False, **keys):
        def factory(p):
            with contextlib.redirect_stdout(io.StringIO()):
                return AdaBelief(p, print_change_log=False, **keys)
        return torch_run(climb(factory) if climbing else factory,
                         slots=("exp_avg", "exp_avg_var", "max_exp_avg_var"))
    # The first steps go along the gradient itself: Rosenbrock needs a small rate.
    flag(file, "plain", dict(lr=0.0005), run(lr=0.0005))
    flag(file, "weight_decay", dict(lr=0.0005, weight_decay=0.1),
         run(lr=0.0005, weight_decay=0.1))
    flag(file, "weight_decouple", dict(lr=0.0005, weight_decay=0.1, weight_decouple=False),
         run(lr=0.0005, weight_decay=0.1, weight_decouple=False))
    flag(file, "fixed_decay", dict(lr=0.0005, weight_decay=0.001, fixed_decay=True),
         run(lr=0.0005, weight_decay=0.001, fixed_decay=True))
    flag(file, "rectify", dict(lr=0.01, rectify=False), run(lr=0.01, rectify=False))
    flag(file, "amsgrad", dict(lr=0.01, rectify=False, amsgrad=True, beta2=0.9, eps=1e-8),
         run(lr=0.01, rectify=False, amsgrad=True, betas=(0.9, 0.9), eps=1e-8))
    flag(file, "degenerated_to_sgd", dict(lr=0.0005, degenerated_to_sgd=False),
         run(lr=0.0005, degenerated_to_sgd=False))
    flag(file, "maximize", dict(lr=0.0002, maximize=True), run(True, lr=0.0002))


@subject("ademamix", named("pytorch_optimizer") + " (after the authors' ademamix.py)")
def ademamix(file):
    def run(alpha=2.0, **keys):
        return torch_run(lambda p: pytorch_optimizer.AdEMAMix(
            p, foreach=False, alpha=alpha, weight_decouple=True, **keys),
                         slots=("exp_avg", "exp_avg_sq", "exp_avg_slow"))
    flag(file, "plain", dict(lr=0.01), run(lr=0.01))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.1),
         run(lr=0.01, weight_decay=0.1))
    flag(file, "warmup", dict(lr=0.01, alpha=5, alpha_warmup=120, beta3_warmup=120),
         run(lr=0.01, alpha=5.0, t_alpha_beta3=120))
    flag(file, "betas", dict(lr=0.01, beta1=0.8, beta2=0.95, beta3=0.99, eps=1e-4),
         run(lr=0.01, betas=(0.8, 0.95, 0.99), eps=1e-4))
    flag(file, "maximize", dict(lr=0.001, maximize=True), run(lr=0.001, maximize=True))


@subject("lamb", named("optax") + ", " + named("torch-optimizer") + " (Lamb; uncorrected)")
def lamb(file):
    def of_adam(memory):
        return {"exp_avg": memory[0].mu, "exp_avg_sq": memory[0].nu}

    def run(lr, **keys):
        return optax_run(lambda: optax.lamb(lr, **keys), of_adam)

    def uncorrected(**keys):
        return torch_run(lambda p: torch_optimizer.Lamb(p, **keys),
                         slots=("exp_avg", "exp_avg_sq"))
    flag(file, "plain", dict(lr=0.01), run(0.01))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.1), run(0.01, weight_decay=0.1))
    flag(file, "betas", dict(lr=0.01, beta1=0.8, beta2=0.95, eps=1e-4),
         run(0.01, b1=0.8, b2=0.95, eps=1e-4))
    flag(file, "debias", dict(lr=0.01, weight_decay=0.1, debias=False, max_norm=1.5),
         uncorrected(lr=0.01, weight_decay=0.1, clamp_value=1.5))


@subject("lars", named("optax") + ", " + named("pytorch_optimizer") + " (decay on matrices), "
         + named("torch-optimizer") + " (decay)")
def lars(file):
    def of_trace(memory):
        # The trace holds what is added to theta.
        trace = next(m.trace for m in memory if hasattr(m, "trace"))
        return {"momentum_buffer": [-t for t in trace]}

    def run(lr, **keys):
        return optax_run(lambda: optax.lars(lr, **keys), of_trace)

    def times(lr):
        def mend(out):
            out["momentum_buffer"] = lr * out["momentum_buffer"]
        return mend
    # With a decay optax takes the norm of the sum where the paper adds the norms.
    flag(file, "plain", dict(lr=2), run(2.0))
    flag(file, "nesterov", dict(lr=2, nesterov=True), run(2.0, nesterov=True))
    flag(file, "trust_coefficient", dict(lr=0.5, trust_coefficient=0.01, momentum=0.5),
         run(0.5, trust_coefficient=0.01, momentum=0.5))
    flag(file, "weight_decay",
         dict(lr=0.5, weight_decay=0.1, trust_coefficient=0.01, eps=1e-8),
         group_run(lambda p: torch_optimizer.LARS(p, lr=0.5, momentum=0.9,
                                                  weight_decay=0.1),
                   {"momentum_buffer": "momentum_buffer"}, mend=times(0.5)))
    flag(file, "exclude_1d", dict(lr=0.5, weight_decay=0.1, exclude_1d=True,
                                  trust_coefficient=0.01),
         group_run(lambda p: pytorch_optimizer.LARS(
             p, lr=0.5, weight_decay=0.1, trust_coefficient=0.01, foreach=False),
                   {"momentum_buffer": "momentum_buffer"}, mend=times(0.5)),
         problems=(MLP,))


@subject("mars", named("pytorch_optimizer") + " (after the authors' mars.py)")
def mars(file):
    class Mars(pytorch_optimizer.MARS):
        @staticmethod
        def apply_ams_bound(ams_bound, exp_avg_sq, max_exp_avg_sq, eps):
            return pytorch_optimizer.MARS.apply_ams_bound(ams_bound, exp_avg_sq,
                                                          max_exp_avg_sq, eps, 0.0)

    # There eps is added before the root is corrected for its start at 0: without eps both
    # come to the same. Mars leaves out what is added below the root.
    def run(**keys):
        return torch_run(lambda p: Mars(p, eps=0.0, foreach=False, **keys),
                         slots=("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "last_grad"))
    flag(file, "plain", dict(lr=0.01, eps=0, optimize_1d=True),
         run(lr=0.01, optimize_1d=True))
    flag(file, "weight_decay", dict(lr=0.01, eps=0, optimize_1d=True, weight_decay=0.1),
         run(lr=0.01, optimize_1d=True, weight_decay=0.1))
    flag(file, "gamma", dict(lr=0.01, eps=0, optimize_1d=True, gamma=0.2, beta1=0.9,
                             beta2=0.95),
         run(lr=0.01, optimize_1d=True, gamma=0.2, betas=(0.9, 0.95)))
    flag(file, "lion", dict(lr=0.005, eps=0, optimize_1d=True, mars_type="lion"),
         run(lr=0.005, optimize_1d=True, mars_type="lion"))
    flag(file, "amsgrad", dict(lr=0.01, eps=0, optimize_1d=True, amsgrad=True, beta2=0.9),
         run(lr=0.01, optimize_1d=True, ams_bound=True, betas=(0.95, 0.9)))
    flag(file, "vectors", dict(lr=0.01, eps=0, lr_1d=0.005, weight_decay_1d=0.05),
         run(lr=0.01, lr_1d=0.005, weight_decay_1d=0.05), problems=(LOGISTIC, MLP))
    flag(file, "maximize", dict(lr=0.001, eps=0, optimize_1d=True, maximize=True),
         run(lr=0.001, optimize_1d=True, maximize=True))


@subject("prodigy", named("prodigyopt"))
def prodigy(file):
    def figures(group):
        begun = group["k"] > 0
        return [group[k] if begun else 0.0 for k in ("d", "d_max", "d_numerator")]

    def run(**keys):
        def factory(p):
            with contextlib.redirect_stdout(io.StringIO()):
                return prodigyopt.Prodigy(p, **keys)

        def filled(problem, dtype, start):
            made = GroupRun(problem, dtype, start, factory,
                            {s: s for s in ("exp_avg", "exp_avg_sq", "s", "p0")},
                            {"state.d": figures})
            return made
        return filled
    flag(file, "plain", dict(), run())
    flag(file, "weight_decay", dict(weight_decay=0.1, d0=1e-4),
         run(weight_decay=0.1, d0=1e-4))
    flag(file, "decouple", dict(weight_decay=0.1, decouple=False, d0=1e-4),
         run(weight_decay=0.1, decouple=False, d0=1e-4))
    flag(file, "use_bias_correction", dict(use_bias_correction=True, d0=1e-4),
         run(use_bias_correction=True, d0=1e-4))
    flag(file, "safeguard_warmup", dict(safeguard_warmup=True, d0=1e-4, lr=0.5),
         run(safeguard_warmup=True, d0=1e-4, lr=0.5))
    flag(file, "d_coef", dict(d_coef=0.5, growth_rate=1.1, d0=1e-3, beta3=0.99),
         run(d_coef=0.5, growth_rate=1.1, d0=1e-3, beta3=0.99))
    flag(file, "no_momentum", dict(beta1=0, d0=1e-4), run(betas=(0.0, 0.999), d0=1e-4))


def schedule_free(file, maker, lr, momentum, slots):
    def run(**keys):
        def factory(p):
            made = maker(p, foreach=False, **keys)
            made.train()
            return made
        return group_run(factory, slots,
                         {"state.weight_sum": lambda g: [g["weight_sum"]],
                          "state.lr_max": lambda g: [max(g["lr_max"], 0.0)]})
    flag(file, "plain", dict(lr=lr), run(lr=lr))
    flag(file, "weight_decay", dict(lr=lr, weight_decay=0.1), run(lr=lr, weight_decay=0.1))
    flag(file, "warmup_steps", dict(lr=lr, warmup_steps=40), run(lr=lr, warmup_steps=40))
    flag(file, "power", dict(lr=lr, r=1.5, weight_lr_power=0, warmup_steps=20),
         run(lr=lr, r=1.5, weight_lr_power=0, warmup_steps=20))
    flag(file, "momentum", dict(lr=lr, **momentum[0]), run(lr=lr, **momentum[1]))


@subject("schedule_free_sgd", named("schedulefree"))
def schedule_free_sgd(file):
    # Rosenbrock's valley is too steep for this rate.
    schedule_free(file, schedulefree.SGDScheduleFree, 0.001,
                  (dict(momentum=0.6), dict(momentum=0.6)), {"z": "z"})


@subject("schedule_free_adamw", named("schedulefree"))
def schedule_free_adamw(file):
    schedule_free(file, schedulefree.AdamWScheduleFree, 0.02,
                  (dict(beta1=0.6, beta2=0.95, eps=1e-4),
                   dict(betas=(0.6, 0.95), eps=1e-4)),
                  {"z": "z", "exp_avg_sq": "exp_avg_sq"})


class SophiaRun(TorchRun):
    """With the exact diagonal, every `period` steps."""

    def __init__(self, problem, dtype, start, factory, period):
        self.period, self.count = period, 0
        super().__init__(problem, dtype, start, factory,
                         {"exp_avg": ("momentum", 0.0),
                          "hessian": ("hessian_moment", 0.0)})

    def step(self):
        due = self.count % self.period == 0
        self.optimizer.step(hessian=diagonal(self.problem, self.params) if due else None)
        self.count += 1
        self.evaluate()


@subject("sophia_h", named("pytorch_optimizer") + " (SophiaH, exact diagonal)")
def sophia_h(file):
    # There the cut is at p and the divisor max(h, eps): the paper's clip(m / max(gamma h,
    # eps), 1) is 1 / gamma of that with p = gamma and eps / gamma.
    def run(lr=6e-4, weight_decay=0.0, gamma=0.01, clip=1.0, eps=1e-12, period=10, **keys):
        return lambda problem, dtype, start: SophiaRun(
            problem, dtype, start, lambda p: pytorch_optimizer.SophiaH(
                p, lr=lr / gamma, weight_decay=weight_decay * gamma, p=gamma * clip,
                eps=eps / gamma, update_period=period, foreach=False, **keys), period)
    exact = dict(probes="exact")
    flag(file, "plain", dict(lr=0.01, **exact), run(lr=0.01))
    flag(file, "weight_decay", dict(lr=0.01, weight_decay=0.2, **exact),
         run(lr=0.01, weight_decay=0.2))
    flag(file, "gamma", dict(lr=0.01, gamma=1, clip=0.5, update_period=3, **exact),
         run(lr=0.01, gamma=1.0, clip=0.5, period=3))
    flag(file, "betas", dict(lr=0.01, beta1=0.9, beta2=0.95, eps=1e-3, **exact),
         run(lr=0.01, betas=(0.9, 0.95), eps=1e-3))


class Exact(torch_optimizer.Adahessian):
    """Of a problem whose diagonal is known."""

    def __init__(self, params, problem, **keys):
        super().__init__(params, **keys)
        self.problem = problem

    def get_trace(self, params, grads):
        return [d.abs() for d in diagonal(self.problem, params)]


@subject("adahessian", named("torch-optimizer") + " (Adahessian, exact diagonal)")
def adahessian(file):
    class Run(TorchRun):
        def state(self):
            out = super().state()
            steps = self.optimizer.state.get(self.params[0], {}).get("step", 0)
            out["adahessian_looks"] = np.array([float(steps)])
            return out

    def run(**keys):
        return lambda problem, dtype, start: Run(
            problem, dtype, start, lambda p: Exact(p, problem, **keys),
            ("exp_avg", "exp_hessian_diag_sq"))
    exact = dict(probes="exact")
    # Entries of the Hessian are differences: in float32 torch's and ours share five digits.
    double = dict(dtypes=("f64",), note="float64 alone: the Hessian is this program's own")
    flag(file, "plain", dict(lr=0.05, **exact), run(lr=0.05, hessian_power=1.0), **double)
    flag(file, "weight_decay", dict(lr=0.05, weight_decay=0.1, **exact),
         run(lr=0.05, weight_decay=0.1, hessian_power=1.0), **double)
    flag(file, "hessian_power", dict(lr=0.05, hessian_power=0.5, **exact),
         run(lr=0.05, hessian_power=0.5), **double)
    flag(file, "betas", dict(lr=0.05, beta1=0.8, beta2=0.95, eps=1e-2, **exact),
         run(lr=0.05, betas=(0.8, 0.95), eps=1e-2, hessian_power=1.0),
         **double)


def main():
    for name in sys.argv[1:] or FILES:
        reference, fill = FILES[name]
        file = File(name, reference, __file__)
        fill(file)
        file.write()


if __name__ == "__main__":
    main()
