"use strict";
// Shows the items that meet every condition of the form. Without it, all of them are shown.
(() => {
  const form = document.querySelector("form.filters");
  const items = [...document.querySelectorAll("[data-item]")].map((item) => ({ item, text: item.textContent.toLowerCase() }));
  const groups = [...document.querySelectorAll("[data-group]")];
  const count = document.querySelector("[data-count]");
  const holds = {
    text: (value, { text }) => value.toLowerCase().split(/\s+/).every((word) => text.includes(word)),
    word: (value, { item }, name) => (item.dataset[name] || "").split(" ").includes(value),
    within: (value, { item }, name) => {
      const [least, most] = (item.dataset[name] || "").split(" ").map(Number);
      return Number(value) >= least && Number(value) <= most;
    },
  };
  const show = () => {
    const wanted = [...form.elements].filter((each) => each.name && each.value.trim());
    let shown = 0;
    for (const each of items) {
      const fits = wanted.every((field) => holds[field.dataset.match](field.value.trim(), each, field.name));
      each.item.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
    count.textContent = shown === items.length ? `${shown}` : `${shown} of ${items.length}`;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
