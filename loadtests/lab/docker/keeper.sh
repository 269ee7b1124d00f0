#!/bin/sh
# Takes a compose project down when the command that it belongs to is gone, however it went: by its own will, an
# exception, Ctrl-C or SIGKILL. That command holds the other end of standard input.
#
#   keeper.sh COMPOSE-OPTION...      for example --project-name NAME --profile monolith
#
# Lines on standard input: the process group that now brings the project up; an empty line when it has ended.

up=
while IFS= read -r line; do up=$line; done

if [ -n "$up" ]; then
  # What is still being brought up would outlive what is taken down.
  kill -s TERM -- "-$up" 2>/dev/null
  while kill -0 -- "-$up" 2>/dev/null; do sleep 0.1; done
fi

exec docker compose "$@" down --volumes --remove-orphans --rmi local
