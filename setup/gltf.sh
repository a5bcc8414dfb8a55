# The Khronos glTF validator, for tests/tiles/solids only.

gltf_validator() {
  local folder=tests/tiles/solids/gltf packages
  packages=$(fingerprint "$folder/package-lock.json")
  if [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" = "$packages" ]; then return; fi
  step "glTF validator (npm)"
  find_node
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    stop 3 "npm ci failed in $folder (see above and $log)."
  }
  echo "$packages" >"$folder/node_modules/.installed"
  finished "$(du -sh "$folder/node_modules" | cut -f1) in $folder"
}
