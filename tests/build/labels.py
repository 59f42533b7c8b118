#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that labels are capitalised as CONTRIBUTING.md says and that no button lacks one. TAP."""

import pathlib
import re
import sys
import xml.etree.ElementTree as tree

SMALL = set("a an and as at but by for from in into it of on or per so the to up via with".split())
# Written this way in the middle of a sentence, too.
PROPER = {"I", "IOMMU", "ISO", "VBIOS", "Windows", "Passthru", "GRUB", "USB", "NVMe", "Linux"}
BUTTONS = {"GtkButton", "GtkToggleButton", "GtkMenuButton", "GtkLinkButton", "GtkCheckButton"}
SHORTCUTS = {"GtkShortcutsShortcut", "GtkShortcutsGroup", "GtkShortcutsSection"}
WINDOWS = {"AdwWindow", "AdwApplicationWindow", "GtkWindow", "GtkApplicationWindow"}
SENTENCES = {"AdwActionRow", "AdwExpanderRow", "AdwEntryRow", "AdwComboRow", "AdwPreferencesGroup",
             "AdwStatusPage", "GtkLabel"}
# What stands on the wizard's pages: reference/interface.md words these buttons as sentences.
ON_PAGES = re.compile(r"src/wizard/(pt-wizard-\w+-page|pt-rom-file)\.(ui|c)$")
MNEMONIC = re.compile(r'\bN?_ \("([^"\\]*_[A-Za-z][^"\\]*)"\)')


def words_of(label):
    plain = re.sub(r"\([^)]*\)", "", label.replace("_", "")).rstrip("….,?")
    return [word for word in re.split(r"[\s/]+", plain) if any(c.isalpha() for c in word)]


def is_header(label):
    """Every word with a capital but small ones in the middle."""
    words = words_of(label)
    for number, word in enumerate(words):
        inner = 0 < number < len(words) - 1
        for part in word.split("-"):
            letters = part.strip("“”\"'—–,:;%")
            if not letters or not letters[0].isalpha() or (inner and letters in SMALL):
                continue
            if letters[0].islower():
                return False
    return True


def is_sentence(label):
    """A capital at the beginning, after a full stop, and in names only."""
    begins = True
    for word in label.replace("_", "").split():
        letters = word.strip("“”\"'—–,:;.…?()%")
        if letters and letters[0].isalpha():
            if begins and letters[0].islower():
                return False
            if not begins and letters[0].isupper() and letters not in PROPER:
                return False
        begins = word.endswith((".", "?"))
    return True


def labels_of_ui(path, name):
    """(kind, label) of what is translated in a .ui file."""
    document = tree.parse(path).getroot()
    for node in document.iter("attribute"):
        if node.get("name") == "label" and node.get("translatable") == "yes":
            yield "header", node.text
    for node in document.iter():
        if node.tag not in ("object", "template"):
            continue
        kind = node.get("class") if node.tag == "object" else node.get("parent")
        for item in node.findall("property"):
            if item.get("translatable") != "yes" or item.get("name") not in ("title", "label"):
                continue
            if kind in BUTTONS and item.get("name") == "label":
                yield ("sentence" if ON_PAGES.search(name) else "header"), item.text
            elif kind in SHORTCUTS or kind in WINDOWS:
                yield "header", item.text
            elif kind in SENTENCES:
                yield "sentence", item.text


def nameless_buttons(path):
    """Buttons of a .ui file with a picture alone and no name for who cannot see it."""
    for node in tree.parse(path).getroot().iter("object"):
        names = {item.get("name") for item in node.findall("property")}
        if node.get("class") in BUTTONS and "icon-name" in names and "label" not in names:
            if node.find("accessibility/property[@name='label']") is None:
                yield node.get("id") or "a button"


def labels_of_c(path, name):
    """A mnemonic makes it a button or an item of a menu."""
    for label in MNEMONIC.findall(path.read_text()):
        yield ("sentence" if ON_PAGES.search(name) else "header"), label


def main():
    source = pathlib.Path(sys.argv[1])
    count = 0
    failed = 0
    nameless = 0
    for path in sorted(source.glob("src/**/*")):
        if path.suffix not in (".ui", ".c"):
            continue
        name = path.relative_to(source).as_posix()
        for button in nameless_buttons(path) if path.suffix == ".ui" else ():
            nameless += 1
            print(f"# {name}: {button} has an icon and no accessible label")
        reader = labels_of_ui if path.suffix == ".ui" else labels_of_c
        for kind, label in reader(path, name):
            count += 1
            fits = is_header(label) if kind == "header" else is_sentence(label)
            if not fits:
                failed += 1
                print(f"# {name}: “{label}” is no {kind} label")
    # The rules themselves, each broken in turn.
    sound = (is_header("Set _Up This Computer") and is_header("_Copy the Report") and
             is_header("Full Screen (F11)") and not is_header("Copy the report") and
             not is_header("copy") and not is_header("Look at it") and
             is_sentence("Use a machine I already have") and
             is_sentence("Everything works — keep it") and is_sentence("_IOMMU groups") and
             not is_sentence("Look Again") and not is_sentence("look again"))
    print(f"{'ok' if sound else 'not ok'} 1 - the rules tell right from wrong")
    print(f"{'ok' if count > 70 else 'not ok'} 2 - labels were found ({count})")
    print(f"{'ok' if failed == 0 else 'not ok'} 3 - every label follows its rule")
    print(f"{'ok' if nameless == 0 else 'not ok'} 4 - every button with an icon has a name")
    print("1..4")
    return 0 if sound and count > 70 and failed == 0 and nameless == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
