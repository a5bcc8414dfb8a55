# .venv from the lock files: Python 3.11 to 3.13, every download checked against its hash.

python_fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

find_python() {
  local name
  for name in "${TWIN_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$name" ] && command -v "$name" >/dev/null && "$name" -c "$python_fits" 2>/dev/null || continue
    command -v "$name"
    return
  done
  return 1
}

make_environment() {
  local python
  if [ -x .venv/bin/python ] && .venv/bin/python -c "$python_fits" 2>/dev/null; then return; fi
  rm -rf .venv
  if ! python=$(find_python); then
    if command -v uv >/dev/null; then
      uv venv -q --python '>=3.11,<3.14' .venv || stop 3 "uv could not provide a Python 3.11 to 3.13."
      return
    fi
    is_root && has_apt && apt_install python3 python3-venv && python=$(find_python) || stop 3 \
      "Python 3.11, 3.12 or 3.13 is needed and none was found (TWIN_PYTHON names one elsewhere)." \
      "Install it, or install uv, which brings its own: https://docs.astral.sh/uv/"
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian keeps venv in a package of its own.
    if command -v uv >/dev/null; then
      uv venv -q --python "$python" .venv && return
    fi
    if is_root && has_apt; then
      echo "    installing python3-venv"
      apt_install "$(package_of_venv "$python")"
    else
      stop 3 "Python's venv module is missing. Run this line, then ./$(basename "$0") again:" \
        "    sudo apt-get install -y $(package_of_venv "$python")"
    fi
  fi
  "$python" -m venv .venv
}

package_of_venv() {  # PYTHON
  [ "$(readlink -f "$1")" = "$(readlink -f /usr/bin/python3)" ] && echo python3-venv && return
  echo "$(basename "$1")-venv"
}

has_pip() { .venv/bin/python -m pip --version >/dev/null 2>&1; }

# uv is ten times as fast as pip. It reads neither pip's configuration nor the
# system's certificates by itself, so both are handed over; pip stands in when it fails.
install_locked() {  # LOCK-FILES...
  local arguments=() lock
  for lock in "$@"; do arguments+=(-r "$lock"); done
  if [ ! -x .venv/bin/uv ]; then
    has_pip || .venv/bin/python -m ensurepip >"$log" 2>&1 || true  # uv's environments have none
    if has_pip; then
      .venv/bin/python -m pip install -q --require-hashes -r requirements/installer.lock >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        stop 3 "pip cannot install; check the network and pip's configuration (see above)."
      }
    else
      command -v uv >/dev/null && UV_SYSTEM_CERTS=true uv pip install -q --python .venv/bin/python --require-hashes \
        -r requirements/installer.lock || stop 3 "Neither pip nor uv can install into .venv (see above)."
    fi
  fi
  hand_pip_configuration_to_uv
  # Compiled once here: every child that parses a file would compile its imports again.
  .venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes "${arguments[@]}" >"$log" 2>&1 && return
  echo "    uv could not, trying pip"
  .venv/bin/python -m pip install -q --require-hashes "${arguments[@]}" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    stop 3 "The Python packages cannot be installed (see above and $log)."
  }
}

hand_pip_configuration_to_uv() {
  export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-true}"
  has_pip || return 0
  local value
  value=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || echo "${PIP_INDEX_URL:-}")
  [ -z "$value" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}"
  value=$(.venv/bin/python -m pip config get global.extra-index-url 2>/dev/null || echo "${PIP_EXTRA_INDEX_URL:-}")
  [ -z "$value" ] || export UV_INDEX="${UV_INDEX:-$value}"
}

python_environment() {  # NAME LOCK-FILES...
  local stamp=.venv/.installed-$1 wanted
  shift
  wanted="$PWD $(fingerprint pyproject.toml requirements/installer.lock "$@")"
  if [ -x .venv/bin/twin ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  step "Python environment (.venv)"
  make_environment
  install_locked "$@"
  # --no-build-isolation: the builder is pinned in installer.lock, not fetched unseen.
  .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation --editable . >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    stop 3 "The project itself cannot be installed into .venv (see above)."
  }
  echo "$wanted" >"$stamp"
  finished "$(.venv/bin/python --version), $(find .venv/lib -maxdepth 3 -name '*.dist-info' | wc -l) packages"
}
