"""Vectors of `optbench parity` for the schedules: data/parity/schedule.KIND.safetensors.

Every schedule of torch.optim.lr_scheduler and torch.optim.swa_utils.SWALR, 300 steps of SGD
on the quadratic of parity_file.py, the scheduler called after each step; recorded are the
rate of every step and the way. Those that torch has not (wsd, rex, inverse_sqrt) are
LambdaLR with the formula of their paper. Warm-up is SequentialLR or a factor of LambdaLR.

    python3 schedules.py
"""

import math
import warnings

import torch
from torch.optim import lr_scheduler as lrs
from torch.optim.swa_utils import SWALR

import parity_file

warnings.filterwarnings("ignore")

REFERENCE = "torch " + torch.__version__.split("+")[0]
STEPS = parity_file.STEPS
LR = 0.05


class ScheduledRun(parity_file.TorchRun):
    """SGD, and the scheduler that scheduler(optimizer) makes."""

    def __init__(self, problem, dtype, start, scheduler, momentum):
        super().__init__(problem, dtype, start,
                         lambda p: torch.optim.SGD(p, lr=LR, momentum=momentum))
        self.scheduler = scheduler(self.optimizer)
        self.watches = isinstance(self.scheduler, lrs.ReduceLROnPlateau)

    def step(self):
        super().step()
        if self.watches:
            self.scheduler.step(self.loss())
        else:
            self.scheduler.step()


def rate(run):
    return run.optimizer.param_groups[0]["lr"]


def sections(schedule, momentum):
    horizon = "" if "horizon" in schedule else "horizon = %d\n" % STEPS
    return ("[optimizer]\nkind = sgd\nlr = %r\nmomentum = %r\n\n[schedule]\n%s%s\n"
            % (LR, momentum, horizon, schedule.strip()))


def record(kind, reference, **variants):
    """variants: name = (keys of [schedule] and what comes after it, scheduler[, momentum])."""
    file = parity_file.File("schedule." + kind, reference, __file__)
    for name, variant in variants.items():
        keys, scheduler = variant[:2]
        momentum = variant[2] if len(variant) > 2 else 0.0
        file.flag(name, sections("kind = %s\n%s" % (kind, keys), momentum),
                  lambda problem, dtype, start, s=scheduler, m=momentum:
                  ScheduledRun(problem, dtype, start, s, m),
                  kind="torch", problems=(parity_file.QUADRATIC_PROBLEM,),
                  windows={"f64": (), "f32": ()}, lr=rate)
    file.write()


def sequential(*parts):
    """parts: (scheduler, milestone at which it ends), the last without an end."""
    return lambda o: lrs.SequentialLR(o, [s(o) for s, _ in parts],
                                      [end for _, end in parts[:-1]])


def warm(steps, after):
    """A factor k / steps of step k, and behind it the factors of after(t)."""
    return lambda o: lrs.LambdaLR(
        o, lambda t: (t + 1) / steps if t < steps else after(t - steps))


def wsd(decay, left):
    start = STEPS - decay

    def factor(t):
        return 1.0 if t <= start else left(min((t - start) / decay, 1.0))
    return lambda o: lrs.LambdaLR(o, factor)


def rex(t):
    left = 1 - t / STEPS
    return left / (0.5 + left / 2)


