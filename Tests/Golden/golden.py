#!/usr/bin/env python3
"""Records what a build of misfit computes, and compares another build with it.

    Tests/Golden/golden.py record MISFIT FOLDER [--data FOLDER] [--only TEXT]
    Tests/Golden/golden.py compare MISFIT FOLDER [--data FOLDER] [--only TEXT]
    Tests/Golden/golden.py models MISFIT FOLDER

`record` runs the commands below, on the data that ships and on generated data, and keeps their outputs in FOLDER.
`compare` runs them again with another build, and lists what differs. Numbers are bits: scores, weights, reasons and the
numbers of JSON and of what is printed must be equal, or the status is 1. Texts and pictures may differ, since their words
may; they are listed to be looked at. --data adds commands on MNIST and an ADBench table in that folder.

`models` writes a small model file of every family and the scores of a table with wild cells, into FOLDER. Those of released
builds are kept in Tests/Golden/Models: they have to load for ever, and score to the same bits.

Both builds have to run on one machine: the last bits of matrix products depend on the processor's level.
"""
import argparse
import csv
import hashlib
import io
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SMALL_NETWORK = "--hidden 6,2 --epochs 4 --batch-size 32"

COMMANDS = {
    # Models of every family, on numbers and on columns of several kinds.
    "fit-local": "fit data/breast-cancer.csv --label diagnosis -o m-local",
    "fit-pca": "fit data/breast-cancer.csv --label diagnosis --model pca -o m-pca",
    "fit-pca-mse": "fit data/breast-cancer.csv --label diagnosis --model pca --error mse --components 5 -o m-pca-mse",
    "fit-neighbors": "fit data/breast-cancer.csv --label diagnosis --model neighbors -o m-neighbors",
    "fit-crowd": "fit data/breast-cancer.csv --label diagnosis --model crowd -o m-crowd",
    "fit-wide": "fit data/breast-cancer.csv --label diagnosis --model wide -o m-wide",
    "fit-ensemble": "fit data/breast-cancer.csv --label diagnosis --model ensemble --epochs 3 -o m-ensemble",
    "fit-autoencoder": f"fit data/breast-cancer.csv --label diagnosis {SMALL_NETWORK} -o m-autoencoder",
    "fit-typed-local": "fit data/penguins.csv --label Species -o m-typed-local",
    "fit-typed-pca": "fit data/penguins.csv --model pca -o m-typed-pca",
    "fit-typed-mixed": f"fit data/penguins.csv --loss mixed --error nll {SMALL_NETWORK} -o m-typed-mixed",
    "fit-typed-robust": f"fit data/penguins.csv --scale robust --type Region=categorical {SMALL_NETWORK} -o m-typed-robust",
    "fit-trimmed": f"fit data/breast-cancer.csv --label diagnosis --contaminated auto {SMALL_NETWORK} -o m-trimmed",
    "fit-split": f"fit data/random30.csv --calibration split --validation 0.2 {SMALL_NETWORK} -o m-split",
    "fit-denoising": f"fit data/random30.csv --noise gaussian:0.2 --sparse l1:0.001 {SMALL_NETWORK} -o m-denoising",
    "fit-tied": f"fit data/random30.csv --tied --optimizer sgd --momentum 0.9 --clip-norm 1 {SMALL_NETWORK} -o m-tied",
    "fit-contractive": "fit data/random30.csv --hidden 4 --activation sigmoid --contractive 0.1 --epochs 3 -o m-contractive",
    "fit-bf16": f"fit data/random30.csv --precision bf16 {SMALL_NETWORK} -o m-bf16",
    "fit-quantile": f"fit data/random30.csv --scale quantile-normal --loss mae {SMALL_NETWORK} -o m-quantile",
    "fit-bce": f"fit data/random30.csv --scale min-max --loss bce --error bce {SMALL_NETWORK} -o m-bce",
    "fit-spilled": f"fit data/random30.csv --memory-limit 1M --threads 3 {SMALL_NETWORK} -o m-spilled",
    "fit-generated": f"fit random:500x8 --seed 3 {SMALL_NETWORK} -o m-generated",
    "fit-pixels": "fit digits --hidden 8 --epochs 2 -o m-pixels",
    # Images: written by a decoder, then learned from.
    "fit-images-conv": 'fit pictures --architecture "conv 4 3 relu | pool 2 || up 2 | conv 3 3 sigmoid"'
    " --epochs 2 -o m-conv",
    "fit-images-conv-bn": "fit pictures --architecture conv-bn --epochs 1 -o m-conv-bn",
    "fit-images-tiles": "fit pictures --grey --tile 4 --tile-stride 2 --epochs 2 --hidden 4 -o m-tiles",
    "fit-images-target": 'fit pictures --grey --target pictures --architecture "conv 3 3 tanh || conv 3 3 sigmoid"'
    " --epochs 2 -o m-target",
    "fit-images-pca": "fit pictures --model pca -o m-images-pca",
    # Scores and reasons.
    "score-local": "score m-local data/breast-cancer.csv --label diagnosis --reasons 3 -o scores.csv",
    "score-pca": "score m-pca data/breast-cancer.csv --label diagnosis --reasons 30 -o scores.csv",
    "score-neighbors": "score m-neighbors data/breast-cancer.csv --label diagnosis --reasons 2 -o scores.csv",
    "score-crowd": "score m-crowd data/breast-cancer.csv --label diagnosis --reasons 2 -o scores.csv",
    "score-ensemble": "score m-ensemble data/breast-cancer.csv --label diagnosis --reasons 2 -o scores.csv",
    "score-wide": "score m-wide data/breast-cancer.csv --label diagnosis --reasons 2 -o scores.csv",
    "score-typed": "score m-typed-local data/penguins.csv --reasons 4 --keep all -o scores.csv",
    "score-typed-mixed": "score m-typed-mixed data/penguins.csv --reasons 4 --format jsonl -o scores.jsonl",
    "score-wild": "score m-typed-pca wild.csv --reasons 3 -o scores.csv",
    "score-wild-robust": "score m-typed-robust wild.csv --reasons 3 -o scores.csv",
    "score-fdr": "score m-autoencoder data/breast-cancer.csv --label diagnosis --fdr 0.1 -o scores.csv",
    "score-bf16": "score m-bf16 data/random30.csv --precision bf16 --threads 1 -o scores.csv",
    "score-images": "score m-conv pictures -o scores.csv",
    "score-tiles": "score m-tiles pictures -o scores.csv",
    "rank": "rank m-typed-local data/penguins.csv -n 7 --json",
    "rank-text": "rank m-local data/breast-cancer.csv --label diagnosis",
    # The other verbs.
    "detect": "detect data/penguins.csv --label Species -o out",
    "detect-labels": "detect data/breast-cancer.csv --label diagnosis --contamination 0.1 -o out",
    "detect-network": f"detect data/random30.csv {SMALL_NETWORK} -o out --json",
    "detect-images": "detect pictures --epochs 1 -o out",
    "report": "report m-autoencoder data/breast-cancer.csv --label diagnosis -o out",
    "report-tiles": "report m-tiles pictures -o out",
    "report-target": "report m-target pictures --target pictures -o out",
    "compare": "compare m-autoencoder m-pca data/breast-cancer.csv --label diagnosis -o out",
    "compare-hidden": "compare data/random30.csv --hidden 4 --hidden 8,2 --epochs 3 -o out --json",
    "compare-against": "compare m-typed-local data/penguins.csv --against wild.csv -o out",
    "calibrate": "calibrate m-split data/random30.csv -o m-calibrated",
    "encode": "encode m-autoencoder data/breast-cancer.csv --label diagnosis -o codes.csv",
    "reconstruct": "reconstruct m-typed-mixed data/penguins.csv -o rows.csv",
    "reconstruct-images": "reconstruct m-conv pictures -o images",
    "classify": "classify data/penguins.csv data/penguins.csv --label Species -o out",
    "classify-codes": "classify data/breast-cancer.csv data/breast-cancer.csv --label diagnosis --model m-autoencoder -o out",
    "draw": "draw m-autoencoder data/breast-cancer.csv --label diagnosis -o out",
    "draw-pixels": "draw m-pixels digits -o out",
    "inspect-table": "inspect data/penguins.csv",
    "inspect-model": "inspect m-typed-local --json",
    "generate": "generate random:200x5 --seed 7 -o made.csv",
}

