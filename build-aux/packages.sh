# SPDX-License-Identifier: GPL-3.0-or-later
# What has to be installed, by family of distribution. Sourced by build-aux/run and build-aux/test.
# pt_ensure PURPOSE... : installs what is missing for `build`, `run`, `display`, `test`,
# `generators`, or says what to install.
# shellcheck shell=sh

pt_say ()
{
  printf 'passthru: %s\n' "$*" >&2
}

pt_family ()
{
  if command -v apt-get >/dev/null 2>&1; then echo debian
  elif command -v dnf >/dev/null 2>&1; then echo fedora
  elif command -v pacman >/dev/null 2>&1; then echo arch
  elif command -v zypper >/dev/null 2>&1; then echo suse
  else echo unknown
  fi
}

# Names by family. Debian's are the ones that every run of the tests proves.
pt_packages ()
{
  case "$1-$2" in
    debian-build) echo "gcc libc6-dev pkg-config meson ninja-build gettext cpio libgtk-4-dev
      libadwaita-1-dev libepoxy-dev libgudev-1.0-dev libvirt-dev libvirt-glib-1.0-dev libpci-dev
      libjson-glib-dev
      libxml2-dev libglib2.0-dev-bin libgtk-4-bin desktop-file-utils polkitd" ;;
    debian-run) echo "libvirt-daemon-system libvirt-daemon-driver-qemu dnsmasq-base
      qemu-system-x86 qemu-utils ovmf swtpm swtpm-tools at-spi2-core
      pci.ids adwaita-icon-theme fonts-cantarell libgl1-mesa-dri librsvg2-common dbus" ;;
    debian-display) echo "xvfb xauth" ;;
    debian-look) echo "x11vnc" ;;
    debian-test) echo "xvfb xauth dbus python3 clang-format libxml2-utils desktop-file-utils
      appstream libvirt-clients initramfs-tools-core systemd dash
      busybox shellcheck patch util-linux pciutils" ;;
    debian-lab) echo "mmdebstrap mtools dosfstools fdisk e2fsprogs cpio ovmf qemu-system-x86 uidmap
      qemu-utils python3" ;;
    debian-generators) echo "mmdebstrap qemu-system-x86 util-linux" ;;
    debian-fuzz) echo "clang libclang-rt-14-dev" ;;
    fedora-build) echo "gcc glibc-static pkgconf-pkg-config meson ninja-build gettext cpio
      gtk4-devel libadwaita-devel libepoxy-devel libgudev-devel libvirt-devel libvirt-glib-devel
      pciutils-devel
      json-glib-devel libxml2-devel glib2-devel desktop-file-utils polkit-devel" ;;
    fedora-run) echo "libvirt-daemon-kvm libvirt-daemon-driver-qemu qemu-system-x86-core
      qemu-img edk2-ovmf swtpm swtpm-tools hwdata adwaita-icon-theme abattis-cantarell-fonts
      mesa-dri-drivers dbus-daemon" ;;
    fedora-display) echo "xorg-x11-server-Xvfb xorg-x11-xauth" ;;
    fedora-look) echo "x11vnc" ;;
    fedora-test) echo "xorg-x11-server-Xvfb xorg-x11-xauth dbus-daemon python3 clang-tools-extra
      libxml2 desktop-file-utils appstream libvirt-client dash pciutils" ;;
    fedora-fuzz) echo "clang compiler-rt" ;;
    arch-build) echo "gcc pkgconf meson ninja gettext cpio gtk4 libadwaita libepoxy libgudev libvirt
      libvirt-glib pciutils json-glib libxml2 glib2-devel desktop-file-utils polkit" ;;
    arch-run) echo "libvirt qemu-system-x86 qemu-img edk2-ovmf swtpm hwdata adwaita-icon-theme
      cantarell-fonts mesa dbus dnsmasq" ;;
    arch-display) echo "xorg-server-xvfb xorg-xauth" ;;
    arch-look) echo "x11vnc" ;;
    arch-test) echo "xorg-server-xvfb xorg-xauth dbus python clang libxml2 desktop-file-utils
      appstream dash pciutils" ;;
    arch-fuzz) echo "clang compiler-rt" ;;
    suse-build) echo "gcc glibc-devel-static pkgconf meson ninja gettext-tools cpio gtk4-devel
      libadwaita-devel libepoxy-devel libgudev-1_0-devel libvirt-devel libvirt-glib-devel
      pciutils-devel
      json-glib-devel libxml2-devel glib2-devel desktop-file-utils polkit-devel" ;;
    suse-run) echo "libvirt-daemon-qemu qemu-x86 qemu-tools qemu-ovmf-x86_64 swtpm hwdata
      adwaita-icon-theme cantarell-fonts Mesa-dri dbus-1-daemon" ;;
    suse-display) echo "xorg-x11-server-Xvfb xauth" ;;
    suse-look) echo "x11vnc" ;;
    suse-test) echo "xorg-x11-server-Xvfb xauth dbus-1-daemon python3 clang-tools libxml2-tools
      desktop-file-utils AppStream dash pciutils" ;;
    suse-fuzz) echo "clang" ;;
    unknown-*) pt_packages debian "$2" ;;
  esac
}

