#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh: the one gate for form. Prints TAP; exit status 1 if anything is not as CONTRIBUTING.md
# says.
set -u
cd "$(dirname "$0")/.." || exit 1
LC_ALL=C.UTF-8
export LC_ALL

number=0
failed=0

# report NAME FINDINGS: no findings, no fault.
report ()
{
  number=$((number + 1))
  if [ -z "$2" ]; then
    echo "ok $number - $1"
  else
    echo "not ok $number - $1"
    printf '%s\n' "$2" | head -n 40 | sed 's/^/#   /'
    failed=1
  fi
}

skip ()
{
  number=$((number + 1))
  echo "ok $number - $1 # SKIP $2"
}

have ()
{
  command -v "$1" >/dev/null 2>&1
}

files ()
{
  find src data tests po build-aux -type f "$@" ! -path '*/_build/*' | sort
}

sources=$(files \( -name '*.c' -o -name '*.h' \))
own=$(printf '%s\n' "$sources" | grep '^src/')
below=$(printf '%s\n' "$own" |
  grep -E '^src/(core|frame|testcard|host|setup|client|vm|helper)/')
shell=$(files -name '*.sh' ! -path 'data/*'
  files ! -name '*.*' ! -path 'data/*' -exec grep -l '^#!/bin/sh' {} +)
scripts="$shell $(files \( -name '*.py' -o -name 'meson.build' \))"

# Addresses of network cards, identifiers and serial numbers; not those of EFI's variables and the
# zeroes we put in place of what was there.
private='([0-9a-f]{2}:){5}[0-9a-f]{2}|(board|product|chassis)_(serial|uuid)'
private="$private|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
public='8be4df61-93ca-11d2-aa0d-00e098032b8c|4a67b082-0a4c-41cf-b6c7-440b29bb8c4f|00000000-0000-'

# shellcheck disable=SC2086,SC2046 # file names here have no blanks
{
  if have clang-format && clang-format --version | grep -q 'version 14'; then
    report "clang-format" "$(clang-format --dry-run -Werror $sources 2>&1 |
      grep 'error:' | cut -d: -f1 | sort -u)"
  else
    skip "clang-format" "needs clang-format 14, the authority for the form"
  fi
  # Exempt: a text in a .ui file, with its tag broken before "translatable". A break in the text
  # itself would be shown to the user and be part of what is translated.
  report "lines of at most 100 columns" "$(grep -nE '^.{101,}' $sources $scripts \
      $(files -name '*.ui') | grep -v '\.ui:[0-9]*: *translatable="yes">' | cut -c 1-80)"
  report "licence heads" "$(for file in $sources $scripts; do
      head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
        echo "$file"; done)"
  report "white space" "$(grep -nE '[[:blank:]]+$|	' $sources | cut -c 1-100)"
  report "host paths only in the sysroot" "$(
    grep -nE '"/(sys|proc|etc|boot|lib/modules)\b' $own | grep -v '^src/core/pt-sysroot')"
  report "no GTK below the line" "$(
    grep -nE '#[[:blank:]]*include[[:blank:]]*<(gtk|gdk|gsk|adwaita)' $below)"
  report "libvirt only in src/vm" "$(
    grep -nE '#[[:blank:]]*include[[:blank:]]*<libvirt' $own | grep -v '^src/vm/')"
  report "libpci only in src/host/pt-pci-names.c" "$(
    grep -nE '#[[:blank:]]*include[[:blank:]]*<pci/' $own | grep -v '^src/host/pt-pci-names.c')"
  report "forbidden words" "$(grep -nE '\bgoto |g_error \(|\b(gchar|gint|gdouble)\b' $own;
    grep -nE '\b(system|popen) \(|TODO|FIXME|\bXXX\b' $own)"
  report "at most 800 lines a file" "$(for file in $own; do
      lines=$(wc -l <"$file"); [ "$lines" -le 800 ] || echo "$file: $lines"; done)"
  report "header guards" "$(for file in $(printf '%s\n' $sources | grep '\.h$'); do
      grep -q '^#pragma once' "$file" || echo "$file"; done)"
  report "a README in each folder of src" "$(for folder in src/*/; do
      [ -s "$folder/README.md" ] || echo "$folder"; done)"
  report "POTFILES" "$(build-aux/update-potfiles --stdout | diff po/POTFILES.in - 2>&1)"
  report "recordings hold nothing private" "$(grep -nEi "$private" $(files -name '*.host') |
    grep -vE "$public" | cut -c 1-120)"
  if have xmllint; then
    report "well-formed interface files" "$(
      files \( -name '*.ui' -o -name '*.xml' -o -name '*.xml.in' -o -name '*.policy*' \) |
      xargs -r xmllint --noout 2>&1)"
  else
    skip "well-formed interface files" "no xmllint here"
  fi
  if have desktop-file-validate; then
    plain=${TMPDIR:-/tmp}/passthru-check-$$.desktop
    report "desktop file" "$(for file in $(files -name '*.desktop*'); do
        sed '/^_/d' "$file" >"$plain" && desktop-file-validate --no-hints "$plain"; done)"
    rm -f "$plain"
  else
    skip "desktop file" "no desktop-file-validate here"
  fi
  if have appstreamcli; then
    report "metainfo" "$(appstreamcli validate --no-net --no-color \
        $(files -name '*.metainfo.xml*') 2>&1 | grep -E '^E:|error')"
  else
    skip "metainfo" "no appstreamcli here"
  fi
  if have glib-compile-schemas; then
    report "settings schema" "$(glib-compile-schemas --strict --dry-run data 2>&1)"
  else
    skip "settings schema" "no glib-compile-schemas here"
  fi
  report "shell scripts parse" "$(
    for file in $shell $(grep -lE '^#!.*/sh$|shell=dash$' data/early/*); do
      sh -n "$file" 2>&1; done
    for file in $(grep -lE '^#!.*/bash$|^HOOKS=' data/early/*); do bash -n "$file" 2>&1; done)"
}
echo "1..$number"
exit "$failed"
