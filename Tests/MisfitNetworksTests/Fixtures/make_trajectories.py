"""Loss trajectories of small autoencoders in PyTorch, from given weights over given batches.

    python make_trajectories.py > trajectories.json

Float32 throughout, as in Misfit. Adam's epsilon is so small (1e-12) that its place in the formula, where Keras and PyTorch
differ, does not matter.
"""
import json

import torch

torch.manual_seed(7)
torch.set_num_threads(1)
WIDTH, BATCH, STEPS = 12, 16, 50
rows = torch.rand(BATCH * STEPS, WIDTH)
rows[:, 1] = rows[:, 0] * 0.5 + rows[:, 2] * 0.4  # something to learn


class KerasRMSprop(torch.optim.Optimizer):
    """PyTorch adds epsilon to the root, Keras puts it under the root."""

    def __init__(self, parameters):
        super().__init__(parameters, {})

    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            v = self.state[p].setdefault("v", torch.zeros_like(p))
            v.mul_(0.9).add_(p.grad.square() * 0.1)
            p -= 1e-2 * p.grad / torch.sqrt(v + 1e-7)


def optimizer(name, parameters):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=1e-2, eps=1e-12)
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=1e-2, eps=1e-12, weight_decay=0.004)
    if name == "adadelta":
        return torch.optim.Adadelta(parameters, lr=1.0, rho=0.95, eps=1e-7)
    if name == "rmsprop":
        return KerasRMSprop(parameters)
    return torch.optim.SGD(parameters, lr=0.1, momentum=0.9)


ACTIVATIONS = {
    "relu": torch.relu,
    "leaky-relu": lambda z: torch.nn.functional.leaky_relu(z, 0.3),
    "elu": torch.nn.functional.elu,
    "selu": torch.selu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": torch.nn.functional.softplus,
    "linear": lambda z: z,
}


def case(hidden, activation, output, loss, kind, clip=None):
    sizes = [WIDTH, *hidden, WIDTH]
    kernels = [(torch.rand(i, o) * 2 - 1) * (6 / (i + o)) ** 0.5 for i, o in zip(sizes, sizes[1:])]
    biases = [torch.zeros(o) for o in sizes[1:]]
    initial = [v for k, b in zip(kernels, biases) for v in k.flatten().tolist() + b.tolist()]
    parameters = [p.requires_grad_() for pair in zip(kernels, biases) for p in pair]
    opt = optimizer(kind, parameters)
    losses = []
    for step in range(STEPS):
        x = rows[step * BATCH:(step + 1) * BATCH]
        h = x
        for layer, (k, b) in enumerate(zip(kernels, biases)):
            h = h @ k + b
            if layer < len(kernels) - 1:
                h = ACTIVATIONS[activation](h)
        if loss == "bce":
            value = torch.nn.functional.binary_cross_entropy_with_logits(h, x)
        else:
            y = ACTIVATIONS[output](h)
            value = (y - x).square().mean() if loss == "mse" else (y - x).abs().mean()
        opt.zero_grad()
        value.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        opt.step()
        losses.append(value.item())
    return dict(hidden=hidden, activation=activation, outputActivation=output, loss=loss, optimizer=kind,
                clipNorm=clip, initial=initial, losses=losses)


cases = [case([8, 3], a, "linear", "mse", "adam") for a in ACTIVATIONS]
cases += [case([8, 3], "relu", "sigmoid", "bce", k) for k in ("adam", "adamw", "adadelta", "rmsprop", "sgd")]
cases += [case([5], "tanh", "sigmoid", "mse", "adam"), case([5], "tanh", "linear", "mae", "sgd"),
          case([8, 3], "elu", "linear", "mse", "sgd", clip=0.1)]
print(json.dumps(dict(width=WIDTH, batchSize=BATCH, rows=rows.flatten().tolist(), cases=cases)))