WITH_DATA = {
    "mnist-fit": "fit {data}/mnist/train-images-idx3-ubyte.gz --hidden 32 --epochs 1 -o m-mnist",
    "mnist-score": "score m-mnist {data}/mnist/t10k-images-idx3-ubyte.gz -o scores.csv",
    "adbench-detect": "detect {data}/adbench/38_thyroid.npz:X --labels {data}/adbench/38_thyroid.npz:y -o out",
    "adbench-fit": "fit {data}/adbench/38_thyroid.npz:X --model ensemble -o m-thyroid",
}

# Cells of the penguins' first rows that training never had: row, column, text.
WILD_CELLS = [
    (0, "Island", "Atlantis"), (1, "Culmen Length (mm)", "-1e6"), (2, "Body Mass (g)", "325000"), (3, "Sex", ""),
    (4, "Date Egg", "1807-11-11"), (5, "Culmen Depth (mm)", "1300"), (6, "Sample Number", "-7"),
]


def prepare(folder):
    """Puts the inputs of the commands into a folder."""
    os.makedirs(folder)
    os.symlink(os.path.join(ROOT, "data"), os.path.join(folder, "data"))
    with open(os.path.join(ROOT, "data", "penguins.csv")) as file:
        table = list(csv.reader(file))[:41]
    for row, column, text in WILD_CELLS:
        table[row + 1][table[0].index(column)] = text
    with open(os.path.join(folder, "wild.csv"), "w") as file:
        csv.writer(file, lineterminator="\n").writerows(table)

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    os.makedirs(os.path.join(folder, "pictures"))
    for number in range(40):
        rows = b""
        for y in range(8):
            row = bytes((x * 30 + y * 11 + number * c * 5 + (number * y * x) % 7) % 256 for x in range(8) for c in range(3))
            rows += b"\0" + row
        with open(os.path.join(folder, "pictures", f"{number:02}.png"), "wb") as file:
            header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
            parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
            file.write(b"\x89PNG\r\n\x1a\n" + parts)


