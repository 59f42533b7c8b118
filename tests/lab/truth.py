# SPDX-License-Identifier: GPL-3.0-or-later
"""The truth about a host: what `passthru --check` says on a real kernel against what that kernel
itself says, and against what we know of the hardware because we built it."""

import json

import topology
from topology import (BEHIND_BRIDGE, BRIDGE, CARD_ID, CARDS, GUEST_CARD, HOST_CARD, NVME,
                      SWITCH_CARD, SWITCH_PORTS, SWITCH_USB, USB, USB_ID)

# On a board with access control on every port. The bridges in the groups of the switch's card and
# of the second USB controller do not stand in the way; what is behind a plain bridge is one group.
GOOD_BOARD = [HOST_CARD, GUEST_CARD, (USB,), (SWITCH_PORTS[0], *SWITCH_CARD),
              (SWITCH_PORTS[1], SWITCH_USB), (BRIDGE, *BEHIND_BRIDGE)]


class Look:
    """One computer, as the kernel and as Passthru sees it."""

    def __init__(self, kernel, reports):
        self.kernel = kernel
        self.reports = reports
        self.report = reports["root"]

    def check(self, name):
        return next(check for check in self.report["checks"] if check["id"] == name)

    def gpu(self, card):
        return next((gpu for gpu in self.report["gpus"] if gpu["address"] == card[0]), None)

    def blockers(self, card):
        return {(blocker["reason"], blocker.get("because") or blocker["address"])
                for blocker in self.gpu(card)["blockers"]}

    def reasons(self, card):
        return {reason for reason, _ in self.blockers(card)}

    def groups(self):
        """Of Passthru's report, as the kernel's are read: name to sorted addresses."""
        return {str(group["group"]): sorted(device["address"] for device in group["devices"])
                for group in self.report["groups"]}

    def devices(self):
        found = [device for group in self.report["groups"] for device in group["devices"]]
        return {device["address"]: device for device in found + self.report["ungrouped"]}


def look(lab, name, hardware, parameters="", processor="max"):
    """Starts such a computer and reads it; as root, and as somebody without any rights."""
    arguments = [*topology.machine(1024, processor), *hardware,
                 *topology.disk(lab.overlay(), lab.package), *topology.agent(),
                 *topology.direct(lab.image, "root=/dev/vda2 ro init=/usr/sbin/lab-init " +
                                  parameters)]
    with lab.start(name, arguments) as machine:
        try:
            machine.wait_agent()
            kernel = json.loads(machine.must("python3 /lab/kernel-truth.py"))
            reports = {user: json.loads(machine.must("passthru --check --json", user=user))
                       for user in ("root", "mallory")}
            lab.report.note(machine.must("passthru --check", user="mallory"))
        finally:
            lab.keep(machine, name)
    (lab.report.path.parent / f"{name}.json").write_text(json.dumps(reports["root"], indent=1))
    return Look(kernel, reports)


def same_as_kernel(report, seen):
    """Everything that both can know, for every device."""
    kernel = seen.kernel
    report.equal("the groups are the kernel's", seen.groups(), kernel["groups"])
    grouped = {address for members in kernel["groups"].values() for address in members}
    report.equal("the devices without a group are the kernel's",
                 sorted(device["address"] for device in seen.report["ungrouped"]),
                 sorted(set(kernel["devices"]) - grouped))
    found = {address: {name: device[name] for name in ("id", "class", "driver", "boot_vga")}
             for address, device in seen.devices().items()}
    report.equal("ids, classes, drivers and the boot card are the kernel's", found,
                 kernel["devices"])
    report.equal("the disk of the root file system is in use, and says so",
                 [address for address, device in seen.devices().items()
                  if "/" in device["in_use"]], [kernel["root_disk"]])
    report.equal("every card is found, with its second function",
                 sorted(tuple(gpu["functions"]) for gpu in seen.report["gpus"]), sorted(CARDS))
    parts = [[seen.reports[user][part] for part in ("groups", "ungrouped", "gpus")]
             for user in ("root", "mallory")]
    report.case("somebody without rights sees the same hardware and verdicts",
                parts[0] == parts[1])


def card_verdicts(report, seen):
    """The good board's: two cards are free, the one that shows the host's picture is named."""
    report.equal("the card on its own port is suitable", seen.blockers(GUEST_CARD), set())
    report.equal("the card behind the switch is suitable: a bridge in its group is none of its "
                 "business", seen.blockers(SWITCH_CARD), set())
    report.case("the boot card is the host's",
                seen.gpu(HOST_CARD)["host_display"] and not seen.gpu(GUEST_CARD)["host_display"],
                str(seen.report["gpus"]))
    collision = seen.check("id-collision")
    report.case("three cards with one id are told",
                collision["status"] == "warn" and CARD_ID in collision["evidence"]
                and USB_ID in collision["evidence"], collision["evidence"])
    report.equal("isolation passes", seen.check("guest-gpu-isolated")["status"], "pass")


