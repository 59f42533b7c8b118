# SPDX-License-Identifier: GPL-3.0-or-later
"""The boot loaders that can start the lab's computer, and where each differs for the cases."""

from dataclasses import dataclass
from typing import Callable

import systemd_boot


@dataclass(frozen=True)
class Loader:
    name: str
    via: str         # as the plan calls the way of a trial
    disk: Callable   # of the image: the disk this loader starts from
    install: str     # commands that go with the installation of our package
    initrd: str      # the file it loads, as a word of the guest's shell
    entries: tuple   # beginnings of files with the default entry and its settings
    rewritten: tuple # files that a tool of the loader's writes anew with a set-up
    closed: bool     # only root may read its entries


GRUB = Loader(
    name="GRUB", via="grub", disk=lambda image, say: image.disk,
    # The image's boot menu was made without firmware, so it lacks the entry "UEFI Firmware
    # Settings"; here it is made anew.
    install="update-grub",
    initrd="/boot/initrd.img-$(uname -r)",
    entries=("/boot/grub/grub.cfg", "/etc/default"), rewritten=("/boot/grub/grub.cfg",),
    closed=False)

SYSTEMD_BOOT = Loader(
    name="systemd-boot", via="systemd-boot", disk=systemd_boot.ensure, install="",
    initrd=f"/boot/efi/{systemd_boot.TOKEN}/$(uname -r)/initrd.img-$(uname -r)",
    entries=("/boot/efi/loader/loader.conf", f"/boot/efi/loader/entries/{systemd_boot.TOKEN}-"),
    rewritten=(), closed=True)
