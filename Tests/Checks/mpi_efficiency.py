#!/usr/bin/env python3
"""Simulates training over MPI on more processes than one machine has, for the article on it.

    Tests/Checks/mpi_efficiency.py            compares the article with the simulation
    Tests/Checks/mpi_efficiency.py draw       writes the table and the picture of the article
    Tests/Checks/mpi_efficiency.py measure    measures networks with the command, and prints MEASURED

Computing is measured; the network is a latency, a bandwidth and an overhead for each message. A process
is one core of a machine with eight, which share its network card. A step computes the shards of a process,
waits for the slowest process, and exchanges messages as `GradientReduction` does: each process sends ranges
of its gradients to all others, and the total of its own range. Sums of `norm` layers are exchanged on the
way. Nothing overlaps with computing.
"""
import array
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, "Sources", "Misfit", "Misfit.docc")
ARTICLE = os.path.join(CATALOG, "TrainingOverMPI.md")
PICTURE = os.path.join(CATALOG, "mpi-efficiency.svg")
PROGRAM = os.path.abspath(os.environ.get("MISFIT", os.path.join(ROOT, ".build", "release", "misfit")))

ROWS_PER_SHARD = 16
CORES = 8
#: The processes of the table, and of the picture.
COUNTS = (8, 64, 512)
ALL_COUNTS = tuple(2**power for power in range(11))
#: Seconds of latency, bytes a second of a machine's card, seconds of processor time for a message.
NETWORKS = {
    "10 Gbit/s Ethernet": (30e-6, 1.25e9, 4e-6),
    "100 Gbit/s InfiniBand": (2e-6, 12.5e9, 0.5e-6),
}
#: Within one machine: through its memory.
MEMORY = (1e-6, 4e9 * CORES, 0.5e-6)
#: Shards take longer by an exponential share with this mean: other work of the machine.
JITTER = 0.02
BATCHES = 200

#: Seconds a parameter of the optimizer's step, which each process makes: measured with 512 columns.
STEP = 1.5e-9
#: Parameters, channels of each norm layer, and seconds of a shard of 16 rows: processor time of one core of
#: an AMD EPYC (Zen 3, AVX2), 2026-11-29.
MEASURED = {
    "mnist-deep": (222_384, (), 1.17e-3),
    "table of 512 columns": (296_000, (), 1.28e-3),
    "conv": (46_529, (), 6.39e-3),
    "conv-bn": (440_865, (16, 32, 32, 32), 17.3e-3),
}
COLORS = {"mnist-deep": "#1f6fb4", "table of 512 columns": "#2a8f5b", "conv": "#c8502b", "conv-bn": "#7b4fa3"}


def step_seconds(name, rank_count, shard_count, network, generator):
    """Returns the mean time of a step of processes that share the shards of a batch."""
    parameters, norms, shard_seconds = MEASURED[name]
    rest = STEP * parameters
    if rank_count == 1:
        return shard_count * shard_seconds + rest
    latency, bandwidth, overhead = MEMORY if rank_count <= CORES else NETWORKS[network]
    bandwidth /= min(rank_count, CORES)
    peers = rank_count - 1
    # All counts are powers of two.
    share = shard_count // rank_count * shard_seconds
    # A stage of a pass ends with each sum of a norm layer, forward and backward.
    stages = 1 + 2 * len(norms)
    compute = 0.0
    for _ in range(BATCHES):
        for _ in range(stages):
            # The largest of as many exponential numbers, by the inverse of its distribution.
            slowest = -JITTER * math.log(1 - generator.random() ** (1 / rank_count))
            compute += share / stages * (1 + slowest)
    compute /= BATCHES

    def exchange(byte_count, messages):
        # A process sends messages and receives as many.
        return latency + 2 * messages * overhead + byte_count / bandwidth

    gradient = 4 * parameters * peers / rank_count
    communication = exchange(gradient, 2 * peers) + exchange(gradient, peers)
    for channels in norms:
        communication += exchange(8 * (1 + 2 * channels) * peers, peers)
        communication += exchange(8 * 2 * channels * peers, peers)
    return compute + communication + rest


def efficiency(name, rank_count, shard_count, network):
    """Returns the share of the processes' time that one process would need."""
    generator = random.Random(f"{name} {rank_count} {shard_count} {network}")
    alone = step_seconds(name, 1, shard_count, network, generator)
    return alone / (rank_count * step_seconds(name, rank_count, shard_count, network, generator))


