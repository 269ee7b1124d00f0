#!/bin/sh
# Holds the reading end of a pipe to one command. When the command is gone, however it went, the pipe ends, and
# everything that the command had started and not yet stopped is ended here.
#
# Lines on standard input:
#   group SIGNAL PGID      a process group, and the signal that ends it gently
#   ungroup PGID           it has ended
#   container NAME         a Docker container
#   uncontainer NAME
#   directory PATH         to be removed at the end
#   undirectory PATH

trap '' HUP INT TERM

newline='
'
groups=
containers=
directories=

# without LIST LINE: LIST, one entry a line, less LINE
without() {
  printf '%s' "$1" | while IFS= read -r entry; do
    [ "$entry" = "$2" ] || printf '%s\n' "$entry"
  done
}

while IFS= read -r line; do
  rest=${line#* }
  case $line in
    'group '*) groups="$groups$rest$newline" ;;
    'ungroup '*)
      kept=$(printf '%s' "$groups" | while read -r signal group; do
        [ "$group" = "$rest" ] || printf '%s %s\n' "$signal" "$group"
      done)
      groups=${kept:+$kept$newline}
      ;;
    'container '*) containers="$containers$rest$newline" ;;
    'uncontainer '*) kept=$(without "$containers" "$rest") && containers=${kept:+$kept$newline} ;;
    'directory '*) directories="$directories$rest$newline" ;;
    'undirectory '*) kept=$(without "$directories" "$rest") && directories=${kept:+$kept$newline} ;;
  esac
done

# A process that has ended and waits for its parent to notice is not alive; kill alone cannot tell.
is_alive() {
  kill -s 0 -- "-$1" 2>/dev/null || return 1
  command -v ps >/dev/null || return 0
  ps -A -o pgid= -o stat= | grep -q "^ *$1 *[^ Z]"
}

some_alive() {
  printf '%s' "$groups" | while read -r _ group; do
    is_alive "$group" && echo alive
  done | grep -q alive
}

printf '%s' "$groups" | while read -r signal group; do
  kill -s "$signal" -- "-$group" 2>/dev/null
done

# The first docker on PATH may be one that does not run.
remove_container() (
  IFS=:
  for directory in $PATH; do
    "$directory/docker" rm --force --volumes "$1" >/dev/null 2>&1 && exit
  done
)

printf '%s' "$containers" | while read -r container; do
  remove_container "$container"
done

tenths=0
while [ "$tenths" -lt 50 ] && some_alive; do
  sleep 0.1
  tenths=$((tenths + 1))
done

printf '%s' "$groups" | while read -r _ group; do
  kill -s KILL -- "-$group" 2>/dev/null
done

printf '%s' "$directories" | while IFS= read -r directory; do
  rm -rf "$directory"
done
