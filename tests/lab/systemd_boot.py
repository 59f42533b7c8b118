# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's disk with systemd-boot in GRUB's place, as Debian's own package lays it out: its
scripts install the loader and have kernel-install write the entries, now and with each initramfs
from now on. /etc/kernel/cmdline, which would say with which parameters, is no part of that: without
it they are those of the running system. An overlay of the lab's image, made once by a start of that
image and kept beside it. GRUB stays installed, as on a computer that changed over; it is not what
the firmware starts any more."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import topology
from image import ROOT_UUID, Failed
from machine import Broken, Machine

# What kernel-install calls the entries (/etc/kernel/entry-token).
TOKEN = "debian"
OPTIONS = f"root=UUID={ROOT_UUID} ro quiet console=ttyS0,115200 mitigations=off no_timer_check"

# The loader's package wants its siblings of just its version: an image that is older than the
# package sources gets them as well.
NEW = ("systemd-boot-efi", "systemd-boot")
SIBLINGS = ("libsystemd0", "libsystemd-shared", "libudev1", "udev", "systemd", "systemd-sysv",
            "libpam-systemd")

CHANGE_OVER = f"""
set -e
udevadm settle
mountpoint -q /boot/efi || mount /boot/efi
mkdir -p /run/packages /etc/kernel
tar -C /run/packages -xf /dev/vdb
echo {TOKEN} >/etc/kernel/entry-token
# This start has parameters of its own; the next one has these.
echo '{OPTIONS}' >/etc/kernel/cmdline
cd /run/packages
export DEBIAN_FRONTEND=noninteractive
dpkg --install --skip-same-version {" ".join(f"{name}_*.deb" for name in (*SIBLINGS, *NEW))}
test -e /boot/efi/loader/entries/{TOKEN}-$(uname -r).conf
rm /etc/kernel/cmdline
sync
"""


def download(folder):
    """The packages from this computer's package sources, which are the image's too."""
    done = subprocess.run(["apt-get", "download", *SIBLINGS, *NEW], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"systemd-boot's packages cannot be had: {done.stderr.strip()[-400:]}")
    archive = folder / "packages.tar"
    with tarfile.open(archive, "w") as tar:
        for file in sorted(folder.glob("*.deb")):
            tar.add(file, arcname=file.name)
    return archive


def change_over(image, disk, folder):
    archive = download(folder)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2",
                    "-b", str(image.disk), str(disk)], check=True)
    arguments = [*topology.machine(2048), *topology.disk(disk, archive), *topology.agent(),
                 *topology.direct(image, "root=/dev/vda2 ro")]
    with Machine(folder / "change", arguments) as machine:
        machine.wait_booted(900)
        machine.must(CHANGE_OVER, 1200)
        try:
            machine.sh("systemctl --no-block poweroff")
        except (Broken, OSError):
            pass  # it may be gone before it has answered
        machine.process.wait(300)
    # By its name alone: the two stay together.
    subprocess.run(["qemu-img", "rebase", "-u", "-F", "qcow2", "-b", image.disk.name, str(disk)],
                   check=True)


def ensure(image, say):
    """The disk from the cache, or a new one. It goes with the image it is an overlay of."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    kept = image.folder / f"systemd-boot-{key}.qcow2"
    if kept.exists():
        return kept
    say("Changing the lab's image over to systemd-boot; this happens once")
    scratch = Path(tempfile.mkdtemp(prefix="new-", dir=image.folder))
    try:
        change_over(image, scratch / "disk.qcow2", scratch)
        for old in image.folder.glob("systemd-boot-*.qcow2"):
            old.unlink()
        os.rename(scratch / "disk.qcow2", kept)
    except (Broken, subprocess.SubprocessError) as error:
        raise Failed(f"the image cannot be changed over to systemd-boot: {error}") from error
    finally:
        shutil.rmtree(scratch)
    return kept
