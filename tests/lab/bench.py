# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer that Passthru is installed on: firmware, boot loader, initramfs, systemd, polkit,
libvirt. One machine for all cases that change how it starts by the same loader; each begins by
going back to the moment after the installation (a snapshot of memory and disk, half a second)."""

import json
import subprocess
import time
from pathlib import Path

import topology
from machine import Broken
from topology import GUEST_CARD, NVME

FIRMWARE = [(Path("/usr/share/OVMF") / code, Path("/usr/share/OVMF") / variables)
            for code, variables in (("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"),
                                    ("OVMF_CODE.fd", "OVMF_VARS.fd"))]
BUS = ("com.example.Passthru.Helper /com/example/Passthru/Helper com.example.Passthru.Helper1")
# What a package's triggers would do after the files are in place. libvirt's daemon is started by
# its socket; as a service it would only slow down each start.
INSTALL = """
systemctl -q disable libvirtd.service
tar -C / -xf /dev/vdb
glib-compile-schemas /usr/share/glib-2.0/schemas
systemctl daemon-reload
busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig
modprobe kvm_amd
{loader}
sync
"""


class Bench:
    def __init__(self, lab, loader):
        self.lab = lab
        self.loader = loader
        self.name = f"bench-{loader.via}"
        self.report = lab.report
        code, variables = next(pair for pair in FIRMWARE if pair[0].exists())
        own = lab.folder / f"{self.name}.variables"
        # A format with snapshots, so that going back covers the firmware's memory too.
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", str(variables),
                        str(own)], check=True)
        pflash = ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
                  "-drive", f"if=pflash,format=qcow2,unit=1,file={own}"]
        disk = lab.overlay(loader.disk(lab.image, lab.report.say))
        self.machine = lab.start(self.name, [
            *topology.machine(3072), *topology.intel(), *pflash, *topology.hardware(),
            *topology.neighbours(), *topology.disk(disk, lab.package), *topology.agent()])
        self.sh, self.must = self.machine.sh, self.machine.must
        try:
            before = time.monotonic()
            self.settled()
            self.boot_seconds = time.monotonic() - before
            self.report.say(f"firmware and {loader.name} to running system: "
                            f"{self.boot_seconds:.0f} s")
            self.must(INSTALL.format(loader=loader.install))
            self.files = self.fingerprint()
            self.drivers = self.read_drivers()
            self.machine.hmp("savevm installed")
        except BaseException:
            self.end()
            raise

    def end(self):
        self.lab.keep(self.machine, self.name)
        self.machine.end()

    def rewind(self, name="installed"):
        self.machine.hmp(f"loadvm {name}")
        self.machine.wait_agent()

    def plug_drive(self, path):
        """An NVMe drive into its empty port: QEMU cannot go back to a moment with one in."""
        self.machine.qmp("blockdev-add", **{
            "driver": "raw", "node-name": "drive",
            "file": {"driver": "file", "filename": str(path)}})
        self.machine.qmp("device_add", driver="nvme", id="drive0", serial="lab", drive="drive",
                         bus="rp3")
        self.must(f"until [ -e /sys/bus/pci/drivers/nvme/{NVME} ]; do sleep 0.2; done; "
                  "udevadm settle", 120)

    def unplug_drive(self):
        self.machine.events.clear()
        self.machine.qmp("device_del", id="drive0")
        self.machine.wait_event("DEVICE_DELETED", 300)
        self.machine.qmp("blockdev-del", **{"node-name": "drive"})

    def settled(self, timeout=1200):
        self.machine.wait_booted(timeout)
        # On a busy computer systemd may have given up waiting for the partition's device.
        self.must("udevadm settle && { mountpoint -q /boot/efi || mount /boot/efi; }")

    def restarted(self, what, timeout=1200):
        """After something that ends this run of the guest's system: until the next one is up."""
        before = time.monotonic()
        self.machine.wait_event("RESET", timeout)
        down = time.monotonic() - before
        self.settled(timeout)
        self.report.say(f"{what}: {down:.0f} s to the reset, {time.monotonic() - before:.0f} s "
                        "to the running system")

    def restart(self, what="restart"):
        self.machine.events.clear()
        try:
            self.sh("systemctl --no-block reboot")
        except Broken as error:
            # It may be gone before it has answered; whether it went is what comes next.
            self.report.note(f"{what}: {error}")
        self.restarted(what)

    def reset(self, what):
        """The button."""
        self.machine.events.clear()
        self.machine.qmp("system_reset")
        self.restarted(what)

    def fingerprint(self):
        return json.loads(self.must("python3 /lab/fingerprint.py"))

    def read_drivers(self):
        devices = json.loads(self.must("python3 /lab/kernel-truth.py"))["devices"]
        return {address: device["driver"] for address, device in devices.items()}

    def given_away(self):
        """The drivers as they have to be with the guest's card, and nothing else, on vfio-pci."""
        return {**self.drivers, **{function: "vfio-pci" for function in GUEST_CARD}}

    def changed(self, since=None):
        since, now = since or self.files, self.fingerprint()
        return sorted(path for path in since.keys() | now.keys()
                      if since.get(path) != now.get(path))

    def own_plan(self, user):
        """As @user sees it alone."""
        return json.loads(self.must(f"passthru --plan={GUEST_CARD[0]} --json", user=user))

    def plan(self):
        """As alice sees it: with the helper's eyes where only root may read what starts the
        computer."""
        if not self.loader.closed:
            return self.own_plan("alice")
        result = self.call("Plan", *intent_words([GUEST_CARD[0]]))
        if result.status != 0:
            raise Broken(f"Plan: {result}")
        return json.loads(json.loads(result.out)["data"][0])

    def call(self, method, signature="", arguments="", user="alice", timeout=3000):
        """A method of the helper on the guest's system bus; the helper is started by the bus."""
        before = time.monotonic()
        words = call_words(method, signature, arguments, timeout)
        result = self.sh(words, timeout + 60, user)
        # On a busy computer the bus may give up on the helper before it is there: then it has not
        # been asked.
        while result.status != 0 and "service_start_timeout" in result.err:
            self.report.note(f"{method} by {user}, once more: {result}")
            if time.monotonic() - before > 600:
                break
            result = self.sh(words, timeout + 60, user)
        self.report.note(f"{method} by {user}: {time.monotonic() - before:.0f} s, {result}")
        return result

    def call_with_plan(self, method, plan, user="alice", more=("", "")):
        return self.call(method, *plan_words(plan, more), user)

    def call_with_devices(self, method, devices, user="alice"):
        """Bind or Release."""
        return self.call(method, "'a(uyyy)'", addresses(devices), user)

    def status(self):
        result = self.call("Status", user="mallory")
        if result.status != 0:
            raise Broken(f"Status: {result}")
        return plain(json.loads(result.out)["data"][0])


def call_words(method, signature="", arguments="", timeout=3000):
    return (f"busctl --system --json=short --timeout={timeout} call {BUS} {method} "
            f"{signature} {arguments}")


def plan_words(plan, more=("", "")):
    """Signature and arguments of Apply's kind: the chosen functions, no options, the digest of the
    plan."""
    signature, intent = intent_words([device["address"] for device in plan["devices"]])
    return signature + f"s{more[0]}", f"{intent} {plan['digest']} {more[1]}"


def intent_words(devices):
    """Signature and arguments of a choice without options."""
    return "'(a(uyyy)a{sv})'", f"{addresses(devices)} 0"


def addresses(devices):
    """As busctl takes an array of (uyyy)."""
    words = [str(len(devices))]
    for address in devices:
        domain, bus, rest = address.split(":")
        slot, function = rest.split(".")
        words += [str(int(number, 16)) for number in (domain, bus, slot, function)]
    return " ".join(words)


def plain(value):
    """busctl's {"type", "data"} wrappers off."""
    if isinstance(value, dict) and set(value) == {"type", "data"}:
        return plain(value["data"])
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value
