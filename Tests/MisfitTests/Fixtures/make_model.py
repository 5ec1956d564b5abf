"""A model file made by Python's safetensors, and the errors that NumPy computes with its weights.

Needs: numpy, safetensors.
"""
import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(5)
weights = {
    "encoder.0.kernel": rng.normal(size=(3, 2)).astype(np.float32),
    "encoder.0.bias": rng.normal(size=2).astype(np.float32),
    "decoder.0.kernel": rng.normal(size=(2, 3)).astype(np.float32),
    "decoder.0.bias": rng.normal(size=3).astype(np.float32),
}
offsets, scales = [1.0, -2.0, 0.5], [2.0, 4.0, 0.25]
model = {
    "architecture": {
        "inputShape": [3], "codeLayer": 0,
        "layers": [{"dense": {"units": 2, "activation": "tanh"}}, {"dense": {"units": 3, "activation": "linear"}}],
    },
    "schema": {
        "shape": [3], "columnNames": ["x", "y", "z"], "namesAreGiven": True, "scaling": "standard", "rowCount": 9,
        "means": offsets, "standardDeviations": scales, "minima": [-9, -9, -9], "maxima": [9, 9, 9],
        "offsets": offsets, "scales": scales,
    },
    "training": {
        "source": "made in Python", "rowCount": 9, "validationRowCount": 0, "initialization": "glorot", "epochs": [],
        "memoryLimitBytes": 1000000, "threadCount": 1,
        "options": {
            "epochs": 1, "batchSize": 4, "loss": "mse", "seed": 1,
            "optimizer": {
                "kind": "adam", "learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "rho": 0.9, "epsilon": 1e-7,
                "momentum": 0, "weightDecay": 0,
            },
        },
    },
    "calibration": {
        "measure": "mse", "origin": "training", "scores": {"values": [0.5, 1, 2, 4]},
        "threshold": {"value": 3.0, "quantile": 0.75},
    },
}
metadata = {"format": "misfit", "misfit.version": "1", "misfit.model": json.dumps(model)}


def checksum():
    """FNV-1a of 64 bits, with a tensor's bit patterns as whole words."""
    result = 0xCBF29CE484222325

    def add(value):
        nonlocal result
        result = (result ^ value) * 0x100000001B3 % 2**64

    for key in sorted(metadata):
        for byte in (key + metadata[key]).encode():
            add(byte)
    # The library writes tensors of one type in the order of their names.
    for name in sorted(weights):
        for byte in name.encode():
            add(byte)
        for bits in weights[name].ravel().view(np.uint32):
            add(int(bits))
    return format(result, "x")


metadata["misfit.checksum"] = checksum()
save_file(weights, folder / "python-model.safetensors", metadata=metadata)

rows = rng.normal(size=(5, 3)) * 3
scaled = ((rows - offsets) / scales).astype(np.float32).astype(np.float64)
code = np.tanh(scaled @ weights["encoder.0.kernel"].astype(np.float64) + weights["encoder.0.bias"])
output = code @ weights["decoder.0.kernel"].astype(np.float64) + weights["decoder.0.bias"]
difference = scaled - output
expected = {
    "csv": "x,y,z\n" + "".join(",".join(repr(float(v)) for v in row) + "\n" for row in rows),
    "errors": {
        "mse": (difference**2).mean(1).tolist(), "rmse": np.sqrt((difference**2).mean(1)).tolist(),
        "mae": np.abs(difference).mean(1).tolist(), "max": np.abs(difference).max(1).tolist(),
        "signed-sum": difference.sum(1).tolist(),
    },
    "codes": code.tolist(),
}
(folder / "python-model-scores.json").write_text(json.dumps(expected, indent=1) + "\n")
