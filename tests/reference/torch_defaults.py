#!/usr/bin/env python3
"""Names and defaults of the hyper-parameters of torch.optim: torch_defaults.csv.

optimizer;key;default: keys as ours are called (parity_torch.PAIRS), booleans as yes and no.
What only says how torch computes (foreach, fused, capturable, differentiable) is left out.
"""

import inspect
import os

import torch

from parity_torch import HERE, PAIRS, text_of

HOW = ("self", "params", "foreach", "fused", "capturable", "differentiable")


def rows():
    for name in ("SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Adagrad",
                 "Adadelta", "Adafactor", "RMSprop", "Rprop", "ASGD", "LBFGS", "Muon"):
        init = getattr(torch.optim, name).__init__
        for key, p in inspect.signature(init).parameters.items():
            if key in HOW:
                continue
            names = PAIRS.get(key, (key,))
            if (name, key) == ("Adafactor", "eps"):
                names = ("eps1", "eps2")
            values = p.default if len(names) > 1 else (p.default,)
            for ours, value in zip(names, values):
                yield name.lower(), ours, text_of(value)


def main():
    with open(os.path.join(HERE, "torch_defaults.csv"), "w", encoding="ascii") as out:
        out.write("optimizer;key;default\n")
        for row in rows():
            out.write(";".join(row) + "\n")


if __name__ == "__main__":
    main()
