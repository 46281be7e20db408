#!/bin/sh
# Brings what pip cannot: Chromium (browser tests, pictures of the report) and CJK fonts.
set -eu

SUDO=""
if [ "$(id -u)" -ne 0 ]; then SUDO="sudo"; fi

have() { command -v "$1" >/dev/null 2>&1; }
have_cjk() { have fc-list && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; }

if { have chromium || have google-chrome || have chromium-browser; } && have_cjk; then
  echo "system-deps: Chromium and CJK fonts are here already"
elif have apt-get; then
  $SUDO apt-get update -qq
  $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig
elif have dnf; then
  $SUDO dnf install -y chromium google-noto-sans-cjk-fonts fontconfig
elif have pacman; then
  $SUDO pacman -S --needed --noconfirm chromium noto-fonts-cjk fontconfig
elif have brew; then
  brew install --cask chromium font-noto-sans-cjk
else
  echo "system-deps: no known package manager; please install Chromium and Noto Sans CJK yourself" >&2
  exit 1
fi