def run(misfit, folder, commands, data):
    """Runs all commands, each with outputs in a folder of its own, models in one that all share."""
    prepare(folder)
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", COLUMNS="100")
    for name, line in commands.items():
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line.format(data=data))]
        out = os.path.join(folder, "results", name)
        os.makedirs(out)
        # An output in the results, unless it is a model, which later commands read.
        for index, word in enumerate(words):
            if index > 0 and words[index - 1] == "-o" and not word.startswith("m-"):
                words[index] = f"results/{name}/{word}"
        result = subprocess.run([misfit, *words], cwd=folder, env=environment, capture_output=True)
        for stream, content in [("stdout.txt", result.stdout), ("stderr.txt", result.stderr)]:
            with open(os.path.join(out, stream), "wb") as file:
                file.write(content)
        with open(os.path.join(out, "status"), "w") as file:
            file.write(str(result.returncode))
        made = words[words.index("-o") + 1] if "-o" in words else ""
        if made.startswith("m-") and os.path.exists(os.path.join(folder, made)):
            shutil.copy(os.path.join(folder, made), os.path.join(out, "model.misfit"))
        print(f"{name}: status {result.returncode}", file=sys.stderr)


TIMED = re.compile("[sS]econd|^(run|command|version)$")


def text(path):
    """The bytes of an output without times and speeds of the run."""
    with open(path, "rb") as file:
        content = file.read()
    return re.sub(rb"[\d.,]+ (samples/s|ms|s|min)\b", b"", content) if path.endswith(".txt") else content


