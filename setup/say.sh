# Progress lines with timings, and the one way to stop.

step_started=0

step() {  # WHAT...
  step_started=$SECONDS
  printf '\033[1m==>\033[0m %s\n' "$*"
}

finished() {  # WHAT...
  printf '    %s (%s s)\n' "$*" "$((SECONDS - step_started))"
}

stop() {  # EXIT-CODE LINES...
  local code=$1; shift
  printf '\n' >&2
  printf '%s\n' "$@" >&2
  exit "$code"
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Fingerprint of files, to know whether a finished step is still finished.
fingerprint() {  # FILES...
  cat -- "$@" | cksum | tr ' ' '-'
}
