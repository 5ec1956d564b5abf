"""The models of the page "deep-autoencoders" in PyTorch, for figures to stand beside Misfit's.

    python pytorch.py FOLDER_OF_MNIST [MODEL ...] > pytorch.csv

Trains each with binary cross-entropy and Adadelta (learning rate 1, rho 0.95, epsilon 1e-7, as in Keras), 50 epochs (the convolutional one 10)
in batches of 256, Glorot's uniform weights, seed 42, and prints the loss of the 10,000 test images after each epoch.
"""
import gzip
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(2)


def images(name):
    with gzip.open(f"{sys.argv[1]}/{name}") as file:
        return torch.from_numpy(np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / np.float32(255))


def dense(*widths):
    layers = []
    for index, (before, after) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(before, after))
        if index < len(widths) - 2:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def convolutional():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Upsample(scale_factor=2),
        nn.Conv2d(16, 1, 3, padding=1), nn.Flatten())


def absolute(model, rows):
    return 1e-5 * torch.relu(model[0](rows)).abs().sum() / len(rows)


def contraction(model, rows):
    slope = (model[0](rows) > 0).float()
    return 1e-4 * (slope @ model[0].weight.square().sum(1)).mean()


MODELS = {
    "one layer": (lambda: dense(784, 32, 784), None),
    "sparse": (lambda: dense(784, 32, 784), absolute),
    "deep": (lambda: dense(784, 128, 64, 32, 64, 128, 784), None),
    "contractive": (lambda: dense(784, 32, 784), contraction),
    "convolutional": (convolutional, None),
}
train, test = images("train-images-idx3-ubyte.gz"), images("t10k-images-idx3-ubyte.gz")
print("model,epoch,validation_loss")
for name in sys.argv[2:] or MODELS:
    build, penalty = MODELS[name]
    torch.manual_seed(42)
    model = build()
    for part in model:
        if hasattr(part, "weight"):
            nn.init.xavier_uniform_(part.weight)
            nn.init.zeros_(part.bias)
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0, rho=0.95, eps=1e-7)
    for epoch in range(1, (10 if name == "convolutional" else 50) + 1):
        order = torch.randperm(len(train))
        for start in range(0, len(train), 256):
            rows = train[order[start:start + 256]]
            loss = F.binary_cross_entropy_with_logits(model(rows), rows)
            if penalty:
                loss = loss + penalty(model, rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            losses = [F.binary_cross_entropy_with_logits(model(part), part).item() for part in test.split(1000)]
        print(f"{name},{epoch},{sum(losses) / len(losses):.6f}", flush=True)
