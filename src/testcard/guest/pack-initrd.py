#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# pack-initrd.py INIT OUTPUT...: the test guest's file system: /init and the console's device node.
# The archive is written by hand, because a device node cannot be made without being root.
import gzip
import os
import stat
import sys


def entry(number, name, mode, data=b'', device=(0, 0)):
    name = name.encode() + b'\0'
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0)
    head = b'070701' + b''.join(b'%08x' % field for field in fields) + name
    head += b'\0' * (-len(head) % 4)
    return head + data + b'\0' * (-len(data) % 4)


def main(program, *outputs):
    with open(program, 'rb') as file:
        init = file.read()
    members = [('dev', stat.S_IFDIR | 0o755, b'', (0, 0)),
               ('dev/console', stat.S_IFCHR | 0o600, b'', (5, 1)),
               ('init', stat.S_IFREG | 0o755, init, (0, 0)),
               ('TRAILER!!!', 0, b'', (0, 0))]
    archive = b''.join(entry(i + 1, *member) for i, member in enumerate(members))
    packed = gzip.compress(archive, mtime=0)
    for output in outputs:
        os.makedirs(os.path.dirname(output) or '.', exist_ok=True)
        with open(output, 'wb') as file:
            file.write(packed)


main(*sys.argv[1:])
