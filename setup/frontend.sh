# The map application: packages by npm's lock, bundled into web/static.

find_node() {
  node_fits() { command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; }
  node_fits && return
  export PATH="$PWD/.venv/bin:$PATH"
  node_fits && return
  echo "    no Node 20 or newer here: installing one into .venv"
  install_locked requirements/node.lock
  hash -r
  node_fits || stop 3 "Node could not be installed into .venv. Install Node 20 or newer, then run this again."
}

frontend() {
  local client=web/client bundle=web/static
  local packages sources
  packages=$(fingerprint "$client/package-lock.json")
  sources="$packages $(find "$client" -name node_modules -prune -o -type f -print0 | sort -z | xargs -0 cksum | cksum)"
  if [ "$(cat "$bundle/.built" 2>/dev/null)" = "$sources" ]; then return; fi
  step "Map application (npm, esbuild)"
  find_node
  if [ "$(cat "$client/node_modules/.installed" 2>/dev/null)" != "$packages" ]; then
    (cd "$client" && npm ci --no-audit --no-fund --loglevel=error) >"$log" 2>&1 || {
      tail -n 20 "$log" >&2
      stop 3 "npm ci failed in $client (see above and $log)."
    }
    echo "$packages" >"$client/node_modules/.installed"
  fi
  (cd "$client" && npm run --silent build) >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    stop 3 "The map application does not build (npm run build in $client, see above)."
  }
  mkdir -p "$bundle"
  echo "$sources" >"$bundle/.built"
  finished "node $(node --version), $(du -sh "$bundle" | cut -f1) in $bundle"
}
