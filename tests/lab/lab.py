#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The virtual lab: Passthru's real files on a real kernel, real groups, real boot loader.

lab.py BUILD [CASE...]: installs the finished build BUILD into the lab's Debian and runs the named
cases, or all but those run on request only. Prints TAP; the report with evidence and times is
BUILD/lab/report.txt. Exit status 0 only if no case failed."""

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import binding
import handover
import image as images
import loaders
import trial
import truth
from bench import Bench
from machine import Broken, Machine
from report import Report

HERE = Path(__file__).resolve().parent
PROGRAMS = ("src/passthru", "src/helper/passthru-helper", "tests/lab/lab-machine")
CASES = {**truth.CASES, **binding.CASES, **handover.CASES,
         **trial.CASES}
# The story of another case once more, half an hour on a busy computer: run when named.
ON_REQUEST = {"trial-systemd-boot"}


class Lab:
    """What the cases share: the image, our package, a place for throw-away disks."""

    def __init__(self, build, folder, report):
        self.build, self.folder, self.report = build, folder, report
        self.image = images.ensure([build / program for program in PROGRAMS], report.say)
        self.package = folder / "package.tar"
        self.count = 0
        self.shared = None
        self.machines = []

    def pack(self):
        """What a package would install, and the lab's own tools below /lab."""
        tree = self.folder / "package"
        subprocess.run(["meson", "install", "-C", str(self.build), "--no-rebuild", "--quiet",
                        "--destdir", str(tree)], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)
        shutil.copytree(HERE / "guest", tree / "lab",
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(self.build / "tests" / "lab" / "lab-machine", tree / "lab")
        with tarfile.open(self.package, "w", dereference=False) as tar:
            tar.add(tree, arcname=".", filter=as_root)
        shutil.rmtree(tree)

    def overlay(self, disk=None):
        """A throw-away disk on top of @disk, or of the image's own."""
        self.count += 1
        path = self.folder / f"disk-{self.count}.qcow2"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2",
                        "-b", str(disk or self.image.disk), str(path)], check=True)
        return path

    def start(self, name, arguments):
        self.report.note(f"starting {name}: {' '.join(str(word) for word in arguments)}")
        machine = Machine(self.folder / name, [str(word) for word in arguments])
        self.machines.append(machine)
        return machine

    def processor_time(self):
        return sum(machine.processor_time() for machine in self.machines)

    def bench(self, loader=loaders.GRUB):
        """The installed computer, started by the first case that needs it; one at a time."""
        if self.shared is not None and self.shared.loader is not loader:
            self.end()
        if self.shared is None:
            self.shared = Bench(self, loader)
        return self.shared

    def end(self):
        if self.shared is not None:
            self.shared.end()
        self.shared = None

    def keep(self, machine, name):
        """The console and QEMU's own words, beside the report."""
        for source, kind in ((machine.serial, "console"), (machine.errors, "qemu")):
            if source.exists() and source.stat().st_size:
                shutil.copy(source, self.report.path.parent / f"{name}-{kind}.log")


def as_root(member):
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def run_case(lab, name):
    report = lab.report
    report.group = name
    before, used = report.elapsed(), lab.processor_time()
    try:
        CASES[name](lab)
    except (Broken, images.Failed, OSError,
            subprocess.SubprocessError, ValueError, KeyError) as error:
        report.case("ran to its end", False, f"{type(error).__name__}: {error}")
    report.say(f"{name}: {report.elapsed() - before:.0f} s, of which the emulated computer worked "
               f"{lab.processor_time() - used:.0f} s of processor time; "
               f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def main():
    build = Path(sys.argv[1]).resolve()
    chosen = sys.argv[2:] or [name for name in CASES if name not in ON_REQUEST]
    unknown = [name for name in chosen if name not in CASES]
    if unknown:
        sys.exit(f"no such case: {' '.join(unknown)}; there are: {' '.join(CASES)}")
    kept = build / "lab"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    # An interrupted run ends its machines and takes its disks along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report(kept / "report.txt")
    with tempfile.TemporaryDirectory(prefix="passthru-lab-") as folder:
        try:
            lab = Lab(build, Path(folder), report)
            lab.pack()
        except images.Missing as reason:
            report.skip("the whole lab", str(reason))
            report.finish()
            return 0
        except images.Failed as reason:
            report.case("the image is built", False, str(reason))
            report.finish()
            return 1
        try:
            for name in chosen:
                run_case(lab, name)
        finally:
            lab.end()
    report.finish()
    return 1 if report.failed else 0


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    # Where the tools for file systems are; not on the path of an ordinary user.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sys.exit(main())
