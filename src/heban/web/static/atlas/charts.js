// Charts draw themselves when they come into sight; the drawing script is asked for with the first of them.
(function () {
  "use strict";
  const NARROW_BELOW = 560;
  const script = document.currentScript.dataset.vega;
  const drawn = new Map();
  let loading = null;

  function load() {
    loading ??= new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = script;
      element.onload = done;
      element.onerror = failed;
      document.head.append(element);
    });
    return loading;
  }

  async function draw(place) {
    const size = place.clientWidth < NARROW_BELOW ? "narrow" : "wide";
    const theme = window.hebanTheme();
    const address = place.dataset.chart + "&size=" + size + "&theme=" + theme;
    if (place.dataset.drawn === address) return;
    place.dataset.drawn = address;
    const [specification] = await Promise.all([fetch(address).then((answer) => answer.json()), load()]);
    const fresh = document.createElement("div");
    // The place itself is the picture and has its name; the table below says the numbers.
    fresh.setAttribute("aria-hidden", "true");
    const result = await window.hebanEmbed(fresh, specification, {
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    });
    if (place.dataset.drawn !== address) return result.finalize();
    drawn.get(place)?.finalize();
    drawn.set(place, result);
    place.replaceChildren(fresh);
    place.classList.add("ready");
  }

  function attempt(place) {
    draw(place).catch((fault) => {
      console.error(place.dataset.chart, fault);
      place.classList.add("failed");
    });
  }

  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => attempt(entry.target)),
    { rootMargin: "200px" }
  );
  const watch = () => document.querySelectorAll("[data-chart]").forEach((place) => seen.observe(place));
  watch();
  document.addEventListener("heban:fresh", () => {
    drawn.forEach((result, place) => {
      if (place.isConnected) return;
      result.finalize();
      drawn.delete(place);
    });
    watch();
  });
  const again = () => drawn.forEach((_, place) => attempt(place));
  document.addEventListener("heban:theme", again);
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(again, 150);
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("[data-chart]").forEach(attempt));
})();
