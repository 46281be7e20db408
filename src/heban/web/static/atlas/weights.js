// The reader's own weights: each move of a slider asks the engine anew and writes its answer into the table.
(function () {
  "use strict";
  const form = document.querySelector("[data-weighed]");
  if (!form) return;
  const state = document.getElementById("own-state");
  let asked = 0;

  async function weigh() {
    const mine = ++asked;
    const query = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.weighed + "?" + query);
    const said = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) {
      state.textContent = said.error.message;
      return;
    }
    for (const row of said.rows) {
      const line = document.querySelector('[data-own="' + CSS.escape(row.place) + '"]');
      if (!line) continue;
      line.querySelector(".total").textContent = row.text;
      line.querySelector(".rank").textContent = row.rank ?? "";
    }
    state.textContent = form.dataset.own;
    history.replaceState(null, "", "?" + query + "#own");
  }

  form.addEventListener("input", (event) => {
    const output = form.querySelector('output[for="' + event.target.id + '"]');
    if (output) output.textContent = Number(event.target.value).toFixed(1);
    weigh();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    weigh();
  });
})();
