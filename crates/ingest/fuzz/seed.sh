#!/usr/bin/env bash
# Fills the corpora with the recorded envelopes: `request` with whole bodies, `event` with their JSON lines.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p corpus/request corpus/event
find ../../../fixtures/envelopes -name '*.envelope' | while read -r file; do
  name=$(echo "${file#../../../fixtures/envelopes/}" | tr '/' '-')
  { printf '\0'; cat "$file"; } > "corpus/request/$name"
  grep -a '^{.*"event_id"' "$file" | awk -v to="corpus/event/$name" '{ print > (to "." NR) }' || true
done
