#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the cases of a meson test run from its log: every TAP line is one, a program
without TAP is one.

Prints each skipped case with its reason, how many kill points the sweeps found and how many times
they struck, then `N passed, N failed, N skipped`. Exit status 1
if any failed or none ran.
"""

import json
import re
import sys

TAP = re.compile(
    r"^(?P<no>not )?ok\b[^#]*(?:#\s*(?P<mark>SKIP|TODO)\b\s*(?P<why>.*))?", re.IGNORECASE
)
SWEEP = re.compile(r"^# kill points: (\d+), strikes done: (\d+)$", re.MULTILINE)


def cases(entry):
    """Yields (passed, failed, skipped reason or None) for each case of one program."""
    found = told = False
    for line in entry.get("stdout", "").splitlines():
        match = TAP.match(line)
        if not match:
            continue
        found = True
        if (match["mark"] or "").upper() == "SKIP":
            yield 0, 0, f"{line.split('#')[0].strip()}: {match['why'] or 'no reason given'}"
        else:
            told = told or bool(match["no"])
            yield (0, 1, None) if match["no"] else (1, 0, None)
    result = entry["result"]
    if result in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"):
        # A program that died could not tell of the case it died in.
        if not told:
            yield 0, 1, None
    elif not found:
        yield (0, 0, f"{entry['name']}: skipped") if result == "SKIP" else (1, 0, None)


def main():
    passed = failed = points = strikes = 0
    skipped = []
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            entry = json.loads(line)
            for point, strike in SWEEP.findall(entry.get("stdout", "")):
                points += int(point)
                strikes += int(strike)
            for good, bad, reason in cases(entry):
                passed += good
                failed += bad
                if reason is not None:
                    skipped.append(f"{entry['name']}: {reason}")
    for reason in skipped:
        print(f"skipped: {reason}")
    if points:
        print(f"{points} kill points, {strikes} strikes done")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or not passed + len(skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