MODELS = {
    "numbers-local": "--model local", "numbers-neighbors": "--model neighbors", "numbers-crowd": "--model crowd",
    "numbers-pca": "--model pca", "numbers-pca-error": "--model pca --error mse", "numbers-wide": "--model wide",
    "numbers-ensemble": "--model ensemble --epochs 3", "numbers-dense": "--hidden 2 --epochs 3",
    "numbers-tied": "--hidden 2 --tied --noise gaussian:0.1 --epochs 3",
    "typed-local": "--model local", "typed-neighbors": "--model neighbors", "typed-crowd": "--model crowd",
    "typed-pca": "--model pca", "typed-dense": "--hidden 3 --epochs 3",
    "typed-mixed": "--hidden 3 --loss mixed --error nll --epochs 3",
    "images-conv": '--architecture "conv 2 3 relu | pool 2 || up 2 | conv 1 3 sigmoid" --epochs 3',
    "images-norm": '--architecture "conv 2 3 | norm relu || conv 1 3 sigmoid" --epochs 3',
    "images-pca": "--model pca", "images-neighbors": "--model neighbors", "images-dense": "--hidden 3 --epochs 3",
}


def make_models(misfit, folder):
    """Writes the inputs, and for every model NAME.misfit and NAME.csv, its scores with reasons."""
    os.makedirs(folder, exist_ok=True)
    state = 1

    def uniform():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (state >> 40) / (1 << 24)

    rows, typed = [], []
    for index in range(40):
        x = uniform()
        rows.append([f"{x:.3f}", f"{2 * x + uniform() / 20:.3f}", f"{30 - 10 * x + uniform() / 5:.2f}"])
        load = "" if index == 7 else f"{9 * uniform():.2f}"
        day = f"2024-{1 + index % 12:02}-{1 + index % 28:02}"
        typed.append([load, ["red", "green", "blue"][index % 3], day, "yes" if index % 4 else "no", int(9 * x)])
    wild_rows = rows[:9] + [["9", "1", "25"], ["0.5", "-1e6", "25"], ["0.5", "1", "1048"]]
    wild_typed = typed[:9] + [
        ["1e6", "red", "2024-03-03", "yes", 4], ["4", "violet", "2024-03-03", "yes", 4],
        ["4", "red", "1824-03-03", "yes", 4], ["4", "red", "2024-03-03", "", -9],
    ]
    for name, header, table in [
        ("numbers", "a,b,c", rows), ("typed", "load,color,day,flag,count", typed),
        ("numbers-wild", "a,b,c", wild_rows), ("typed-wild", "load,color,day,flag,count", wild_typed),
    ]:
        with open(os.path.join(folder, f"{name}.csv"), "w") as file:
            file.write(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in table))
    for name, count in [("images", 24), ("images-wild", 12)]:
        pixels = bytes(
            int(200 * (x + y) / 10 + 50 * uniform()) if image < 10 else int(255 * uniform())
            for image in range(count) for y in range(6) for x in range(6))
        with open(os.path.join(folder, f"{name}.idx"), "wb") as file:
            file.write(struct.pack(">BBBBIII", 0, 0, 8, 3, count, 6, 6) + pixels)
    for name, flags in MODELS.items():
        data = name.split("-")[0]
        ending = "idx" if data == "images" else "csv"
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', flags)]
        fit = [misfit, "fit", f"{data}.{ending}", "-q", "-o", f"{name}.misfit", *words]
        subprocess.run(fit, cwd=folder, check=True)
        reasons = [] if data == "images" else ["--reasons", "3"]
        score = [misfit, "score", f"{name}.misfit", f"{data}-wild.{ending}", "-q", "-o", f"{name}.csv", *reasons]
        subprocess.run(score, cwd=folder, check=True)
    for name in os.listdir(folder):
        if name.endswith(".training.csv"):
            os.remove(os.path.join(folder, name))


