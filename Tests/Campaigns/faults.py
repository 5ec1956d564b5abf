"""Makes system calls fail, one a run: faults.py PROGRAM FOLDER [CALLS] [SECONDS]."""

import os
import subprocess
import sys
import time

from campaign import Campaign

FAULTS = [
    ("open", 5), ("open", 24), ("read", 5), ("pread", 5), ("write", 28), ("write", 5), ("pwrite", 5), ("close", 5),
    ("fsync", 5), ("rename", 13), ("link", 1), ("linkat", 18), ("mkdir", 13), ("fstat", 5), ("memory", 12),
]


def main():
    program, work = sys.argv[1:3]
    calls = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    end = time.time() + (float(sys.argv[4]) if len(sys.argv) > 4 else 1e9)
    campaign = Campaign(program, work, rows=300)
    library = campaign.work + "/faults.so"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    for name in Campaign.LINES:
        seconds = campaign.prepare(name)
        for call, error in FAULTS:
            if time.time() < end:
                attempt_all(campaign, name, call, error, calls, library, seconds, end)
    campaign.finish("faults")


def attempt_all(campaign, name, call, error, calls, library, seconds, end):
    """Every call up to `calls`, or as many as a run makes."""
    for number in range(1, calls + 1):
        if time.time() > end:
            return
        campaign.reset(name)
        count = campaign.work + "/count"
        if os.path.exists(count):
            os.remove(count)
        process = campaign.start(
            campaign.line, campaign.folder, LD_PRELOAD=library, MISFIT_FAULT=f"{call}:{number}:{error}",
            MISFIT_FAULT_COUNT=count, MISFIT_FAULT_SIZE="65536")
        try:
            _, errors = process.communicate(timeout=60 + 20 * seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            campaign.problem(name, call, number, error, "hangs")
            continue
        campaign.runs += 1
        judge(campaign, (name, call, number, error), process.returncode, errors.decode(errors="replace"))
        made = int(open(count).read()) if os.path.exists(count) else number
        if made < number:
            return


def judge(campaign, fault, status, errors):
    # A run that fails may save its checkpoint for --resume.
    state, left = campaign.state(allowed=lambda path: status != 0 and path.endswith(".checkpoint"))
    # The loader of the system, which runs before the program, has a status of its own.
    if status == 127 and "error while loading shared libraries" in errors:
        return
    if status < 0 or status > 2:
        campaign.problem(*fault, "crashes", status, errors[-300:])
    elif status == 0 and state != "new":
        campaign.problem(*fault, "status 0 and output that is", state)
    elif status != 0 and state != "old":
        campaign.problem(*fault, "status", status, "and output that is", state, errors[-300:])
    elif status != 0 and not errors.startswith("misfit:"):
        campaign.problem(*fault, "no message", errors[-300:])
    if left:
        campaign.problem(*fault, "leaves", left)


main()