def groups_as_built(report, seen, expected):
    kernel = [set(members) for members in seen.kernel["groups"].values()]
    missing = [group for group in expected if set(group) not in kernel]
    report.case("the kernel made the groups that this hardware has", not missing,
                f"not found: {missing}\nthe kernel's: {kernel}" if missing else "")


def nvme(lab):
    path = lab.folder / "nvme.img"
    if not path.exists():
        with open(path, "wb") as file:
            file.truncate(64 << 20)
    return path


def good_board(lab, name, hardware, parameters="", processor="max", expected=GOOD_BOARD):
    report = lab.report
    seen = look(lab, name, hardware, parameters, processor)
    groups_as_built(report, seen, expected)
    same_as_kernel(report, seen)
    report.equal("the IOMMU is active", seen.report["host"]["iommu"], "active")
    report.equal("the check says so", seen.check("iommu-active")["status"], "pass")
    card_verdicts(report, seen)
    return seen


def truth_intel(lab):
    good_board(lab, "truth-intel", topology.intel() + topology.hardware(nvme=nvme(lab)),
               processor="max,vendor=GenuineIntel", expected=[*GOOD_BOARD, (NVME,)])


def truth_identity(lab):
    """Untranslated for the host (iommu=pt): groups are groups. The processor says AMD."""
    good_board(lab, "truth-identity", topology.intel() + topology.hardware(),
               "intel_iommu=on iommu=pt")


def truth_amd(lab):
    good_board(lab, "truth-amd", topology.hardware() + topology.amd(), "iommu=pt")


def truth_bad_board(lab):
    """No access control on any port: nearly everything is one group."""
    report = lab.report
    seen = look(lab, "truth-bad-board", topology.intel() + topology.hardware(acs=False))
    same_as_kernel(report, seen)
    one = next(set(group) for group in seen.kernel["groups"].values() if GUEST_CARD[0] in group)
    report.case("the kernel put all the cards into one group",
                all(function in one for card in CARDS for function in card), str(sorted(one)))
    report.equal("the IOMMU is active all the same", seen.report["host"]["iommu"], "active")
    report.case("isolation fails", seen.check("guest-gpu-isolated")["status"] == "fail",
                seen.check("guest-gpu-isolated")["evidence"])
    for card in CARDS:
        bridges = {address for address, device in seen.kernel["devices"].items()
                   if device["class"].startswith("0604")}
        foreign = one - set(card) - bridges
        named = {address for reason, address in seen.blockers(card) if reason == "foreign-device"}
        report.equal(f"{card[0]} is held back by just the others of its group", named, foreign)
        report.case(f"{card[0]} is not called suitable", not seen.gpu(card)["suitable"])


def no_groups(lab, name, hardware, parameters, state):
    report = lab.report
    seen = look(lab, name, hardware, parameters)
    report.equal("the kernel made no groups", (seen.kernel["groups"], seen.kernel["iommus"]),
                 ({}, []))
    same_as_kernel(report, seen)
    report.equal(f"the IOMMU is {state}", seen.report["host"]["iommu"], state)
    active = seen.check("iommu-active")
    report.case("the check fails and names a fix", active["status"] == "fail" and active["fix"],
                str(active))
    for card in CARDS:
        report.case(f"{card[0]}: neither fit nor unfit, for want of a group",
                    not seen.gpu(card)["suitable"] and "no-group" in seen.reasons(card),
                    str(seen.gpu(card)))
    report.case("isolation is not claimed", seen.check("guest-gpu-isolated")["status"] != "pass",
                str(seen.check("guest-gpu-isolated")))


def truth_off(lab):
    """The hardware has it, the kernel was told not to."""
    no_groups(lab, "truth-off", topology.intel() + topology.hardware(), "intel_iommu=off", "off")


def truth_absent(lab):
    """No IOMMU in this hardware, or switched off in the firmware: no table tells of one."""
    no_groups(lab, "truth-absent", topology.hardware(), "", "absent")


CASES = {"truth-intel": truth_intel, "truth-identity": truth_identity, "truth-amd": truth_amd,
         "truth-bad-board": truth_bad_board, "truth-off": truth_off,
         "truth-absent": truth_absent}
