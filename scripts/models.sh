#!/usr/bin/env bash
# Brings the models that are too large for the repository into the user's folder, once. Without a network it says so
# and goes on: everything but transcription works without them.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 0
.venv/bin/seq2seq-desktop models add whisper-base >/dev/null || true
