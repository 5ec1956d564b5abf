"""What the campaigns share: the runs that are tried, and what a folder must look like after one of them."""

import hashlib
import os
import shutil
import subprocess
import time


class Campaign:
    """Runs of one program, each with the output of an older run in its folder."""

    #: A verb's line, and the one whose output is there before; `out` stands for the output.
    LINES = {
        "fit": ("fit {w}/b.csv --model pca -o m.misfit -q", "fit {w}/a.csv --model pca -o m.misfit -q"),
        "train": (
            "fit {w}/b.csv --model autoencoder --hidden 2 --epochs 2 -o m.misfit -q",
            "fit {w}/a.csv --model autoencoder --hidden 2 --epochs 2 -o m.misfit -q",
        ),
        "score": ("score {w}/a.misfit {w}/b.csv -o s.csv -q", "score {w}/a.misfit {w}/a.csv -o s.csv -q"),
        "detect": ("detect {w}/b.csv -o out -q", "detect {w}/a.csv -o out -q"),
        "report": ("report {w}/a.misfit {w}/b.csv -o out -q", "report {w}/a.misfit {w}/a.csv -o out -q"),
        "compare": (
            "compare {w}/a.misfit {w}/b.misfit {w}/b.csv -o out -q",
            "compare {w}/a.misfit {w}/b.misfit {w}/a.csv -o out -q",
        ),
    }

    #: The file of a report that is renamed last.
    SUMMARY = "out/summary.json"

    def __init__(self, program, work, rows):
        self.program = os.path.abspath(program)
        self.work = os.path.abspath(work)
        self.folder = self.work + "/run"
        self.problems = []
        self.runs = 0
        self.scratch = os.path.join(self.work, "scratch")
        os.makedirs(self.scratch, exist_ok=True)
        for seed, name in enumerate("ab"):
            self.do(f"generate random:{rows}x5 --seed {seed + 1} -o {self.work}/{name}.csv", self.work)
            self.do(f"fit {self.work}/{name}.csv --model pca -o {self.work}/{name}.misfit -q", self.work)

    def environment(self, **extra):
        return dict(os.environ, TMPDIR=self.scratch, SWIFT_BACKTRACE="enable=no", **extra)

    def start(self, line, folder, **environment):
        return subprocess.Popen(
            [self.program] + line.split(), cwd=folder, env=self.environment(**environment),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def do(self, line, folder):
        process = self.start(line, folder)
        _, errors = process.communicate(timeout=600)
        if process.returncode != 0:
            raise SystemExit(f"{line}: status {process.returncode}\n{errors.decode(errors='replace')}")

    def prepare(self, name):
        """Makes the folders with the old and the new output; returns the seconds that a run takes."""
        new, old = (line.format(w=self.work) for line in self.LINES[name])
        for kind, line in (("old", old), ("new", new)):
            folder = f"{self.work}/{kind}-{name}"
            shutil.rmtree(folder, ignore_errors=True)
            if kind == "old":
                os.makedirs(folder)
            else:
                shutil.copytree(f"{self.work}/old-{name}", folder)
            begin = time.time()
            self.do(line, folder)
        seconds = time.time() - begin
        self.line = new
        self.old, self.new = (self.snapshot(f"{self.work}/{kind}-{name}") for kind in ("old", "new"))
        # Equal runs write equal bytes, so each file of a run can be recognised.
        self.do(new, f"{self.work}/new-{name}")
        again = self.snapshot(f"{self.work}/new-{name}")
        for path in sorted(path for path in set(self.new) | set(again) if self.new.get(path) != again.get(path)):
            self.problem(name, "two equal runs write different bytes", path)
        return seconds

    def reset(self, name):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(f"{self.work}/old-{name}", self.folder)

    @staticmethod
    def snapshot(folder):
        found = {}
        for root, _, files in os.walk(folder):
            for file in files:
                path = os.path.join(root, file)
                with open(path, "rb") as content:
                    found[os.path.relpath(path, folder)] = hashlib.sha256(content.read()).hexdigest()
        return found

    def state(self, allowed=lambda path: False):
        """old, new, mixed, unfinished or damaged; and the files that are left behind.

        A report's summary goes first and comes last: without it the others, old or new, do not claim to be whole.
        """
        now = self.snapshot(self.folder)
        left = [path for path in now if path not in self.old and path not in self.new and not allowed(path)]
        kinds = set()
        unfinished = self.SUMMARY in self.old and self.SUMMARY not in now
        for path in set(self.old) | set(self.new):
            if self.old.get(path) == self.new.get(path) or (unfinished and path == self.SUMMARY):
                continue
            if now.get(path) == self.old.get(path):
                kinds.add("old")
            elif now.get(path) == self.new.get(path):
                kinds.add("new")
            else:
                kinds.add("damaged")
        if "damaged" in kinds:
            state = "damaged"
        elif unfinished:
            state = "unfinished"
        else:
            state = "mixed" if len(kinds) > 1 else kinds.pop() if kinds else "old"
        leftover = os.listdir(self.scratch)
        for path in leftover:
            shutil.rmtree(f"{self.scratch}/{path}", ignore_errors=True)
        return state, left + leftover

    def problem(self, *facts):
        self.problems.append(facts)
        print("PROBLEM", *facts, flush=True)

    def finish(self, what):
        print(f"{self.runs} {what}, {len(self.problems)} problems")
        raise SystemExit(1 if self.problems else 0)
