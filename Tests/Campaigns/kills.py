"""Kills runs at random moments: kills.py PROGRAM FOLDER [KILLS] [SECONDS] [SEED]."""

import os
import random
import subprocess
import sys
import time

from campaign import Campaign


def main():
    program, work = sys.argv[1:3]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    end = time.time() + (float(sys.argv[4]) if len(sys.argv) > 4 else 1e9)
    random.seed(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
    campaign = Campaign(program, work, rows=2000)
    states, stale = {}, 0
    for name in Campaign.LINES:
        seconds = campaign.prepare(name)
        share = kills // len(Campaign.LINES)
        done, tried = 0, 0
        while done < share and tried < 3 * share + 10 and time.time() < end:
            tried += 1
            campaign.reset(name)
            if not kill_once(campaign, seconds):
                continue
            done += 1
            campaign.runs += 1
            stale += judge(campaign, name, states)
    print("states", states, "- folders with hidden files, gone after the next run:", stale)
    campaign.finish("kills")


def kill_once(campaign, seconds):
    """Kills one run, half of them right after the folder has changed; false where it was over before."""
    process = campaign.start(campaign.line, campaign.folder)
    watched = [path for path in (campaign.folder, campaign.folder + "/out") if os.path.isdir(path)]
    stamps = [os.stat(path).st_mtime_ns for path in watched]
    if random.random() < 0.5:
        time.sleep(random.random() * seconds)
    else:
        while process.poll() is None and [os.stat(path).st_mtime_ns for path in watched] == stamps:
            pass
        time.sleep(random.random() * random.choice([0, 0.0003, 0.003]))
    was_alive = process.poll() is None
    process.kill()
    process.communicate()
    return was_alive


def judge(campaign, name, states):
    """Notes the state of the folder; whether it has hidden files, which the next run must remove."""
    state, left = campaign.state(allowed=lambda path: path.endswith(".checkpoint"))
    hidden = [path for path in left if os.path.basename(path).startswith(".misfit-")]
    states[state] = states.get(state, 0) + 1
    if state in ("mixed", "damaged"):
        campaign.problem(name, "killed, output is", state)
    if len(hidden) < len(left):
        campaign.problem(name, "killed, leaves", left)
    if not hidden:
        return 0
    campaign.do(campaign.line, campaign.folder)
    after, left = campaign.state(allowed=lambda path: path.endswith(".checkpoint"))
    if after != "new" or left:
        campaign.problem(name, "after the next run, output is", after, left)
    return 1


main()
