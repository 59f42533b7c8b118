# SPDX-License-Identifier: GPL-3.0-or-later
"""The trial boot, in the order in which it can go wrong: nobody answers, somebody presses the reset
button, somebody says that it works; then a machine gets the card, and everything is undone."""

import math

import loaders
from binding import (check_announced, check_given_away, check_native, check_order, check_plan,
                     check_refused, check_undone)
from machine import Broken
from topology import CARD_ID, GUEST_CARD, USB_ID


def trial_state(bench):
    return bench.status().get("trial", {})


def refused(report, bench, method):
    result = bench.call(method, user="mallory")
    report.case(f"{method} by a user without authority is refused",
                result.status != 0 and "permission" in result.err, str(result))


def must_call(report, bench, method):
    result = bench.call(method)
    if not report.case(f"{method} by a user whom a rule of polkit permits", result.status == 0,
                       str(result)):
        raise Broken(f"{method} failed")


def prepare(report, bench, minutes):
    plan = check_plan(report, bench)
    report.case(f"a trial is possible, through {bench.loader.name}",
                plan["trial"]["possible"] and plan["trial"]["via"] == bench.loader.via,
                str(plan["trial"]))
    check_refused(report, bench, "TrialPrepare", plan, ("u", minutes))
    result = bench.call_with_plan("TrialPrepare", plan, "alice", ("u", minutes))
    if not report.case("TrialPrepare by a user whom a rule of polkit permits",
                       result.status == 0, str(result)):
        raise Broken("TrialPrepare failed")
    report.equal("the trial is on record", trial_state(bench).get("state"), "prepared")
    report.equal("the default entry of the boot menu and its settings are untouched",
                 [path for path in bench.changed() if path.startswith(bench.loader.entries)], [])
    check_order(report, bench)
    report.equal("nothing changed hands yet", bench.read_drivers(), bench.drivers)
    return plan


LOGIND = "org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager"


def check_mark(report, bench):
    """What the firmware remembers, as logind reads it; the loader of this start can do that."""
    can = bench.must(f"busctl call {LOGIND} CanRebootToBootLoaderEntry")
    mark = bench.must(f"busctl get-property {LOGIND} RebootToBootLoaderEntry")
    report.equal("logind starts another entry once: the trial's",
                 (can.strip(), mark.strip()), ('s "yes"', 's "0-passthru_trial.conf"'))


def enter(report, bench):
    must_call(report, bench, "TrialStart")
    if bench.loader is loaders.SYSTEMD_BOOT:
        check_mark(report, bench)
    bench.restart("into the trial")
    line = bench.must("cat /proc/cmdline")
    report.case(f"OVMF and {bench.loader.name} started the trial's entry",
                "passthru.trial=" in line, line)
    check_given_away(report, bench)
    state = trial_state(bench)
    report.case("the countdown runs",
                state.get("state") == "running" and state.get("seconds-left", 0) > 0, str(state))


def update_in_trial(report, bench):
    """As an update of the system does, whose scripts have kernel-install write the entries anew."""
    bench.must("update-initramfs -u", 900)
    report.equal("an initramfs built in the trial leaves the entries of other starts as they were",
                 [path for path in bench.changed() if path.startswith(bench.loader.entries)], [])


def old_state(report, bench, cause):
    line = bench.must("cat /proc/cmdline")
    report.case("the old entry was started by itself", "passthru" not in line, line)
    check_native(report, bench)
    state = trial_state(bench)
    report.equal("the record says that the trial failed, and how",
                 (state.get("state"), state.get("cause")), ("failed", cause))
    log = bench.call("TrialLog")
    report.case("the log of that boot can be read",
                log.status == 0 and "passthru" in log.out, str(log))


def inner_machine(report, bench):
    """Through our own library and the system's libvirt, as a member of its group."""
    bench.must("/lab/pack-inner /var/lib/lab-inner", 600)
    addresses = " ".join(GUEST_CARD)
    result = bench.sh("/lab/lab-machine /var/lib/lab-inner/vmlinuz /var/lib/lab-inner/initrd.img "
                      f"/var/log/libvirt/qemu/lab-serial.log {addresses}", 1500, "alice")
    said = bench.sh("cat /var/log/libvirt/qemu/lab-serial.log").out
    report.note(said)
    report.case("a machine of ours, started through the system's libvirt, runs to its end",
                result.status == 0 and "INNER-DONE" in said,
                f"{result}\n{said[-1500:]}\n" +
                bench.sh("tail -n 20 /var/log/libvirt/qemu/lab.log").out)
    inside = {line.split()[2]: line.split() for line in said.splitlines()
              if line.startswith("INNER ")}
    card, usb = inside.get(CARD_ID), inside.get(USB_ID)
    report.case("its Linux lists both functions of the card, in one slot",
                card and usb and card[1][:-2] == usb[1][:-2] and
                (card[1][-1], usb[1][-1]) == ("0", "1"), str(inside))
    report.case("its driver runs the controller: memory, DMA and interrupts reach the card",
                usb and usb[3] == "xhci_hcd" and f"{usb[1]}/usb" in said, str(usb))
    report.equal("when it has ended, the card is with vfio-pci again and nothing else is",
                 bench.read_drivers(), bench.given_away())


def trial(lab, loader=loaders.GRUB):
    report, bench = lab.report, lab.bench(loader)
    bench.rewind()
    # From the start of the kernel; the boot has to fit in, and with it the confirmation, even if
    # this computer becomes busier meanwhile.
    minutes = max(3, math.ceil(2.5 * bench.boot_seconds / 60) + 2)
    report.say(f"the countdown is {minutes} minutes")
    plan = prepare(report, bench, minutes)
    refused(report, bench, "TrialStart")

    enter(report, bench)
    bench.machine.events.clear()
    bench.restarted("nobody answers: the countdown", minutes * 60 + 1200)
    old_state(report, bench, "not-confirmed")

    enter(report, bench)
    bench.must("sync")
    bench.machine.hmp("savevm trial")
    bench.reset("the reset button in the trial")
    old_state(report, bench, "cut-short")

    bench.rewind("trial")
    if loader is loaders.SYSTEMD_BOOT:
        update_in_trial(report, bench)
    refused(report, bench, "TrialConfirm")
    must_call(report, bench, "TrialConfirm")
    state = bench.status()
    report.equal("the set-up is permanent", (state["state"], state["trial"]["state"]),
                 ("applied", "confirmed"))
    check_announced(report, bench, plan)
    bench.restart("after the confirmation")
    line = bench.must("cat /proc/cmdline")
    report.case("the default entry has the parameters, and no countdown",
                "passthru.bind=" in line and "passthru.trial" not in line, line)
    check_given_away(report, bench)
    inner_machine(report, bench)

    refused(report, bench, "Undo")
    must_call(report, bench, "Undo")
    check_undone(report, bench)
    bench.restart("after the undo")
    check_native(report, bench)
    check_undone(report, bench)


CASES = {"trial": trial,
         "trial-systemd-boot": lambda lab: trial(lab, loaders.SYSTEMD_BOOT)}
