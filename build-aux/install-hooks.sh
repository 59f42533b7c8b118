#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs check.sh before every commit.
set -eu
top=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
hooks=$(git -C "$top" rev-parse --git-path hooks)
mkdir -p "$hooks"
printf '#!/bin/sh\nexec build-aux/check.sh\n' >"$hooks/pre-commit"
chmod +x "$hooks/pre-commit"
