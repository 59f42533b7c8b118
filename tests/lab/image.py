# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's disk: a small Debian of the same release as this computer, bootable through OVMF and
GRUB. Built once with mmdebstrap from the package sources of this computer, kept in the cache under
a key of everything that went into it. No loop device and no mount: an ordinary user with
subordinate ids (package uidmap) can build it too."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import topology
from machine import Machine

HERE = Path(__file__).resolve().parent
ROOT_UUID = "6c616272-6f6f-4074-8000-000000000001"
ESP_MIB = 64
ROOT_MIB = 3600

PACKAGES = """
systemd systemd-sysv udev dbus linux-image-amd64 initramfs-tools kmod pciutils zstd busybox
grub-efi-amd64 qemu-guest-agent procps python3 polkitd
libvirt-daemon-system libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils seabios ovmf
libglib2.0-bin pci.ids
""".split()

# Bulk that nothing here reads.
EXCLUDED = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*",
            "/usr/share/gtk-doc/*"]

GRUB_MODULES = """part_gpt ext2 fat normal configfile search search_fs_uuid search_fs_file linux
echo loadenv test ls serial terminal minicmd regexp gzio reboot sleep halt true efi_gop all_video
font""".split()


class Missing(Exception):
    """Why there can be no image on this computer."""


class Failed(Exception):
    """What should have made the image and did not."""


def release():
    """ID and code name of this computer's distribution."""
    values = {}
    for line in Path("/etc/os-release").read_text().splitlines():
        name, _, value = line.partition("=")
        values[name] = value.strip('"')
    return values.get("ID"), values.get("VERSION_CODENAME")


def sources():
    """This computer's own package sources, as files that mmdebstrap takes as they are."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*.list"),
             *Path("/etc/apt/sources.list.d").glob("*.sources")]
    return [file for file in sorted(files) if file.is_file() and is_debian(file.read_text())]


def is_debian(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return any("debian" in line and not line.startswith("deb-src") for line in lines)


def proxy_options():
    """What apt was told on this computer about how to reach its sources."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True)
    return [f"--aptopt={line.rstrip(';')}" for line in dump.stdout.splitlines()
            if line.startswith(("Acquire::http::Proxy", "Acquire::https::Proxy"))
            and '""' not in line]


def packages_for(programs):
    """Debian's packages of the libraries that @programs load on this computer. So a new dependency
    of Passthru makes a new image by itself."""
    listed = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=True)
    files = {line.split()[2] for line in listed.stdout.splitlines() if "=> /" in line}
    # Since /lib became /usr/lib, the loader and dpkg may each call it by the other name.
    names = {name for file in files
             for name in (file, "/usr" + file, file.removeprefix("/usr"))}
    owners = subprocess.run(["dpkg-query", "-S", *sorted(names)], capture_output=True, text=True)
    return sorted({line.split(":")[0] for line in owners.stdout.splitlines()})


