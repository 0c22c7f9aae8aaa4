// The desk opens over the book and closes when its deed is done; the focus goes back to where it came from, also when
// the book came anew meanwhile. While somebody writes into the book itself, it waits with coming anew.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  let opener = "";
  let isStale = false;

  const returnFocus = () => document.getElementById(opener)?.focus();

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== desk) return;
    if (!desk.open) {
      opener = document.activeElement.id || "add";
      desk.showModal();
    }
    desk.scrollTop = 0;
    const first = desk.querySelector("[aria-invalid=true]") ?? desk.querySelector("[autofocus]");
    first?.focus();
    first?.select?.(); // what is written over is written over at once
  });
  document.body.addEventListener("said", (event) => {
    if (desk.open && !event.detail.failed) desk.close();
  });
  desk.addEventListener("close", () => {
    desk.replaceChildren();
    returnFocus();
  });
  desk.addEventListener("click", (event) => { // beside it
    if (event.target === desk) desk.close();
  });

  const writes = () => document.activeElement?.matches("#book input");
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "book" || !writes()) return;
    event.preventDefault();
    isStale = true;
  });
  document.body.addEventListener("focusout", () => {
    if (!isStale) return;
    isStale = false;
    setTimeout(() => htmx.trigger(document.body, "loman:bookings"));
  });

  // What was open stays open when the book comes anew, and the tables stay where they were pushed to.
  const plan = () => document.querySelector(".plan-scroll");
  let opened = [];
  let pushed = null;
  document.body.addEventListener("htmx:beforeSwap", () => {
    opened = [...document.querySelectorAll("#book details[open]")].map((each) => each.id);
    pushed = plan()?.scrollLeft ?? null;
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    showCopying();
    pushPlan();
  });

  function pushPlan() {
    const box = plan();
    if (!box || box.scrollWidth <= box.clientWidth) return;
    box.tabIndex = 0; // the keyboard pushes it too
    const first = box.querySelector(".r-now") ?? box.querySelector("a rect");
    box.scrollLeft = pushed ?? (first ? first.getBoundingClientRect().left - box.getBoundingClientRect().left - 40 : 0);
  }

  function showCopying() {
    for (const each of document.querySelectorAll("[data-copies]")) each.hidden = false;
  }
  document.body.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copies]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select();
    let text = button.dataset.said;
    let failed = false;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      [text, failed] = [button.dataset.failed, true];
    }
    document.body.dispatchEvent(new CustomEvent("said", { detail: { text, failed } }));
  });
  showCopying();
  pushPlan();
})();
