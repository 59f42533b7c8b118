# SPDX-License-Identifier: GPL-3.0-or-later
"""What the running kernel says about its PCI devices, straight from sysfs and by other means than
Passthru's. Prints JSON."""

import json
import os

PCI = "/sys/bus/pci/devices"
GROUPS = "/sys/kernel/iommu_groups"


def word(address, name):
    try:
        with open(f"{PCI}/{address}/{name}") as file:
            return file.read().strip().removeprefix("0x")
    except OSError:
        return None


def driver(address):
    link = f"{PCI}/{address}/driver"
    return os.path.basename(os.readlink(link)) if os.path.islink(link) else None


def device(address):
    return {"id": f"{word(address, 'vendor')}:{word(address, 'device')}",
            "class": word(address, "class"), "driver": driver(address),
            "boot_vga": word(address, "boot_vga") == "1"}


def groups():
    if not os.path.isdir(GROUPS):
        return {}
    return {name: sorted(os.listdir(f"{GROUPS}/{name}/devices")) for name in os.listdir(GROUPS)}


def root_disk():
    """The PCI function that the root file system lies on: the last one on its path."""
    number = os.stat("/").st_dev
    path = os.path.realpath(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    known = set(os.listdir(PCI))
    return [part for part in path.split("/") if part in known][-1]


print(json.dumps({
    "devices": {address: device(address) for address in os.listdir(PCI)},
    "groups": groups(),
    "iommus": sorted(os.listdir("/sys/class/iommu")) if os.path.isdir("/sys/class/iommu") else [],
    "root_disk": root_disk(),
}))
