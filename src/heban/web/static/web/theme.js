// Day or night: as the system says, until the reader says otherwise. Loaded before the page is drawn.
(function () {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try {
      return localStorage.getItem("heban-theme");
    } catch {
      return null;
    }
  };
  const now = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const tell = () => {
    document.querySelectorAll("[data-theme-switch]").forEach((button) => {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(now() === "dark"));
    });
    document.dispatchEvent(new CustomEvent("heban:theme", { detail: now() }));
  };
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  window.hebanTheme = now;
  system.addEventListener("change", tell);
  document.addEventListener("DOMContentLoaded", () => {
    tell();
    document.querySelectorAll("[data-theme-switch]").forEach((button) =>
      button.addEventListener("click", () => {
        root.dataset.theme = now() === "dark" ? "light" : "dark";
        try {
          localStorage.setItem("heban-theme", root.dataset.theme);
        } catch {
          // A browser that keeps nothing still changes this page.
        }
        tell();
      })
    );
  });
})();
