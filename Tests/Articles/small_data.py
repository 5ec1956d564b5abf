"""Small data under the names that the articles use."""
import gzip
import math
import os
import random
import struct
import subprocess
import zlib


def write_small_data(folder, root, program):
    """Creates the folder: tables, images and streams, and `misfit` in `.bin`."""
    os.makedirs(os.path.join(folder, ".bin"))
    os.symlink(program, os.path.join(folder, ".bin", "misfit"))
    os.symlink(os.path.join(root, "data"), os.path.join(folder, "data"))
    os.symlink(os.path.join(root, ".build"), os.path.join(folder, ".build"))
    os.makedirs(os.path.join(folder, ".ci"))
    write(folder, ".ci/setup", "#!/bin/sh\n")
    os.chmod(os.path.join(folder, ".ci", "setup"), 0o755)
    random.seed(1)
    tables(folder, root)
    series(folder)
    images(folder)
    # One table as several files; the program compresses.
    for part in ("logs/day-1.csv.zst", "logs/day-2.csv.zst", "2024/a.csv", "2025/b.csv"):
        os.makedirs(os.path.dirname(os.path.join(folder, part)), exist_ok=True)
    do(program, folder, "generate random:60x4 --seed 1 -o 2024/a.csv")
    do(program, folder, "generate random:60x4 --seed 2 -o 2025/b.csv")
    do(program, folder, "generate random:60x4 --seed 3 -o part-1.csv")
    do(program, folder, "generate random:60x4 --seed 4 -o part-2.csv")
    do(program, folder, "fit 2024/a.csv -o parts.misfit --model pca")
    for day in (1, 2):
        do(program, folder, f"score parts.misfit part-{day}.csv --keep all -o logs/day-{day}.csv.zst")
    do(program, folder, "score parts.misfit part-1.csv --keep all -o log.csv.gz")


def do(program, folder, line):
    subprocess.run([program] + line.split() + ["-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def tables(folder, root):
    with open(os.path.join(root, "data", "breast-cancer.csv"), encoding="utf-8") as file:
        header, *rows = file.read().splitlines()
    normal = [row for row in rows[300:] if row.endswith(",benign") or ",benign," in row]
    for name, part in (("train", rows[:300]), ("new", rows[300:]), ("test", rows[300:]), ("normal", normal)):
        write(folder, name + ".csv", "\n".join([header] + part) + "\n")
    write(folder, "ids.csv", "id\n17\n42\n58\n")
    with open(os.path.join(root, "data", "penguins.csv"), encoding="utf-8") as file:
        header, *rows = file.read().splitlines()
    random.shuffle(rows)
    write(folder, "january.csv", "\n".join([header] + rows[:230]) + "\n")
    write(folder, "today.csv", "\n".join([header] + rows[230:]) + "\n")
    write(folder, "sensors.csv", "load,flow,heat\n" + "".join(
        f"{random.gauss(0, 1):.3f},{random.gauss(5, 1):.3f},{random.gauss(9, 2):.3f}\n" for _ in range(120)))
    for month in ("may", "june"):
        lines = ["latency,cpu,size,region,app"]
        for index in range(400):
            region, app = ("eu", "us")[index % 2], 1 + index // 2 % 4
            shift = 6 if month == "june" and (region, app) == ("eu", 3) else 0
            numbers = (random.gauss(20 + shift, 1), random.gauss(40, 5), random.gauss(9, 2))
            lines.append(",".join([f"{number:.3f}" for number in numbers] + [region, str(app)]))
        write(folder, month + ".csv", "\n".join(lines) + "\n")


def series(folder):
    lines = ["timestamp,host,cpu,load"]
    for index in range(900):
        for host in ("a", "b"):
            value = 14 + 2 * math.sin(index / 9) + random.gauss(0, 0.2) + (60 if (index, host) == (850, "b") else 0)
            day, minute = divmod(index, 1440)
            time = f"2024-01-{1 + day:02d} {minute // 60:02d}:{minute % 60:02d}"
            lines.append(f"{time},{host},{value:.3f},{value / 5:.3f}")
    write(folder, "metrics.csv", "\n".join(lines) + "\n")
    write(folder, "last-month.csv", "\n".join(
        ["time,cpu,load"] + [line.replace(",a,", ",") for line in lines if ",a," in line]) + "\n")


def picture(side, seed, spot=False):
    """A gray picture of three discs of any size and place, and a bright bar if asked for."""
    numbers = random.Random(seed)
    ranges = ((0, side), (0, side), (side / 8, side / 3), (40, 120))
    discs = [[numbers.uniform(*ends) for ends in ranges] for _ in range(3)]
    rows = []
    for y in range(side):
        row = []
        for x in range(side):
            value = 20 + numbers.randrange(8) + (90 if spot and 8 < y < 14 else 0)
            value += sum(light for cx, cy, size, light in discs if (x - cx) ** 2 + (y - cy) ** 2 < size * size)
            row.append(min(255, int(value)))
        rows.append(row)
    return rows


def png(rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def idx(pictures):
    shape = (len(pictures), len(pictures[0]), len(pictures[0][0]))
    return struct.pack(">I3I", 0x803, *shape) + b"".join(bytes(row) for rows in pictures for row in rows)


def images(folder):
    def store(name, data):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    for index in range(8):
        store(f"photos/{index}.png", png(picture(72, index)))
    for index in range(5):
        store(f"boards/{index}.png", png(picture(160, index)))
    for index in range(2):
        store(f"new/{index}.png", png(picture(160, 50 + index, spot=index == 1)))
        store(f"test/good/{index}.png", png(picture(160, 60 + index)))
        store(f"test/crack/{index}.png", png(picture(160, 70 + index, spot=True)))
        store(f"ground_truth/crack/{index}_mask.png", png(
            [[255 if 8 < y < 14 else 0 for _ in range(160)] for y in range(160)]))
        store(f"annotations/crack/{index}.txt", b"0 36 640 56 1\n")
    store("fixture.png", png([[255] * 160 for _ in range(160)]))
    store("images.idx", idx([picture(8, index) for index in range(20)]))
    store("mnist/train-images-idx3-ubyte.gz", gzip.compress(idx([picture(28, index) for index in range(12)])))
