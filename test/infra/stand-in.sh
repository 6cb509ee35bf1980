#!/bin/bash
# Stands in for a program on the PATH: writes down how it was called, and answers as the plan says. It reads its
# standard input to the end: a caller that leaves it open to a person would hang here. It is called hundreds of times,
# with nothing on the PATH, so it is of what bash has itself.
program=${0##*/}
line="$program $*"
read -r -d '' _
calls=("$STAND_IN_FOLDER"/calls/*.line)
[[ -e ${calls[0]} ]] && number=${#calls[@]} || number=0
printf -v call '%s/calls/%04d' "$STAND_IN_FOLDER" "$number"

secret=
previous=
for word in "$@"; do
  [[ $previous == --file ]] && secret=$(<"$word") && printf '%s' "$secret" >"$call.secret"
  previous=$word
done
printf '%s' "$line" >"$call.line"
export -p >"$call.env"

for answer in "$STAND_IN_FOLDER"/plan/*; do
  when=$(<"$answer/when")
  times=$(<"$answer/times")
  given=0
  [[ -e $answer/given ]] && given=$(<"$answer/given")
  if [[ ! $line =~ $when ]] || ((given >= times)); then continue; fi
  printf '%s' $((given + 1)) >"$answer/given"
  IFS= read -r -d '' out <"$answer/out"
  IFS= read -r -d '' err <"$answer/err"
  printf '%s' "$out"
  printf '%s' "$err" >&2
  exit "$(<"$answer/code")"
done
printf 'nothing is planned for: %s\n' "$line" >&2
exit 99
