// Living charts and downloads. Everything they need stands in this page.
(function () {
  "use strict";

  const NARROW_BELOW = 560;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const specifications = read("specifications");
  const downloads = read("downloads");
  const views = new Map();

  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }

  function saveText(text, type, name) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    save(url, name);
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  // A chart keeps its still picture until the living one is ready, so that the page never jumps.
  async function draw(place) {
    const id = place.dataset.chart;
    const size = place.clientWidth < NARROW_BELOW ? "narrow" : "wide";
    if (place.dataset.size === size) return;
    place.dataset.size = size;
    const fresh = document.createElement("div");
    const result = await window.hebanEmbed(fresh, specifications[id][size], {
      actions: false,
      ast: true,
      renderer: "svg",
    });
    if (place.dataset.size !== size) {
      result.finalize();
      return;
    }
    if (views.has(id)) views.get(id).finalize();
    views.set(id, result);
    place.replaceChildren(fresh);
  }

  function drawAll() {
    document.querySelectorAll("[data-chart]").forEach((place) => {
      draw(place).catch((fault) => console.error(place.dataset.chart, fault));
    });
  }

  async function picture(figure, format) {
    const view = views.get(figure.querySelector("[data-chart]").dataset.chart).view;
    const name = figure.dataset.name + "." + format;
    if (format === "svg") saveText(await view.toSVG(), "image/svg+xml", name);
    else save(await view.toImageURL("png", 3), name);
  }

  document.querySelectorAll(".actions").forEach((actions) => {
    actions.hidden = false;
    actions.addEventListener("click", (event) => {
      const { csv, picture: format } = event.target.dataset;
      // The mark at the beginning makes spreadsheets read the file as UTF-8.
      if (csv) saveText("\ufeff" + downloads[csv], "text/csv;charset=utf-8", csv.replaceAll(".", "-") + ".csv");
      if (format) picture(actions.closest("figure"), format);
    });
  });

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 150);
  });
  drawAll();
})();
