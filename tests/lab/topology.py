# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's hardware: three cards with the same ids, each with a second function of the same maker
(a USB controller, as cards with a USB-C socket have), one of them behind a switch; and a plain PCI
bridge with two devices. Addresses are given to QEMU where it takes them; bus numbers follow
from the order of the ports."""

# Where firmware and kernel number what is defined below. The numbers of groups are the kernel's
# affair and appear nowhere.
HOST_CARD = ("0000:01:00.0", "0000:01:00.1")
GUEST_CARD = ("0000:02:00.0", "0000:02:00.1")
SWITCH_CARD = ("0000:07:00.0", "0000:07:00.1")
CARDS = (HOST_CARD, GUEST_CARD, SWITCH_CARD)
NVME = "0000:03:00.0"
USB = "0000:04:00.0"
SWITCH_PORTS = ("0000:06:00.0", "0000:06:01.0")
SWITCH_USB = "0000:08:00.0"
BRIDGE = "0000:09:00.0"
BEHIND_BRIDGE = ("0000:0a:01.0", "0000:0a:02.0")
# Of neighbours(), in the same group: one that may change hands, two that are the host's.
CROWDED_USB = "0000:0a:03.0"
CROWDING = ("0000:0a:04.0", "0000:0a:05.0")
SPARE_CARD = "0000:0b:00.0"
CARD_ID = "1b36:0100"
# Of every USB controller here, those that are no part of a card too.
USB_ID = "1b36:000d"


def machine(memory, processor="max"):
    return ["-M", "q35,kernel-irqchip=split", "-accel", "tcg,thread=multi", "-cpu", processor,
            "-m", str(memory), "-smp", "2"]


def agent():
    return ["-device", "virtio-serial-pci,bus=pcie.0,addr=11.0", "-device",
            "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"]


def disk(path, package):
    """The root disk, and our package as a tar file on a disk of its own."""
    return ["-drive", f"if=none,id=root,file={path},format=qcow2,cache=unsafe",
            "-device", "virtio-blk-pci,drive=root,bus=pcie.0,addr=10.0,bootindex=1",
            "-drive", f"if=none,id=package,file={package},format=raw,readonly=on",
            "-device", "virtio-blk-pci,drive=package,bus=pcie.0,addr=12.0"]


def card(model, name, bus):
    return ["-device", f"{model},id={name},bus={bus},addr=00.0,multifunction=on,"
            "ram_size_mb=16,vram_size_mb=16,vgamem_mb=8",
            "-device", f"qemu-xhci,id={name}u,bus={bus},addr=00.1"]


def hardware(acs=True, nvme=None):
    """Everything behind the root ports; @nvme is a raw image, or None for an empty port."""
    flags = "" if acs else ",disable-acs=on"
    words = []
    for index in range(6):
        words += ["-device", f"pcie-root-port,id=rp{index + 1},bus=pcie.0,addr=01.{index},"
                  f"multifunction=on,chassis={index + 1},slot={index + 1}{flags}"]
    words += card("qxl-vga", "gpu0", "rp1") + card("qxl", "gpu1", "rp2")
    if nvme:
        words += ["-drive", f"if=none,id=nvme,file={nvme},format=raw,cache=unsafe",
                  "-device", "nvme,id=nvme0,serial=lab,drive=nvme,bus=rp3"]
    words += ["-device", "qemu-xhci,id=usb0,bus=rp4", "-device", "usb-kbd,bus=usb0.0",
              "-device", "x3130-upstream,id=up,bus=rp5",
              "-device", "xio3130-downstream,id=dn0,bus=up,chassis=50,slot=50,addr=00.0",
              "-device", "xio3130-downstream,id=dn1,bus=up,chassis=51,slot=51,addr=01.0"]
    words += card("qxl", "gpu2", "dn0")
    words += ["-device", "qemu-xhci,id=usb1,bus=dn1",
              "-device", "pcie-pci-bridge,id=bridge,bus=rp6",
              "-device", "edu,id=edu0,bus=bridge,addr=01.0",
              "-device", "edu,id=edu1,bus=bridge,addr=02.0"]
    return words


def neighbours():
    """More behind the plain bridge: one may be wanted, two have drivers of the host's. And a card
    whose driver lets go of it while it runs."""
    return ["-device", "pcie-root-port,id=rp7,bus=pcie.0,addr=01.6,multifunction=on,"
            "chassis=7,slot=7",
            "-device", "bochs-display,id=gpu3,bus=rp7",
            "-device", "qemu-xhci,id=usb2,bus=bridge,addr=03.0",
            "-device", "e1000,id=net0,bus=bridge,addr=04.0",
            "-device", "e1000,id=net1,bus=bridge,addr=05.0"]


def intel():
    return ["-device", "intel-iommu,intremap=on,caching-mode=on"]


def amd():
    """Behind everything else: its own PCI function takes the first free slot."""
    return ["-device", "amd-iommu,intremap=on"]


def direct(image, parameters):
    """Starts the image's kernel without firmware or boot loader."""
    return ["-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append",
            "console=ttyS0 mitigations=off no_timer_check quiet panic=-1 " + parameters,
            "-no-reboot"]
