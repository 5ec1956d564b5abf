"""Simulates training over MPI with many processes: the efficiency of R ranks of one thread each.

    python3 simulate.py

Computing is measured on one core (`misfit fit --threads 1 --shards 16`, at two batch sizes); the network is
given by its latency and bandwidth. A step of R ranks, S shards and P parameters takes

    shards     S/R shards of rows, each alone
    add        the gradients of a rank's shards, then those of its range of parameters
    scatter    R - 1 messages of P/R floats to the owners of the ranges
    gather     R - 1 messages of P/R floats with the totals
    update     the optimizer's step, on every rank

A rank's messages leave one after the other; none overlaps with computing. Reading is not included.
"""

# Seconds per row and per step on one core, and parameters: see TrainingOverMPI.md for machine and date.
NETWORKS = {
    "mnist-deep": {"row": 0.0, "step": 0.0, "parameters": 0},
}
# Seconds per message, bytes per second.
LINKS = {"10 Gbit/s Ethernet": (30e-6, 1.1e9), "100 Gbit/s InfiniBand": (2e-6, 11e9)}
ROWS_PER_RANK = 128
ADDED_FLOATS_PER_SECOND = 1.5e9


def step_seconds(network, ranks, rows, link):
    latency, bandwidth = link
    count = network["parameters"]
    shards = max(16, ranks)
    seconds = network["row"] * rows / ranks + network["step"]
    if ranks == 1:
        return seconds
    messages = 2 * (ranks - 1)
    byte_count = messages * count / ranks * 4
    added = count * (ranks - 1) / ranks - count * (16 - shards / ranks)
    return seconds + messages * latency + byte_count / bandwidth + max(0, added) / ADDED_FLOATS_PER_SECOND


def efficiency(network, ranks, link, rows_per_rank):
    """The time of one rank on its rows, divided by that of R ranks on R times as many."""
    alone = step_seconds(network, 1, rows_per_rank, link)
    return alone / step_seconds(network, ranks, rows_per_rank * ranks, link)


def main():
    for name, link in LINKS.items():
        print(f"\n{name}: {link[0] * 1e6:g} us a message, {link[1] / 1e9:g} GB/s\n")
        print("| network | rows a rank | 8 ranks | 64 ranks | 512 ranks |")
        print("|---|---|---|---|---|")
        for title, network in NETWORKS.items():
            for rows in (ROWS_PER_RANK, 8 * ROWS_PER_RANK):
                shares = [efficiency(network, ranks, link, rows) for ranks in (8, 64, 512)]
                print(f"| {title} | {rows} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")


if __name__ == "__main__":
    main()
