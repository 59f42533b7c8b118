# SPDX-License-Identifier: GPL-3.0-or-later
"""targets.py BUILD: what of a configured build the lab needs: what is installed, and its tool."""

import json
import sys
from pathlib import Path

build = Path(sys.argv[1]).resolve()
plan = json.loads((build / "meson-info" / "intro-install_plan.json").read_text())
for target in plan.get("targets", {}):
    print(Path(target).relative_to(build))
print("tests/lab/lab-machine")
