// The slider of years: each stop shows the page of that year in place, and keeps its address.
(function () {
  "use strict";
  const form = document.querySelector("[data-slides]");
  if (!form) return;
  const view = document.getElementById(form.dataset.slides);
  let asked = 0;

  async function show() {
    const mine = ++asked;
    const query = new URLSearchParams(new FormData(form));
    view.setAttribute("aria-busy", "true");
    const answer = await fetch("?" + query);
    const text = await answer.text();
    if (mine !== asked || !answer.ok) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    view.replaceChildren(...page.getElementById(view.id).childNodes);
    view.setAttribute("aria-busy", "false");
    history.replaceState(null, "", "?" + query + "#" + form.closest("section").id);
    document.dispatchEvent(new Event("heban:fresh"));
  }

  form.addEventListener("input", (event) => {
    const output = form.querySelector('output[for="' + event.target.id + '"]');
    if (output) output.textContent = event.target.value;
  });
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
})();
