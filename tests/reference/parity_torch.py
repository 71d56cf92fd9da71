#!/usr/bin/env python3
"""Vectors of every optimizer of torch.optim but SparseAdam: data/parity/NAME.safetensors.

Each flag in turn, on the four problems of parity_file.py, by torch's single-tensor code
(foreach=False, not capturable). Arguments: names of optimizers; without, all of them.

Muon is torch's own text with float32 or float64 in place of bfloat16, in which it
orthogonalises: bfloat16 has eight bits, and no two programs agree about it.
L-BFGS is compared without its history (a state of torch has up to 200 vectors): it grows
from the recorded parameters.
"""

import inspect
import sys

import torch

import parity_file
from parity_file import HERE

REFERENCE = "torch " + torch.__version__.split("+")[0]
# Our key for each argument of torch, where it is another or two.
PAIRS = {"betas": ("beta1", "beta2"), "etas": ("eta_minus", "eta_plus"),
         "step_sizes": ("step_min", "step_max")}


def text_of(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(text_of(v) for v in value)
    return value if isinstance(value, str) else repr(value)


def ini(kind, settings):
    lines = ["[optimizer]", "kind = " + kind]
    for key, value in settings.items():
        if (kind, key) == ("adafactor", "eps"):
            lines += ["eps1 = " + ("auto" if value[0] is None else repr(value[0])),
                      "eps2 = %r" % value[1]]
        elif key in PAIRS:
            lines += ["%s = %s" % (k, text_of(v)) for k, v in zip(PAIRS[key], value)]
        else:
            lines.append("%s = %s" % (key, text_of(value)))
    return "\n".join(lines)


def rates(quadratic, rosenbrock, logistic, mlp):
    return {"quadratic": quadratic, "rosenbrock": rosenbrock, "logistic": logistic,
            "mlp": mlp, "matrices": mlp}


def same(lr):
    return rates(lr, lr, lr, lr)


ADAM = same(0.03)
DECAY = {"weight_decay": 0.1}
UP = {"maximize": True}


class Subject:
    """lr: of each problem; flags: arguments of each, `lr` among them where others hold."""

    def __init__(self, cls, lr, flags, slots=(), scalars=(), kind="torch", least_grad=0.0,
                 **more):
        self.cls, self.lr, self.flags, self.kind = cls, lr, flags, kind
        self.slots, self.scalars = slots, scalars
        self.least_grad, self.more = least_grad, more

    def settings(self, flag, problem):
        s = dict(self.flags[flag])
        lr = s.pop("lr", self.lr)
        return dict(lr=lr[problem.name], **s)

    def named(self, names, lr):
        """Slots that begin as the learning rate."""
        return {k: (v[0], lr if v[1] == "lr" else v[1])
                for k, v in names.items()} if isinstance(names, dict) else names

    def make(self, flag):
        def run(problem, dtype, start):
            s = self.settings(flag, problem)
            own = {} if self.cls in (torch.optim.LBFGS, torch.optim.Muon) else {
                "foreach": False}
            given = {k: tuple(float(w) for w in v.split(",")) if k == "ns_coefficients"
                     else v for k, v in s.items()}
            return parity_file.TorchRun(
                problem, dtype, start, lambda p: self.cls(p, **given, **own),
                self.named(self.slots, s["lr"]), self.named(self.scalars, s["lr"]),
                self.more.get("more"), self.more.get("closure", False))
        return run

    def write(self, name):
        out = parity_file.File(name, REFERENCE, __file__)
        rest = {k: v for k, v in self.more.items() if k not in ("more", "closure")}
        for flag in self.flags:
            out.flag(flag, lambda problem: ini(name, self.settings(flag, problem)),
                     self.make(flag), self.kind, least_grad=self.least_grad, **rest)
        out.write()


def begun(optimizer, params, problem):
    """The bits of the groups whose momentum has begun; only where there is one."""
    if optimizer.param_groups[0]["momentum"] == 0:
        return {}
    buffer = optimizer.state.get(params[0], {}).get("momentum_buffer")
    return {"momentum_begun": [0.0 if buffer is None else 1.0]}


def adafactor_state(optimizer, params, problem):
    out = {}
    for p, (name, shape) in zip(params, problem.tensors):
        state = optimizer.state.get(p, {})
        if len(shape) > 1:
            zeros = {"row_var": torch.zeros(shape[0]), "col_var": torch.zeros(shape[1])}
        else:
            zeros = {"variance": torch.zeros(shape)}
        for key, zero in zeros.items():
            value = state.get(key)
            out["%s.%s" % (key, name)] = parity_file.flat(
                [zero if value is None else value.double()])
    return out


def exact_muon():
    """Muon whose Newton-Schulz iteration runs in the dtype of the parameters."""
    module = sys.modules["torch.optim._muon"]
    source = inspect.getsource(module._zeropower_via_newtonschulz)
    changed = source.replace("torch.bfloat16", "grad.dtype")
    assert changed != source
    exec(compile(changed, "muon in full precision", "exec"), module.__dict__)
    return torch.optim.Muon


def subjects():
    optim = torch.optim
    sgd = rates(0.1, 5e-4, 0.5, 0.1)
    gentle = rates(0.05, 1e-4, 0.2, 0.05)
    climb = {"maximize": True, "lr": rates(0.002, 1e-6, 0.05, 0.005)}
    found = {
        "sgd": Subject(optim.SGD, sgd, {
            "plain": {},
            "momentum": {"momentum": 0.9, "lr": gentle},
            "dampening": {"momentum": 0.9, "dampening": 0.5},
            "nesterov": {"momentum": 0.9, "nesterov": True, "lr": gentle},
            "weight_decay": DECAY,
            "nesterov_weight_decay": {"momentum": 0.8, "nesterov": True, "lr": gentle,
                                      "weight_decay": 0.05},
            "maximize": climb,
        }, ("momentum_buffer",), more=begun),
        "adam": Subject(optim.Adam, ADAM, {
            "plain": {},
            "betas": {"betas": (0.8, 0.95), "eps": 1e-4},
            "weight_decay": DECAY,
            "amsgrad": {"amsgrad": True, "betas": (0.9, 0.9)},
            "decoupled_weight_decay": {"decoupled_weight_decay": True,
                                       "weight_decay": 0.1},
            "maximize": UP,
        }, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")),
        "adamw": Subject(optim.AdamW, ADAM, {
            "plain": {},
            "betas": {"betas": (0.8, 0.95), "eps": 1e-4},
            "weight_decay": DECAY,
            "amsgrad": {"amsgrad": True, "betas": (0.9, 0.9)},
            "maximize": UP,
        }, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")),
        "adamax": Subject(optim.Adamax, ADAM, {
            "plain": {},
            "betas": {"betas": (0.8, 0.95), "eps": 1e-4},
            "weight_decay": DECAY,
            "maximize": UP,
        }, ("exp_avg", "exp_inf")),
        "nadam": Subject(optim.NAdam, ADAM, {
            "plain": {},
            "momentum_decay": {"momentum_decay": 0.05, "betas": (0.8, 0.95)},
            "weight_decay": DECAY,
            "decoupled_weight_decay": {"decoupled_weight_decay": True,
                                       "weight_decay": 0.1},
            "maximize": UP,
        }, ("exp_avg", "exp_avg_sq"), {"mu_product": ("mu_product", 1.0)}),
        "radam": Subject(optim.RAdam, rates(0.03, 3e-4, 0.03, 0.03), {
            "plain": {},
            "betas": {"betas": (0.8, 0.95), "eps": 1e-4},
            "weight_decay": DECAY,
            "decoupled_weight_decay": {"decoupled_weight_decay": True,
                                       "weight_decay": 0.1},
            "maximize": dict(UP, lr=rates(0.01, 1e-6, 0.03, 0.03)),
        }, ("exp_avg", "exp_avg_sq")),
        "adagrad": Subject(optim.Adagrad, same(0.2), {
            "plain": {},
            "lr_decay": {"lr_decay": 0.01},
            "weight_decay": DECAY,
            "initial_accumulator_value": {"initial_accumulator_value": 0.5, "eps": 1e-3},
            "maximize": UP,
        }, {"sum": ("sum", 0.0)}),
        "adadelta": Subject(optim.Adadelta, same(1.0), {
            "plain": {},
            "rho": {"rho": 0.8, "eps": 1e-4},
            "weight_decay": DECAY,
            "maximize": dict(UP, lr=same(0.3)),
        }, ("square_avg", "acc_delta")),
        "rmsprop": Subject(optim.RMSprop, same(0.01), {
            "plain": {},
            "alpha": {"alpha": 0.9, "eps": 1e-4},
            "momentum": {"momentum": 0.9, "lr": same(0.003)},
            "centered": {"centered": True, "alpha": 0.9},
            "centered_momentum": {"centered": True, "momentum": 0.5, "alpha": 0.9,
                                  "eps": 1e-4, "lr": same(0.003)},
            "weight_decay": dict(DECAY, lr=same(0.005)),
            "maximize": UP,
        }, ("square_avg", "momentum_buffer", "grad_avg")),
        "rprop": Subject(optim.Rprop, same(0.01), {
            "plain": {},
            "etas": {"etas": (0.6, 1.1)},
            "step_sizes": {"step_sizes": (1e-4, 0.05)},
            "maximize": dict(UP, step_sizes=(1e-6, 0.05)),
        }, {"prev": ("prev", 0.0), "step_size": ("step_size", "lr")}, least_grad=0.0),
        "asgd": Subject(optim.ASGD, gentle, {
            "plain": {},
            "lambd": {"lambd": 0.01, "alpha": 0.6},
            "t0": {"t0": 20},
            "weight_decay": DECAY,
            "maximize": climb,
        }, ("ax",), {"eta": ("eta", "lr"), "mu": ("mu", 1.0)}),
        "adafactor": Subject(optim.Adafactor, same(0.05), {
            "plain": {},
            "beta2_decay": {"beta2_decay": -0.6, "d": 1.5},
            "eps2": {"eps": (1e-8, 0.05)},
            "weight_decay": DECAY,
            "maximize": UP,
        }, more=adafactor_state),
        "muon": Subject(exact_muon(), same(0.003), {
            "plain": {},
            "nesterov": {"nesterov": False, "momentum": 0.8},
            "weight_decay": {"weight_decay": 0.5},
            "ns_steps": {"ns_steps": 3, "ns_coefficients": "2, -1.5, 0.5"},
            "match_rms_adamw": {"adjust_lr_fn": "match_rms_adamw"},
        }, ("momentum_buffer",), problems=(parity_file.MATRICES,),
            note="with the dtype of the parameters in place of torch's bfloat16",
            windows={"f64": ((0, 120), (220, 80)), "f32": ((0, 10), (100, 10))}),
        "lbfgs": Subject(optim.LBFGS, rates(0.1, 0.05, 0.1, 0.1), {
            "plain": {"max_iter": 2},
            "history_size": {"max_iter": 2, "history_size": 3},
            "max_iter": {"max_iter": 1},
            "tolerances": {"max_iter": 2, "tolerance_grad": 1e-3,
                           "tolerance_change": 1e-4},
            "maximize": {"max_iter": 1, "maximize": True,
                         "lr": rates(1e-3, 1e-6, 0.01, 1e-3)},
            "strong_wolfe": {"max_iter": 1, "line_search_fn": "strong_wolfe",
                             "lr": same(0.5)},
        }, kind="lbfgs", closure=True, steps=60,
            windows={"f64": ((0, 50),), "f32": ((0, 10),)}),
    }
    return found


def main():
    found = subjects()
    for name in sys.argv[1:] or found:
        found[name].write(name)


if __name__ == "__main__":
    main()