def key(packages):
    files = [Path(__file__), *(HERE / "guest" / name for name in ("prepare", "customize", "init"))]
    parts = [str(release()), *packages, *(file.read_text() for file in files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "passthru" / "lab"


class Image:
    """A finished image: the disk, and kernel and initramfs of it for starts without firmware."""

    def __init__(self, folder):
        self.folder = folder
        self.disk = folder / "disk.qcow2"
        self.kernel = folder / "vmlinuz"
        self.initrd = folder / "initrd.img"


def as_root(command):
    """As root, or as what looks like root to those who may have it."""
    if os.geteuid() != 0:
        command = ["unshare", "--user", "--map-root-user", "--map-auto", *command]
    return command


def run(command, log, **options):
    done = subprocess.run([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT,
                          **options)
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed; see {log.name}")


def bootstrap(scratch, packages, log):
    name, suite = release()
    if name != "debian" or not suite:
        raise Missing(f"the lab is built from Debian's packages, and this is {name}")
    own = sources()
    if not own:
        raise Missing("no Debian package sources below /etc/apt")
    with tempfile.TemporaryDirectory(prefix="passthru-lab-") as folder:
        # Without root the hooks run as another user, to whom this one's home may be closed.
        hooks = Path(shutil.copytree(HERE / "guest", Path(folder) / "guest"))
        Path(folder).chmod(0o755)
        options = ["--variant=minbase", "--include=" + ",".join([*PACKAGES, *packages]),
                   '--aptopt=Apt::Install-Recommends "false"', *proxy_options(),
                   *(f"--dpkgopt=path-exclude={pattern}" for pattern in EXCLUDED),
                   f"--setup-hook={hooks}/prepare \"$1\"",
                   f"--customize-hook=ROOT_UUID={ROOT_UUID} "
                   f"GRUB_MODULES='{' '.join(GRUB_MODULES)}' {hooks}/customize \"$1\""]
        run(["mmdebstrap", *options, suite, scratch / "root.tar", *own], log)


PACK = r"""
set -e
mkdir tree
tar -C tree --numeric-owner --exclude='./dev/*' -xf root.tar
mv tree/boot/BOOTX64.EFI .
cp tree/boot/vmlinuz-* vmlinuz
cp tree/boot/initrd.img-* initrd.img
mke2fs -q -F -t ext4 -U "$ROOT_UUID" -L labroot -d tree root.img "${ROOT_MIB}M"
chmod -R u+w tree
rm -rf tree root.tar
"""


def pack(scratch, log):
    environment = dict(os.environ, ROOT_UUID=ROOT_UUID, ROOT_MIB=str(ROOT_MIB))
    run(as_root(["sh", "-c", PACK]), log, cwd=scratch, env=environment)
    esp = scratch / "esp.img"
    esp.write_bytes(b"")
    os.truncate(esp, ESP_MIB << 20)
    run(["mkfs.vfat", "-F", "32", "-i", "ABCD1234", esp], log)
    run(["mmd", "-i", esp, "::EFI", "::EFI/BOOT"], log)
    run(["mcopy", "-i", esp, scratch / "BOOTX64.EFI", "::EFI/BOOT/"], log)
    disk = scratch / "disk.img"
    disk.write_bytes(b"")
    os.truncate(disk, (ESP_MIB + ROOT_MIB + 2) << 20)
    table = (f"label: gpt\nstart=1MiB, size={ESP_MIB}MiB, type=uefi\n"
             f"size={ROOT_MIB}MiB, type=linux\n")
    run(["sfdisk", "-q", disk], log, input=table.encode())
    for part, start in ((esp, 1), (scratch / "root.img", 1 + ESP_MIB)):
        run(["dd", f"if={part}", f"of={disk}", "bs=1M", f"seek={start}", "conv=notrunc,sparse",
             "status=none"], log)
    run(["qemu-img", "convert", "-O", "qcow2", disk, scratch / "disk.qcow2"], log)


def settle(scratch):
    """The first start in the guest itself: what only a running system can write, above all the boot
    menu, is then part of the image."""
    image = Image(scratch)
    with tempfile.TemporaryDirectory(prefix="passthru-lab-") as folder:
        arguments = [*topology.machine(2048), *topology.disk(image.disk, os.devnull),
                     *topology.agent(), *topology.direct(image, "root=/dev/vda2 ro")]
        with Machine(Path(folder) / "first", arguments) as machine:
            machine.wait_booted(900)
            machine.must("update-grub 2>&1 && sync")
            machine.sh("systemctl --no-block poweroff")
            machine.process.wait(300)


def ensure(programs, say):
    """The image from the cache, or a new one: with all that @programs need."""
    packages = packages_for(programs)
    folder = cache_folder() / key(packages)
    if (folder / "disk.qcow2").exists():
        return Image(folder)
    for program in ("mmdebstrap", "mcopy", "mkfs.vfat", "mke2fs", "sfdisk", "qemu-img"):
        if not shutil.which(program) and not Path("/sbin", program).exists():
            raise Missing(f"{program} is not installed")
    say("Building the lab's image; this happens once")
    cache_folder().mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="new-", dir=cache_folder()))
    try:
        with open(cache_folder() / "build.log", "wb") as log:
            bootstrap(scratch, packages, log)
            pack(scratch, log)
        settle(scratch)
        scratch.chmod(0o755)
        keep = {"disk.qcow2", "vmlinuz", "initrd.img"}
        for file in scratch.iterdir():
            if file.name not in keep:
                file.unlink()
        for old in cache_folder().iterdir():
            if old.is_dir() and old != scratch and not old.name.startswith("new-"):
                shutil.rmtree(old)
        scratch.rename(folder)
    except BaseException:
        # Files of the tree may belong to subordinate users.
        subprocess.run(as_root(["rm", "-rf", str(scratch)]), check=False)
        raise
    return Image(folder)
