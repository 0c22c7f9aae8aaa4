// Rows that are added and taken away before a form is sent. Without scripts there is an empty one below the others.
"use strict";
(() => {
  const show = (place) => {
    for (const button of place.querySelectorAll("[data-add][hidden], [data-remove][hidden]")) button.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const adds = event.target.closest("[data-add]");
    const removes = event.target.closest("[data-remove]");
    if (adds) {
      const rows = adds.parentElement.querySelector("[data-rows]");
      const sheet = rows.querySelector("template");
      rows.insertBefore(sheet.content.cloneNode(true), sheet);
      show(rows);
      sheet.previousElementSibling.querySelector("input").focus();
    } else if (removes) {
      const row = removes.closest("[data-row]");
      const rows = row.parentElement;
      const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
      row.remove();
      (next?.querySelector("input") ?? rows.parentElement.querySelector("[data-add]")).focus();
    }
  });
  document.body.addEventListener("htmx:afterSettle", () => show(document));
  show(document);
})();
