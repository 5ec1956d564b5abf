"""Outputs, losses and gradients of small networks with every kind of layer, by PyTorch's autograd in doubles.

    python make_layers.py > layers.json

Parameters and gradients are listed in the order of Misfit's arena: layer after layer; kernels of convolutions as Keras stores them
([height, width, in, out], transposed ones [height, width, out, in]); a normalisation's factor, addend, running mean and variance.
Paddings are those of Keras and TensorFlow, made by hand: PyTorch has no `same` for strides and pads transposed convolutions otherwise.
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
ACTIVATIONS = {
    "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": F.elu, "softplus": F.softplus,
}
CASES = [  # text, input shape, loss, batch, what else
    ("conv 3 3 tanh || conv 1 3 sigmoid", [5, 7, 1], "bce", 5),
    ("conv 17 3 tanh | conv 16 3 tanh || conv 2 3", [4, 3, 2], "mse", 4),
    ("conv 2 3 s2 tanh | flatten || dense 70 sigmoid | reshape 7 5 2", [7, 5, 2], "bce", 5),
    ("conv 2 3x2 s2x1 valid elu | flatten || dense 60", [6, 5, 2], "mse", 4),
    ("conv 2 5 tanh || conv 1 4 s1 sigmoid", [3, 4, 1], "bce", 3),
    ("conv 3 2 tanh || deconv 1 3 sigmoid", [5, 3, 1], "bce", 4),
    ("pool 2 | conv 3 3 tanh || deconv 2 3 s2 valid tanh | deconv 1 3 sigmoid", [7, 7, 1], "bce", 5),
    ("conv 4 3 s2 tanh || deconv 3 3 s2 tanh | deconv 2 2 sigmoid", [6, 4, 2], "bce", 5),
    ("conv 16 3 s3 tanh || deconv 1 2 s3 sigmoid", [6, 6, 1], "bce", 4),
    ("conv 2 1 tanh | pool 3x2 s2 same | conv 2 1 || up 2 | conv 1 3 sigmoid", [6, 4, 1], "mse", 5),
    ("conv 3 1 tanh | avgpool 3 s2 same | conv 3 3 tanh || flatten | dense 35", [7, 5, 1], "mse", 4),
    ("conv 18 1 tanh | avgpool 2 || up 2x3 | conv 1 3 s1x1 | flatten | dense 24 sigmoid", [6, 4, 1], "bce", 3),
    ("pool 2 | conv 2 3 tanh | up 2 || deconv 2 3 tanh | pool 2 | up 2x1 | deconv 3 2 tanh | up 1x2 | conv 1 2 sigmoid",
     [4, 6, 1], "bce", 3),
    ("pool 2 | up 2 | conv 2 4x3 tanh || conv 1 3 sigmoid", [6, 4, 1], "bce", 3),
    ("conv 3 3 tanh | norm || conv 1 3 sigmoid", [5, 4, 1], "bce", 7),
    ("dense 5 tanh | norm sigmoid | dense 3 || norm tanh | dense 6 sigmoid", [6], "bce", 8),
    ("norm | conv 16 3 tanh | norm elu | pool 2 || up 2 | conv 1 3", [4, 4, 1], "mse", 5),
    ("dense 5 tanh | dense 3 tanh || dense 5 elu tied | dense 8 sigmoid tied", [8], "bce", 6),
    ("dense 4 tanh || dense 7 tied", [7], "mse", 5, {"absolute": 0.3}),
    ("dense 5 tanh | dense 4 sigmoid || dense 6", [6], "mse", 5, {"divergence": [0.4, 0.1]}),
    ("dense 4 sigmoid || dense 6", [6], "mse", 5, {"contractive": 0.7}),
    ("dense 4 relu || dense 6 sigmoid tied", [6], "bce", 5, {"contractive": 0.7}),
    ("conv 2 3 sigmoid || conv 1 3 sigmoid", [4, 3, 1], "bce", 5, {"divergence": [0.4, 0.1]}),
    ("conv 3 3 tanh | pool 2 | conv 4 3 tanh || up 2 | concat 1 | conv 2 3 tanh | concat input | conv 1 3 sigmoid",
     [4, 6, 1], "bce", 5),
    ("conv 3 3 tanh | conv 3 3 elu | conv 3 3 | add 1 tanh || norm tanh | add 2 | conv 2 3 | add input",
     [5, 4, 2], "mse", 7),
    ("dense 4 tanh | dense 6 tanh | add input || concat 1 | dense 6 | add 2", [6], "mse", 4),
]


def pair(text):
    parts = [int(x) for x in text.split("x")]
    return parts[0], parts[-1]


class Layer:
    """Words of a layer, read as Misfit reads them."""

    def __init__(self, text):
        words = text.split()
        self.name = words.pop(0)
        self.numbers, self.stride, self.padding, self.activation, self.tied = [], None, None, None, False
        for word in words:
            if word in ("same", "valid"):
                self.padding = word
            elif word == "tied":
                self.tied = True
            elif word in ACTIVATIONS:
                self.activation = ACTIVATIONS[word]
            elif word[0] == "s":
                self.stride = pair(word[1:])
            else:
                self.numbers.append(word)
        if self.name in ("conv", "deconv"):
            self.kernel, self.padding = pair(self.numbers[1]), self.padding or "same"
            self.stride = self.stride or (1, 1)
        if self.name in ("pool", "avgpool"):
            self.kernel, self.padding = pair(self.numbers[0]), self.padding or "valid"
            self.stride = self.stride or self.kernel

    def pads(self, extents):
        """Zeros before and after, for F.pad: width first."""
        result = []
        for extent, kernel, stride in reversed(list(zip(extents, self.kernel, self.stride))):
            total = 0 if self.padding == "valid" else max(0, (-(-extent // stride) - 1) * stride + kernel - extent)
            result += [total // 2, total - total // 2]
        return result


def parameter(*shape, scale=0.5):
    return (torch.randn(*shape) * scale).requires_grad_()


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def forward(layers, x, parameters, make, moving):
    """Runs the layers; where `make`, draws their parameters. Returns what comes out of each."""
    outputs, kernels, place, rows = [], [], 0, x

    def take(*shape, scale=0.5):
        nonlocal place
        if make:
            parameters.append(parameter(*shape, scale=scale))
        place += 1
        return parameters[place - 1]

    for layer in layers:
        kernels.append(None)
        if layer.name == "dense":
            if layer.tied:
                w = kernels[code_mirror(layers, len(kernels) - 1)].T
            else:
                w = take(x.shape[-1], int(layer.numbers[0]))
                kernels[-1] = w
            x = x.flatten(1) @ w + take(int(layer.numbers[0]))
        elif layer.name == "conv":
            w = take(*layer.kernel, x.shape[-1], int(layer.numbers[0]))
            b = take(int(layer.numbers[0]))
            padded = F.pad(nchw(x), layer.pads(x.shape[1:3]))
            x = nhwc(F.conv2d(padded, w.permute(3, 2, 0, 1).contiguous(), b, layer.stride))
        elif layer.name == "deconv":
            w = take(*layer.kernel, int(layer.numbers[0]), x.shape[-1])
            b = take(int(layer.numbers[0]))
            full = F.conv_transpose2d(nchw(x), w.permute(3, 2, 0, 1).contiguous(), None, layer.stride)
            extents = [n * s if layer.padding == "same" else n * s + max(k - s, 0)
                       for n, k, s in zip(x.shape[1:3], layer.kernel, layer.stride)]
            before = layer.pads(extents)
            full = F.pad(full, [0, max(0, extents[1] - full.shape[3]), 0, max(0, extents[0] - full.shape[2])])
            top, left = before[2], before[0]
            x = nhwc(full[:, :, top:top + extents[0], left:left + extents[1]]) + b
        elif layer.name == "pool":
            x = nhwc(F.max_pool2d(F.pad(nchw(x), layer.pads(x.shape[1:3]), value=-1e30), layer.kernel, layer.stride))
        elif layer.name == "avgpool":
            pads = layer.pads(x.shape[1:3])
            sums = F.avg_pool2d(F.pad(nchw(x), pads), layer.kernel, layer.stride)
            x = nhwc(sums / F.avg_pool2d(F.pad(torch.ones_like(nchw(x)), pads), layer.kernel, layer.stride))
        elif layer.name == "up":
            h, w = pair(layer.numbers[0])
            x = x.repeat_interleave(h, 1).repeat_interleave(w, 2)
        elif layer.name == "norm":
            channels = x.shape[-1]
            gamma, beta = take(channels), take(channels)
            mean_was, variance_was = take(channels), take(channels)
            axes = list(range(x.dim() - 1))
            mean, variance = x.mean(axes), x.var(axes, unbiased=False)
            moving.append((mean_was, 0.99 * mean_was + 0.01 * mean, variance_was, 0.99 * variance_was + 0.01 * variance))
            x = (x - mean) / torch.sqrt(variance + 1e-3) * gamma + beta
        elif layer.name == "flatten":
            x = x.flatten(1)
        elif layer.name == "reshape":
            x = x.reshape(-1, *[int(n) for n in layer.numbers])
        elif layer.name in ("add", "concat"):
            number = layer.numbers[0]
            earlier = rows if number == "input" else outputs[int(number) - 1][1]
            x = x + earlier if layer.name == "add" else torch.cat([x, earlier], -1)
        sums = x
        if layer.activation:
            x = layer.activation(x)
        outputs.append((sums, x))
    return outputs


def code_mirror(layers, index):
    return 2 * CODE + 1 - index


def penalty(kind, code, parameters):
    if "absolute" in kind:
        return kind["absolute"] * code.abs().flatten(1).sum(1).mean()
    if "divergence" in kind:
        weight, rho = kind["divergence"]
        mean = code.flatten(1).mean(0)
        return weight * (rho * torch.log(rho / mean) + (1 - rho) * torch.log((1 - rho) / (1 - mean))).sum()
    sums, code = code
    slope = torch.autograd.grad(code.sum(), sums, create_graph=True)[0]
    return kind["contractive"] * (slope.square() * parameters[0].square().sum(0)).sum(1).mean()


results = []
for text, shape, loss_name, batch, *more in CASES:
    encoder, decoder = text.split("||")
    layers = [Layer(t) for t in encoder.split("|") + decoder.split("|")]
    CODE = len(encoder.split("|")) - 1
    rows = torch.rand(batch, *shape)
    parameters, moving = [], []
    forward(layers, rows, parameters, True, moving)
    moving.clear()
    outputs = forward(layers, rows, parameters, False, moving)
    output = outputs[-1][1].reshape(batch, -1)
    target = rows.reshape(batch, -1)
    loss = F.binary_cross_entropy(output, target) if loss_name == "bce" else F.mse_loss(output, target)
    total = loss
    if more:
        code = outputs[CODE] if "contractive" in more[0] else outputs[CODE][1]
        total = loss + penalty(more[0], code, parameters)
    gradients = torch.autograd.grad(total, parameters, allow_unused=True)
    after = {id(was): new for m in moving for was, new in (m[:2], m[2:])}
    with torch.no_grad():
        results.append({
            "text": text, "shape": shape, "loss": loss_name, "batch": batch, "penalty": more[0] if more else None,
            "rows": rows.flatten().tolist(), "parameters": torch.cat([p.flatten() for p in parameters]).tolist(),
            "output": output.flatten().tolist(), "lossValue": loss.item(),
            "gradients": torch.cat([torch.zeros_like(p).flatten() if g is None else g.flatten()
                                    for g, p in zip(gradients, parameters)]).tolist(),
            "parametersAfter": torch.cat([after.get(id(p), p).flatten() for p in parameters]).tolist(),
        })


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [rounded(x) for x in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


print(json.dumps(rounded(results)))
