"""Vectors of the wrappers: sam, clip, lookahead, alone and around each other.

clip is torch.nn.utils, adaptive clipping, SAM and Lookahead are pytorch_optimizer's, whose
SAM adds the squares of its norm in float32 and is given a sum in the run's dtype here. Around
each other they stand as `optbench explain sam` says: SAM's second gradient is clipped, the
optimizer steps by it, Lookahead comes behind.
"""

import importlib.metadata

import pytorch_optimizer
import pytorch_optimizer.optimizer.sam
import torch
from pytorch_optimizer.optimizer import agc

import parity_file

REFERENCE = "torch %s, pytorch_optimizer %s" % (torch.__version__.split("+")[0],
                                                importlib.metadata.version("pytorch_optimizer"))
BASES = {
    "adam": ("kind = adam\nlr = 0.02", lambda p: torch.optim.Adam(p, lr=0.02, foreach=False),
             ("exp_avg", "exp_avg_sq"), ("step",)),
    "momentum": ("kind = sgd\nlr = 0.0005\nmomentum = 0.9",
                 lambda p: torch.optim.SGD(p, lr=0.0005, momentum=0.9, foreach=False),
                 {"momentum_buffer": ("momentum_buffer", 0.0)}, {}),
}
CLIP = {
    "max_norm": lambda ps, x: torch.nn.utils.clip_grad_norm_(ps, x, foreach=False),
    "max_norm1": lambda ps, x: torch.nn.utils.clip_grad_norm_(ps, x, norm_type=1,
                                                              foreach=False),
    "max_norm_inf": lambda ps, x: torch.nn.utils.clip_grad_norm_(
        ps, x, norm_type=float("inf"), foreach=False),
    "clip_value": lambda ps, x: torch.nn.utils.clip_grad_value_(ps, x, foreach=False),
    "clip_factor": lambda ps, x: [p.grad.copy_(agc(p.detach(), p.grad, 1e-3, x))
                                  for p in ps],
}


def squared_norm(param_groups, device=None, *, weight_adaptive=False):
    """pytorch_optimizer's function of that purpose, without its detour by float32."""
    weights = [(p.abs() if weight_adaptive and group["adaptive"] else 1.0, p.grad)
               for group in param_groups for p in group["params"]]
    return sum((w * g).square().sum() for w, g in weights).reshape(1)


pytorch_optimizer.optimizer.sam.get_global_gradient_norm = squared_norm


class Wrapped(parity_file.TorchRun):
    """A base optimizer within what `around` names."""

    def __init__(self, problem, dtype, start, base, around):
        _, factory, slots, scalars = BASES[base]
        self.around = around
        self.sam = self.slow = None
        super().__init__(problem, dtype, start, factory, slots, scalars)
        if "sam" in around:
            rho, adaptive = around["sam"]
            self.sam = pytorch_optimizer.SAM(self.params, torch.optim.SGD, rho=rho,
                                             adaptive=adaptive, lr=0.0, foreach=False)
        if "lookahead" in around:
            k, alpha = around["lookahead"]
            self.slow = pytorch_optimizer.Lookahead(self.optimizer, k=k, alpha=alpha)
            for group in self.slow.param_groups:
                self.slow.init_group(group)

    def state(self):
        out = super().state()
        if "momentum_buffer" in self.slots:
            of = self.optimizer.state.get(self.params[0], {})
            out["momentum_begun"] = [float("momentum_buffer" in of)]
        if self.slow:
            out["lookahead"] = parity_file.flat([self.slow.state[p]["slow_params"]
                                                 for p in self.params])
        return out

    def step(self):
        if self.sam:
            self.sam.first_step()
            self.evaluate()
            self.sam.second_step()  # SGD with a rate of 0: puts theta back
        for name, limit in self.around.get("clip", ()):
            CLIP[name](self.params, limit)
        (self.slow or self.optimizer).step()
        self.evaluate()


def flag(file, name, base, ini, **around):
    file.flag(name, "[optimizer]\n%s\n%s" % (BASES[base][0], ini),
              lambda problem, dtype, start: Wrapped(problem, dtype, start, base, around),
              kind="other", windows=parity_file.FEW)


def main():
    sam = parity_file.File("sam", REFERENCE, __file__)
    flag(sam, "rho", "adam", "[sam]\nrho = 0.05", sam=(0.05, False))
    flag(sam, "adaptive", "adam", "[sam]\nrho = 0.5\nadaptive = yes", sam=(0.5, True))
    flag(sam, "momentum", "momentum", "[sam]\nrho = 0.01", sam=(0.01, False))
    flag(sam, "with_all", "adam",
         "[sam]\nrho = 0.05\n[clip]\nmax_norm = 0.5\n[lookahead]\nk = 5\nalpha = 0.4",
         sam=(0.05, False), clip=(("max_norm", 0.5),), lookahead=(5, 0.4))
    sam.write()

    clip = parity_file.File("clip", REFERENCE, __file__)
    flag(clip, "max_norm", "momentum", "[clip]\nmax_norm = 0.7", clip=(("max_norm", 0.7),))
    flag(clip, "norm_type_1", "momentum", "[clip]\nmax_norm = 0.7\nnorm_type = 1",
         clip=(("max_norm1", 0.7),))
    flag(clip, "norm_type_inf", "momentum", "[clip]\nmax_norm = 0.3\nnorm_type = inf",
         clip=(("max_norm_inf", 0.3),))
    flag(clip, "clip_value", "momentum", "[clip]\nclip_value = 0.2",
         clip=(("clip_value", 0.2),))
    flag(clip, "clip_factor", "momentum", "[clip]\nclip_factor = 0.05",
         clip=(("clip_factor", 0.05),))
    flag(clip, "all_three", "adam",
         "[clip]\nmax_norm = 0.1\nclip_value = 0.08\nclip_factor = 0.2",
         clip=(("clip_factor", 0.2), ("clip_value", 0.08), ("max_norm", 0.1)))
    clip.write()

    slow = parity_file.File("lookahead", REFERENCE, __file__)
    flag(slow, "default", "adam", "[lookahead]\nk = 5", lookahead=(5, 0.5))
    flag(slow, "alpha", "momentum", "[lookahead]\nk = 6\nalpha = 0.8", lookahead=(6, 0.8))
    slow.write()


if __name__ == "__main__":
    main()
