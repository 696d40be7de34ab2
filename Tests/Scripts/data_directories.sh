#!/usr/bin/env bash
# Writes Tests/Fixtures/DataDirectories anew: data directories of the present format and what they hold, as
# text. Only for a new format, or a new kind of fixture: those of released versions stay as they are.
set -euo pipefail
cd "$(dirname "$0")/../.."
SLUICE_WRITE_FIXTURES=1 swift test --filter FormatFixtureTests/write
du -sb Tests/Fixtures/DataDirectories
