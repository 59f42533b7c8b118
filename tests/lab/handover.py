# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that change hands while the computer runs: through the helper in its sandbox, on the real
attributes of the PCI bus. What is refused is refused by name; what was taken comes back, also when
the helper is killed on the way."""

from bench import BUS, addresses
from topology import (BEHIND_BRIDGE, BRIDGE, CROWDED_USB, CROWDING, GUEST_CARD, HOST_CARD, NVME,
                      SPARE_CARD, SWITCH_PORTS, SWITCH_USB)

VFIO = "vfio-pci"
# The helper answers a question first, so that it runs; then it is asked to take two devices and is
# killed as soon as the kernel has the order for the first.
KILL = """
busctl call {bus} Status >/dev/null
unit=passthru-helper.service
pid=$(systemctl show -P MainPID $unit)
busctl --timeout=600 call {bus} Bind 'a(uyyy)' {devices} >/dev/null 2>&1 &
order=
until [ "$order" = vfio-pci ]; do read -r order <{first}/driver_override; done
kill -KILL $pid
wait
echo $pid
"""


def orders(bench, devices):
    """What the kernel was told about the driver of each."""
    said = bench.must("".join(f"cat /sys/bus/pci/devices/{device}/driver_override; "
                              for device in devices))
    return [None if line == "(null)" else line for line in said.splitlines()]


def expected(before, taken):
    return {**before, **{device: VFIO for device in taken}}


def check_refused(report, bench, name, devices, because, innocent=(), user="alice"):
    """No device moves, and the answer names all of @because and none of @innocent."""
    drivers, files = bench.read_drivers(), run_files(bench)
    result = bench.call_with_devices("Bind", devices, user)
    report.case(f"{name} is refused, by name",
                result.status != 0 and all(word in result.err for word in because) and
                not any(word in result.err for word in innocent), str(result))
    report.equal("no device has moved, nothing is on record",
                 (bench.read_drivers(), run_files(bench)), (drivers, files))


def run_files(bench):
    return bench.must("ls -A /run/passthru 2>/dev/null || true").split()


def check_taken(report, bench, before, devices, name):
    result = bench.call_with_devices("Bind", devices)
    good = report.case(f"{name}: Bind by a user whom a rule of polkit permits",
                       result.status == 0, str(result))
    report.equal(f"{name}: just this is on vfio-pci", bench.read_drivers(),
                 expected(before, devices))
    report.equal(f"{name}: by an order for this device alone", orders(bench, devices),
                 [VFIO] * len(devices))
    return good


def check_back(report, bench, before, devices, name):
    report.equal(f"{name}: every device is on its own driver", bench.read_drivers(), before)
    report.equal(f"{name}: the kernel has no order of ours left", orders(bench, devices),
                 [None] * len(devices))
    report.equal(f"{name}: nothing is on record", run_files(bench), [])


def release(report, bench, before, devices, name):
    refused = bench.call_with_devices("Release", devices, "mallory")
    report.case(f"{name}: Release by a user without authority is refused",
                refused.status != 0 and "permission" in refused.err, str(refused))
    result = bench.call_with_devices("Release", devices)
    report.case(f"{name}: Release by a user whom a rule of polkit permits", result.status == 0,
                str(result))
    check_back(report, bench, before, devices, name)


def check_sandbox(report, bench):
    """What is proven here is the unit as installed, not a helper that may do anything."""
    bench.status()
    pid = bench.must("systemctl show -P MainPID passthru-helper.service").strip()
    report.case("the bus started the helper as its unit", pid != "0", pid)
    mounts = bench.must(f"cat /proc/{pid}/mountinfo")
    flags = {}
    for line in mounts.splitlines():
        words = line.split()
        flags[words[4]] = words[5].split(",")[0]
    report.equal("in its sandbox /, /usr, /sys and /proc/sys are read-only; the devices below /sys "
                 "are not",
                 [flags.get(path) for path in ("/", "/sys", "/proc/sys", "/sys/devices",
                                               "/sys/bus/pci")],
                 ["ro", "ro", "ro", "rw", "rw"])


def drive(report, bench, before):
    bench.must(f"""
      set -e; disk=$(ls -d /sys/bus/pci/devices/{NVME}/nvme/nvme*/nvme*n1 | head -n 1)
      disk=/dev/${{disk##*/}}
      mke2fs -q -t ext4 $disk; mkdir -p /mnt/drive; mount $disk /mnt/drive
      echo precious >/mnt/drive/file; sync""")
    check_refused(report, bench, "a drive that carries a mounted file system", [NVME],
                  [NVME, "/mnt/drive"])
    bench.must("umount /mnt/drive")
    result = bench.call_with_devices("Bind", [NVME], "mallory")
    report.case("Bind by a user without authority is refused",
                result.status != 0 and "permission" in result.err, str(result))
    report.equal("and the drive stays", bench.read_drivers(), before)
    if not check_taken(report, bench, before, [NVME], "a drive"):
        return
    report.equal("a drive: the host has no disk of it any more",
                 bench.must("ls -d /dev/nvme*n1 2>/dev/null || true"), "")
    release(report, bench, before, [NVME], "a drive")
    report.equal("a drive: what was written on it can be read again",
                 bench.must("udevadm settle; mount /dev/nvme*n1 /mnt/drive; cat /mnt/drive/file; "
                            "umount /mnt/drive"), "precious\n")


def controller(report, bench, before):
    """Behind a switch, with the switch's port in its group."""
    if not check_taken(report, bench, before, [SWITCH_USB], "a USB controller"):
        return
    report.equal("a USB controller: the port in its group stays with its driver",
                 bench.read_drivers()[SWITCH_PORTS[1]], "pcieport")
    group = bench.must(f"basename $(readlink /sys/bus/pci/devices/{SWITCH_USB}/iommu_group)")
    node = f"/dev/vfio/{group.strip()}"
    bench.must(f"""
      set -e; systemd-run -q --unit=lab-holder sh -c 'exec sleep 1000 <>{node}'
      pid=$(systemctl show -P MainPID lab-holder)
      until [ "$(readlink /proc/$pid/fd/0)" = {node} ]; do sleep 0.2; done""", 120)
    result = bench.call_with_devices("Release", [SWITCH_USB])
    report.case("a USB controller: while a program has it, it is not taken from there",
                result.status != 0 and SWITCH_USB in result.err, str(result))
    report.equal("a USB controller: it is still on vfio-pci", bench.read_drivers(),
                 expected(before, [SWITCH_USB]))
    bench.must("systemctl stop lab-holder")
    release(report, bench, before, [SWITCH_USB], "a USB controller")


def crowd(report, bench, before):
    """Behind a plain bridge: the bridge and what has no driver is in nobody's way."""
    check_refused(report, bench, "a controller whose group has others in use", [CROWDED_USB],
                  [f"{CROWDING[0]} ", f"{CROWDING[1]} ", "e1000"], [*BEHIND_BRIDGE, BRIDGE])
    bench.must(f"echo {CROWDING[0]} >/sys/bus/pci/drivers/e1000/unbind")
    check_refused(report, bench, "with one of them set free", [CROWDED_USB],
                  [f"{CROWDING[1]} "], [CROWDING[0], *BEHIND_BRIDGE, BRIDGE])
    bench.must(f"echo {CROWDING[1]} >/sys/bus/pci/drivers/e1000/unbind")
    alone = bench.read_drivers()
    if check_taken(report, bench, alone, [CROWDED_USB], "with both set free"):
        release(report, bench, alone, [CROWDED_USB], "with both set free")
    bench.must("".join(f"echo {device} >/sys/bus/pci/drivers_probe; " for device in CROWDING))
    report.equal("the neighbours are where they were", bench.read_drivers(), before)


def card(report, bench, before):
    check_refused(report, bench, "the card on which the computer started", [HOST_CARD[0]],
                  [HOST_CARD[0]], GUEST_CARD)
    check_refused(report, bench, "a card whose driver is known for a panic", [GUEST_CARD[0]],
                  [GUEST_CARD[0], "qxl"], HOST_CARD)
    check_refused(report, bench, "a card with a monitor connected", [SPARE_CARD],
                  [SPARE_CARD, "monitor"], HOST_CARD)
    # This card's only socket always has a monitor; the kernel can be told that it is off.
    bench.must(f"for socket in /sys/bus/pci/devices/{SPARE_CARD}/drm/card*/card*-*; do "
               "echo off >$socket/status; done")
    if check_taken(report, bench, before, [SPARE_CARD], "a spare card"):
        release(report, bench, before, [SPARE_CARD], "a spare card")


def killed(report, bench, before):
    devices = [NVME, SWITCH_USB]
    pid = bench.must(KILL.format(bus=BUS, devices=addresses(devices),
                                 first=f"/sys/bus/pci/devices/{devices[0]}")).strip()
    now = bench.read_drivers()
    report.case("the helper was killed in the middle: the order is given, not all has moved",
                orders(bench, devices)[0] == VFIO and now != expected(before, devices) and
                not bench.must(f"ps -p {pid} -o comm= || true").strip(),
                f"{ {device: now[device] for device in devices} }")
    report.case("what it was about to do is on record", run_files(bench) != [],
                bench.must("head -n 50 /run/passthru/*"))
    result = bench.sh("/usr/libexec/passthru-helper --undo", user="mallory")
    report.case("undo in a terminal is root's", result.status != 0, str(result))
    result = bench.sh("/usr/libexec/passthru-helper --undo", 600)
    report.case("undo in a terminal gives back what is on record", result.status == 0, str(result))
    check_back(report, bench, before, devices, "after the kill")
    if not check_taken(report, bench, before, devices, "again"):
        return
    bench.must("systemctl kill --signal=KILL passthru-helper.service || true")
    release(report, bench, before, devices, "by another helper than the one that took them")


def handover(lab):
    report, bench = lab.report, lab.bench()
    bench.rewind()
    check_sandbox(report, bench)
    path = lab.folder / "drive.img"
    with open(path, "wb") as file:
        file.truncate(64 << 20)
    bench.plug_drive(path)
    try:
        before = bench.read_drivers()
        for part in (drive, controller, crowd, card, killed):
            part(report, bench, before)
        said = bench.must("dmesg -l emerg,alert,crit,err | tail -n 20")
        report.note(said)
        report.equal("none of it changed a file of /etc or /boot", bench.changed(), [])
    finally:
        bench.unplug_drive()


CASES = {"handover": handover}
