# PostgreSQL with PostGIS: found, or installed when we are root, or named in one line to run.

postgis() {
  [ -z "${DATABASE_URL:-}" ] || return 0
  local found dropin=/etc/postgresql-common/createcluster.d/twin.conf
  if found=$(.venv/bin/python -m twin.database.programs 2>"$log"); then return; fi
  if is_root && has_apt && [ -z "${TWIN_PG_BIN:-}" ]; then
    step "PostgreSQL with PostGIS (apt)"
    # The twin keeps a cluster of its own: none should appear on port 5432 because of us.
    mkdir -p "$(dirname "$dropin")"
    echo "create_main_cluster = false" >"$dropin"
    apt_install postgresql-postgis
    rm -f "$dropin"
    found=$(.venv/bin/python -m twin.database.programs) || exit 3
    finished "$found"
  else
    stop 3 "$(cat "$log")"
  fi
}
