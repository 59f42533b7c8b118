# SPDX-License-Identifier: GPL-3.0-or-later
"""Giving one of three cards with identical ids to vfio-pci for good, and taking it back."""

import os

from bench import call_words, intent_words, plan_words
from topology import CARD_ID, GUEST_CARD, USB_ID


def check_plan(report, bench):
    """Chosen: the middle one of three cards that no id tells apart."""
    plan = bench.plan()
    report.equal("the plan names both functions of the card, by address",
                 [(device["address"], device["id"], device["grade"])
                  for device in plan["devices"]],
                 [(GUEST_CARD[0], CARD_ID, "address"), (GUEST_CARD[1], USB_ID, "address")])
    report.equal("the parameters name addresses with the devices expected there, no bare ids",
                 plan["parameters"]["add"],
                 [f"passthru.bind={GUEST_CARD[0]}={CARD_ID},{GUEST_CARD[1]}={USB_ID}"])
    report.case("nothing is refused and the plan can be applied",
                not plan["refused"] and plan["applicable"], str(plan["refused"]))
    check_plan_of_another(report, bench, plan)
    return plan


def check_plan_of_another(report, bench, plan):
    other = bench.own_plan("mallory")
    if not bench.loader.closed:
        report.equal("somebody without rights gets the same plan", other, plan)
        return
    report.case("somebody without rights is told that only root can say",
                other["root_only"] and not other["steps"], str(other))
    result = bench.call("Plan", *intent_words(GUEST_CARD), "mallory")
    report.case("Plan by a user without authority is refused",
                result.status != 0 and "permission" in result.err, str(result))


def check_refused(report, bench, method, plan, more=("", "")):
    """Real polkit: no rule for this user, nobody to ask for a password."""
    result = bench.call_with_plan(method, plan, "mallory", more)
    report.case(f"{method} by a user without authority is refused",
                result.status != 0 and "permission" in result.err, str(result))
    stale = dict(plan, digest="0" * len(plan["digest"]))
    result = bench.call_with_plan(method, stale, "alice", more)
    report.case(f"{method} of another plan than the one shown is refused", result.status != 0,
                str(result))
    report.equal("neither changed a file", bench.changed(), [])
    report.equal("nothing is on record", bench.status()["state"], "none")


def check_announced(report, bench, plan, also=()):
    """No more and no less than the plan said; folders for its files, and what the boot loader's
    tool writes, go with it."""
    files = {step["file"] for step in plan["steps"] if step["file"]} | set(also)
    folders = set()
    for file in files:
        while file != "/":
            file = os.path.dirname(file)
            folders.add(file)
    changed = set(bench.changed())
    report.equal("changed is what the plan announced, and the boot menu",
                 sorted(changed - folders - set(bench.loader.rewritten)), sorted(files))
    packed = bench.must(f"lsinitramfs {bench.loader.initrd}")
    report.case("the initramfs has the script and the driver",
                "scripts/init-top/passthru" in packed and "vfio-pci.ko" in packed)


def check_order(report, bench):
    """Before any script that loads drivers, not by luck of the alphabet."""
    order = bench.must(f"""
      set -e; folder=$(mktemp -d)
      unmkinitramfs {bench.loader.initrd} $folder
      cat $(find $folder -path '*scripts/init-top/ORDER'); rm -r $folder""")
    scripts = [line.split()[0].rsplit("/", 1)[-1] for line in order.splitlines()
               if line.startswith("/scripts/init-top/")]
    report.case("in the initramfs our script runs before udev",
                "passthru" in scripts and scripts.index("passthru") < scripts.index("udev"),
                str(scripts))


def check_given_away(report, bench):
    report.equal("just the two functions of this card are on vfio-pci; the twins keep theirs",
                 bench.read_drivers(), bench.given_away())
    said = bench.must("dmesg | grep passthru: || true")
    report.case("the kernel's log has what the early script did",
                all(f"{function} goes to vfio-pci" in said for function in GUEST_CARD), said)


def check_native(report, bench):
    report.equal("every device is back on its own driver", bench.read_drivers(), bench.drivers)
    report.case("the kernel command line has no word of ours",
                "passthru" not in bench.must("cat /proc/cmdline"))


def check_undone(report, bench):
    report.equal("/etc and /boot are as before the set-up, byte for byte, owners and modes too",
                 bench.changed(), [])
    packed = bench.must(f"lsinitramfs {bench.loader.initrd}")
    report.case("the initramfs is without our script", "init-top/passthru" not in packed)
    report.equal("nothing is on record", bench.status()["state"], "none")
    report.equal("no journal is left", bench.must("ls -A /var/lib/passthru 2>/dev/null || true"),
                 "")


# Alice asks for it; as soon as the tools of the last step write, the helper is dead.
APPLY_AND_KILL = """
runuser -u alice -- {apply} >/dev/null 2>&1 &
until [ -s /boot/grub/grub.cfg.new ]; do sleep 0.1; done
kill -KILL $(systemctl show -P MainPID passthru-helper.service)
"""


def killed_in_apply(report, bench, plan):
    """And in the same moment the power is gone, with all that was not on the disk yet."""
    bench.must(APPLY_AND_KILL.format(apply=call_words("Apply", *plan_words(plan))), 3000)
    bench.reset("helper killed and reset button pressed in the middle of Apply")
    line = bench.must("cat /proc/cmdline")
    report.note(line)
    report.equal("the computer starts, and every card is with the host or set aside as a whole",
                 bench.read_drivers(),
                 bench.given_away() if "passthru.bind=" in line else bench.drivers)
    report.equal("the record says that it was interrupted", bench.status()["state"],
                 "interrupted")
    result = bench.call_with_plan("Apply", plan)
    report.case("Apply of the plan from before is refused on top of a half", result.status != 0,
                str(result))
    result = bench.sh("/usr/libexec/passthru-helper --undo", user="mallory")
    report.case("undo in a terminal is root's", result.status != 0, str(result))
    result = bench.sh("/usr/libexec/passthru-helper --undo", 3000)
    report.case("undo in a terminal takes the half away", result.status == 0, str(result))
    check_undone(report, bench)


def undo_without_bus(report, bench):
    """As on the day when the screen is black: a terminal, root, and nothing else that works."""
    bench.must("systemctl stop dbus.socket dbus.service polkit.service")
    result = bench.sh(call_words("Status", timeout=20))
    report.case("there is no system bus", result.status != 0, str(result))
    result = bench.sh("/usr/libexec/passthru-helper --undo", 3000)
    report.case("undo in a terminal, without bus or desktop", result.status == 0, str(result))
    bench.restart("after the undo")
    check_native(report, bench)
    check_undone(report, bench)


def bind_permanent(lab):
    report, bench = lab.report, lab.bench()
    bench.rewind()
    plan = check_plan(report, bench)
    check_refused(report, bench, "Apply", plan)
    killed_in_apply(report, bench, plan)
    plan = bench.plan()
    result = bench.call_with_plan("Apply", plan)
    if not report.case("Apply by a user whom a rule of polkit permits", result.status == 0,
                       str(result)):
        return
    report.equal("the set-up is on record", bench.status()["state"], "applied")
    check_announced(report, bench, plan)
    check_order(report, bench)
    report.equal("nothing changed hands yet", bench.read_drivers(), bench.drivers)
    bench.restart("into the set-up")
    check_given_away(report, bench)
    undo_without_bus(report, bench)


CASES = {"bind-permanent": bind_permanent}
