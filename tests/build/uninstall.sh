#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# uninstall.sh SOURCE BUILD DRIVER: installs into the tree of a recorded computer, sets a card
# aside there, removes everything again and compares. Prints TAP.
set -eu
source=$1
build=$2
driver=$3
number=0

report ()
{
  number=$((number + 1))
  if [ -z "$2" ]; then
    echo "ok $number - $1"
  else
    echo "not ok $number - $1"
    printf '%s\n' "$2" | head -n 20 | sed 's/^/# /'
    failed=1
  fi
}

# Names, kinds, modes, owners, link targets and contents.
describe ()
{
  (cd "$1" && find . -printf '%p %y %m %U %l\n' | sort &&
    find . -type f -exec sha256sum {} + | sort -k 2)
}

log=$build/meson-logs/install-log.txt
if [ -e "$log" ] && [ ! -w "$log" ]; then
  echo "1..0 # SKIP root has installed from this build folder, so its log cannot be written"
  exit 0
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/passthru-uninstall.XXXXXX")
failed=
leave ()
{
  status=$?
  # What a real installation wrote there counts.
  if [ -e "$scratch/log" ]; then cp -p "$scratch/log" "$log"; fi
  chmod -R u+w "$scratch"
  rm -rf "$scratch"
  exit "$status"
}
trap leave EXIT
if [ -e "$log" ]; then cp -p "$log" "$scratch/log"; fi

tree=$scratch/tree
export PASSTHRU_BUILD="$build" DESTDIR="$tree"
"$driver" expand "$tree" "$source/data/sample.host"
# As on a computer: what others have in the same folders stays.
mkdir -p "$tree/etc/xdg/autostart" "$tree/usr/share/polkit-1/actions"
echo theirs >"$tree/etc/xdg/autostart/other.desktop"
describe "$tree" >"$scratch/before"

"$source/build-aux/install" >"$scratch/words" 2>&1
report "installs the helper" "$([ -x "$tree/usr/libexec/passthru-helper" ] || echo missing)"
report "installs the autostart entry" \
  "$([ -e "$tree/etc/xdg/autostart/passthru-after-restart.desktop" ] || echo missing)"
report "wants the countdown in every start" \
  "$([ -L "$tree/usr/lib/systemd/system/sysinit.target.wants/passthru-trial.service" ] ||
    echo missing)"

# A newer version: a file of the old one that is not there any more goes with it.
echo old >"$tree/usr/share/passthru/from-an-older-version"
echo /usr/share/passthru/from-an-older-version >>"$tree/usr/share/passthru/installed"
# And nothing is removed on a list's word that lies elsewhere.
mkdir -p "$tree/home"
echo kept >"$tree/home/kept"
echo /home/kept >>"$tree/usr/share/passthru/installed"
echo /usr/../home/kept >>"$tree/usr/share/passthru/installed"
"$source/build-aux/install" >"$scratch/words" 2>&1
report "an older version's files go" \
  "$([ ! -e "$tree/usr/share/passthru/from-an-older-version" ] || echo there)"

"$driver" prepare "$tree" 2f:00.0
status=$("$tree/usr/libexec/passthru-helper" --status "--sysroot=$tree")
report "a trial is on record" \
  "$(case "$status" in *"trial start is prepared"*) ;; *) echo "$status" ;; esac)"
report "the record is there" "$([ -e "$tree/var/lib/passthru/journal" ] || echo missing)"

cp -p "$tree/usr/libexec/passthru-helper" "$scratch/helper"
"$source/build-aux/install" --remove >"$scratch/words" 2>&1 || cat "$scratch/words"
report "says what stays with the users" \
  "$(grep -q 'dconf reset' "$scratch/words" || cat "$scratch/words")"
status=$("$scratch/helper" --status "--sysroot=$tree")
report "nothing is on record" \
  "$(case "$status" in *"changed nothing"*) ;; *) echo "$status" ;; esac)"
report "others' files stay" "$([ -e "$tree/home/kept" ] || echo gone)"
rm -r "$tree/home/kept"
[ -n "$(ls -A "$tree/home")" ] || grep -q '^./home ' "$scratch/before" || rmdir "$tree/home"
describe "$tree" >"$scratch/after"
report "leaves nothing and takes nothing" \
  "$(diff "$scratch/before" "$scratch/after" | grep '^[<>]' || :)"
if "$source/build-aux/install" --remove >"$scratch/words" 2>&1; then
  report "a second removal says that there is nothing" "it went well"
else
  report "a second removal says that there is nothing" \
    "$(grep -q 'not installed here' "$scratch/words" || cat "$scratch/words")"
fi
echo "1..$number"
[ -z "$failed" ]
