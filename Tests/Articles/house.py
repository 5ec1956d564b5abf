#!/usr/bin/env python3
"""Draws the targets of Package.swift for the article "How Misfit is built".

    Tests/Articles/house.py          compares the picture with Package.swift, and the article's table
    Tests/Articles/house.py draw     writes the picture

An arrow is a dependency that is not implied by others. MisfitCore is below all stages, and libraries in C are
written into the box of the stage that uses them.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from xml.sax.saxutils import escape

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, "Sources", "Misfit", "Misfit.docc")
PICTURE = os.path.join(CATALOG, "house.svg")
ARTICLE = os.path.join(CATALOG, "HowMisfitIsBuilt.md")
BASE = "MisfitCore"

#: The row and the left edge of each box, and what the stage does.
BOXES = {
    "MisfitC": (0, 30, "the C interface"),
    "MisfitBenchmark": (0, 260, "measures speed and quality"),
    "MisfitCommand": (0, 620, "the command misfit"),
    "MisfitPages": (1, 490, "published results, repeated"),
    "MisfitMPI": (1, 790, "processes that share a fit"),
    "MisfitReporting": (2, 260, "results as pages and tables"),
    "MisfitDatasets": (2, 490, "public data"),
    "MisfitStreams": (2, 750, "alarms on streams of rows"),
    "MisfitReports": (3, 30, "HTML and JSON"),
    "Misfit": (3, 260, "detectors: the library"),
    "MisfitPlots": (3, 490, "plots"),
    "MisfitAnalytics": (4, 30, "statistics of any numbers"),
    "MisfitModels": (4, 260, "neighbors, PCA, ensembles"),
    "MisfitIngest": (4, 720, "tables and arrays as rows"),
    "MisfitNetworks": (5, 260, "layers and training"),
    "MisfitImages": (5, 490, "files of images"),
    "MisfitKernels": (6, 375, "fast loops, products"),
    "MisfitONNX": (6, 640, "graphs of operators"),
}
WIDTH, BOX, HEIGHT, PITCH, TOP = 1000, 200, 62, 108, 16


def package():
    """The dependencies of each target outside of the tests, by name."""
    with tempfile.TemporaryDirectory() as scratch:
        text = subprocess.run(
            ["swift", "package", "--scratch-path", scratch, "dump-package"], cwd=ROOT, check=True,
            stdout=subprocess.PIPE).stdout
    targets = {}
    for target in json.loads(text)["targets"]:
        if target["type"] != "test" and not target["name"].startswith("_"):
            targets[target["name"]] = sorted(
                (dependency.get("byName") or dependency["target"])[0] for dependency in target["dependencies"])
    return targets


def below(name, targets):
    """All targets that a target depends on."""
    found = set()
    for dependency in targets[name]:
        found |= {dependency} | below(dependency, targets)
    return found


def arrows(targets):
    """The dependencies between boxes that no others imply."""
    found = []
    for name in BOXES:
        direct = [other for other in targets[name] if other in BOXES]
        found += [
            (name, other) for other in direct
            if not any(other in below(third, targets) for third in direct if third != other)]
    return found


def check_boxes(targets):
    stages = {name for name in targets if not is_library(name)} - {BASE}
    problems = [f"{name} has no box in Tests/Articles/house.py" for name in sorted(stages - set(BOXES))]
    problems += [f"the box {name} is no target" for name in BOXES if name not in stages]
    problems += [
        f"{name} does not depend on {BASE}" for name in sorted(stages & set(BOXES))
        if BASE not in below(name, targets)]
    return problems


def is_library(name):
    """Whether a target is C: a capital C and another capital."""
    return bool(re.match(r"C[A-Z]", name))


def draw(targets):
    bottom = TOP + 7 * PITCH
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 20} {bottom + HEIGHT + 16}" '
        'font-family="Helvetica, Arial, sans-serif">',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L10 5L0 10z" fill="#5b6b7b"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    edges = arrows(targets)
    for name, other in edges:
        lines.append(arrow(name, other, edges))
    for name, (row, left, text) in BOXES.items():
        libraries = [dependency for dependency in targets[name] if is_library(dependency)]
        lines += box(left, TOP + row * PITCH, BOX, name, text, libraries)
    lines += box(30, bottom, WIDTH - 40, BASE, "below all: memory, files, threads, random numbers, errors", [])
    return "\n".join(lines + ["</svg>"]) + "\n"


def box(left, top, width, name, text, libraries):
    fill = "#dcebfa" if name in ("Misfit", "MisfitCommand", "MisfitC") else "#f3f5f7"
    middle = left + width / 2
    lines = [
        f'<rect x="{left}" y="{top}" width="{width}" height="{HEIGHT}" rx="8" fill="{fill}" stroke="#5b6b7b"/>',
        f'<text x="{middle:g}" y="{top + 22}" text-anchor="middle" font-size="16" font-weight="bold" '
        f'fill="#1c2733">{name}</text>',
        f'<text x="{middle:g}" y="{top + 39}" text-anchor="middle" font-size="13" fill="#1c2733">'
        f'{escape(text)}</text>',
    ]
    # Two rows of names would not fit.
    names = [library for library in libraries if library != "CSharedLibraries"] or libraries
    if names:
        lines.append(
            f'<text x="{middle:g}" y="{top + 55}" text-anchor="middle" font-size="{11 if len(names) < 3 else 9}" '
            f'fill="#5b6b7b">{escape(" ".join(names))}</text>')
    return lines


def arrow(name, other, edges):
    """Straight down to the row above the target, and then a curve."""
    (row, left, _), (end, target, _) = BOXES[name], BOXES[other]
    outgoing = sorted((edge for edge in edges if edge[0] == name), key=lambda edge: BOXES[edge[1]][1])
    incoming = sorted((edge for edge in edges if edge[1] == other), key=lambda edge: BOXES[edge[0]][1])
    x = left + BOX * (outgoing.index((name, other)) + 1) / (len(outgoing) + 1)
    x2 = target + BOX * (incoming.index((name, other)) + 1) / (len(incoming) + 1)
    y, turn, y2 = TOP + row * PITCH + HEIGHT, TOP + (end - 1) * PITCH + HEIGHT, TOP + end * PITCH - 2
    middle = (turn + y2) / 2
    return (
        f'<path d="M{x:.0f} {y}V{turn}C{x:.0f} {middle:g} {x2:.0f} {middle:g} {x2:.0f} {y2}" fill="none" '
        f'stroke="#5b6b7b" marker-end="url(#tip)"/>')


def check_article(targets):
    """The article's table has one row for each target, with the dependencies of the package."""
    with open(ARTICLE, encoding="utf-8") as file:
        rows = re.findall(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\|$", file.read(), re.MULTILINE)
    table = {name: sorted(re.findall(r"`(\w+)`", cells)) for name, cells in rows}
    problems = [
        f"{name} depends on {', '.join(targets[name])}; the article says {', '.join(table.get(name, []))}"
        for name in sorted(targets) if not is_library(name) and table.get(name) != targets[name]]
    return problems + [f"the article has a target {name} that is none" for name in table if name not in targets]


def main():
    targets = package()
    problems = check_boxes(targets)
    if not problems and sys.argv[1:] == ["draw"]:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(draw(targets))
    if not problems:
        with open(PICTURE, encoding="utf-8") as file:
            if file.read() != draw(targets):
                problems.append("house.svg is not the one of Package.swift; Tests/Articles/house.py draw writes it")
        problems += check_article(targets)
    for problem in problems:
        print(f"How Misfit is built: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
