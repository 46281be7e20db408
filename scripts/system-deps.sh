#!/bin/sh
# Brings what pip cannot: Chromium (browser tests, pictures of the report), CJK fonts, and Java (Spark).
set -eu

SUDO=""
if [ "$(id -u)" -ne 0 ]; then SUDO="sudo"; fi

have() { command -v "$1" >/dev/null 2>&1; }
have_cjk() { have fc-list && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; }

if { have chromium || have google-chrome || have chromium-browser; } && have_cjk &&
  java -version >/dev/null 2>&1; then
  echo "system-deps: Chromium, CJK fonts and Java are here already"
elif have apt-get; then
  $SUDO apt-get update -qq
  $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig default-jre-headless
elif have dnf; then
  $SUDO dnf install -y chromium google-noto-sans-cjk-fonts fontconfig java-17-openjdk-headless
elif have pacman; then
  $SUDO pacman -S --needed --noconfirm chromium noto-fonts-cjk fontconfig jre17-openjdk-headless
elif have brew; then
  brew install --cask chromium font-noto-sans-cjk
  brew install openjdk@17
else
  echo "system-deps: no known package manager; please install Chromium, Noto Sans CJK and Java 17 yourself" >&2
  exit 1
fi
