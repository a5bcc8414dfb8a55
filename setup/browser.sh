# Chromium and a Chinese font, for the tests that drive a real browser.

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

has_chinese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; }

# Playwright brings a Node of its own, linked against a library a bare system lacks.
has_driver() { .venv/bin/python -c "$_driver" >/dev/null 2>&1; }
_driver='import subprocess, playwright, pathlib
subprocess.run([pathlib.Path(playwright.__file__).parent / "driver" / "node", "--version"], check=True)'

browser() {
  local missing=()
  find_chromium >/dev/null || missing+=(chromium)
  has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
  has_driver || missing+=(libatomic1)
  [ ${#missing[@]} -gt 0 ] || return 0
  if is_root && has_apt; then
    step "Browser for the tests (apt: ${missing[*]})"
    apt_install "${missing[@]}"
    finished "$(find_chromium)"
  else
    echo "    The browser tests need: ${missing[*]}. On Debian or Ubuntu:"
    echo "        sudo apt-get install -y --no-install-recommends ${missing[*]}"
    [ "${CI:-}" != true ] || stop 3 "CI runs every test, so this is an error here."
  fi
}
