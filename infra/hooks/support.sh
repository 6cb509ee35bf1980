# What the hooks share. Sourced, never run: set -euo pipefail is theirs.
# shellcheck shell=bash

# az never asks for anything here: what is missing is an error
export AZURE_EXTENSION_USE_DYNAMIC_INSTALL=yes_without_prompt AZURE_CORE_ONLY_SHOW_ERRORS=true AZURE_CORE_NO_COLOR=true

say() { printf '%s\n' "$*"; }

# fail WHAT [WHAT TO DO]
fail() {
  printf 'ERROR: %s\n' "$1" >&2
  if [ $# -gt 1 ]; then printf '       %s\n' "${@:2}" >&2; fi
  exit 1
}

# needed NAME…: azd puts its environment into the hooks' variables
needed() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || fail "$name is not set." 'azd sets it: run this as a part of azd up, provision or deploy.'
  done
}

# what is only for a moment is kept in $work, which no other user can read and which goes when the hook ends
make_work_folder() {
  work=$(umask 077 && mktemp -d) || fail 'No temporary folder can be made.' 'Is the disk full? TMPDIR names another place.'
  trap 'rm -rf "$work"' EXIT
}

# azure ARGUMENTS…: az, on the subscription that azd deploys to
azure() { az "$@" --subscription "$AZURE_SUBSCRIPTION_ID" </dev/null; }

# look WHAT ARGUMENTS…: what az answers. Assign it before it is used: in a condition its failure would read as no answer
look() {
  azure "${@:2}" || fail "az could not look up $1." \
    'What it said is above. "az login" signs in again, and "az upgrade" brings what it does not know yet.'
}

# what a command answers that may succeed when it is tried again
readonly not_yet=75

# wait_until WHAT COMMAND…: tries a command for as long as it answers $not_yet, and a bounded number of times
wait_until() {
  local what=$1 try=1 code
  shift
  while true; do
    code=0
    "$@" || code=$?
    [ "$code" = "$not_yet" ] || return "$code"
    [ "$try" -lt "${WAIT_TRIES:-30}" ] || return "$not_yet"
    [ "$try" -gt 1 ] || say "Waiting for $what: at most ${WAIT_TRIES:-30} times ${WAIT_SECONDS:-10} seconds."
    try=$((try + 1))
    sleep "${WAIT_SECONDS:-10}"
  done
}
