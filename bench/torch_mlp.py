#!/usr/bin/env python3
"""The network of `device-784-512` in torch, on the same card: microseconds a step.

784-512-512-10, ReLU, cross-entropy, Adam, batches of 256 rows gathered by a permutation
from 25,600 rows that lie on the card. IEEE single precision: TF32 is switched off. Eager
and compiled, each with the Adam that torch takes by itself and with the fused one; torch
is compared by the fastest of its kind. Nothing waits for the card but the end of a run.

Usage: torch_mlp.py [STEPS [DEVICE]]
"""

import statistics
import sys
import time

import torch
from torch import nn

ROWS, BATCH, RUNS = 25600, 256, 7


def make(device, fused):
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
    ).to(device)
    options = {"fused": True} if fused else {}
    adam = torch.optim.Adam(net.parameters(), lr=1e-5, **options)
    x = torch.rand(ROWS, 784, device=device) * 2 - 1
    y = torch.randint(0, 10, (ROWS,), device=device)
    return net, adam, x, y


def stepper(device, fused, mode):
    net, adam, x, y = make(device, fused)
    criterion = nn.CrossEntropyLoss()

    def forward(rows):
        return criterion(net(x[rows]), y[rows])

    if mode:
        forward = torch.compile(forward, mode=mode, fullgraph=True)

    def run(steps):
        done = 0
        while done < steps:
            order = torch.randperm(ROWS, device=device)
            for at in range(0, ROWS, BATCH):
                adam.zero_grad(set_to_none=True)
                forward(order[at : at + BATCH]).backward()
                adam.step()
                done += 1
                if done == steps:
                    return

    return run


def wait(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def measure(device, steps, run):
    seconds = []
    run(max(20, steps // 4))
    for _ in range(RUNS):
        wait(device)
        begin = time.perf_counter()
        run(steps)
        wait(device)
        seconds.append((time.perf_counter() - begin) / steps)
    return statistics.median(seconds)


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    device = sys.argv[2] if len(sys.argv) > 2 else "cuda"
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if device.startswith("cuda"):
        print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}, no TF32")
    else:
        print(f"torch {torch.__version__}, {device}")
    best = {}
    for kind, mode in (
        ("eager", None),
        ("compile", "default"),
        ("compile", "reduce-overhead"),
        ("compile", "max-autotune"),
    ):
        for fused in (False, True):
            name = " ".join(filter(None, (kind, mode, fused and "fused adam")))
            try:
                seconds = measure(device, steps, stepper(device, fused, mode))
            except Exception as error:  # one that this torch lacks is left out, and said
                print(f"torch {name}: left out: {str(error).splitlines()[0]}")
                continue
            print(f"torch {name}: {seconds * 1e6:.1f} us a step", flush=True)
            best[kind] = min(best.get(kind, seconds), seconds)
            torch.compiler.reset()
    for kind, seconds in best.items():
        print(f"torch-{kind} {seconds * 1e6:.1f}")


if __name__ == "__main__":
    main()
