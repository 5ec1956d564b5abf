"""The loss trajectory of a small autoencoder of typed rows in PyTorch, from given weights over given batches.

    python make_cells.py > cells.json

Rows of 11 values stand for five cells: a number that may be missing (its indicator behind it), yes or no, three levels that may be
missing, a date of two values, and a level of two. Costs are weighted; missing cells are left out of the loss. Float32, as in Misfit.
"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_num_threads(1)
BATCH, STEPS, HIDDEN, YES = 16, 50, [7, 3], 2 ** 0.5
CELLS = [
    dict(kind="numbers", start=0, count=1, indicator=1, factor=0.8),
    dict(kind="yesOrNo", start=2, count=1, indicator=None, factor=1.4427),
    dict(kind="levels", start=3, count=3, indicator=6, factor=0.95),
    dict(kind="numbers", start=7, count=2, indicator=None, factor=1.0),
    dict(kind="levels", start=9, count=2, indicator=None, factor=1.2),
]
WIDTH = 11
count = BATCH * STEPS
sort = torch.randint(0, 3, (count,))
rows = torch.zeros(count, WIDTH)
rows[:, 0] = sort - 1 + 0.3 * torch.randn(count)
rows[:, 2] = YES * (sort == 1)
rows[:, 3:6] = F.one_hot((sort + (torch.rand(count) < 0.1)) % 3, 3)
rows[:, 7:9] = torch.randn(count, 2) * 0.5 + (sort - 1)[:, None]
rows[:, 9:11] = F.one_hot((sort > 0).long(), 2)
missing = torch.rand(count, 2) < torch.tensor([0.2, 0.1])
rows[missing[:, 0], 0] = 0
rows[:, 1] = missing[:, 0].float()
rows[missing[:, 1], 3:6] = torch.tensor([0.3, 0.4, 0.3])
rows[:, 6] = missing[:, 1].float()


def costs(z, x):
    result = []
    for cell in CELLS:
        part = slice(cell["start"], cell["start"] + cell["count"])
        if cell["kind"] == "numbers":
            cost = (z[:, part] - x[:, part]).square().sum(1)
        elif cell["kind"] == "yesOrNo":
            cost = F.binary_cross_entropy_with_logits(z[:, part], (x[:, part] > 0.7).float(), reduction="none").sum(1)
        else:
            cost = F.cross_entropy(z[:, part], x[:, part].argmax(1), reduction="none")
        if cell["indicator"] is not None:
            cost = cost * (1 - x[:, cell["indicator"]])
        result.append(cost * cell["factor"])
    return torch.stack(result, 1)


def forward(x):
    for layer, (k, b) in enumerate(zip(kernels, biases)):
        x = x @ k + b
        if layer < len(kernels) - 1:
            x = torch.tanh(x)
    return x


sizes = [WIDTH, *HIDDEN, WIDTH]
kernels = [(torch.rand(i, o) * 2 - 1) * (6 / (i + o)) ** 0.5 for i, o in zip(sizes, sizes[1:])]
biases = [torch.zeros(o) for o in sizes[1:]]
initial = [v for k, b in zip(kernels, biases) for v in k.flatten().tolist() + b.tolist()]
parameters = [p.requires_grad_() for pair in zip(kernels, biases) for p in pair]
opt = torch.optim.Adam(parameters, lr=1e-2, eps=1e-12)
losses = []
for step in range(STEPS):
    x = rows[step * BATCH:(step + 1) * BATCH]
    value = costs(forward(x), x).mean()
    opt.zero_grad()
    value.backward()
    opt.step()
    losses.append(value.item())
with torch.no_grad():
    final = costs(forward(rows), rows)
print(json.dumps(dict(
    width=WIDTH, batchSize=BATCH, hidden=HIDDEN, cells=CELLS, rows=rows.flatten().tolist(), initial=initial, losses=losses,
    parameters=[v for p in parameters for v in p.detach().flatten().tolist()], costs=final[:40].flatten().tolist())))