def bits(numbers):
    return hashlib.sha256("\n".join(numbers).encode()).hexdigest()[:16] + f" of {len(numbers)}"


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def json_numbers(value):
    """All numbers of a JSON value, whatever the names and the order of its members."""
    if isinstance(value, dict):
        return [number for member in value.values() for number in json_numbers(member)]
    if isinstance(value, list):
        return [number for member in value for number in json_numbers(member)]
    return [repr(value)] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def without_times(value):
    """JSON without members that hold times, which differ from run to run."""
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if not TIMED.search(k)}
    return [without_times(member) for member in value] if isinstance(value, list) else value


def tensors(content):
    """The values of a model file's tensors, but for the profile of its columns, which earlier builds lack."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    found = []
    for name, entry in header.items():
        if name != "__metadata__" and not name.startswith("profile."):
            start, end = entry["data_offsets"]
            found.append(hashlib.sha256(content[8 + length + start : 8 + length + end]).hexdigest()[:16])
    return sorted(found)


def numbers(path):
    """The numbers of an output, as texts; nil for one that has none to compare."""
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith(".misfit"):
        return tensors(content)
    if path.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode()))
        return [cell for row in rows for cell in row if is_number(cell) and not math.isnan(float(cell))]
    if path.endswith(".jsonl"):
        return [number for line in content.splitlines() for number in json_numbers(json.loads(line))]
    if path.endswith(".json") or path.endswith("stdout.txt") and content.startswith(b"{"):
        return sorted(json_numbers(without_times(json.loads(content))))
    return [content.decode()] if path.endswith("status") else None


def differences(old, new):
    """Names of outputs whose numbers differ or that only one build wrote, and of those whose text does."""

    def outputs(folder):
        return {
            os.path.relpath(os.path.join(place, name), folder)
            for place, _, names in os.walk(folder)
            for name in names
        }

    before, after = outputs(old), outputs(new)
    wrong = [f"{name}: only {'before' if name in before else 'now'}" for name in sorted(before ^ after)]
    texts = []
    for name in sorted(before & after):
        paths = os.path.join(old, name), os.path.join(new, name)
        values = [numbers(path) for path in paths]
        if values[0] != values[1]:
            wrong.append(f"{name}: {bits(values[0])}, now {bits(values[1])}")
        elif text(paths[0]) != text(paths[1]):
            texts.append(name)
    return wrong, texts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["record", "compare", "models"])
    parser.add_argument("misfit")
    parser.add_argument("folder")
    parser.add_argument("--data", help="a folder with mnist/ and adbench/")
    parser.add_argument("--only", default="", help="commands whose names hold this text; models they need must be recorded")
    arguments = parser.parse_args()
    commands = dict(COMMANDS, **(WITH_DATA if arguments.data else {}))
    commands = {name: line for name, line in commands.items() if arguments.only in name}
    misfit = os.path.abspath(arguments.misfit)
    data = os.path.abspath(arguments.data) if arguments.data else ""
    if arguments.action == "models":
        make_models(misfit, arguments.folder)
        return 0
    kept = os.path.join(arguments.folder, "recorded")
    if arguments.action == "record":
        shutil.rmtree(kept, ignore_errors=True)
        run(misfit, kept, commands, data)
        return 0
    now = os.path.join(arguments.folder, "now")
    shutil.rmtree(now, ignore_errors=True)
    run(misfit, now, commands, data)
    wrong, texts = differences(os.path.join(kept, "results"), os.path.join(now, "results"))
    for name in texts:
        print(f"other text or picture: {name}")
    for name in wrong:
        print(f"OTHER NUMBERS: {name}")
    print(f"{len(commands)} commands: {len(wrong)} outputs with other numbers, {len(texts)} with other texts")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
