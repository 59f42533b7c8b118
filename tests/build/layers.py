#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that a forbidden include does not compile: each layer's own compiler flags, taken from the
build, are tried on one include at a time. Prints TAP."""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ALLOWED = {
    "core": {"core"},
    "frame": {"frame", "core"},
    "testcard": {"testcard"},
    "host": {"host", "core"},
    "setup": {"setup", "host", "core"},
    "client": {"client", "setup", "host", "core"},
    "vm": {"vm", "core"},
    "helper": {"helper", "setup", "host", "core"},
    "display": {"display", "frame", "core"},
    "widgets": {"widgets"},
    "wizard": {"wizard", "widgets", "client", "setup", "host", "vm", "core"},
    # The view of the devices shows what the host has and asks the helper, as the wizard does.
    "window": {"window", "widgets", "display", "client", "setup", "host", "frame", "vm", "core"},
}
BELOW_THE_LINE = ("core", "frame", "testcard", "host", "setup", "client", "vm", "helper")


def layer_commands(build):
    """Compiler command without input and output, by layer, from one file of its static library."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        for layer in ALLOWED:
            ours = f"src/{layer}/libpt-{layer}.a.p/" in entry["output"]
            if ours and entry["file"].endswith(".c"):
                words = shlex.split(entry["command"])
                cut = words.index("-o")
                kept = [word for word in words[:cut] if word not in ("-MD", "-MQ", "-MF")
                        and not word.endswith((".o", ".d"))]
                commands.setdefault(layer, (kept, entry["directory"]))
    return commands


def compiles(command, directory, include, scratch):
    """TRUE if a file with just this include compiles."""
    source = scratch / "probe.c"
    source.write_text(f'#include "config.h"\n#include {include}\n'
                      "int probe (void);\nint probe (void) { return 0; }\n")
    result = subprocess.run(command + ["-fsyntax-only", str(source)], cwd=directory,
                            capture_output=True, check=False)
    return result.returncode == 0


def public_header(source, layer):
    """A header of the layer to try; headers named after the layer's types."""
    headers = sorted(path.name for path in (source / "src" / layer).glob("pt-*.h")
                     if "-private" not in path.name)
    return headers[0] if headers else None


def cases(source, build, scratch):
    """Yields (name, as it should be)."""
    commands = layer_commands(build)
    for layer, allowed in ALLOWED.items():
        if layer not in commands:
            yield f"{layer} is built", False
            continue
        command, directory = commands[layer]
        for other in ALLOWED:
            header = public_header(source, other)
            if header is None:
                continue
            works = compiles(command, directory, f'"{header}"', scratch)
            if other in allowed:
                yield f"{layer} may include {other}", works
            else:
                yield f"{layer} may not include {other}", not works
        if layer in BELOW_THE_LINE:
            for header in ("<gtk/gtk.h>", "<adwaita.h>", "<gdk/gdk.h>"):
                works = compiles(command, directory, header, scratch)
                yield f"{layer} may not include {header}", not works


def main():
    source, build = (pathlib.Path(os.path.abspath(path)) for path in sys.argv[1:3])
    failed = number = 0
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, good) in enumerate(cases(source, build, pathlib.Path(scratch)), 1):
            print(f"{'ok' if good else 'not ok'} {number} - {name}")
            failed += not good
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
