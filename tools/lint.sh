#!/usr/bin/env bash
# The field's own tools on every file of the project, each with the configuration that lies in the repository.
#
# usage: tools/lint.sh BIN [--fix]   BIN is where clang-format, ruff and shellcheck are, such as build/venv/bin
#
# Exit status 1 when one has something to say; with --fix, what can be put right by a tool is.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
bin=$1 fix=${2:-}
swift=${SWIFT:-swift}

for tool in clang-format ruff shellcheck; do
  [ -x "$bin/$tool" ] || { echo "lint: $bin/$tool is missing: run 'make setup'" >&2; exit 2; }
done

# files PATTERN...: those of the project, which in a source archive are all that were not built.
files() {
  local names=()
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  git ls-files -co --exclude-standard -- "$@" 2>/dev/null ||
    find . \( -path ./build -o -path ./.build \) -prune -o -type f \( "${names[@]:1}" \) -print
}
existing() { while read -r file; do if [ -f "$file" ]; then printf '%s\n' "$file"; fi; done; }

# The header of an older version is kept as it was.
mapfile -t c < <(files '*.c' '*.cpp' '*.h' '*.hpp' | grep -v 'abi-0\.1\.0/mcpauth\.h$' | existing)
mapfile -t scripts < <({ files '*.sh' | existing; grep -lE '^#!.*/(env )?(ba)?sh$' .ci/* 2>/dev/null; } | sort -u)
mapfile -t swift_files < <(files '*.swift' | existing)

failed=0
# judge NAME HOW_TO_FIX COMMAND...
judge() {
  local name=$1 way_out=$2
  shift 2
  if "$@"; then echo "ok - $name"; else echo "lint: $name found something$way_out" >&2; failed=1; fi
}

if [ "$fix" = --fix ]; then
  "$bin/clang-format" -i "${c[@]}"
  "$bin/ruff" check --fix --quiet .
  if [ -f .swift-format ]; then "$swift" format format --in-place "${swift_files[@]}"; fi
fi
judge "clang-format, ${#c[@]} files" ": run 'make format'" "$bin/clang-format" --dry-run -Werror "${c[@]}"
judge ruff ": run 'make format', and fix by hand what is left" "$bin/ruff" check --quiet --no-cache .
judge "shellcheck, ${#scripts[@]} files" '' "$bin/shellcheck" -x -P SCRIPTDIR "${scripts[@]}"
if [ -f .swift-format ]; then
  judge "swift format, ${#swift_files[@]} files" ": run 'make format', and fix by hand what is left" \
    "$swift" format lint --strict "${swift_files[@]}"
fi
exit $failed
