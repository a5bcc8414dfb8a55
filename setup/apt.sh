# Debian and Ubuntu packages: installed when we are root, otherwise named in one line to run.

apt_updated=no

has_apt() { command -v apt-get >/dev/null; }

apt_install() {  # PACKAGES...
  export DEBIAN_FRONTEND=noninteractive
  if [ "$apt_updated" = no ]; then
    apt-get update -qq || stop 3 "The package lists cannot be read (apt-get update failed, see above)." \
      "Check the network and /etc/apt/sources.list, then run this again."
    apt_updated=yes
  fi
  apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    stop 3 "apt-get install $* failed; its whole output is in $log."
  }
}