# Those of $@ that are not installed.
pt_missing ()
{
  family=$1
  shift
  case "$family" in
    debian)
      for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
          echo "$package"
      done ;;
    fedora|suse)
      for package in "$@"; do
        rpm -q --whatprovides "$package" >/dev/null 2>&1 || echo "$package"
      done ;;
    arch) for package in "$@"; do pacman -Qq "$package" >/dev/null 2>&1 || echo "$package"; done ;;
  esac
}

pt_install_command ()
{
  case "$1" in
    debian) echo "apt-get install -y --no-install-recommends" ;;
    fedora) echo "dnf install -y" ;;
    arch) echo "pacman -S --needed --noconfirm" ;;
    suse) echo "zypper --non-interactive install" ;;
  esac
}

# Root itself, sudo where there is one, else nothing.
pt_as_root ()
{
  if [ "$(id -u)" = 0 ]; then echo env
  elif command -v sudo >/dev/null 2>&1; then echo sudo
  fi
}

pt_ensure ()
{
  family=$(pt_family)
  wanted=
  for purpose in "$@"; do
    wanted="$wanted $(pt_packages "$family" "$purpose")"
  done
  if [ "$family" = unknown ]; then
    # No way to ask: go on, and name the list if the build then finds something missing.
    pt_wanted=$wanted
    return 0
  fi
  # shellcheck disable=SC2086 # words on purpose
  missing=$(pt_missing "$family" $wanted | sort -u | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  command=$(pt_install_command "$family")
  root=$(pt_as_root)
  if [ -z "$root" ]; then
    pt_say "These packages are missing, and there is no sudo to install them with. As root, run:"
    pt_say "  $command $missing"
    return 1
  fi
  pt_say "Installing: $missing"
  if [ "$family" = debian ]; then
    $root apt-get update -q >/dev/null ||
      pt_say "The package lists could not be refreshed; trying with those at hand."
  fi
  # shellcheck disable=SC2086 # words on purpose
  if ! $root env DEBIAN_FRONTEND=noninteractive $command $missing >"$pt_log" 2>&1; then
    tail -n 20 "$pt_log" >&2
    pt_say "The packages could not be installed; the whole log is in $pt_log. The command was:"
    pt_say "  $command $missing"
    return 1
  fi
}

pt_build ()
{
  if [ ! -f "$pt_build/build.ninja" ]; then
    pt_say "Configuring the build in $pt_build"
    if ! meson setup --prefix=/usr "$pt_build" "$pt_top" "$@" >"$pt_log" 2>&1; then
      tail -n 20 "$pt_log" >&2
      [ -z "${pt_wanted:-}" ] ||
        pt_say "Your package manager is not known here. Debian's packages are: $pt_wanted"
      return 1
    fi
  fi
  if [ ! -e "$pt_build/src/passthru" ]; then
    pt_say "Building Passthru; the first time this takes a few minutes"
  fi
  # shellcheck disable=SC2086 # words on purpose
  if ! ninja -C "$pt_build" ${pt_targets:-} >"$pt_log" 2>&1; then
    tail -n 40 "$pt_log" >&2
    pt_say "The build failed; the whole log is in $pt_log."
    return 1
  fi
}

# Our own files for a run from the build tree.
pt_environment ()
{
  export PASSTHRU_DATA_DIR="$pt_top/data:$pt_build/data:$pt_build"
  export PASSTHRU_LIBEXEC_DIR="$pt_build/src/helper"
  export GSETTINGS_SCHEMA_DIR="$pt_build/data"
  # Root's libvirt runs inside Passthru and would write its warnings between our own lines.
  export LIBVIRT_DEBUG="${LIBVIRT_DEBUG:-error}"
}

# Every user who builds gets a folder of their own, so that root's files are never in a user's way.
pt_top=$(cd "$(dirname "$0")/.." && pwd)
pt_build=${PASSTHRU_BUILD:-}
if [ -z "$pt_build" ]; then
  pt_build=$pt_top/_build
  if [ -e "$pt_build" ] && [ ! -w "$pt_build" ] || [ ! -w "$pt_top" ]; then
    pt_build=${XDG_CACHE_HOME:-$HOME/.cache}/passthru/build
  fi
fi
mkdir -p "$(dirname "$pt_build")"
pt_log=$(mktemp "${TMPDIR:-/tmp}/passthru-log.XXXXXX")
trap 'rm -f "$pt_log"' EXIT
