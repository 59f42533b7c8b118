# SPDX-License-Identifier: GPL-3.0-or-later
"""Named cases as TAP on standard output, and the same with evidence and times in a file."""

import time


class Report:
    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.path = path
        self.start = time.monotonic()
        self.number = self.failed = self.skipped = 0
        self.group = ""

    def elapsed(self):
        return time.monotonic() - self.start

    def note(self, text):
        """For the file only."""
        self.file.write("".join(f"[{self.elapsed():6.1f} s]   {line}\n"
                                for line in str(text).splitlines()))
        self.file.flush()

    def say(self, text):
        print(f"# {text}", flush=True)
        self.note(text)

    def line(self, text):
        print(text, flush=True)
        self.file.write(f"[{self.elapsed():6.1f} s] {text}\n")
        self.file.flush()

    def case(self, name, good, evidence=""):
        """One thing that has to be true. Returns whether it is."""
        self.number += 1
        self.line(f"{'ok' if good else 'not ok'} {self.number} - {self.group}: {name}")
        if evidence:
            self.note(evidence)
        if not good:
            self.failed += 1
            for line in str(evidence).splitlines()[:20]:
                print(f"#   {line[:200]}", flush=True)
        return good

    def equal(self, name, found, expected):
        return self.case(name, found == expected,
                         f"found    {found}" if found == expected else
                         f"found    {found}\nexpected {expected}")

    def skip(self, name, reason):
        self.number += 1
        self.skipped += 1
        self.line(f"ok {self.number} - {self.group}: {name} # SKIP {reason}")

    def finish(self):
        self.line(f"1..{self.number}")
        passed = self.number - self.failed - self.skipped
        self.line(f"# {passed} passed, {self.failed} failed, {self.skipped} skipped "
                  f"in {self.elapsed():.0f} s; the report is {self.path}")
        self.file.close()
