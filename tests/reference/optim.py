#!/usr/bin/env python3
"""Trajectories of torch.optim on a small linear regression.

The problem: the twelve rows of optim_data.csv (x1,x2,y), model w0 x1 + w1 x2 + bias,
loss mean((yhat - y)^2), one parameter vector (w0, w1, bias) that starts at
(0.5, -1, 0.25), full batch.

optim_runs.csv          run,kind,lr,momentum,dampening,nesterov,weight_decay,maximize,
                        beta1,beta2,eps,amsgrad: the settings of each run; keys that the
                        kind does not have are empty
optim_<f32|f64>.csv     run,step,loss,w0,w1,bias: loss at and parameters after `step`
                        steps, step 0 being the start; 40 steps a run
schedule.csv            run,step,lr: the rate of step 1, 2, ... by torch's schedulers with
                        base rate 0.1: step_10_0.5 = StepLR(10, 0.5),
                        cosine_40_0.01 = CosineAnnealingLR(40, eta_min=0.01)

Numbers are %.9g for float32 and %.17g for float64.
"""

import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = {"f32": torch.float32, "f64": torch.float64}
STEPS = 40
START = (0.5, -1.0, 0.25)
ROWS = (
    (-1.5, 0.25, -3.1), (-1.0, 1.5, -4.75), (-0.75, -1.25, 3.5), (-0.5, 0.5, -0.8),
    (-0.25, -0.5, 3.0), (0.0, 1.0, -1.1), (0.25, -1.5, 6.4), (0.5, 0.75, 0.55),
    (0.75, -0.25, 4.7), (1.0, 1.25, 0.1), (1.25, -1.0, 7.9), (1.5, 0.0, 5.2),
)
KEYS = ("kind", "lr", "momentum", "dampening", "nesterov", "weight_decay", "maximize",
        "beta1", "beta2", "eps", "amsgrad")


def sgd(lr=0.05, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0,
        maximize=False):
    return dict(locals(), kind="sgd")


def adam(lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False):
    return dict(locals(), kind="adam")


RUNS = {
    "sgd": sgd(),
    "sgd_momentum": sgd(momentum=0.9),
    "sgd_dampening": sgd(momentum=0.9, dampening=0.5),
    "sgd_nesterov": sgd(momentum=0.9, nesterov=True),
    "sgd_decay": sgd(weight_decay=0.1),
    "sgd_momentum_decay": sgd(momentum=0.8, weight_decay=0.05),
    "sgd_dampening_decay": sgd(momentum=0.8, dampening=0.3, weight_decay=0.05),
    "sgd_nesterov_decay": sgd(momentum=0.8, nesterov=True, weight_decay=0.05),
    "sgd_maximize": sgd(lr=0.001, maximize=True),
    "adam": adam(),
    "adam_lr": adam(lr=0.1),
    "adam_betas": adam(lr=0.05, beta1=0.8, beta2=0.95),
    "adam_eps": adam(lr=0.05, eps=1e-2),
    "adam_decay": adam(lr=0.1, weight_decay=0.1),
    "adam_amsgrad": adam(lr=0.5, beta2=0.9, amsgrad=True),
    "adam_amsgrad_decay": adam(lr=0.5, beta2=0.9, amsgrad=True, weight_decay=0.05),
}


def build(settings, theta):
    s = dict(settings)
    kind = s.pop("kind")
    if kind == "adam":
        s["betas"] = (s.pop("beta1"), s.pop("beta2"))
    family = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[kind]
    return family([theta], foreach=False, **s)


def trajectory(settings, dtype):
    """Yields (loss, parameters) at step 0, 1, ..., STEPS."""
    data = torch.tensor(ROWS, dtype=dtype)
    x = torch.cat([data[:, :2], torch.ones(len(data), 1, dtype=dtype)], dim=1)
    theta = torch.tensor(START, dtype=dtype, requires_grad=True)
    optimizer = build(settings, theta)
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        loss = ((x @ theta - data[:, 2]) ** 2).mean()
        yield [loss.item()] + theta.detach().tolist()
        loss.backward()
        optimizer.step()


def create(name, head):
    out = open(os.path.join(HERE, name), "w", encoding="ascii", newline="\n")
    out.write(head + "\n")
    return out


def write_problem():
    with create("optim_data.csv", "x1,x2,y") as out:
        for row in ROWS:
            out.write(",".join("%g" % v for v in row) + "\n")
    with create("optim_runs.csv", "run," + ",".join(KEYS)) as out:
        for run, settings in RUNS.items():
            words = [settings.get(k, "") for k in KEYS]
            words = [{True: "yes", False: "no"}[w] if isinstance(w, bool) else str(w)
                     for w in words]
            out.write(",".join([run] + words) + "\n")


def write_schedules():
    schedulers = {
        "step_10_0.5": lambda o: torch.optim.lr_scheduler.StepLR(o, 10, 0.5),
        "cosine_40_0.01": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(
            o, 40, eta_min=0.01),
    }
    with create("schedule.csv", "run,step,lr") as out:
        for run, scheduler in schedulers.items():
            optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
            schedule = scheduler(optimizer)
            for step in range(1, STEPS + 1):
                out.write("%s,%d,%.17g\n" % (run, step, schedule.get_last_lr()[0]))
                optimizer.step()
                schedule.step()


def main():
    torch.set_num_threads(1)
    write_problem()
    write_schedules()
    for tag, dtype in DTYPES.items():
        form = ",%.9g" if tag == "f32" else ",%.17g"
        with create("optim_%s.csv" % tag, "run,step,loss,w0,w1,bias") as out:
            for run, settings in RUNS.items():
                for step, row in enumerate(trajectory(settings, dtype)):
                    out.write("%s,%d" % (run, step))
                    out.write("".join(form % v for v in row) + "\n")


if __name__ == "__main__":
    main()