def main():
    record("constant", REFERENCE,
           default=("", lambda o: lrs.LambdaLR(o, lambda t: 1.0)),
           factor=("factor = 0.25\ntotal_iters = 40",
                   lambda o: lrs.ConstantLR(o, factor=0.25, total_iters=40)),
           warmup=("warmup = 20", warm(20, lambda t: 1.0)))
    record("step", REFERENCE,
           gamma=("step_size = 30\ngamma = 0.7", lambda o: lrs.StepLR(o, 30, 0.7)))
    record("multistep", REFERENCE,
           milestones=("milestones = 30 80 80 200\ngamma = 0.5",
                       lambda o: lrs.MultiStepLR(o, [30, 80, 80, 200], 0.5)))
    record("linear", REFERENCE,
           total_iters=("total_iters = 50",
                        lambda o: lrs.LinearLR(o, total_iters=50)),
           falling=("start_factor = 1\nend_factor = 0.05",
                    lambda o: lrs.LinearLR(o, 1.0, 0.05, STEPS)))
    record("exponential", REFERENCE,
           gamma=("gamma = 0.97", lambda o: lrs.ExponentialLR(o, 0.97)))
    record("polynomial", REFERENCE,
           power_1=("", lambda o: lrs.PolynomialLR(o, STEPS)),
           power_2=("power = 2\ntotal_iters = 200",
                    lambda o: lrs.PolynomialLR(o, 200, power=2.0)),
           power_09=("power = 0.9\ntotal_iters = 120",
                     lambda o: lrs.PolynomialLR(o, 120, power=0.9)))
    record("cosine", REFERENCE,
           eta_min=("eta_min = 0.001",
                    lambda o: lrs.CosineAnnealingLR(o, STEPS, 0.001)),
           behind_the_end=("horizon = 80\neta_min = 0.002",
                           lambda o: lrs.CosineAnnealingLR(o, 80, 0.002)),
           warmup=("warmup = 40\neta_min = 0.001",
                   warm(40, lambda t: (0.001 + (LR - 0.001) *
                                       (1 + math.cos(math.pi * t / (STEPS - 40))) / 2)
                        / LR)))
    record("cosine_restarts", REFERENCE,
           T_0=("T_0 = 45\neta_min = 0.001",
                lambda o: lrs.CosineAnnealingWarmRestarts(o, 45, eta_min=0.001)),
           T_mult=("T_0 = 20\nT_mult = 2",
                   lambda o: lrs.CosineAnnealingWarmRestarts(o, 20, 2)))
    record("cyclic", REFERENCE,
           triangular=("max_lr = 0.2\nstep_size_up = 25\ncycle_momentum = no",
                       lambda o: lrs.CyclicLR(o, LR, 0.2, 25, cycle_momentum=False)),
           triangular2=("max_lr = 0.2\nstep_size_up = 20\nstep_size_down = 35\n"
                        "mode = triangular2\ncycle_momentum = no",
                        lambda o: lrs.CyclicLR(o, LR, 0.2, 20, 35, mode="triangular2",
                                               cycle_momentum=False)),
           exp_range=("max_lr = 0.2\nstep_size_up = 30\nmode = exp_range\ngamma = 0.99\n"
                      "cycle_momentum = no",
                      lambda o: lrs.CyclicLR(o, LR, 0.2, 30, mode="exp_range", gamma=0.99,
                                             cycle_momentum=False)),
           momentum=("max_lr = 0.1\nstep_size_up = 25",
                     lambda o: lrs.CyclicLR(o, LR, 0.1, 25), 0.9))
    record("onecycle", REFERENCE,
           default=("", lambda o: lrs.OneCycleLR(o, LR, STEPS), 0.9),
           linear=("anneal_strategy = linear\npct_start = 0.4\ndiv_factor = 10\n"
                   "final_div_factor = 100\ncycle_momentum = no",
                   lambda o: lrs.OneCycleLR(o, LR, STEPS, pct_start=0.4,
                                            anneal_strategy="linear", div_factor=10.0,
                                            final_div_factor=100.0,
                                            cycle_momentum=False)),
           three_phase=("three_phase = yes", lambda o: lrs.OneCycleLR(
               o, LR, STEPS, three_phase=True), 0.9))
    record("plateau", REFERENCE,
           rel=("factor = 0.5\npatience = 3\nthreshold = 0.001",
                lambda o: lrs.ReduceLROnPlateau(o, factor=0.5, patience=3,
                                                threshold=0.001)),
           abs=("factor = 0.7\npatience = 5\nthreshold = 0.0001\nthreshold_mode = abs\n"
                "cooldown = 10\nmin_lr = 0.001",
                lambda o: lrs.ReduceLROnPlateau(o, factor=0.7, patience=5, threshold=1e-4,
                                                threshold_mode="abs", cooldown=10,
                                                min_lr=0.001)))
    record("lambda", REFERENCE,
           power=("lr_lambda = 0.95^t", lambda o: lrs.LambdaLR(o, lambda t: 0.95 ** t)),
           horizon=("lr_lambda = 1/(1 + 9*t/T)",
                    lambda o: lrs.LambdaLR(o, lambda t: 1 / (1 + 9 * t / STEPS))))
    record("multiplicative", REFERENCE,
           constant=("lr_lambda = 0.98", lambda o: lrs.MultiplicativeLR(o, lambda t: 0.98)),
           of_t=("lr_lambda = 1 - 0.5/(t + 3)",
                 lambda o: lrs.MultiplicativeLR(o, lambda t: 1 - 0.5 / (t + 3))))
    record("swa", REFERENCE,
           cos=("swa_lr = 0.01\nanneal_epochs = 60",
                lambda o: SWALR(o, 0.01, anneal_epochs=60)),
           linear=("swa_lr = 0.1\nanneal_epochs = 25\nanneal_strategy = linear",
                   lambda o: SWALR(o, 0.1, anneal_epochs=25, anneal_strategy="linear")),
           at_once=("swa_lr = 0.02\nanneal_epochs = 0",
                    lambda o: SWALR(o, 0.02, anneal_epochs=0)))
    record("wsd", "formula of Hu et al. 2024, by " + REFERENCE,
           linear=("decay = 60", wsd(60, lambda z: 1 - z)),
           cosine=("decay = 0.25\nshape = cosine",
                   wsd(75, lambda z: (1 + math.cos(math.pi * z)) / 2)),
           sqrt=("decay = 100\nshape = sqrt", wsd(100, lambda z: 1 - math.sqrt(z))))
    record("rex", "formula of Chen et al. 2021, by " + REFERENCE,
           default=("", lambda o: lrs.LambdaLR(o, rex)))
    record("inverse_sqrt", "formula of Vaswani et al. 2017, by " + REFERENCE,
           timescale=("timescale = 50",
                      lambda o: lrs.LambdaLR(o, lambda t: math.sqrt(50 / (50 + t)))),
           warmup=("warmup = 30", warm(30, lambda t: math.sqrt(30 / (30 + t)))))
    record("sequential", REFERENCE,
           warmup_cosine=("""
[phase.warm]
kind = linear
start_factor = 0.1
steps = 40

[phase.fall]
kind = cosine
eta_min = 0.001
""", sequential((lambda o: lrs.LinearLR(o, 0.1, total_iters=40), 40),
                (lambda o: lrs.CosineAnnealingLR(o, STEPS - 40, 0.001), None))),
           three=("""
[phase.a]
kind = constant
factor = 0.1
total_iters = 20
steps = 50

[phase.b]
kind = exponential
gamma = 0.98
until = 150

[phase.c]
kind = step
step_size = 30
gamma = 0.5
""", sequential((lambda o: lrs.ConstantLR(o, 0.1, 20), 50),
                (lambda o: lrs.ExponentialLR(o, 0.98), 150),
                (lambda o: lrs.StepLR(o, 30, 0.5), None))),
           swa=("""
[phase.fall]
kind = exponential
gamma = 0.985
steps = 0.5

[phase.average]
kind = swa
swa_lr = 0.03
anneal_epochs = 20
""", sequential((lambda o: lrs.ExponentialLR(o, 0.985), 150),
                (lambda o: SWALR(o, 0.03, anneal_epochs=20), None))))
    record("chained", REFERENCE,
           constant_exponential=("""
[phase.warm]
kind = constant
factor = 0.1
total_iters = 20

[phase.fall]
kind = exponential
gamma = 0.99
""", lambda o: lrs.ChainedScheduler([lrs.ConstantLR(o, 0.1, 20),
                                     lrs.ExponentialLR(o, 0.99)], optimizer=o)),
           linear_cosine=("""
[phase.warm]
kind = linear
total_iters = 30

[phase.fall]
kind = cosine
""", lambda o: lrs.ChainedScheduler([lrs.LinearLR(o, total_iters=30),
                                     lrs.CosineAnnealingLR(o, STEPS)], optimizer=o)),
           multistep_multiplicative=("""
[phase.drops]
kind = multistep
milestones = 50 150
gamma = 0.5

[phase.fall]
kind = multiplicative
lr_lambda = 0.995
""", lambda o: lrs.ChainedScheduler([lrs.MultiStepLR(o, [50, 150], 0.5),
                                     lrs.MultiplicativeLR(o, lambda t: 0.995)],
                                    optimizer=o)))


if __name__ == "__main__":
    main()
