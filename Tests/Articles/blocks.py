#!/usr/bin/env python3
"""Checks the code blocks and the links of README.md and of the articles.

    Tests/Articles/blocks.py [NAME ...]      after `swift build -c release`; MISFIT names another program

Every block has a language:

    sh        is run, in a folder with small data under the names that the articles use
    console   its lines after `$` are run; the others occur in what they print, in this order, where `…` is
              any text, and numbers may differ by 1 %
    python    is compiled; Tests/PythonTests/test_articles.py runs those of README.md and of two articles
    swift     occurs in a file of Tests/LibraryTests or Tests/MisfitTests/README, which compiles and runs it
    text, yaml, cron   are not run

A block after the line `<!-- not run: REASON -->` is not run. The blocks of an article are run in order, in one
folder. Links to files, articles and headings lead somewhere.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from small_data import write_small_data

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, "Sources", "Misfit", "Misfit.docc")
PROGRAM = os.path.abspath(os.environ.get("MISFIT", os.path.join(ROOT, ".build", "release", "misfit")))
SECONDS = 120

#: Texts whose links are checked, and not their blocks.
OTHERS = (".github/CONTRIBUTING.md", ".github/CHANGELOG.md", "data/README.md", "notebooks-export/README.md")

#: What is run before the blocks of an article, beside the data that all have: models of other data.
SETUP = {
    "CheckingNewData": "cp today.csv new.csv; misfit fit january.csv -o model.misfit",
    "CommandLine": (
        "mkdir -p .zfunc .config/fish/completions; gzip -c new.csv > log.csv.gz\n"
        "misfit fit train.csv --label diagnosis -o model.misfit"),
    "ComparingModels": "misfit fit may.csv -o model.misfit",
    "Images": "misfit fit boards/ -o model.misfit --tile 8 --epochs 2",
    "Models": "sed -i 1s/diagnosis/kind/ train.csv test.csv; cp test.csv data.csv",
    "ReadingData": (
        "misfit fit sensors.csv --model pca -o model.misfit\n"
        "misfit score model.misfit sensors.csv --keep all -o table.feather; cp table.feather table.arrow"),
    "Segments": "cp june.csv new.csv; misfit fit may.csv --ignore region,app -o model.misfit",
    "Streams": "gzip -c metrics.csv > metrics.csv.gz",
}
DEFAULT_SETUP = "misfit fit train.csv --label diagnosis -o model.misfit"

#: Programs that would wait, send or build: `tail -F` ends with the file.
PRELUDE = """
set -eo pipefail
tail() { if [[ $1 == -F ]]; then cat "$2"; else command tail "$@"; fi; }
curl() { cat >/dev/null; }
jq() { cat; }
load() { :; }
man() { cat >/dev/null; }
command -v mpirun >/dev/null || mpirun() { shift 2; "$@"; }
swift() { shift 4; misfit "$@"; }
"""


class Block:
    def __init__(self, language, text, line, reason):
        self.language, self.text, self.line, self.reason = language, text, line, reason


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def blocks(text):
    """The fenced blocks, and the lines of code that are only indented."""
    found, loose = [], []
    fence, reason, previous, in_list, start, body = None, None, "", False, 0, []
    for number, line in enumerate(text.split("\n"), 1):
        if fence is not None:
            if line.strip() == "```":
                found.append(Block(fence, "\n".join(body) + "\n", start, reason))
                fence, reason = None, None
            else:
                body.append(line)
            continue
        if match := re.match(r"```(\S*)$", line):
            fence, start, body = match[1], number, []
        elif match := re.match(r"<!-- not run: (.+) -->$", line):
            reason = match[1]
        elif line.startswith("    ") and not previous and not in_list:
            loose.append(number)
        if line and not line.startswith(" "):
            in_list = bool(re.match(r"([-*]|\d+\.) ", line))
        previous = line.strip() if not line.startswith("    ") else previous
    return found, loose


def squeezed(line):
    return " ".join(line.split())


def is_like(shown, printed):
    """Whether a printed line is the shown one: numbers may differ by 1 %, as between processors."""
    if re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), printed):
        return True
    split = re.compile(r"[\s,:()%]+")
    words, others = split.split(shown.partition("…")[0].strip()), split.split(printed)
    if len(others) < len(words) or ("…" not in shown and len(others) != len(words)):
        return False
    return all(word == other or is_near(word, other) for word, other in zip(words, others))


def is_near(word, other):
    try:
        return abs(float(word) - float(other)) <= 0.01 * abs(float(word))
    except ValueError:
        return False


def missing_line(shown, printed):
    """The first shown line that does not occur after those before it."""
    lines = [squeezed(line) for line in printed.split("\n")]
    position = 0
    for line in filter(None, map(squeezed, shown)):
        while position < len(lines) and not is_like(line, lines[position]):
            position += 1
        if position == len(lines):
            return line
        position += 1
    return None


def run(script, folder):
    """Runs lines of bash; returns status and output."""
    environment = dict(
        os.environ, PATH=os.path.join(folder, ".bin") + os.pathsep + os.environ["PATH"], SWIFT_BACKTRACE="enable=no",
        HOME=folder, LC_ALL="C.UTF-8", OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_rmaps_base_oversubscribe="1")
    try:
        process = subprocess.run(
            ["bash", "-c", PRELUDE + script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None, f"longer than {SECONDS} seconds"
    return process.returncode, process.stdout.decode(errors="replace")


def console_steps(text):
    """The commands of a console block, each with the lines that it prints."""
    steps, continues = [], False
    for line in text.split("\n"):
        if line.startswith("$ "):
            steps.append([line[2:], []])
        elif continues:
            steps[-1][0] += "\n" + line
        elif steps:
            steps[-1][1].append(line)
        continues = line.endswith("\\") and bool(steps) and not steps[-1][1]
    return steps


def check_block(block, folder, swift):
    """A problem of the block, or None."""
    if block.language in ("text", "yaml", "cron") or block.reason:
        return None
    if block.language == "sh":
        status, output = run(block.text, folder)
        return None if status == 0 else f"status {status}: {output.strip()[-600:]}"
    if block.language == "console":
        steps = console_steps(block.text)
        if not steps:
            return "has no line that begins with $"
        for command, shown in steps:
            status, output = run(command, folder)
            if status != 0:
                return f"status {status}: {output.strip()[-600:]}"
            if (line := missing_line(shown, output)) is not None:
                return f"is not printed: {line}\n{output.strip()[:1500]}"
        return None
    if block.language == "python":
        try:
            compile(block.text, "block", "exec")
        except SyntaxError as error:
            return str(error)
        return None
    if block.language == "swift":
        lines = [line.strip() for line in block.text.split("\n")]
        code = "\n".join(line for line in lines if line and not line.startswith("import "))
        return None if code in swift else "is not in a tested file"
    return f'has the language "{block.language}"'


def tested_swift():
    texts = []
    for folder in ("Tests/LibraryTests", "Tests/MisfitTests/README"):
        for name in sorted(os.listdir(os.path.join(ROOT, folder))):
            if name.endswith(".swift"):
                texts.append(read(os.path.join(ROOT, folder, name)))
    return "\n".join(line.strip() for text in texts for line in text.split("\n") if line.strip())


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def check_links(path, text):
    """Links to files, with headings, and to articles."""
    problems = []
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for name in re.findall(r"<doc:([^>#]+)", plain):
        if not os.path.exists(os.path.join(CATALOG, name + ".md")):
            problems.append(f"leads to the article {name}, which is none")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", plain)):
        if re.match(r"\w+:", target):
            continue
        file, _, heading = target.partition("#")
        goal = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
        if not os.path.exists(goal):
            problems.append(f"leads to {target}, which is not there")
        elif heading and heading not in map(anchor, re.findall(r"^#+ (.+)$", read(goal), re.MULTILINE)):
            problems.append(f"leads to {target}, which has no such heading")
    # Files that are named as code.
    for named in re.findall(r"`((?:Tests|Sources|data|notebooks-export|\.ci|\.github)/[\w./+-]*)`", plain):
        if not os.path.exists(os.path.join(ROOT, named)):
            problems.append(f"names {named}, which is not there")
    return problems


def check(path, base, swift):
    name = os.path.splitext(os.path.basename(path))[0]
    text = read(path)
    found, loose = blocks(text)
    problems = [f"line {number}: code without a language" for number in loose] + check_links(path, text)
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "data")
        shutil.copytree(base, folder, symlinks=True)
        if any(block.language in ("sh", "console") for block in found):
            status, output = run(SETUP.get(name, DEFAULT_SETUP), folder)
            if status != 0:
                problems.append(f"set-up: {output}")
        for block in found:
            if problem := check_block(block, folder, swift):
                problems.append(f"line {block.line}: {problem}")
    ran = sum(block.language in ("sh", "console") and not block.reason for block in found)
    print(f"{name}: {len(found)} blocks, {ran} run", file=sys.stderr)
    return [f"{os.path.relpath(path, ROOT)}: {problem}" for problem in problems]


def documents():
    """README.md and the articles."""
    articles = [os.path.join(CATALOG, name) for name in sorted(os.listdir(CATALOG)) if name.endswith(".md")]
    return [os.path.join(ROOT, "README.md")] + articles


def main():
    names = sys.argv[1:]
    chosen = [
        path for path in documents() if not names or os.path.splitext(os.path.basename(path))[0] in names]
    swift = tested_swift()
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        base = os.path.join(scratch, "base")
        write_small_data(base, ROOT, PROGRAM)
        for path in chosen:
            problems += check(path, base, swift)
    if not names:
        for name in OTHERS:
            path = os.path.join(ROOT, name)
            problems += [f"{name}: {problem}" for problem in check_links(path, read(path))]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
