"""Loss trajectories of small networks whose targets are not their inputs, in PyTorch: ten steps of Adam, from given weights.

    python make_pairs.py > pairs.json

Float64 throughout. Parameters are listed in the order of Misfit's arena: layer after layer; kernels of convolutions as Keras stores them
([height, width, in, out]). Adam's epsilon is so small (1e-12) that its place in the formula does not matter. `penalty` is the weight of
the code's mean absolute values, which the losses that are listed leave out, as Misfit reports them.
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
BATCH, STEPS = 6, 10
ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
CASES = [  # text, input shape, target shape, loss, clip norm, penalty
    ("dense 4 tanh || dense 9", [5], [9], "mse", None, 0),
    ("dense 7 tanh | dense 4 tanh || dense 2", [8], [2], "mae", None, 0),
    ("dense 4 tanh || dense 9 sigmoid", [5], [9], "bce", 0.05, 0),
    ("dense 4 tanh || dense 9 sigmoid", [5], [9], "bce", None, 0.2),
    ("conv 3 3 tanh || conv 3 3 sigmoid", [4, 5, 1], [4, 5, 3], "bce", None, 0),
    ("conv 4 3 tanh || up 2 | conv 2 3 tanh | conv 1 3 sigmoid", [3, 4, 1], [6, 8, 1], "mse", None, 0),
    ("conv 3 3 tanh | pool 2 || conv 2 3", [4, 6, 3], [2, 3, 2], "mse", 0.1, 0),
]


def glorot(*shape):
    window = 1
    for extent in shape[:-2]:
        window *= extent
    return (torch.rand(shape) * 2 - 1) * (6 / (window * (shape[-2] + shape[-1]))) ** 0.5


def build(text, shape):
    """The layers' words, and their parameters as leaves."""
    layers, parameters, channels = [], [], shape[-1]
    code = len(text.split("||")[0].split("|")) - 1
    for words in (part.split() for part in text.replace("||", "|").split("|")):
        activation = ACTIVATIONS.get(words[-1])
        if words[0] == "dense":
            parameters += [glorot(channels, int(words[1])), torch.zeros(int(words[1]))]
            channels = int(words[1])
        elif words[0] == "conv":
            parameters += [glorot(int(words[2]), int(words[2]), channels, int(words[1])), torch.zeros(int(words[1]))]
            channels = int(words[1])
        layers.append((words, activation))
    for p in parameters:
        p.requires_grad_()
    return layers, parameters, code


def forward(layers, parameters, code_index, x):
    """The sums before the last activation, and the code; images are [rows, height, width, channels]."""
    left, code = list(parameters), None
    for index, (words, activation) in enumerate(layers):
        if words[0] == "dense":
            x = x @ left.pop(0) + left.pop(0)
        elif words[0] == "conv":
            kernel, bias = left.pop(0), left.pop(0)
            x = F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1).contiguous(), bias, padding=kernel.shape[0] // 2)
            x = x.permute(0, 2, 3, 1)
        elif words[0] == "up":
            x = x.repeat_interleave(int(words[1]), 1).repeat_interleave(int(words[1]), 2)
        else:
            x = F.max_pool2d(x.permute(0, 3, 1, 2), int(words[1])).permute(0, 2, 3, 1)
        if activation and index < len(layers) - 1:
            x = activation(x)
        if index == code_index:
            code = x
    return x, code


def case(text, shape, target_shape, loss, clip, penalty):
    layers, parameters, code_index = build(text, shape)
    initial = [v for p in parameters for v in p.detach().flatten().tolist()]
    rows = torch.rand(BATCH * STEPS, *shape)
    targets = torch.rand(BATCH * STEPS, *target_shape)
    optimizer = torch.optim.Adam(parameters, lr=1e-2, eps=1e-12)
    losses = []
    for step in range(STEPS):
        part = slice(step * BATCH, (step + 1) * BATCH)
        sums, code = forward(layers, parameters, code_index, rows[part])
        target = targets[part]
        if loss == "bce":
            value = F.binary_cross_entropy_with_logits(sums, target)
        else:
            output = layers[-1][1](sums) if layers[-1][1] else sums
            value = F.mse_loss(output, target) if loss == "mse" else F.l1_loss(output, target)
        total = value + penalty * code.abs().flatten(1).sum(1).mean() if penalty else value
        optimizer.zero_grad()
        total.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        losses.append(value.item())
    return dict(text=text, shape=shape, targetShape=target_shape, loss=loss, clipNorm=clip, penalty=penalty or None,
                batch=BATCH, rows=rows.flatten().tolist(), targets=targets.flatten().tolist(), initial=initial,
                losses=losses, parametersAfter=[v for p in parameters for v in p.detach().flatten().tolist()])


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return value


print(json.dumps([{k: rounded(v) for k, v in case(*c).items()} for c in CASES]))