def table():
    """Returns the lines of the article's table."""
    lines = [
        "| network | parameters | connection | 8 processes | 64 | 512 | 512, 65,536 rows |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (parameters, *_) in MEASURED.items():
        for network in NETWORKS:
            cells = [efficiency(name, count, 512, network) for count in COUNTS]
            cells.append(efficiency(name, 512, 4096, network))
            text = " | ".join(f"{100 * cell:.0f} %" for cell in cells)
            lines.append(f"| {name} | {parameters:,} | {network} | {text} |")
    return lines


def draw():
    """Returns the picture: a panel for each connection, a line for each network."""
    width, height, left, top, gap = 330, 240, 56, 44, 60
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {2 * width + left + gap + 30} {height + top + 96}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#1c2733">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for panel, network in enumerate(NETWORKS):
        x0 = left + panel * (width + gap)

        def x(count):
            return x0 + width * ALL_COUNTS.index(count) / (len(ALL_COUNTS) - 2)

        def y(share):
            return top + height * (1 - share)

        lines.append(f'<text x="{x0}" y="{top - 16}" font-size="15" font-weight="bold">{network}</text>')
        for percent in range(0, 101, 25):
            level = y(percent / 100)
            lines.append(f'<path d="M{x0} {level:g}h{width}" stroke="#d5dbe1"/>')
            lines.append(f'<text x="{x0 - 8}" y="{level + 4:g}" text-anchor="end">{percent} %</text>')
        for count in ALL_COUNTS[:-1:3]:
            lines.append(
                f'<text x="{x(count):g}" y="{top + height + 20}" text-anchor="middle">{count}</text>')
        lines.append(
            f'<text x="{x0 + width / 2:g}" y="{top + height + 40}" text-anchor="middle">processes</text>')
        for name in MEASURED:
            points = " ".join(
                f"{x(count):.1f},{y(efficiency(name, count, 512, network)):.1f}" for count in ALL_COUNTS[:-1])
            lines.append(
                f'<polyline points="{points}" fill="none" stroke="{COLORS[name]}" stroke-width="2"/>')
    for index, name in enumerate(MEASURED):
        x, y = left + index * 180, top + height + 70
        lines.append(f'<path d="M{x} {y - 4}h24" stroke="{COLORS[name]}" stroke-width="3"/>')
        lines.append(f'<text x="{x + 32}" y="{y}">{name}</text>')
    return "\n".join(lines + ["</svg>"]) + "\n"


def article(text):
    """Returns the article with the table of the simulation between its marks."""
    lines = "\n".join(table())
    changed, count = re.subn(
        r"(\n\n)\| network \| parameters \| connection .*?(\n\n)",
        lambda match: match[1] + lines + match[2], text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{ARTICLE}: no table of the simulation")
    return changed


def measure():
    """Prints MEASURED, from the processor time of fits with few and many shards."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (columns, flags, norms) in {
            "mnist-deep": (784, ["--hidden", "128,64,32"], ()),
            "table of 512 columns": (512, ["--hidden", "256,64"], ()),
            "conv": (0, ["--architecture", "conv", "--loss", "bce"], ()),
            "conv-bn": (0, ["--architecture", "conv-bn", "--loss", "bce"], (16, 32, 32, 32)),
        }.items():
            data = os.path.join(folder, f"{columns}.npy")
            count = 1024 if columns else 256
            write(data, count, columns)
            shard = epoch_seconds(data, flags) * ROWS_PER_SHARD / count
            parameters = parameter_count(folder)
            print(f'    "{name}": ({parameters}, {norms}, {shard:.2e}),', flush=True)


def write(path, count, columns):
    shape = f"({count}, {columns})" if columns else f"({count}, 28, 28)"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    generator = random.Random(1)
    values = array.array("f", (generator.random() for _ in range(count * (columns or 784))))
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        file.write(values.tobytes())


def epoch_seconds(data, flags):
    """Returns the processor time of an epoch: the difference of fits of many and of few epochs."""
    folder = os.path.dirname(data)
    command = [
        PROGRAM, "fit", data, "--model", "autoencoder", *flags,
        "--batch-size", str(16 * ROWS_PER_SHARD), "--shards", "16",
        "--threads", "1", "--validation", "0", "--calibration", "split", "-q",
        "-o", os.path.join(folder, "model.misfit")]
    few, many = 1, 4
    found = {}
    for epochs in (few, many):
        times = []
        for _ in range(2):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            subprocess.run([*command, "--epochs", str(epochs)], check=True, capture_output=True)
            times.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
        found[epochs] = min(times)
    return (found[many] - found[few]) / (many - few)


def parameter_count(folder):
    text = subprocess.run(
        [PROGRAM, "inspect", os.path.join(folder, "model.misfit")], check=True, capture_output=True,
        text=True).stdout
    return int(re.search(r"([\d,]+) parameters", text)[1].replace(",", ""))


def main():
    if sys.argv[1:] == ["measure"]:
        measure()
        return 0
    with open(ARTICLE, encoding="utf-8") as file:
        text = file.read()
    changed, picture = article(text), draw()
    if sys.argv[1:] == ["draw"]:
        for path, content in ((ARTICLE, changed), (PICTURE, picture)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)
        return 0
    with open(PICTURE, encoding="utf-8") as file:
        if changed == text and file.read() == picture:
            return 0
    print("Tests/Checks/mpi_efficiency.py draw writes another table or picture", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
