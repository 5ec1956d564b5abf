"""Makes schedules.json: learning rates and beta1 of PyTorch's OneCycleLR.

python make_schedules.py    (PyTorch 2)
"""
import json
from pathlib import Path

import torch

fixture = []
for count in (30, 300, 1234):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.AdamW([parameter], lr=0.003)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.003, total_steps=count, pct_start=0.1, div_factor=25, final_div_factor=1e4)
    rates, betas = [], []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        betas.append(optimizer.param_groups[0]["betas"][0])
        optimizer.step()
        if len(rates) < count:
            schedule.step()
    fixture.append({"count": count, "rates": rates, "betas": betas})
path = Path(__file__).with_name("schedules.json")
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
